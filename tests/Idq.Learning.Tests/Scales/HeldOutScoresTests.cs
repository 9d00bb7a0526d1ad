namespace Idq.Learning.Tests.Scales;

public sealed class HeldOutScoresTests
{
    [Fact]
    public void No_row_is_scored_by_a_model_that_learned_from_it_and_every_clean_row_is_scored_once()
    {
        var quiver = Models.Rows(500, 3);
        var seen = new List<int>();
        var scores = HeldOutScores.OfCleanRows(quiver, Distinct(500), (learned, held) =>
        {
            Assert.Empty(learned.Intersect(held));
            Assert.Contains(learned, i => quiver.Labels[i] == Label.Glitch);
            seen.AddRange(held);
            return [.. held.Select(i => i / 1000.0)];
        });
        Assert.Equal(Enumerable.Range(0, 500).Where(i => quiver.Labels[i] == Label.Clean), seen.Order());
        Assert.Equal(seen.Select(i => i / 1000.0), scores.Ranks);
    }

    [Fact]
    public void Rows_that_the_whole_model_ties_keep_its_score()
    {
        var own = Distinct(100);
        foreach (var i in new[] { 0, 1, 2, 3, 5, 6 }) own[i] = 0.125;
        var scores = HeldOutScores.OfCleanRows(Models.Rows(100, 4), own, (_, held) => [.. held.Select(_ => 0.75)]);
        Assert.Equal(6, scores.Ranks.Count(s => s == 0.125));
        Assert.All(scores.Ranks, s => Assert.True(s is 0.125 or 0.75));
    }

    [Fact]
    public void Folds_of_which_nothing_can_be_learned_are_left_out() =>
        Assert.Equal(0, HeldOutScores.OfCleanRows(Models.Rows(100, 5), Distinct(100), (_, _) => null).Count);

    [Fact]
    public void A_clean_time_has_one_distribution_of_ranks_whatever_the_model()
    {
        // Later rows that no model saw. Of 5000 rows and more only four folds are made, whose models scatter more than the whole one where
        // features are mostly noise: there FAP is too large by a fifth, which docs/calibration.md says.
        foreach (var (rows, bystanders) in new[] { (300, 2), (1000, 12), (5000, 2) })
        {
            var classifier = new LinearClassifier("lr", new());
            var shares = new List<double[]>();
            for (ulong seed = 1; seed <= 8; seed++)
            {
                var model = classifier.Train(Models.Rows(rows, seed, bystanders), null, CancellationToken.None).Model!;
                var later = Models.Rows(4000, 1000 + seed, bystanders);
                var ranks = classifier.Ranks(model, later).Where((_, i) => later.Labels[i] == Label.Clean).ToArray();
                shares.Add([.. Faps.Select(fap => ranks.Count(r => Models.Share(r) >= 1 - fap) / (double)ranks.Length)]);
            }
            foreach (var (i, fap) in Faps.Index())
            {
                var error = Math.Sqrt(fap * (1 - fap) * (1.0 / 3200 + 1.25 / rows) / shares.Count);
                Assert.InRange(shares.Average(s => s[i]), fap - 4 * error, fap + 4 * error);
            }
        }
    }

    [Fact]
    public void The_scale_of_a_model_does_not_change_the_order_of_glitches_and_clean_times()
    {
        var (classifier, later) = (new LinearClassifier("lr", new()), Models.Rows(4000, 77));
        var model = (LinearModel)classifier.Train(Models.Rows(2000, 76), null, CancellationToken.None).Model!;
        var scores = new double[later.Count];
        model.Score(later.Features, scores);
        var ranks = classifier.Ranks(model, later);
        Assert.Equal(Roc.SingleFeatureAuc(scores, later.Labels), Roc.SingleFeatureAuc(ranks, later.Labels), 0.005);
    }

    [Fact]
    public void Training_twice_gives_the_same_scale_and_a_file_keeps_it()
    {
        var (first, second) = (Models.Trained(), Models.Trained());
        Assert.False(first.Scale.IsIdentity);
        Assert.Equal(Samples.Bytes(first), Samples.Bytes(second));
        var read = (LinearModel)ModelFile.Read(Samples.Bytes(first)).Model;
        for (var i = 0; i <= 1000; i++) Assert.Equal(first.Scale.Rank(i / 1000.0, i), read.Scale.Rank(i / 1000.0, i));
    }

    static readonly double[] Faps = [0.5, 0.1, 0.01];

    static double[] Distinct(int n) => [.. Enumerable.Range(0, n).Select(i => i / (double)n)];
}
