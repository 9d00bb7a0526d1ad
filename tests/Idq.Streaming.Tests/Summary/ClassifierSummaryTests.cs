namespace Idq.Streaming.Tests.Summary;

public sealed class ClassifierSummaryTests
{
    static QuiverRows Rows(params (byte Label, double Weight, double Rank, double LogLike)[] rows) =>
        new(
            rows.Select((_, i) => (long)i).ToArray(),
            rows.Select(r => r.Label).ToArray(),
            rows.Select(r => r.Weight).ToArray(),
            rows.Select(r => r.Rank).ToArray(),
            rows.Select(r => r.LogLike).ToArray(),
            rows.Select(r => double.IsNaN(r.LogLike) ? double.NaN : 0.1).ToArray()
        );

    [Fact]
    public void Classes_are_counted_and_compared()
    {
        var summary = ClassifierSummary.Of("ovl", Rows((1, 1, 0.9, 2), (0, 1, 0.1, -2), (1, 1, 0.4, 0), (0, 1, 0.5, 0), (0, 1, 0.0, -3)));
        Assert.Equal(("ovl", 2, 3), (summary.Nickname, summary.Glitches, summary.Cleans));
        Assert.Equal(5 / 6.0, summary.Auc, 1e-12);
        Assert.Equal([0.001, 0.01, 0.1], summary.Efficiencies.Select(e => e.RequestedFap));
        Assert.Equal(0.5, summary.Efficiencies[1].Value, 1e-12);
    }

    [Fact]
    public void Weights_count()
    {
        var even = ClassifierSummary.Of("c", Rows((1, 1, 0.5, 0), (0, 1, 0.4, 0), (0, 1, 0.6, 0)));
        var heavy = ClassifierSummary.Of("c", Rows((1, 1, 0.5, 0), (0, 3, 0.4, 0), (0, 1, 0.6, 0)));
        Assert.Equal(0.5, even.Auc, 1e-12);
        Assert.Equal(0.75, heavy.Auc, 1e-12);
    }

    [Fact]
    public void Rows_that_no_map_judged_do_not_count_for_coverage()
    {
        var judged = ClassifierSummary.Of("c", Rows((1, 1, 0.9, 1), (0, 1, 0.1, -1)));
        var mixed = ClassifierSummary.Of("c", Rows((1, 1, 0.9, 1), (0, 1, 0.1, -1), (1, 1, 0.2, double.NaN), (0, 1, 0.7, double.NaN)));
        Assert.Equal(judged.Coverage.Bins, mixed.Coverage.Bins);
        Assert.Equal((2, 2), (mixed.Glitches, mixed.Cleans));
    }

    [Fact]
    public void Coverage_is_of_the_instants_in_the_windows_and_the_area_of_the_glitches()
    {
        var rows = Rows((1, 1, 0.9, 5), (1, 1, 0.8, 5), (0, 1, 0.1, -1), (0, 1, 0.2, 1));
        var summary = ClassifierSummary.Of("c", rows with { WindowLogLikes = [1, -2, -1, 1] });
        Assert.Equal(1, summary.Auc);
        Assert.Equal((1.0, 2), (summary.Coverage.Observed, summary.Coverage.Bins.Where(b => b.LogLike > 0).Sum(b => (int)b.Samples)));
    }

    [Fact]
    public async Task Of_a_replay_the_reliability_is_that_of_later_rows_and_of_every_sample()
    {
        using var analysis = new Analysis();
        await analysis.ReplayAsync(Gps.Seg(0, 512), "train", "evaluate", "calibrate", "timeseries");
        using var context = analysis.Context();
        foreach (var reliability in ClassifierSummary.OfRange(context, Gps.Seg(0, 512)).Select(c => c.Reliability))
        {
            Assert.Equal([0.5, 0.1, 0.01, 0.001], reliability.Fap.Select(f => f.Threshold));
            Assert.All(reliability.Fap, f => Assert.True(f.Value <= f.Threshold + 4 * f.StandardError, $"{f}"));
            Assert.NotNull(reliability.Total);
            Assert.True(Math.Abs(reliability.Total.Value.Value - 1) <= 4 * reliability.Total.Value.StandardError, $"{reliability.Total}");
        }
    }

    [Fact]
    public void One_class_alone_has_no_area()
    {
        Assert.True(double.IsNaN(ClassifierSummary.Of("c", Rows((1, 1, 0.9, 1))).Auc));
        var none = ClassifierSummary.Of("c", Rows());
        Assert.Equal((0, 0), (none.Glitches, none.Cleans));
        Assert.True(double.IsNaN(none.Auc));
    }

    [Fact]
    public async Task Of_a_range_the_quivers_that_overlap_it_count()
    {
        using var analysis = new Analysis();
        await analysis.ReplayAsync(Gps.Seg(0, 128), "train", "evaluate");
        using var context = analysis.Context();
        int Count(Segment range) =>
            ClassifierSummary.OfRange(context, range).Single(c => c.Nickname == "random") is var s ? s.Glitches + s.Cleans : -1;
        var rows = analysis.Products("quiver", "random").ToDictionary(p => p.Span(), p => p.Attributes().GetProperty("rows").GetInt32());
        Assert.Equal(rows.Values.Sum(), Count(Gps.Seg(0, 128)));
        Assert.Equal(rows[Gps.Seg(64, 72)] + rows[Gps.Seg(72, 80)], Count(Gps.Seg(64, 80)));
        Assert.Equal(0, Count(Gps.Seg(1000, 2000)));
        Assert.Equal(["ovl", "linear", "random"], ClassifierSummary.OfRange(context, Gps.Seg(0, 1)).Select(c => c.Nickname));
    }
}
