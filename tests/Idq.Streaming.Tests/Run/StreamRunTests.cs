using FsCheck.Fluent;
using Idq.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace Idq.Streaming.Tests.Run;

public sealed class StreamRunTests(StreamRunTests.Undisturbed undisturbed) : IClassFixture<StreamRunTests.Undisturbed>
{
    static readonly Segment Range = Gps.Seg(0, 160);

    /// <summary>A replay that nobody disturbed, to compare with.</summary>
    public sealed class Undisturbed : IAsyncLifetime
    {
        internal Analysis Analysis { get; } = new(Analysis.WithSegments);

        internal RunReport Report { get; private set; } = null!;

        public async Task InitializeAsync() => Report = await RunAsync(Analysis);

        public Task DisposeAsync()
        {
            Analysis.Dispose();
            return Task.CompletedTask;
        }
    }

    Analysis Whole => undisturbed.Analysis;

    /// <summary>Asks to stop after so many strides.</summary>
    sealed class Interruption(int strides) : IProgress<RunProgress>, IDisposable
    {
        readonly CancellationTokenSource source = new();
        int seen;

        public CancellationToken Token => source.Token;

        public void Report(RunProgress value)
        {
            if (++seen == strides) source.Cancel();
        }

        public void Dispose() => source.Dispose();
    }

    static async Task<RunReport> RunAsync(Analysis analysis, int strides = int.MaxValue, params string[] jobs)
    {
        using var interruption = new Interruption(strides);
        return await new StreamRun(analysis.Configuration, Clocks.Still, LeapSeconds.BuiltIn, NullLoggerFactory.Instance).RunAsync(
            new RunRequest(jobs.Length == 0 ? RunRequest.AllJobs : jobs, Range.Start, Range.End, 0, true),
            interruption,
            interruption.Token
        );
    }

    [Fact]
    public void A_report_says_what_was_done()
    {
        var (analysis, report) = (Whole, undisturbed.Report);
        Assert.False(report.Interrupted);
        Assert.Equal(Range, report.Range);
        Assert.Equal(["train", "evaluate", "calibrate", "timeseries"], report.Jobs.Keys);
        Assert.Equal((5L, 20L), (report.Jobs["train"].Done, report.Jobs["evaluate"].Done));
        Assert.Equal((long)((160 - 6.5 - 3.25) * Gps.Second), report.Jobs["evaluate"].Livetime);
        Assert.Equal(analysis.Products().Select(p => p.Seq), report.Products.Select(p => p.Seq));
        Assert.Equal(["ovl", "linear", "random"], report.Classifiers.Select(c => c.Nickname));
        Assert.Equal(
            report
                .Products.Where(p => p is { Kind: "quiver", Nickname: "ovl" })
                .Sum(p => p.Attributes().GetProperty("glitches").GetInt32()),
            report.Classifiers[0].Glitches
        );
        Assert.Equal(report.Jobs.Values.Sum(j => j.Products), report.Products.Count());
    }

