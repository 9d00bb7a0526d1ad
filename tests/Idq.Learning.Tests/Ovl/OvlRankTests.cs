using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Learning.Tests.Ovl;

public sealed class OvlRankTests
{
    static readonly OvlClassifier Classifier = new("ovl", RandomRun.Options());

    static OvlModel Train(ulong seed) => (OvlModel)Classifier.Train(RandomRun.Make(seed, 6, 30), null, default).Model!;

    [SharedFact]
    public void Ranks_follow_the_formulas_of_the_original()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("calibration", "golden.json")));
        foreach (var row in golden.RootElement.GetProperty("legacy_ranks").EnumerateArray())
        {
            Assert.True(OvlMetrics.TryParse(row.GetProperty("metric").GetString()!, out var metric));
            Assert.Equal(row.GetProperty("rank").GetDouble(), metric.Rank(row.GetProperty("value").GetDouble()), 1e-15);
        }
    }

    [Fact]
    public void An_infinite_metric_has_rank_one_and_none_has_rank_zero()
    {
        foreach (var metric in Enum.GetValues<OvlMetric>())
        {
            Assert.Equal(1, metric.Rank(double.PositiveInfinity));
            Assert.Equal(0, metric.Rank(0));
        }
    }

    [Fact]
    public void A_time_has_the_rank_of_the_first_line_that_vetoes_it() =>
        Prop.ForAll<ulong, ulong>((seed, other) =>
        {
            var model = Train(seed % 50);
            var quiver = RandomRun.Make(other, 6, 30);
            var ranks = Classifier.Ranks(model, quiver);
            for (var i = 0; i < ranks.Length; i++)
            {
                var line = NaiveOvl.FirstVeto(model, quiver.Data, quiver.Times[i]);
                Assert.Equal(line < 0 ? 0 : model.Rows[line].Rank, ranks[i]);
                Assert.InRange(ranks[i], 0, 1);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void A_grid_has_the_ranks_of_its_times_inside_the_segments_and_zero_outside()
    {
        var model = Train(4);
        var data = RandomRun.Make(9, 6, 30).Data;
        var times = Enumerable.Range(0, 40 * 256).Select(i => data.Span.Start.Nanoseconds + i * 3_906_250L).ToArray();
        var grid = Samples.Of(data, SegmentList.Of(data.Span), [], times);
        var segments = SegmentList.Coalesce(
            Segment.FromSeconds(1_000_000_005, 1_000_000_011),
            Segment.FromSeconds(1_000_000_020, 1_000_000_033)
        );
        var ranks = new double[times.Length];
        Classifier.Timeseries(model, grid, segments, ranks);
        Assert.Contains(ranks, r => r > 0);
        for (var i = 0; i < times.Length; i++)
        {
            var line = segments.Contains(new GpsTime(times[i])) ? NaiveOvl.FirstVeto(model, data, times[i]) : -1;
            Assert.Equal(line < 0 ? 0 : model.Rows[line].Rank, ranks[i]);
        }
    }

    [Fact]
    public void A_row_has_the_same_rank_whatever_rows_are_beside_it()
    {
        var model = Train(4);
        var quiver = RandomRun.Make(9, 6, 60);
        var together = Classifier.Ranks(model, quiver);
        for (var i = 0; i < quiver.Count; i++)
            Assert.Equal(together[i], Classifier.Ranks(model, Samples.Of(quiver.Data, quiver.Segments, [], [quiver.Times[i]]))[0]);
    }

    [Fact]
    public void A_channel_that_the_data_no_longer_has_vetoes_nothing()
    {
        var model = Train(4);
        var builder = new EventTableBuilder(new ChannelDictionary(["OTHER"]), ["snr"]);
        var span = Segment.FromSeconds(1_000_000_000, 1_000_000_040);
        builder.Add(0, span.Start.Nanoseconds + 5, [1000]);
        var data = new ClassifierData(builder.Build(span, SegmentList.Of(span)), SegmentList.Of(span));
        Assert.Equal(0, Classifier.Ranks(model, Samples.Of(data, data.Segments, [], [span.Start.Nanoseconds + 5]))[0]);
    }

    [Fact]
    public void No_rows_and_wrong_numbers_of_ranks_are_told_apart()
    {
        var model = Train(4);
        var quiver = RandomRun.Make(9);
        Classifier.Evaluate(model, Samples.Of(quiver.Data, quiver.Segments, [], []), []);
        Assert.Throws<ArgumentException>(() => Classifier.Evaluate(model, quiver, new double[1]));
    }

    [Theory]
    [InlineData("eff_by_dt", OvlMetric.EffByDt)]
    [InlineData("eff/dt", OvlMetric.EffByDt)]
    [InlineData(" Poisson_Signif ", OvlMetric.PoissonSignificance)]
    [InlineData("vsig", OvlMetric.PoissonSignificance)]
    [InlineData("use_percentage", OvlMetric.UsePercentage)]
    [InlineData("useP", OvlMetric.UsePercentage)]
    public void Metrics_are_known_by_all_of_their_names(string name, OvlMetric expected)
    {
        Assert.True(OvlMetrics.TryParse(name, out var metric));
        Assert.Equal(expected, metric);
        Assert.True(OvlMetrics.TryParse(metric.Name(), out var again));
        Assert.Equal(metric, again);
        Assert.False(OvlMetrics.TryParse("efficiency", out _));
    }
}
