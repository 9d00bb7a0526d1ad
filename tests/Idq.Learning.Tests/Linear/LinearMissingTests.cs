using FsCheck;
using FsCheck.Fluent;
using Idq.Learning.Tests.Metrics;
using static Idq.Learning.Tests.Linear.LogisticRows;

namespace Idq.Learning.Tests.Linear;

public sealed class LinearMissingTests
{
    static readonly LinearOptions Plain = new(missingIndicators: false);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity)]
    public void A_missing_value_counts_as_the_mean_of_the_others(double missing)
    {
        byte[] labels = [1, 0, 1, 0, 1, 0];
        var model = Fit(Plain, Samples.Of(labels, null, ("x", [4, 2, missing, missing, 6, 0])));
        var term = Assert.Single(model.Terms);
        Assert.Equal((3.0, Math.Sqrt(5)), (term.Mean, term.Scale));
        var ranks = Scores(model, Samples.Of([0, 0], null, ("x", [missing, 3])));
        Assert.Equal(ranks[1], ranks[0]);
    }

    [Fact]
    public void That_a_feature_is_missing_can_say_something_by_itself()
    {
        byte[] labels = [1, 1, 1, 0, 0, 0, 0, 1];
        var quiver = Samples.Of(labels, null, ("x", [double.NaN, double.NaN, double.NaN, 1, 2, 1, 2, 1]));
        var model = Fit(new(), quiver);
        Assert.Equal([("x", false), ("x", true)], model.Terms.Select(t => (t.Feature, t.IsMissing)));
        Assert.Equal("x (missing)", model.Importance[0].Name);
        var ranks = Scores(model, quiver);
        Assert.True(ranks[0] > 0.6 && ranks[3] < 0.5);
    }

    [Fact]
    public void Features_missing_together_share_one_indicator()
    {
        byte[] labels = [1, 1, 0, 0];
        var model = Fit(new(), Samples.Of(labels, null,
            ("a", [1, double.NaN, 3, 2]), ("b", [5, double.NegativeInfinity, 1, 2]), ("c", [1, 2, double.NaN, 4]), ("d", [1, 2, 4, 3])));
        Assert.Equal(["a", "a (missing)", "b", "c", "c (missing)", "d"], model.Terms.Select(t => t.Name));
    }

    [Fact]
    public void What_never_varies_or_is_never_there_is_left_out()
    {
        byte[] labels = [1, 0, 1, 0];
        double[] nothing = [double.NaN, double.NaN, double.NaN, double.NaN];
        var quiver = Samples.Of(labels, null, ("constant", [7, 7, 7, 7]), ("x", [1, 2, 5, 4]), ("never", nothing));
        Assert.Equal(["x"], Fit(new(), quiver).Terms.Select(t => t.Name));
        // Present in some rows only: its one value says nothing, its presence does.
        Assert.Equal(["x (missing)"], Fit(new(), Samples.Of(labels, null, ("x", [3, double.NaN, 3, 3]))).Terms.Select(t => t.Name));
    }

    [Fact]
    public void Features_are_found_by_name()
    {
        var (labels, features) = Draw(1, 100, 0, 1, -1, 0.5);
        var quiver = Samples.Of(labels, null, features);
        var shuffled = Samples.Of(labels, null, [features[2], ("other", features[1].Values), features[0], features[1]]);
        var model = Fit(new(), quiver);
        Assert.Equal(Scores(model, quiver), Scores(model, shuffled));
    }

    [Fact]
    public void A_feature_that_the_rows_lack_counts_as_missing_in_all_of_them()
    {
        var (labels, features) = Draw(2, 100, 0, 1, -1);
        features[1].Values[3] = double.NaN;
        var model = Fit(new(), Samples.Of(labels, null, features));
        double[] none = labels.Select(_ => double.NaN).ToArray();
        Assert.Equal(
            Scores(model, Samples.Of(labels, null, features[0], ("F1", none))),
            Scores(model, Samples.Of(labels, null, features[0])));
    }

    [Fact]
    public void A_rank_lies_between_0_and_1_whatever_the_values()
    {
        var (labels, features) = Draw(3, 100, 0, 1, -1, 4);
        features[2].Values[3] = double.NaN;
        var model = Fit(new(l2: 1e-8), Samples.Of(labels, null, features));
        var rows = ArbMap.Default.GeneratorFor<double>().Three();
        rows.Check(r =>
        {
            var rank = Scores(model, Samples.Of([0], null, ("F0", [r.Item1]), ("F1", [r.Item2]), ("F2", [r.Item3])))[0];
            Assert.InRange(rank, 0, 1);
        });
        foreach (
            var (a, b) in new[]
            {
                (double.MaxValue, double.MaxValue),
                (double.MaxValue, double.MinValue),
                (double.MinValue, double.MaxValue),
            }
        )
            Assert.InRange(Scores(model, Samples.Of([0], null, ("F0", [a]), ("F1", [b]), ("F2", [a])))[0], 0, 1);
    }
}