    [Fact]
    public void Every_product_is_on_disk_with_its_hash_and_nothing_else_is()
    {
        var (analysis, report) = (Whole, undisturbed.Report);
        Assert.Equal(report.Products.ToDictionary(p => p.Path, p => p.Sha256), analysis.Files());
        Assert.All(
            Directory.EnumerateFiles(analysis.Paths.Staging, "*", SearchOption.AllDirectories),
            f => Assert.EndsWith(".lock", f, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Two_replays_write_the_same_bytes()
    {
        using var second = new Analysis(Analysis.WithSegments);
        await RunAsync(second);
        Assert.Equal(Whole.State(), second.State());
        Assert.Equal(Whole.Files(), second.Files());
    }

    [Fact]
    public async Task A_replay_that_is_done_does_nothing_again()
    {
        var state = Whole.State();
        var second = await RunAsync(Whole);
        Assert.Equal(state, Whole.State());
        Assert.Empty(second.Products);
        Assert.Equal(undisturbed.Report.Classifiers[0].Glitches, second.Classifiers[0].Glitches);
    }

    [Fact]
    public void A_replay_that_is_interrupted_anywhere_ends_as_an_undisturbed_one() =>
        Gen.Choose(1, 15).ArrayOf(4).CheckAsync(async stops =>
        {
            using var pieces = new Analysis(Analysis.WithSegments);
            foreach (var stop in stops)
            {
                var report = await RunAsync(pieces, stop);
                Assert.True(report.Interrupted);
            }
            await RunAsync(pieces);
            Assert.Equal(Whole.State(), pieces.State());
            Assert.Equal(Whole.Files(), pieces.Files());
        }, runs: 4);

    [Fact]
    public async Task A_crash_between_renaming_and_registering_is_mended()
    {
        using var crashed = new Analysis(Analysis.WithSegments);
        await RunAsync(crashed, 30);
        // What the next strides will write lies there already, torn.
        foreach (var product in Whole.Products().Where(p => crashed.Store.ProductAt(p.Path) is null).Take(9))
        {
            var path = crashed.Paths.Absolute(product.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "torn");
        }
        await RunAsync(crashed);
        Assert.Equal(Whole.State(), crashed.State());
        Assert.Equal(Whole.Files(), crashed.Files());
    }

    [Fact]
    public async Task Jobs_may_run_one_after_the_other()
    {
        using var analysis = new Analysis();
        await RunAsync(analysis, jobs: "train");
        Assert.All(analysis.Products(), p => Assert.Equal("train", p.Job));
        var report = await RunAsync(analysis, jobs: ["timeseries", "evaluate"]);
        Assert.Equal(["evaluate", "timeseries"], report.Jobs.Keys);
        Assert.All(report.Products, p => Assert.True(p.Job is "evaluate" or "timeseries"));
        // A stride is ranked as soon as there is a model that ends before it.
        var first = analysis.Products("model", "ovl").Min(p => p.Span().End);
        Assert.Equal(
            Enumerable.Range(0, 20).Select(k => Gps.Seg(8 * k, 8 * k + 8)).Where(s => s.Start >= first),
            report.Products.Where(p => p is { Kind: "quiver", Nickname: "ovl" }).Select(p => p.Span()));
    }

    [Fact]
    public async Task Every_call_is_a_run_with_its_end_and_its_metrics()
    {
        using var analysis = new Analysis(Analysis.WithSegments);
        await RunAsync(analysis, 10);
        await RunAsync(analysis);
        var runs = analysis.Store.Runs("test");
        Assert.Equal(8, runs.Count);
        Assert.Equal(
            [RunStatus.Cancelled, RunStatus.Completed],
            runs.Where(r => r.Name == "evaluate").OrderBy(r => r.Id).Select(r => r.Status)
        );
        var points = runs.Where(r => r.Name == "evaluate").SelectMany(r => analysis.Store.ReadMetrics(r.Id)).ToArray();
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), points.Where(p => p.Key == "livetime").Select(p => p.Step).Order());
        Assert.Equal(160 - 6.5 - 3.25, points.Where(p => p.Key == "livetime").Sum(p => p.Value.AsDouble), 1e-9);
        Assert.Equal(3.25, points.Where(p => p.Key == "undelivered").Sum(p => p.Value.AsDouble), 1e-9);
        Assert.Contains(points, p => p.Key == "samples" && p.Value.AsDouble > 0);
    }

    [Fact]
    public async Task A_failure_is_the_end_of_its_run()
    {
        using var analysis = new Analysis();
        await RunAsync(analysis, 40);
        // No product can be written where a file has taken the place of their folder.
        var folder = Path.GetDirectoryName(analysis.Paths.Absolute(analysis.Products("quiver", "ovl")[^1].Path))!;
        Directory.Delete(folder, recursive: true);
        File.WriteAllText(folder, "");
        await Assert.ThrowsAnyAsync<IOException>(() => RunAsync(analysis));
        Assert.Equal(RunStatus.Failed, analysis.Store.Runs("test").Where(r => r.Name == "evaluate").MaxBy(r => r.Id)!.Status);
    }

    [Fact]
    public async Task The_same_job_cannot_run_twice_at_a_time()
    {
        using var analysis = new Analysis();
        using var context = analysis.Context();
        using var running = new EvaluateJob(context, Range);
        await Assert.ThrowsAsync<JobInUseException>(() => RunAsync(analysis));
        Assert.Empty(analysis.Products());
    }

    [Fact]
    public async Task A_call_that_is_stopped_before_it_began_is_cancelled_and_no_failure()
    {
        using var analysis = new Analysis();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var report = await new StreamRun(analysis.Configuration, Clocks.Still, LeapSeconds.BuiltIn, NullLoggerFactory.Instance)
            .RunAsync(new RunRequest(RunRequest.AllJobs, Range.Start, Range.End, 0, true), null, stop.Token);
        Assert.True(report.Interrupted);
        Assert.Empty(report.Products);
        Assert.All(analysis.Store.Runs(), r => Assert.Equal(RunStatus.Cancelled, r.Status));
    }

    /// <summary>A live call that is stopped as soon as something holds.</summary>
    static async Task<RunReport> LiveAsync(Analysis analysis, double now, Func<bool> until, GpsTime? start = null, long lookback = 0)
    {
        using var stop = new CancellationTokenSource();
        var clock = new FakeClock(Utc.ToInstant(Gps.At(now), LeapSeconds.BuiltIn));
        var run = new StreamRun(analysis.Configuration, clock, LeapSeconds.BuiltIn, NullLoggerFactory.Instance)
            .RunAsync(new RunRequest(RunRequest.AllJobs, start, null, lookback, false), null, stop.Token);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        while (!until())
        {
            if (run.IsCompleted) await run;
            await Task.Delay(10, patience.Token);
        }
        await stop.CancelAsync();
        return await run.WaitAsync(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_classifier_that_is_added_to_a_running_analysis_begins_at_the_present()
    {
        using var analysis = new Analysis();
        GpsTime? At(string cursor) => analysis.Store.Cursor(cursor) is { } text ? Cursor.Parse(text).Next : null;
        analysis.Reread("general:classifiers=ovl linear");
        await LiveAsync(analysis, 400.5, () => At("evaluate/linear") >= Gps.At(400) && At("train/linear") >= Gps.At(384), Gps.At(0));
        analysis.Reread();
        await LiveAsync(
            analysis, 480.5, () => At("evaluate/ovl") >= Gps.At(480) && At("train/random") >= Gps.At(480), lookback: 96 * Gps.Second);
        Assert.DoesNotContain(analysis.Products(), p => p is { Nickname: "random", Kind: not "model" });
        Assert.All(analysis.Store.Skips("evaluate").Where(s => s.Detail == "random"), s => Assert.True(s.Span().Start >= Gps.At(480)));
        // Train looks back as far as it would in a first call.
        Assert.All(analysis.Products("model", "random"), p => Assert.True(p.Span().End > Gps.At(384)));
    }

    [Fact]
    public async Task A_live_run_that_was_away_for_an_hour_catches_up_without_a_skipped_stride()
    {
        // Strides are counted one by one: none of them is taken into the file of its hour.
        using var analysis = new Analysis("general:compact=0", "evaluate stream:stride=32", "timeseries stream:stride=32");
        GpsTime At(string cursor) => analysis.Store.Cursor(cursor) is { } text ? Cursor.Parse(text).Next : default;
        bool HaveCome(double time) => RunRequest.AllJobs.All(j => At($"{j}/random") >= Gps.At(time) && At($"{j}/ovl") >= Gps.At(time));
        await LiveAsync(analysis, 160.5, () => HaveCome(160), Gps.At(0));
        var report = await LiveAsync(analysis, 3776.5, () => HaveCome(3776) && analysis.Products("series", "ovl").Length >= 118);
        Assert.All(report.Jobs.Values, j => Assert.Equal(0, j.Skipped));
        Assert.DoesNotContain(analysis.Store.Skips(), s => s.Reason is "too late" or "classifier too slow");
        foreach (var nickname in new[] { "ovl", "random" })
        {
            var first = analysis.Products("model", nickname).Min(p => p.Span().End);
            Assert.Equal(
                Enumerable.Range(0, 118).Select(k => Gps.Seg(32 * k, 32 * k + 32)).Where(s => s.Start >= first),
                analysis.Products("quiver", nickname).Select(p => p.Span()));
        }
    }

    [Fact]
    public async Task A_call_that_is_stopped_tells_what_it_did_and_not_everything_since_the_origin()
    {
        using var analysis = new Analysis(Analysis.WithSegments);
        await RunAsync(analysis, 40);
        var done = Cursor.Parse(analysis.Store.Cursor("evaluate/ovl")!).Next;
        var report = await RunAsync(analysis, 12);
        Assert.True(report.Interrupted);
        Assert.True(report.Range.Start >= done, $"{report.Range} begins before {done}");
        Assert.Equal(
            report.Products.Where(p => p is { Kind: "quiver", Nickname: "ovl" } && report.Range.Contains(p.Span()))
                .Sum(p => p.Attributes().GetProperty("glitches").GetInt32()),
            report.Classifiers[0].Glitches);
    }

    [Fact]
    public async Task Training_may_look_back_before_the_start()
    {
        using var analysis = new Analysis();
        await new StreamRun(analysis.Configuration, Clocks.Still, LeapSeconds.BuiltIn, NullLoggerFactory.Instance)
            .RunAsync(new RunRequest(RunRequest.AllJobs, Gps.At(128), Gps.At(144), 128 * Gps.Second, true), null, CancellationToken.None);
        Assert.Equal(Gps.At(0), analysis.Products("model", "random")[0].Span().Start);
        Assert.Equal([Gps.Seg(128, 136), Gps.Seg(136, 144)], analysis.Products("quiver", "random").Select(p => p.Span()));
    }
}
