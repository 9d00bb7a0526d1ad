using Idq.Tracking;

namespace Idq.Streaming.Tests.Run;

/// <summary>The series of a live run: the newest stride waits for nothing, and what it went past is filled in.</summary>
[Collection(nameof(Trained))]
public sealed class PunctualSeriesTests(Trained trained)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly string[] Nicknames = ["ovl", "linear", "random"];

    static readonly string[] EightsWithoutSegments = ["segdb:files=", "segdb:intersect="];

    static IEnumerable<Segment> Strides(int from, int to) => Enumerable.Range(from, to - from).Select(k => Gps.Seg(8 * k, 8 * k + 8));

    static async Task UntilAsync(Task run, Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            if (run.IsCompleted) await run;
            await Task.Delay(5, patience.Token);
        }
    }

    static FakeSource Source() => new(Triggers.Random(Gps.Seg(-16, 4000)));

    /// <summary>A live run of the series alone, on a clock that the test moves.</summary>
    sealed class LiveRun : IAsyncDisposable
    {
        readonly CancellationTokenSource stop = new();
        readonly JobContext context;
        readonly TimeseriesJob job;

        public LiveRun(Analysis analysis, double now, IEventSource? source = null, double end = 100_000, TimeSpan? patience = null)
        {
            Clock = new(Gps.At(now)) { IsHeld = true };
            context = analysis.Context(source, Clock, isLive: true);
            job = new(context, Gps.Seg(0, end));
            var loop = patience is { } given ? new JobLoop(job, Clock) { Patience = given } : new JobLoop(job, Clock);
            Run = JobLoops.RunAsync([loop], Clock, null, stop.Token);
        }

        public FakeGpsClock Clock { get; }

        public Task<bool> Run { get; }

        /// <summary>Moves on a second at a time until something holds.</summary>
        public async Task TickUntilAsync(Func<bool> condition)
        {
            using var patience = new CancellationTokenSource(Patience);
            while (!condition())
            {
                if (Run.IsCompleted) await Run;
                Clock.Advance(Clock.Now + Gps.Second);
                await Task.Delay(5, patience.Token);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await Run.WaitAsync(Patience);
            job.Dispose();
            context.Dispose();
            stop.Dispose();
        }
    }

    static Product[] Series(Analysis analysis, string nickname = "random") => analysis.Products("series", nickname);

    static int Version(Product product) => product.Attributes().TryGetProperty("version", out var version) ? version.GetInt32() : 0;

    static double Ok(Product product) => product.Attributes().GetProperty("ok").GetDouble();

    /// <summary>The newest version of every span.</summary>
    static Product[] Newest(Analysis analysis, string nickname = "random") =>
        [.. Series(analysis, nickname).GroupBy(p => p.Span()).Select(g => g.MaxBy(Version)!).OrderBy(p => p.StartNs)];

    [Fact]
    public async Task During_an_outage_of_the_source_it_goes_on_with_OK_0_and_is_filled_in_under_a_version_number_afterwards()
    {
        using var undisturbed = trained.Fresh(EightsWithoutSegments);
        await using (var calm = new LiveRun(undisturbed, 0, Source()))
            await calm.TickUntilAsync(() => Nicknames.All(n => Series(undisturbed, n).Length >= 10));
        using var analysis = trained.Fresh(EightsWithoutSegments);
        var isDown = false;
        using var source = Source();
        source.Fails = _ => Volatile.Read(ref isDown) ? new DataException("the source is down", isTransient: true) : null;
        await using (var run = new LiveRun(analysis, 0, source))
        {
            await run.TickUntilAsync(() => Series(analysis).Length >= 3);
            Volatile.Write(ref isDown, true);
            await run.TickUntilAsync(() => Series(analysis).Length >= 7);
            var silent = Series(analysis).Where(p => Ok(p) == 0).ToArray();
            Assert.InRange(silent.Length, 2, 6);
            Assert.All(silent, p => Assert.Equal(0, Version(p)));
            Volatile.Write(ref isDown, false);
            await run.TickUntilAsync(() => Nicknames.All(n => Newest(analysis, n) is { Length: >= 10 } all && all.All(p => Ok(p) == 1)));
        }
        foreach (var nickname in Nicknames)
        {
            // At its cadence, without a gap, every span once and again where it was silent.
            var spans = Series(analysis, nickname).Where(p => Version(p) == 0).Select(p => p.Span()).ToArray();
            Assert.Equal(Strides(0, spans.Length), spans);
            Assert.All(Series(analysis, nickname).Where(p => Version(p) > 0), p => Assert.Equal(1, Version(p)));
            Assert.All(Series(analysis, nickname).Where(p => Version(p) > 0), p =>
                Assert.Contains("_V1_", Path.GetFileName(p.Path), StringComparison.Ordinal));
            Assert.Equal(
                Series(analysis, nickname).Where(p => Ok(p) == 0).Select(p => p.Span()),
                Series(analysis, nickname).Where(p => Version(p) == 1).Select(p => p.Span()).Order());
            static IEnumerable<string> First(Product[] series) => series.Take(10).Select(p => p.Sha256);
            Assert.Equal(First(Newest(undisturbed, nickname)), First(Newest(analysis, nickname)));
        }
        var waited = analysis.Store.Skips("timeseries").Where(s => s.Reason == "waiting").ToArray();
        Assert.Equal(Series(analysis).Where(p => Ok(p) == 0).Select(p => p.Span()), waited.Select(s => s.Span()));
        Assert.All(waited, s => Assert.Equal("the source is down", s.Detail));
        Assert.Single(analysis.Log, l => l.Contains("goes on with OK = 0", StringComparison.Ordinal));
        Assert.Single(analysis.Log, l => l.Contains("answers again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_source_that_never_answers_holds_up_no_series_and_what_was_missed_is_filled_in_when_it_does()
    {
        using var undisturbed = trained.Fresh(EightsWithoutSegments);
        await using (var calm = new LiveRun(undisturbed, 0, Source()))
            await calm.TickUntilAsync(() => Nicknames.All(n => Series(undisturbed, n).Length >= 12));
        using var analysis = trained.Fresh(EightsWithoutSegments);
        var source = new SilentSource(Source());
        await using (var run = new LiveRun(analysis, 0, source, patience: TimeSpan.FromMilliseconds(50)))
        {
            await run.TickUntilAsync(() => Series(analysis).Length >= 3);
            source.IsSilent = true;
            // Many strides come and go; none of them waits.
            var silent = Series(analysis).Length + 6;
            await run.TickUntilAsync(() => Series(analysis).Length >= silent);
            Assert.Contains(Series(analysis), p => Ok(p) == 0);
            source.IsSilent = false;
            await run.TickUntilAsync(() => Nicknames.All(n => Newest(analysis, n).Take(12) is var all
                && all.Count() == 12 && all.All(p => Ok(p) == 1)));
        }
        foreach (var nickname in Nicknames)
            Assert.Equal(
                Series(undisturbed, nickname).Take(12).Select(p => (p.Span(), p.Sha256)),
                Newest(analysis, nickname).Take(12).Select(p => (p.Span(), p.Sha256)));
        Assert.Contains(analysis.Store.Skips("timeseries"), s => s.Reason == "waiting" && s.Detail!.Contains("does not answer"));
    }

    [Fact]
    public async Task A_training_that_is_not_back_from_a_restart_yet_holds_up_no_series()
    {
        using var analysis = trained.Fresh(EightsWithoutSegments);
        using var stop = new CancellationTokenSource();
        var clock = new FakeGpsClock(Gps.At(100)) { IsHeld = true };
        using var source = Source();
        using var context = analysis.Context(source, clock, isLive: true);
        using var training = new FakeJob(context, Gps.Seg(0, 10_000), name: "train") { Restores = () => Task.Delay(-1) };
        using var series = new TimeseriesJob(context, Gps.Seg(0, 10_000));
        var run = JobLoops.RunAsync([new JobLoop(training, clock), new JobLoop(series, clock)], clock, null, stop.Token);
        await UntilAsync(run, () => Nicknames.All(n => Series(analysis, n).Any(p => p.Span() == Gps.Seg(88, 96))));
        await stop.CancelAsync();
        await run.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_run_ends_while_its_source_does_not_answer()
    {
        using var analysis = trained.Fresh(EightsWithoutSegments);
        using var inner = Source();
        var source = new SilentSource(inner) { IsSilent = true };
        await using (var run = new LiveRun(analysis, 0, source, patience: TimeSpan.FromMilliseconds(50)))
            await run.TickUntilAsync(() => Nicknames.All(n => Series(analysis, n).Length >= 2));
        Assert.False(inner.IsDisposed);
        source.IsSilent = false;
    }

    [Fact]
    public async Task After_a_pause_the_present_comes_first_and_what_was_missed_is_filled_in_whole()
    {
        using var analysis = trained.Fresh(EightsWithoutSegments);
        await using (var first = new LiveRun(analysis, 0, Source()))
            await first.TickUntilAsync(() => Nicknames.All(n => Series(analysis, n).Length >= 2));
        var before = Nicknames.ToDictionary(n => n, n => Series(analysis, n).Length);
        // An hour later: 450 strides, a part of which is filled in before the next stop.
        await using (var second = new LiveRun(analysis, 3600.5, Source()))
            await UntilAsync(second.Run, () => Nicknames.All(n => Series(analysis, n).Length >= before[n] + 20));
        foreach (var nickname in Nicknames)
            Assert.Equal(Gps.Seg(3592, 3600), Series(analysis, nickname)[before[nickname]].Span());
        await using (var third = new LiveRun(analysis, 3601, Source()))
            await UntilAsync(third.Run, () => Nicknames.All(n => Newest(analysis, n).Length >= 450));
        foreach (var nickname in Nicknames)
        {
            Assert.Equal(Strides(0, 450), Newest(analysis, nickname).Select(p => p.Span()));
            Assert.All(Newest(analysis, nickname), p => Assert.Equal((1, 0), (Ok(p), Version(p))));
        }
        Assert.Empty(analysis.Store.Skips("timeseries"));
    }

    [Fact]
    public async Task Where_the_configuration_limits_catching_up_what_is_too_late_is_given_up()
    {
        using var analysis = trained.Fresh([.. EightsWithoutSegments, "timeseries stream:max_latency=60"]);
        await using (var run = new LiveRun(analysis, 800.5, Source()))
            await UntilAsync(run.Run, () => Nicknames.All(n => Series(analysis, n).Length >= 100));
        Assert.Equal(Strides(0, 100), Series(analysis).Select(p => p.Span()));
        Assert.Equal(Strides(0, 99), Series(analysis).Where(p => Ok(p) == 0).Select(p => p.Span()));
        Assert.Equal(3 * 99, analysis.Store.Skips("timeseries").Count(s => s.Reason == "too late"));
    }

    [Fact]
    public async Task Time_that_the_segment_database_comes_to_know_is_filled_in_and_is_not_waited_for()
    {
        using var analysis = trained.Fresh("segdb:max_wait=1000");
        string Known(int end) => $$"""
            {"ifo": "H1", "name": "DMT", "version": 1,
             "known": [[1262303000, {{1262304000 + end}}]], "active": [[1262303000, {{1262304000 + end}}]]}
            """;
        analysis.Write("segments.json", Known(16));
        await using var run = new LiveRun(analysis, 0, Source());
        await run.TickUntilAsync(() => Series(analysis).Length >= 5);
        Assert.Equal([1, 1, 0, 0, 0], Series(analysis).Take(5).Select(Ok));
        analysis.Write("segments.json", Known(100_000));
        await run.TickUntilAsync(() => Newest(analysis).Length > 5 && Newest(analysis).All(p => Ok(p) == 1));
        Assert.DoesNotContain(analysis.Store.Skips("timeseries"), s => s.Reason == "unknown");
    }

    [Fact]
    public async Task A_range_that_ends_is_done_when_everything_is_filled_in()
    {
        using var analysis = trained.Fresh(EightsWithoutSegments);
        await using (var run = new LiveRun(analysis, 500, Source(), end: 200))
            Assert.True(await run.Run.WaitAsync(Patience));
        foreach (var nickname in Nicknames) Assert.Equal(Strides(0, 25), Newest(analysis, nickname).Select(p => p.Span()));
    }

    [Fact]
    public async Task What_is_left_to_fill_in_is_filled_in_by_a_replay_too()
    {
        using var analysis = trained.Fresh(EightsWithoutSegments);
        using (var source = Source())
        {
            source.Fails = _ => new IOException("the server is away");
            await using var run = new LiveRun(analysis, 0, source);
            await run.TickUntilAsync(() => Nicknames.All(n => Series(analysis, n).Length >= 3));
        }
        using (var source = Source())
        using (var context = analysis.Context(source))
        using (var job = new TimeseriesJob(context, Gps.Seg(0, 80)))
            await job.ReplayAsync();
        foreach (var nickname in Nicknames)
        {
            Assert.Equal(Strides(0, 10), Newest(analysis, nickname).Select(p => p.Span()));
            Assert.All(Newest(analysis, nickname), p => Assert.Equal(1, Ok(p)));
        }
    }
}
