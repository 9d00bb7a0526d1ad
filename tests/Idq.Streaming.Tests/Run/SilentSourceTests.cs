using Idq.Tracking;

namespace Idq.Streaming.Tests.Run;

/// <summary>A source that blocks whoever asks it, without an error: jobs that wait for it lose nothing, and hold up nobody.</summary>
[Collection(nameof(Trained))]
public sealed class SilentSourceTests(Trained trained)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Short = TimeSpan.FromMilliseconds(50);

    static readonly string[] Settings =
        ["segdb:files=", "segdb:intersect=", "train stream:stride=8", "train stream:min_new_samples=5", "calibrate:min_new_samples=5"];

    /// <summary>A live run of jobs on a clock that the test moves.</summary>
    sealed class LiveRun : IAsyncDisposable
    {
        readonly CancellationTokenSource stop = new();
        readonly JobContext context;
        readonly List<Job> jobs;

        public LiveRun(Analysis analysis, IEventSource source, double now, params string[] names)
        {
            Clock = new(Gps.At(now)) { IsHeld = true };
            context = analysis.Context(source, Clock, isLive: true);
            jobs = [.. names.Select(name => Driving.Open(name, context, Gps.Seg(0, 100_000)))];
            Run = JobLoops.RunAsync([.. jobs.Select(j => new JobLoop(j, Clock) { Patience = Short })], Clock, null, stop.Token);
        }

        public FakeGpsClock Clock { get; }

        public Task<bool> Run { get; }

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
            foreach (var job in jobs) job.Dispose();
            context.Dispose();
            stop.Dispose();
        }
    }

    static FakeSource Source() => new(Triggers.Random(Gps.Seg(-16, 4000)));

    static Product[] Made(Analysis analysis, string kind) =>
        [.. analysis.Products(kind, "random").Where(p => p.EndNs > Gps.Origin.Nanoseconds).OrderBy(p => p.EndNs)];

    static Skip[] Outages(Analysis analysis, string job) => [.. analysis.Store.Skips(job).Where(s => s.Reason == "waiting")];

    [Theory]
    [InlineData("evaluate", "quiver")]
    [InlineData("train", "model")]
    public async Task The_stride_is_recorded_and_what_was_missed_is_done_when_the_source_answers(string job, string kind)
    {
        // Training makes the models that evaluation is given.
        using var undisturbed = job == "train" ? new Analysis(Settings) : trained.Fresh(Settings);
        await using (var calm = new LiveRun(undisturbed, Source(), 0, job))
            await calm.TickUntilAsync(() => Made(undisturbed, kind).Length >= 12);
        using var analysis = job == "train" ? new Analysis(Settings) : trained.Fresh(Settings);
        var source = new SilentSource(Source());
        await using (var run = new LiveRun(analysis, source, 0, job))
        {
            await run.TickUntilAsync(() => Made(analysis, kind).Length >= 3);
            source.IsSilent = true;
            await run.TickUntilAsync(() => Outages(analysis, job).Length > 0);
            var before = Made(analysis, kind).Length;
            for (var k = 0; k < 40; k++) run.Clock.Advance(run.Clock.Now + Gps.Second);
            source.IsSilent = false;
            await run.TickUntilAsync(() => Made(analysis, kind).Length >= 12);
            Assert.InRange(before, 3, 11);
        }
        IEnumerable<(Segment, string)> First(Analysis of) => Made(of, kind).Take(12).Select(p => (p.Span(), p.Sha256));
        Assert.Equal(First(undisturbed), First(analysis));
        var outage = Assert.Single(Outages(analysis, job));
        Assert.Contains($"does not answer, since {outage.Span()} was asked for", outage.Detail, StringComparison.Ordinal);
        Assert.Equal(Outages(analysis, job).Length, analysis.Store.Skips(job).Count());
        Assert.Single(analysis.Log, l => l.Contains("it is waited for, and caught up afterwards", StringComparison.Ordinal));
        Assert.Single(analysis.Log, l => l.Contains("answers again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_jobs_record_it_and_the_series_goes_on()
    {
        using var analysis = new Analysis(Settings);
        var source = new SilentSource(Source());
        await using var run = new LiveRun(analysis, source, 0, "train", "evaluate", "calibrate", "timeseries");
        await run.TickUntilAsync(() => Made(analysis, "quiver").Length >= 3 && Made(analysis, "series").Length >= 3);
        source.IsSilent = true;
        await run.TickUntilAsync(() => new[] { "train", "evaluate", "timeseries" }.All(job => Outages(analysis, job).Length > 0));
        var (quivers, series) = (Made(analysis, "quiver").Length, Made(analysis, "series").Length);
        await run.TickUntilAsync(() => Made(analysis, "series").Length >= series + 5);
        Assert.Equal(quivers, Made(analysis, "quiver").Length);
        source.IsSilent = false;
        await run.TickUntilAsync(() => Made(analysis, "quiver").Length >= quivers + 5);
        Assert.DoesNotContain(analysis.Store.Skips(), s => s.Reason is not ("waiting" or "blind margin" or "untrained" or "uncalibrated"));
    }

    [Fact]
    public async Task A_run_ends_while_no_job_has_an_answer_and_a_later_one_goes_on()
    {
        using var analysis = new Analysis(Settings);
        var source = new SilentSource(Source()) { IsSilent = true };
        await using (var run = new LiveRun(analysis, source, 100, "train", "evaluate", "calibrate", "timeseries"))
            await run.TickUntilAsync(() => Outages(analysis, "evaluate").Length > 0 && Outages(analysis, "train").Length > 0);
        source.IsSilent = false;
        await using (var run = new LiveRun(analysis, Source(), 100, "train", "evaluate", "calibrate", "timeseries"))
            await run.TickUntilAsync(() => Made(analysis, "quiver").Length >= 12);
        var untrained = analysis.Store.Skips("evaluate").Where(s => s is { Reason: "untrained", Detail: "random" }).Select(s => s.Span());
        var done = Made(analysis, "quiver").Select(p => p.Span()).Concat(untrained).Order().ToArray();
        Assert.Equal(Enumerable.Range(0, done.Length).Select(k => Gps.Seg(8 * k, 8 * k + 8)), done);
    }

    [Fact]
    public async Task A_run_ends_while_what_training_remembers_has_no_answer()
    {
        using var analysis = trained.Fresh(Settings);
        using var context = analysis.Context(Source(), new FakeGpsClock(Gps.At(100)), isLive: true);
        using var stop = new CancellationTokenSource();
        using var asked = new SemaphoreSlim(0);
        using var never = new ManualResetEventSlim();
        using var job = new FakeJob(context, Gps.Seg(0, 1000), name: "train")
        {
            Restores = () =>
            {
                asked.Release();
                never.Wait();
                return Task.CompletedTask;
            },
        };
        var clock = new FakeGpsClock(Gps.At(100));
        var run = JobLoops.RunAsync([new JobLoop(job, clock)], clock, null, stop.Token);
        Assert.True(await asked.WaitAsync(Patience));
        await stop.CancelAsync();
        Assert.False(await run.WaitAsync(Patience));
        never.Set();
    }

    [Fact]
    public async Task Nobody_waits_for_a_job_whose_source_does_not_answer()
    {
        using var analysis = trained.Fresh(Settings);
        using var context = analysis.Context(Source());
        using var stop = new CancellationTokenSource();
        var never = new TaskCompletionSource();
        // Late, so that evaluation would have to wait until training has caught up.
        var clock = new FakeGpsClock(Gps.At(1600));
        using var train = new FakeJob(context, Gps.Seg(0, 800), prepare: _ => never.Task, name: "train");
        using var evaluate = new FakeJob(context, Gps.Seg(0, 800), name: "evaluate");
        var run = JobLoops.RunAsync(
            [new JobLoop(train, clock) { Patience = Short }, new JobLoop(evaluate, clock)], clock, null, stop.Token);
        using var patience = new CancellationTokenSource(Patience);
        while (evaluate.Next < Gps.At(800)) await Task.Delay(5, patience.Token);
        Assert.Equal(Gps.At(0), train.Next);
        never.SetResult();
        Assert.True(await run.WaitAsync(Patience));
        Assert.Equal(Gps.At(800), train.Next);
    }
}
