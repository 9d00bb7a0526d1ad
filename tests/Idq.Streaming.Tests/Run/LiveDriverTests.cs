using System.Collections.Concurrent;
using Idq.Tracking;

namespace Idq.Streaming.Tests.Run;

public sealed class LiveDriverTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Analysis analysis = new();
    readonly ConcurrentQueue<(string Nickname, Segment Stride)> steps = new();

    static readonly string[] Nicknames = ["ovl", "linear", "random"];

    static IEnumerable<Segment> Strides(int count, int from = 0) => Enumerable.Range(from, count).Select(k => Gps.Seg(8 * k, 8 * k + 8));

    Segment[] StepsOf(string nickname) => steps.Where(s => s.Nickname == nickname).Select(s => s.Stride).ToArray();

    StepResult Record(Lane lane, Stride stride)
    {
        steps.Enqueue((lane.Nickname, stride.Segment));
        return new();
    }

    GpsTime Cursor(string nickname) =>
        analysis.Store.Cursor("fake/" + nickname) is { } text ? Streaming.Cursor.Parse(text).Next : Gps.At(0);

    async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition()) await Task.Delay(5, patience.Token);
    }

    /// <summary>A clock that goes on when the named classifiers are no more than ten strides behind.</summary>
    FakeGpsClock Paced(params string[] nicknames) =>
        new(Gps.At(0)) { Pace = time => UntilAsync(() => nicknames.All(n => Cursor(n) >= time - 80 * Gps.Second)) };

    static Task<bool> DriveAsync(Job job, IGpsClock clock, CancellationToken stop = default) =>
        Driving.RunAsync([job], clock, null, stop).WaitAsync(Patience, CancellationToken.None);

    [Fact]
    public async Task Every_classifier_does_every_stride_once_and_in_order()
    {
        using var context = analysis.Context();
        using var job = new FakeJob(context, Gps.Seg(0, 84), step: Record);
        Assert.True(await DriveAsync(job, new FakeGpsClock(Gps.At(0))));
        foreach (var nickname in Nicknames)
        {
            Assert.Equal([.. Strides(10), Gps.Seg(80, 84)], StepsOf(nickname));
            Assert.Equal(Gps.At(84), Cursor(nickname));
        }
        Assert.Equal((11L, 0L, 11L), (job.Counts().Done, job.Counts().Skipped, job.Counts().Lateness.Count));
    }

    [Fact]
    public async Task A_slow_classifier_does_not_delay_the_others()
    {
        using var release = new ManualResetEventSlim();
        using var context = analysis.Context();
        using var job = new FakeJob(context, Gps.Seg(0, 80), step: (lane, stride) =>
        {
            if (lane.Nickname == "ovl") release.Wait(Patience);
            return Record(lane, stride);
        });
        var run = DriveAsync(job, new FakeGpsClock(Gps.At(0)));
        await UntilAsync(() => Cursor("linear") == Gps.At(80) && Cursor("random") == Gps.At(80));
        Assert.Equal(Gps.At(0), Cursor("ovl"));
        Assert.False(run.IsCompleted);
        release.Set();
        Assert.True(await run);
        Assert.Equal(Strides(10), StepsOf("ovl"));
        Assert.Equal(Gps.At(80), Cursor("ovl"));
    }

    [Fact]
    public async Task A_classifier_that_falls_too_far_behind_loses_strides_and_says_which()
    {
        using var release = new ManualResetEventSlim();
        using var context = analysis.Context();
        using var job = new FakeJob(context, Gps.Seg(0, 8 * 100), step: (lane, stride) =>
        {
            if (lane.Nickname == "ovl") release.Wait(Patience);
            return Record(lane, stride);
        });
        var run = DriveAsync(job, Paced("linear", "random"));
        await UntilAsync(() => Cursor("linear") == Gps.At(800));
        release.Set();
        Assert.True(await run);
        var skips = analysis.Store.Skips("fake").ToArray();
        Assert.All(skips, s => Assert.Equal(("classifier too slow", "ovl"), (s.Reason, s.Detail)));
        Assert.InRange(skips.Length, 30, 40);
        Assert.Equal(Strides(100), StepsOf("ovl").Concat(skips.Select(s => s.Span())).Order());
        Assert.Equal(Strides(100), StepsOf("random"));
        Assert.Contains(analysis.Log, l => l.Contains("too slow", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stride_waits_until_it_is_due()
    {
        using var stop = new CancellationTokenSource();
        using var context = analysis.Context();
        using var job = new FakeJob(context, Gps.Seg(0, 80), step: Record);
        var clock = new FakeGpsClock(Gps.At(0)) { IsHeld = true };
        var run = DriveAsync(job, clock, stop.Token);
        await UntilAsync(() => clock.Waits.Count == 1);
        clock.Advance(Gps.At(7.999));
        await Task.Delay(20);
        Assert.Empty(steps);
        clock.Advance(Gps.At(8));
        await UntilAsync(() => Nicknames.All(n => Cursor(n) == Gps.At(8)));
        clock.Advance(Gps.At(25));
        await UntilAsync(() => Nicknames.All(n => Cursor(n) == Gps.At(24)));
        await stop.CancelAsync();
        Assert.False(await run);
        Assert.Equal(Strides(3), StepsOf("ovl"));
    }

    [Fact]
    public async Task Trouble_that_can_pass_is_waited_out_and_costs_nothing()
    {
        var attempts = 0;
        using var context = analysis.Context();
        using var job = new FakeJob(context, Gps.Seg(0, 40), step: Record, prepare: stride =>
            stride.Index == 2 && attempts++ < 3 ? throw new DataException("the server is down", isTransient: true) : Task.CompletedTask);
        var clock = new FakeGpsClock(Gps.At(0));
        Assert.True(await DriveAsync(job, clock));
        Assert.Equal(Strides(5), StepsOf("linear"));
        Assert.Equal(4, attempts);
        // Patience doubles: 1, 2, 4 s after the stride was due.
        Assert.Subset(clock.Waits.ToHashSet(), new HashSet<GpsTime> { Gps.At(25), Gps.At(27), Gps.At(31) });
        Assert.Equal(3, analysis.Log.Count(l => l.Contains("the server is down; tried again", StringComparison.Ordinal)));
        Assert.Empty(analysis.Store.Skips());
    }

    [Fact]
    public async Task Trouble_that_cannot_pass_costs_one_stride()
    {
        using var context = analysis.Context();
        using var job = new FakeJob(
            context,
            Gps.Seg(0, 40),
            step: Record,
            prepare: stride => stride.Index == 2 ? throw new DataException("torn") : Task.CompletedTask
        );
        Assert.True(await DriveAsync(job, new FakeGpsClock(Gps.At(0))));
        Assert.Equal([.. Strides(2), .. Strides(2, from: 3)], StepsOf("ovl"));
        Assert.Equal(Nicknames.Order(), analysis.Store.Skips("fake").Select(s => s.Detail).Order());
        Assert.All(analysis.Store.Skips("fake"), s => Assert.Equal(("unreadable", Gps.Seg(16, 24)), (s.Reason, s.Span())));
        Assert.Equal((4L, 1L), (job.Counts().Done, job.Counts().Skipped));
    }

    [Theory]
    [InlineData("evaluate stream:max_iters=3")]
    [InlineData("evaluate stream:max_latency=30")]
    public async Task Strides_that_cannot_be_caught_up_are_skipped_and_told(string setting)
    {
        analysis.Reread(setting);
        using var context = analysis.Context();
        using var job = new FakeJob(context, Gps.Seg(0, 480), step: Record);
        Assert.True(await DriveAsync(job, new FakeGpsClock(Gps.At(401))));
        foreach (var nickname in Nicknames)
        {
            var skipped = analysis.Store.Skips("fake").Where(s => s.Detail == nickname).ToArray();
            Assert.All(skipped, s => Assert.Equal("too late", s.Reason));
            Assert.InRange(skipped.Length, 40, 50);
            Assert.Equal(Strides(60), StepsOf(nickname).Concat(skipped.Select(s => s.Span())).Order());
            Assert.Equal(Gps.At(480), Cursor(nickname));
        }
        Assert.Equal((60 - job.Counts().Skipped, analysis.Store.Skips("fake").Count() / 3), (job.Counts().Done, job.Counts().Skipped));
    }

    [Fact]
    public async Task A_skipped_stride_of_the_series_is_published_as_not_OK()
    {
        analysis.Reread("timeseries stream:max_iters=2");
        using var context = analysis.Context();
        using var job = new TimeseriesJob(context, Gps.Seg(0, 120));
        Assert.True(await DriveAsync(job, new FakeGpsClock(Gps.At(100))));
        foreach (var nickname in Nicknames)
            Assert.Equal(Strides(15), analysis.Products("series", nickname).OrderBy(p => p.StartNs).Select(p => p.Span()));
        var skips = analysis.Store.Skips("timeseries").Where(s => s.Reason == "too late").ToArray();
        Assert.NotEmpty(skips);
        Assert.Equal(0, skips.Length % 3);
    }

    [Fact]
    public async Task What_is_in_hand_when_it_is_stopped_is_finished_and_a_restart_goes_on_from_there()
    {
        using var started = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        using (var stop = new CancellationTokenSource())
        using (var context = analysis.Context())
        {
            FakeJob? job = null;
            using var opened = job = new FakeJob(context, Gps.Seg(0, 80), step: (lane, stride) =>
            {
                if (stride.Index == 1)
                {
                    started.Release();
                    release.Wait(Patience);
                }
                Record(lane, stride);
                return job!.Product(lane, stride);
            });
            var clock = new FakeGpsClock(Gps.At(0)) { IsHeld = true };
            var run = DriveAsync(job, clock, stop.Token);
            clock.Advance(Gps.At(16));
            for (var i = 0; i < 3; i++) Assert.True(await started.WaitAsync(Patience));
            await stop.CancelAsync();
            Assert.False(run.IsCompleted);
            release.Set();
            Assert.False(await run);
        }
        Assert.All(Nicknames, n => Assert.Equal(Gps.At(16), Cursor(n)));
        Assert.Equal(6, analysis.Products("thing").Length);

        using (var context = analysis.Context())
        {
            FakeJob? job = null;
            using var opened = job = new FakeJob(context, Gps.Seg(0, 80), step: (lane, stride) => job!.Product(lane, stride));
            Assert.True(await DriveAsync(job, new FakeGpsClock(Gps.At(40))));
        }
        foreach (var nickname in Nicknames) Assert.Equal(Strides(10), analysis.Products("thing", nickname).Select(p => p.Span()));
    }

    [Fact]
    public async Task A_full_disk_is_waited_out_by_the_lane_that_meets_it()
    {
        var attempts = 0;
        using var context = analysis.Context();
        using var job = new FakeJob(
            context,
            Gps.Seg(0, 40),
            step: (lane, stride) =>
                lane.Nickname == "linear" && stride.Index == 1 && attempts++ < 2
                    ? throw new IOException("no space left on device")
                    : Record(lane, stride)
        );
        Assert.True(await DriveAsync(job, new FakeGpsClock(Gps.At(0))));
        Assert.All(Nicknames, n => Assert.Equal(Strides(5), StepsOf(n)));
        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task A_defect_stops_the_run_and_the_other_lanes_finish_what_they_have()
    {
        using var context = analysis.Context();
        using var job = new FakeJob(
            context,
            Gps.Seg(0, 800),
            step: (lane, stride) =>
                lane.Nickname == "ovl" && stride.Index == 2 ? throw new InvalidOperationException("a defect") : Record(lane, stride)
        );
        Assert.Equal(
            "a defect",
            (await Assert.ThrowsAsync<InvalidOperationException>(() => DriveAsync(job, Paced("linear", "random")))).Message
        );
        Assert.Equal(Gps.At(16), Cursor("ovl"));
        foreach (var nickname in new[] { "linear", "random" })
        {
            Assert.Equal(Strides(StepsOf(nickname).Length), StepsOf(nickname));
            Assert.Equal(StepsOf(nickname)[^1].End, Cursor(nickname));
        }
    }

    [Fact]
    public async Task A_defect_in_one_job_stops_the_others()
    {
        using var context = analysis.Context();
        using var bad = new FakeJob(context, Gps.Seg(0, 80), prepare: _ => throw new InvalidOperationException("a defect"));
        using var endless = new TimeseriesJob(context, Gps.Seg(0, 1e9));
        var clock = new FakeGpsClock(Gps.At(8)) { IsHeld = true };
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Driving.RunAsync([bad, endless], clock, null, CancellationToken.None).WaitAsync(Patience)
        );
    }

    [Fact]
    public async Task Training_catches_up_before_anything_else_begins_and_waits_out_trouble()
    {
        analysis.Reread("train stream:min_new_samples=1");
        var reads = 0;
        using var source = new FakeSource(Triggers.Random(Gps.Seg(-300, 100)))
        {
            Fails = _ => reads++ == 3 ? new DataException("busy", isTransient: true) : null,
        };
        using var context = analysis.Context(source);
        using var train = new TrainJob(context, Gps.Seg(-256, 64));
        using var evaluate = new EvaluateJob(context, Gps.Seg(0, 64));
        Assert.True(
            await Driving.RunAsync([train, evaluate], new FakeGpsClock(Gps.At(1)), null, CancellationToken.None).WaitAsync(Patience)
        );
        var products = analysis.Products();
        Assert.True(products.TakeWhile(p => p.Kind == "model").Count() >= 8 * 2, "the models of the past come first");
        Assert.DoesNotContain(analysis.Store.Skips("evaluate"), s => s.Reason == "untrained" && s.Detail == "random");
        Assert.Equal(Strides(8), analysis.Products("quiver", "random").Select(p => p.Span()));
    }

    [Fact]
    public async Task A_range_that_begins_elsewhere_does_what_is_left_of_the_stride_in_which_the_last_call_ended()
    {
        foreach (var nickname in Nicknames)
            analysis.Store.Commit(
                new StrideCommit
                {
                    Cursors =
                    [
                        new CursorMove("fake/" + nickname, new Cursor(Gps.At(nickname == "ovl" ? 12 : 16), 0, Gps.At(4)).ToString()),
                    ],
                }
            );
        using var context = analysis.Context();
        using var job = new FakeJob(context, Gps.Seg(0, 40), step: Record);
        Assert.True(await DriveAsync(job, new FakeGpsClock(Gps.At(0))));
        Assert.Equal([Gps.Seg(12, 16), .. Strides(3, from: 2)], StepsOf("ovl"));
        Assert.All(Nicknames.Skip(1), n => Assert.Equal(Strides(3, from: 2), StepsOf(n)));
        Assert.Empty(analysis.Store.Skips("fake"));
    }

    [Fact]
    public async Task What_a_stride_lost_is_told_even_when_the_classifier_that_tells_it_is_too_slow()
    {
        using var release = new ManualResetEventSlim();
        using var source = new FakeSource(Triggers.Random(Gps.Seg(-1, 1000))) { Available = ~Gps.List((710, 711)) };
        using var context = analysis.Context(source);
        using var job = new SlowSeries(context, Gps.Seg(0, 8 * 100), release);
        var run = Driving.RunAsync(
                [job],
                new FakeGpsClock(Gps.At(0))
                {
                    Pace = time =>
                        UntilAsync(() =>
                            new[] { "linear", "random" }.All(n =>
                                analysis.Store.Cursor("slow/" + n) is { } c
                                    ? Streaming.Cursor.Parse(c).Next >= time - 80 * Gps.Second
                                    : time < Gps.At(80)
                            )
                        ),
                },
                null,
                CancellationToken.None
            )
            .WaitAsync(Patience);
        await UntilAsync(() => analysis.Store.Cursor("slow/linear") is { } c && Streaming.Cursor.Parse(c).Next == Gps.At(800));
        release.Set();
        Assert.True(await run);
        Assert.Contains(analysis.Store.Skips("slow"), s => s.Reason == "classifier too slow" && s.Span() == Gps.Seg(704, 712));
        Assert.Equal(Gps.Seg(710, 711), analysis.Store.Skips("slow").Single(s => s.Reason == "undelivered").Span());
    }

    /// <summary>A job that loads events, whose first classifier waits.</summary>
    sealed class SlowSeries(JobContext context, Segment range, ManualResetEventSlim release)
        : Job(context, "slow", context.Configuration.Evaluate.Cadence, context.Lanes("slow", context.Configuration.Evaluate), range)
    {
        readonly StreamProcessor processor = context.Processor(context.Configuration.Evaluate);

        public override async ValueTask<StrideWork> PrepareAsync(Stride stride, CancellationToken cancellationToken)
        {
            var data = await processor.LoadAsync(stride, cancellationToken);
            processor.Flush();
            return new(stride, data, null) { Losses = Losses(data) };
        }

        public override StepResult Step(Lane lane, StrideWork work, CancellationToken cancellationToken)
        {
            if (lane == Lanes[0]) release.Wait(Patience, cancellationToken);
            return new();
        }

        protected override void Dispose(bool disposing)
        {
            processor.Dispose();
            base.Dispose(disposing);
        }
    }

    public void Dispose() => analysis.Dispose();
}
