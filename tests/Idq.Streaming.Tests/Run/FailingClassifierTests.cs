using Idq.Streaming.Tests.Toys.Classifier;
using Idq.Tracking;

namespace Idq.Streaming.Tests.Run;

/// <summary>One policy for what a classifier does wrong, in replay and live: it loses the stride, and nobody else loses anything.</summary>
public sealed class FailingClassifierTests
{
    static readonly Segment Range = Gps.Seg(0, 96), Bad = Gps.Seg(64, 80);

    static readonly string[] Eager =
    [
        "general:classifiers=random faulty", "train stream:stride=16", "train stream:min_new_samples=5", "calibrate:min_new_samples=5",
        "calibrate:min_samples=1", "timeseries:srate=4",
    ];

    static readonly string Ini = Analysis.Ini[..Analysis.Ini.IndexOf("[ovl]", StringComparison.Ordinal)]
        + "[random]\nflavor = random\n[faulty]\nflavor = Faulty\n";

    /// <summary>Runs all jobs over the range, the last third of it with the defect.</summary>
    static async Task<Analysis> RunAsync(bool isLive, Func<string, bool> fails, double? rank)
    {
        var isBad = false;
        var flavor = new FaultyFlavor(what => isBad && fails(what), () => isBad ? rank : null);
        var catalogue = Catalogue.BuiltIn with { Classifiers = Catalogue.BuiltIn.Classifiers.With(flavor) };
        var analysis = Analysis.With(Ini, catalogue, Eager);
        foreach (var (end, bad) in new[] { (Bad.Start, false), (Bad.End, true), (Range.End, false) })
        {
            isBad = bad;
            var clock = isLive ? (IGpsClock)new FakeGpsClock(Gps.At(2000)) : new ReplayClock(Range.Start);
            Assert.True(await analysis.RunAsync(RunRequest.AllJobs, new Segment(Range.Start, end), clock));
        }
        return analysis;
    }

    static Segment[] Spans(IEnumerable<Product> products) => [.. products.Select(p => p.Span()).Distinct().Order()];

    static Segment[] Eights(Segment range)
    {
        var plan = new StridePlan(range.Start, 8 * Gps.Second, range.End);
        return [.. Enumerable.Range(0, (int)plan.LastIndex + 1).Select(k => plan.At(k).Segment)];
    }

    public static TheoryData<bool, string, double> Defects() => new()
    {
        { false, "evaluate timeseries", 0 }, { true, "evaluate timeseries", 0 }, { false, "", double.NaN }, { true, "", double.NaN },
        { false, "", 1.5 }, { true, "", double.PositiveInfinity },
    };

    [Theory]
    [MemberData(nameof(Defects))]
    public async Task Its_stride_is_recorded_and_not_OK_and_everything_else_goes_on(bool isLive, string failing, double rank)
    {
        using var analysis = await RunAsync(isLive, failing.Split(' ').Contains, rank == 0 ? null : rank);
        var lost = analysis.Store.Skips().Where(s => s.Reason == "failed").ToArray();
        Assert.All(lost, s => Assert.StartsWith("faulty: ", s.Detail!, StringComparison.Ordinal));
        foreach (var job in new[] { "evaluate", "timeseries" })
            Assert.Equal(Eights(Bad), lost.Where(s => s.Job == job).Select(s => s.Span()).Order());
        Assert.Contains(analysis.Log, l => l.StartsWith("Error 204 ", StringComparison.Ordinal));
        // The series keeps its cadence, with OK = 0 where there is no answer.
        Assert.Equal(Eights(Range), Spans(analysis.Products("series", "faulty")));
        Assert.All(
            analysis.Products("series", "faulty").Where(p => Bad.Contains(p.Span())),
            p => Assert.Equal(0, p.Attributes().GetProperty("ok").GetDouble()));
        Assert.All(
            analysis.Products("series", "faulty").Where(p => p.Span().Start >= Bad.End),
            p => Assert.Equal(1, p.Attributes().GetProperty("ok").GetDouble()));
        Assert.DoesNotContain(analysis.Products("quiver", "faulty"), p => Bad.Contains(p.Span()));
        Assert.Equal(Eights(Gps.Seg(80, 96)), Spans(analysis.Products("quiver", "faulty").Where(p => p.Span().Start >= Bad.End)));
        // The other one lost nothing.
        var first = analysis.Products("model", "random").Min(p => p.Span().End);
        Assert.Equal(Eights(Range).Where(s => s.Start >= first), Spans(analysis.Products("quiver", "random")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_its_training_fails_the_last_model_stays(bool isLive)
    {
        using var analysis = await RunAsync(isLive, what => what == "train", null);
        Assert.Equal([Bad], analysis.Store.Skips("train").Where(s => s.Reason == "failed").Select(s => s.Span()));
        Assert.DoesNotContain(analysis.Products("model", "faulty"), p => p.Span().End == Bad.End);
        Assert.Contains(analysis.Products("model", "random"), p => p.Span().End == Bad.End);
        Assert.Contains(analysis.Products("model", "faulty"), p => p.Span().End == Range.End);
        Assert.Contains(analysis.Products("quiver", "faulty"), p => p.Span() == Gps.Seg(80, 88));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Time_without_a_model_or_a_map_is_recorded_by_the_series_as_by_evaluation(bool isLive)
    {
        using var analysis = await RunAsync(isLive, _ => false, null);
        foreach (var nickname in new[] { "random", "faulty" })
        {
            var series = analysis.Products("series", nickname).GroupBy(p => p.StartNs).Select(g => g.MaxBy(p => p.Seq)!);
            var silent = series.Where(p => p.Attributes().GetProperty("ok").GetDouble() == 0).Select(p => p.Span()).Order();
            var told = analysis.Store.Skips("timeseries").Where(s => s.Reason is "untrained" or "uncalibrated" && s.Detail == nickname);
            Assert.Equal(silent, told.Select(s => s.Span()).Order());
        }
    }
}
