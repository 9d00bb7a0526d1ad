using FsCheck.Fluent;
using Idq.Streaming.Tests.Run;

namespace Idq.Streaming.Tests.Execution;

public sealed class LiveOrderTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Analysis analysis = Analysis.Of("random");
    readonly JobContext context;
    readonly FakeGpsClock clock = new(Gps.At(100)) { IsHeld = true };
    readonly FakeJob[] jobs;
    readonly JobLoop[] loops;
    readonly LiveOrder order;

    public LiveOrderTests()
    {
        context = analysis.Context();
        jobs = [.. Enumerable.Range(0, 2).Select(k => new FakeJob(context, Gps.Seg(0, 1000), name: $"job{k}"))];
        loops = [.. jobs.Select(j => new JobLoop(j, clock))];
        order = new(clock, loops);
    }

    Task TurnAsync(int job, double due) => order.TurnAsync(loops[job], Gps.At(due), CancellationToken.None);

    /// <summary>A job has done everything up to a time.</summary>
    void Done(int job, double time)
    {
        foreach (var lane in jobs[job].Lanes) lane.Cursor = lane.Cursor with { Next = Gps.At(time) };
        order.Advance();
    }

    [Fact]
    public void Every_classifier_goes_on_by_itself() => Assert.False(order.AreLanesTogether);

    [Fact]
    public async Task What_was_due_before_the_run_began_is_done_in_the_order_of_a_replay()
    {
        Assert.True(TurnAsync(0, 8).IsCompletedSuccessfully);
        var second = TurnAsync(1, 8);
        Assert.False(second.IsCompleted);
        Done(0, 8);
        await second.WaitAsync(Patience);
        // The first job is due again, and waits until the second has done what is due before.
        var third = TurnAsync(0, 16);
        Assert.False(third.IsCompleted);
        Done(1, 8);
        await third.WaitAsync(Patience);
    }

    [Fact]
    public async Task The_first_stride_of_the_present_waits_for_what_was_due_before_the_run_began()
    {
        var present = TurnAsync(1, 104);
        foreach (var done in new[] { 8, 88 })
        {
            Done(0, done);
            Assert.False(present.IsCompleted);
        }
        Done(0, 96);
        await present.WaitAsync(Patience);
    }

    [Fact]
    public void At_the_present_nobody_waits_for_a_job_that_takes_its_time()
    {
        Done(0, 96);
        Done(1, 96);
        clock.Advance(Gps.At(500));
        // The first job has been at one stride since 104.
        Assert.True(TurnAsync(1, 496).IsCompletedSuccessfully);
        Assert.False(TurnAsync(1, 480).IsCompleted, "a stride that is late is caught up, and waits");
    }

    [Fact]
    public async Task A_job_that_has_ended_or_failed_is_not_waited_for()
    {
        var waiting = TurnAsync(1, 8);
        order.Leave(loops[1]);
        Assert.False(waiting.IsCompleted);
        order.Leave(loops[0]);
        await waiting.WaitAsync(Patience);
    }

    [Fact]
    public async Task Nobody_waits_for_the_series()
    {
        using var series = new TimeseriesJob(context, Gps.Seg(0, 1000));
        var withSeries = new LiveOrder(clock, [loops[0], new JobLoop(series, clock)]);
        await withSeries.TurnAsync(loops[0], Gps.At(96), CancellationToken.None).WaitAsync(Patience);
    }

    [Fact]
    public async Task Waiting_ends_with_the_run()
    {
        using var stop = new CancellationTokenSource();
        var waiting = order.TurnAsync(loops[1], Gps.At(8), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void Strides_of_any_length_and_delay_are_caught_up_in_the_order_of_their_replay() =>
        (from strides in Gen.Choose(1, 25).ArrayOf(3)
         from delays in Gen.Choose(0, 12).ArrayOf(3)
         select (strides, delays)).CheckAsync(async t =>
        {
            async Task<List<(string Job, Segment Stride)>> RunAsync(IGpsClock pace)
            {
                var sections = new[] { "train stream", "evaluate stream", "timeseries stream" };
                using var fresh = Analysis.Of(
                    "random", [.. sections.SelectMany((s, i) => new[] { $"{s}:stride={t.strides[i]}", $"{s}:delay={t.delays[i]}" })]);
                using var own = fresh.Context();
                var done = new List<(string Job, Segment Stride)>();
                var cadences = new[]
                {
                    own.Configuration.Train.Cadence, own.Configuration.Evaluate.Cadence, own.Configuration.Timeseries.Cadence,
                };
                var all = cadences.Select((cadence, i) => new FakeJob(own, Gps.Seg(0, 60), name: $"job{i}", cadence: cadence,
                    step: (_, stride) =>
                    {
                        lock (done) done.Add(($"job{i}", stride.Segment));
                        return new();
                    })).ToArray();
                try
                {
                    Assert.True(await Driving.RunAsync(all, pace).WaitAsync(Patience));
                }
                finally
                {
                    foreach (var job in all) job.Dispose();
                }
                return done;
            }

            Assert.Equal(await RunAsync(new ReplayClock(Gps.At(0))), await RunAsync(new FakeGpsClock(Gps.At(5000))));
        }, runs: 10);

    public void Dispose()
    {
        foreach (var job in jobs) job.Dispose();
        context.Dispose();
        analysis.Dispose();
    }
}
