namespace Idq.Learning.Tests.Random;

public sealed class RandomClassifierTests
{
    static readonly byte[] Labels = Enumerable.Range(0, 4000).Select(i => (byte)(i % 2)).ToArray();
    static readonly Quiver Quiver = Samples.Of(Labels, null);

    static double[] Ranks(string nickname, ulong seed, Quiver quiver)
    {
        var classifier = new RandomClassifier(nickname, new RandomOptions(seed));
        return classifier.Ranks(classifier.Train(quiver, null, default).Model!, quiver);
    }

    // The area of 2000 against 2000 ranks that know nothing has a standard error of √(4001/(12·2000²)) = 0.0091.
    [Fact]
    public void It_knows_nothing()
    {
        var ranks = Ranks("null", 1, Quiver);
        Assert.InRange(Roc.SingleFeatureAuc(ranks, Labels), 0.5 - 3 * 0.0091, 0.5 + 3 * 0.0091);
    }

    [Fact]
    public void Ranks_are_uniform()
    {
        var ranks = Ranks("null", 1, Quiver).Order().ToArray();
        // Kolmogorov and Smirnov: beyond 1.95/√n once in a thousand.
        var distance = ranks
            .Select((r, i) => Math.Max(Math.Abs(r - (double)i / ranks.Length), Math.Abs(r - (i + 1.0) / ranks.Length)))
            .Max();
        Assert.True(distance < 1.95 / Math.Sqrt(ranks.Length));
        Assert.All(ranks, r => Assert.InRange(r, 0, 1));
    }

    [Fact]
    public void Seed_and_nickname_make_other_ranks_and_nothing_else_does()
    {
        Assert.Equal(Ranks("null", 1, Quiver), Ranks("null", 1, Quiver));
        Assert.NotEqual(Ranks("null", 1, Quiver), Ranks("null", 2, Quiver));
        Assert.NotEqual(Ranks("null", 1, Quiver), Ranks("other", 1, Quiver));
        Assert.Equal(Ranks("null", 1, Quiver)[..100], Ranks("null", 1, Samples.Of(Labels[..100], null)));
    }

    [Fact]
    public void It_needs_no_data_and_reads_no_features()
    {
        var classifier = new RandomClassifier("null", new RandomOptions());
        var result = classifier.Train(Samples.Of([], null), null, default);
        Assert.True(result.IsTrained);
        Assert.False(classifier.UsesFeatures);
        Assert.Empty(result.Model.Importance);
    }

    [Fact]
    public void A_nickname_is_needed() => Assert.Throws<ArgumentException>(() => new RandomClassifier(" ", new RandomOptions()));
}
