using System.Collections.Concurrent;
using FsCheck.Fluent;
using Idq.Streaming.Tests.Run;
using Idq.Tracking;

namespace Idq.Streaming.Tests.Execution;

public sealed class JobLoopTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly string[] Nicknames = ["ovl", "linear", "random"];

    readonly Analysis analysis = new();
    readonly ConcurrentQueue<(string Nickname, Segment Span)> steps = new();

    StepResult Record(Lane lane, Stride stride)
    {
        steps.Enqueue((lane.Nickname, stride.Segment));
        return new();
    }

    void AssertAllDone(int strides)
    {
        foreach (var nickname in Nicknames)
            Assert.Equal(
                Enumerable.Range(0, strides).Select(k => Gps.Seg(8 * k, 8 * k + 8)),
                steps.Where(s => s.Nickname == nickname).Select(s => s.Span)
            );
        Assert.Empty(analysis.Store.Skips());
    }

    [Fact]
    public async Task A_job_brings_its_memory_back_before_its_first_stride_and_tries_again_when_that_failed_for_a_reason_that_can_pass()
    {
        var restores = 0;
        using var context = analysis.Context();
        using var job = new FakeJob(context, Gps.Seg(0, 40), step: (lane, stride) =>
        {
            Assert.Equal(3, restores);
            return Record(lane, stride);
        })
        {
            Restores = () => ++restores < 3 ? throw new IOException("the disk is away") : Task.CompletedTask,
        };
        Assert.True(await Driving.RunAsync([job], new FakeGpsClock(Gps.At(1600))).WaitAsync(Patience));
        AssertAllDone(5);
        Assert.Equal(2, analysis.Log.Count(l => l.Contains("the disk is away", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(1600, "ovl")]
    [InlineData(1600, "random")]
    [InlineData(5000, "linear")]
    public async Task A_job_that_catches_up_waits_for_a_lane_that_is_always_far_behind_and_loses_nothing(double now, string slow)
    {
        const int Strides = 200;
        // As far behind the others as its queue has room.
        const int Behind = LaneQueue.Capacity - 1;
        var reached = Enumerable.Range(0, Strides).Select(_ => new CountdownEvent(2)).ToArray();
        using var context = analysis.Context();
        using var job = new FakeJob(context, Gps.Seg(0, 8 * Strides), step: (lane, stride) =>
        {
            if (lane.Nickname == slow)
                Assert.True(reached[Math.Min(Strides - 1, stride.Index + Behind)].Wait(Patience), "the others go on");
            else reached[stride.Index].Signal();
            return Record(lane, stride);
        });
        Assert.True(await Driving.RunAsync([job], new FakeGpsClock(Gps.At(now))).WaitAsync(Patience));
        AssertAllDone(Strides);
        Assert.Equal((Strides, 0L), (job.Counts().Done, job.Counts().Skipped));
        foreach (var counter in reached) counter.Dispose();
    }

    [Fact]
    public async Task A_lane_that_comes_out_of_catching_up_with_all_its_room_taken_has_as_much_for_the_present()
    {
        const int Past = LaneQueue.Capacity + 1, Present = LaneQueue.Capacity;
        using var release = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        using var context = analysis.Context();
        using var job = new FakeJob(context, Gps.Seg(0, 8 * (Past + Present)), step: (lane, stride) =>
        {
            if (lane.Nickname == "ovl")
            {
                begun.Set();
                Assert.True(release.Wait(Patience));
            }
            return Record(lane, stride);
        });
        var others = new[] { "linear", "random" };
        GpsTime Next(string nickname) => job.Lanes.First(l => l.Nickname == nickname).Cursor.Next;
        var clock = new FakeGpsClock(Gps.At(8 * Past))
        {
            // The first of the past is in hand, and the others of the past wait, before the present begins; then the others keep up.
            Pace = async time =>
            {
                Assert.True(begun.Wait(Patience));
                using var patience = new CancellationTokenSource(Patience);
                while (!others.All(n => Next(n) >= time - 8 * Gps.Second)) await Task.Delay(1, patience.Token);
            },
        };
        var run = Driving.RunAsync([job], clock);
        using (var patience = new CancellationTokenSource(Patience))
            while (!others.All(n => Next(n) >= Gps.At(8 * (Past + Present - 1)))) await Task.Delay(1, patience.Token);
        release.Set();
        Assert.True(await run.WaitAsync(Patience));
        AssertAllDone(Past + Present);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(7.9)]
    public async Task A_latency_limit_that_is_shorter_than_a_stride_drops_nothing_while_the_job_keeps_up(double limit)
    {
        const int Strides = 20;
        analysis.Reread($"evaluate stream:max_latency={limit}");
        using var context = analysis.Context();
        var clock = new FakeGpsClock(Gps.At(0));
        // Every stride takes longer than the limit, and less than a stride.
        using var job = new FakeJob(context, Gps.Seg(0, 8 * Strides), step: Record, prepare: stride =>
        {
            clock.Advance(stride.Segment.End + (long)(7.95 * Gps.Second));
            return Task.CompletedTask;
        });
        Assert.True(await Driving.RunAsync([job], clock).WaitAsync(Patience));
        AssertAllDone(Strides);
    }

    [Fact]
    public async Task Only_what_is_later_than_the_limit_is_dropped()
    {
        analysis.Reread("evaluate stream:max_latency=20");
        using var context = analysis.Context();
        using var job = new FakeJob(context, Gps.Seg(0, 160), step: Record);
        Assert.True(await Driving.RunAsync([job], new FakeGpsClock(Gps.At(101))).WaitAsync(Patience));
        // At 101 the stride that ended at 80 is 21 s late, and the one that ended at 88 is 13 s late.
        Assert.Equal(
            Enumerable.Range(0, 10).Select(k => Gps.Seg(8 * k, 8 * k + 8)),
            analysis.Store.Skips("fake").Where(s => s.Detail == "ovl").Select(s => s.Span()));
        Assert.Equal((10L, 10L), (job.Counts().Skipped, job.Counts().Done));
    }

    [Fact]
    public async Task Years_of_strides_that_are_too_late_are_one_line_of_the_log_and_end_at_once_when_stopped()
    {
        analysis.Reread("evaluate stream:max_latency=60", "evaluate stream:stride=1");
        using var stop = new CancellationTokenSource();
        using var context = analysis.Context();
        using var job = new FakeJob(context, new Segment(Gps.At(0), GpsTime.MaxValue), step: Record);
        var run = Driving.RunAsync([job], new FakeGpsClock(Gps.At(1e8)), null, stop.Token);
        using (var patience = new CancellationTokenSource(Patience))
            while (analysis.Store.Skips("fake").DistinctBy(s => s.Detail).Count() < Nicknames.Length) await Task.Delay(5, patience.Token);
        await stop.CancelAsync();
        Assert.False(await run.WaitAsync(Patience));
        lock (analysis.Log) Assert.InRange(analysis.Log.Count, 1, 3);
        // What was not recorded is not consumed.
        Assert.All(job.Lanes, l => Assert.Equal(
            l.Cursor.Next, analysis.Store.Skips("fake").Where(s => s.Detail == l.Nickname).Max(s => s.Span().End)));
    }

    [Fact]
    public async Task At_the_end_of_its_range_a_job_waits_for_a_lane_without_room_instead_of_skipping_its_last_stride()
    {
        const int Strides = LaneQueue.Capacity + 2;
        using var others = new CountdownEvent(2);
        using var context = analysis.Context();
        using var job = new FakeJob(context, Gps.Seg(0, 8 * Strides), step: (lane, stride) =>
        {
            if (lane.Nickname == "ovl") Assert.True(others.Wait(Patience), "the last stride of the others does not wait for this one");
            else if (stride.Index == Strides - 1) others.Signal();
            return Record(lane, stride);
        });
        Assert.True(await Driving.RunAsync([job], new FakeGpsClock(Gps.At(8 * Strides))).WaitAsync(Patience));
        AssertAllDone(Strides);
    }

    /// <summary>A job whose every stride loses its first second before any classifier sees it.</summary>
    static FakeJob Lossy(JobContext context, int strides, Func<Lane, Stride, StepResult>? step = null) =>
        new(context, Gps.Seg(0, 8 * strides), step: step)
        {
            Lost = stride =>
            [
                new SkipDraft("fake", stride.Segment.Start.Nanoseconds, (stride.Segment.Start + Gps.Second).Nanoseconds, "unknown", "all"),
            ],
        };

    static void AssertToldOnce(Analysis analysis, int strides) =>
        Assert.Equal(
            Enumerable.Range(0, strides).Select(k => Gps.Seg(8 * k, 8 * k + 1)),
            analysis.Store.Skips("fake").Where(s => s.Reason == "unknown").Select(s => s.Span()).Order()
        );

    [Fact]
    public void What_a_stride_lost_is_told_once_whatever_lane_commits_first_and_wherever_the_process_ends() =>
        (from moves in Gen.Choose(0, 3).ListOf(40) select moves).CheckAsync(async moves =>
        {
            const int Strides = 8;
            using var fresh = new Analysis();
            var (context, job) = Start(fresh);
            var commit = new JobCommit(job, new());
            // 0 to 2 let a lane do its next stride; 3 ends the process between two commits.
            foreach (var move in moves.Concat(Enumerable.Range(0, 3 * Strides).Select(k => k % 3)))
            {
                if (move == 3)
                {
                    job.Dispose();
                    context.Dispose();
                    (context, job) = Start(fresh);
                    commit = new JobCommit(job, new());
                    continue;
                }
                var lane = job.Lanes[move];
                if (job.Plan.Next(lane.Cursor.Next) is not { } stride) continue;
                commit.Commit([lane], [new StepResult()], await job.PrepareAsync(stride, CancellationToken.None), 0);
            }
            job.Dispose();
            context.Dispose();
            AssertToldOnce(fresh, Strides);

            static (JobContext, FakeJob) Start(Analysis analysis)
            {
                var context = analysis.Context();
                return (context, Lossy(context, Strides));
            }
        }, runs: 25);

    [Fact]
    public void A_live_job_that_is_stopped_and_started_again_tells_every_loss_once() =>
        (from stops in Gen.Choose(1, 11).ArrayOf(3)
         from nicknames in Gen.Elements(Nicknames).ArrayOf(3)
         select stops.Zip(nicknames).ToArray()).CheckAsync(async stops =>
        {
            const int Strides = 12;
            using var fresh = new Analysis();
            foreach (var (index, nickname) in stops)
            {
                using var stop = new CancellationTokenSource();
                await DriveAsync(fresh, (lane, stride) =>
                {
                    if (lane.Nickname == nickname && stride.Index == index) stop.Cancel();
                    return new();
                }, stop.Token);
            }
            await DriveAsync(fresh, (_, _) => new(), CancellationToken.None);
            AssertToldOnce(fresh, Strides);

            static async Task DriveAsync(Analysis analysis, Func<Lane, Stride, StepResult> step, CancellationToken stop)
            {
                using var context = analysis.Context();
                using var job = Lossy(context, Strides, step);
                await Driving.RunAsync([job], new FakeGpsClock(Gps.At(0)), null, stop);
            }
        }, runs: 8);

    [Fact]
    public async Task A_stride_that_nobody_works_on_any_more_does_not_hide_the_losses_of_the_next()
    {
        analysis.Reread("evaluate stream:max_iters=3");
        using var context = analysis.Context();
        using var job = Lossy(context, 20);
        Assert.True(await Driving.RunAsync([job], new FakeGpsClock(Gps.At(100))));
        var skipped = analysis.Store.Skips("fake").Where(s => s.Reason == "too late").Select(s => s.Span()).ToHashSet();
        Assert.NotEmpty(skipped);
        Assert.Equal(
            Enumerable.Range(0, 20).Where(k => !skipped.Contains(Gps.Seg(8 * k, 8 * k + 8))).Select(k => Gps.Seg(8 * k, 8 * k + 1)),
            analysis.Store.Skips("fake").Where(s => s.Reason == "unknown").Select(s => s.Span()).Order()
        );
    }

    public void Dispose() => analysis.Dispose();
}
