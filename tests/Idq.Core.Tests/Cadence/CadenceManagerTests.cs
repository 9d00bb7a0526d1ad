using FsCheck.Fluent;

namespace Idq.Core.Tests.Cadence;

public sealed class CadenceManagerTests
{
    static CadenceOptions Options(long stride = 10, long start = 100) => new() { Start = new GpsTime(start), Stride = stride };

    static Segment Seg(long a, long b) => new(new GpsTime(a), new GpsTime(b));

    [Theory]
    [InlineData(1_000_000_000)]
    [InlineData(333_333_333)]
    [InlineData(3_906_250)]
    [InlineData(1)]
    public async Task A_million_strides_touch_and_do_not_drift(long stride)
    {
        var start = GpsTime.FromSeconds(1_126_259_462) + 391_000_000;
        var manager = new CadenceManager(
            new ReplayClock(start),
            new CadenceOptions
            {
                Start = start,
                Stride = stride,
                MaxTimestamp = start + 1_000_000 * stride,
            }
        );
        long n = 0;
        var edge = start;
        while (await manager.WaitAsync(CancellationToken.None) is { } s)
        {
            Assert.True(s.Index == n && s.Segment.Start == edge && s.Segment.Duration == stride, $"stride {n}");
            (n, edge) = (n + 1, s.Segment.End);
            manager.Complete(s);
        }
        Assert.Equal(1_000_000, n);
        Assert.Equal(start + 1_000_000 * stride, edge);
        Assert.Equal(CadenceOutcome.Ended, manager.Outcome);
    }

    [Fact]
    public async Task A_stride_is_due_at_its_end_plus_the_delay()
    {
        var clock = new SettableGpsClock();
        var manager = new CadenceManager(clock, Options() with { Delay = 3 });
        Assert.Equal(new Stride(0, Seg(100, 110)), await manager.WaitAsync(CancellationToken.None));
        Assert.Equal([new GpsTime(113)], clock.Waits);
        clock.Now = new GpsTime(112);
        Assert.Empty(manager.Poll());
        clock.Now = new GpsTime(113);
        Assert.Equal([Seg(100, 110)], manager.Poll().Select(s => s.Segment));
    }

    [Fact]
    public async Task Waiting_shows_a_stride_and_completing_consumes_it()
    {
        var manager = new CadenceManager(new SettableGpsClock(), Options());
        var first = await manager.WaitAsync(CancellationToken.None);
        Assert.Equal(first, await manager.WaitAsync(CancellationToken.None));
        manager.Complete(first!.Value);
        manager.Complete(first.Value);
        Assert.Equal(1, (await manager.WaitAsync(CancellationToken.None))!.Value.Index);
    }

    [Fact]
    public void Completing_out_of_order_is_a_defect() =>
        Assert.Throws<InvalidOperationException>(() =>
        {
            var manager = new CadenceManager(new SettableGpsClock(), Options());
            manager.Complete(manager.Plan.At(1));
        });

    [Fact]
    public void A_poll_yields_all_that_is_due_and_nothing_more()
    {
        var manager = new CadenceManager(new SettableGpsClock(139), Options());
        Assert.Equal([Seg(100, 110), Seg(110, 120), Seg(120, 130)], manager.Poll().Select(s => s.Segment));
        Assert.Equal(CadenceOutcome.CaughtUp, manager.Outcome);
        Assert.Empty(manager.Poll());
        Assert.Equal(new GpsTime(130), manager.Timestamp);
    }

    [Fact]
    public void A_poll_reads_the_clock_anew_for_every_stride()
    {
        var clock = new SettableGpsClock(110);
        var manager = new CadenceManager(clock, Options());
        var seen = new List<long>();
        foreach (var stride in manager.Poll())
        {
            seen.Add(stride.Index);
            if (stride.Index < 4) clock.Now += 10;
        }
        Assert.Equal([0, 1, 2, 3, 4], seen);
    }

    [Fact]
    public void A_consumer_that_throws_has_not_consumed_its_stride()
    {
        var manager = new CadenceManager(new SettableGpsClock(200), Options());
        Assert.Throws<InvalidTimeZoneException>(() =>
        {
            foreach (var stride in manager.Poll())
                if (stride.Index == 3) throw new InvalidTimeZoneException();
        });
        Assert.Equal(3, manager.NextIndex);
        Assert.Equal(3, manager.Poll().First().Index);
        Assert.Equal([3, 4, 5, 6, 7, 8, 9], manager.Poll().Select(s => s.Index));
    }

    [Fact]
    public void Breaking_out_leaves_the_stride_unless_it_was_completed()
    {
        var manager = new CadenceManager(new SettableGpsClock(200), Options());
        foreach (var _ in manager.Poll()) break;
        Assert.Equal(0, manager.NextIndex);
        foreach (var stride in manager.Poll())
        {
            manager.Complete(stride);
            break;
        }
        Assert.Equal(1, manager.NextIndex);
    }

    [Fact]
    public async Task A_running_consumer_that_throws_has_not_consumed_its_stride()
    {
        var manager = new CadenceManager(new ReplayClock(default), Options());
        await Assert.ThrowsAsync<InvalidTimeZoneException>(async () =>
        {
            while (await manager.WaitAsync(CancellationToken.None) is { } stride)
            {
                if (stride.Index == 5) throw new InvalidTimeZoneException();
                manager.Complete(stride);
            }
        });
        Assert.Equal(5, manager.NextIndex);
    }

    [Fact]
    public async Task The_last_stride_is_cut_and_due_at_the_cut()
    {
        var clock = new SettableGpsClock();
        var manager = new CadenceManager(clock, Options() with { MaxTimestamp = new GpsTime(125), Delay = 2 });
        var all = new List<Segment>();
        while (await manager.WaitAsync(CancellationToken.None) is { } stride)
        {
            all.Add(stride.Segment);
            manager.Complete(stride);
        }
        Assert.Equal([Seg(100, 110), Seg(110, 120), Seg(120, 125)], all);
        Assert.Equal(new GpsTime(127), clock.Waits[^1]);
        Assert.Null(await manager.WaitAsync(CancellationToken.None));
        Assert.Null(manager.Next);
        Assert.Equal(GpsTime.MaxValue, manager.NextDue);
    }

    [Fact]
    public void A_maximum_before_the_start_ends_at_once()
    {
        var manager = new CadenceManager(new SettableGpsClock(1000), Options() with { MaxTimestamp = new GpsTime(50) });
        Assert.Empty(manager.Poll());
        Assert.Equal(CadenceOutcome.Ended, manager.Outcome);
        Assert.Null(manager.SkipToNow());
    }

    [Fact]
    public void Integer_strides_round_the_start_up()
    {
        Assert.Equal(
            new GpsTime(110),
            new CadenceManager(new SettableGpsClock(), Options(start: 101) with { EnforceIntegerStrides = true }).Plan.Start
        );
        Assert.Equal(
            new GpsTime(100),
            new CadenceManager(new SettableGpsClock(), Options(start: 100) with { EnforceIntegerStrides = true }).Plan.Start
        );
        Assert.Equal(
            new GpsTime(-10),
            new CadenceManager(new SettableGpsClock(), Options(start: -19) with { EnforceIntegerStrides = true }).Plan.Start
        );
    }

    [Fact]
    public void Too_many_strides_is_an_outcome_when_more_are_due_and_skipping_goes_to_the_newest()
    {
        var manager = new CadenceManager(new SettableGpsClock(200), Options() with { MaxIters = 4 });
        Assert.Equal([0, 1, 2, 3], manager.Poll().Select(s => s.Index));
        Assert.Equal(CadenceOutcome.TooManyStrides, manager.Outcome);
        Assert.Equal(new SkippedStrides(4, 5, Seg(140, 190)), manager.SkipToNow());
        Assert.Equal([Seg(190, 200)], manager.Poll().Select(s => s.Segment));
        Assert.Equal(CadenceOutcome.CaughtUp, manager.Outcome);
    }

    [Fact]
    public void Exactly_the_maximum_number_of_strides_is_caught_up()
    {
        var manager = new CadenceManager(new SettableGpsClock(140), Options() with { MaxIters = 4 });
        Assert.Equal(4, manager.Poll().Count());
        Assert.Equal(CadenceOutcome.CaughtUp, manager.Outcome);
    }

    [Fact]
    public void Without_skipping_the_next_poll_goes_on_where_the_last_stopped()
    {
        var manager = new CadenceManager(new SettableGpsClock(200), Options() with { MaxIters = 6 });
        Assert.Equal([0, 1, 2, 3, 4, 5], manager.Poll().Select(s => s.Index));
        Assert.Equal([6, 7, 8, 9], manager.Poll().Select(s => s.Index));
    }

    [Fact]
    public async Task Too_late_is_an_outcome()
    {
        var clock = new SettableGpsClock(131);
        var manager = new CadenceManager(clock, Options() with { MaxLatency = 20 });
        Assert.Empty(manager.Poll());
        Assert.Equal(CadenceOutcome.TooLate, manager.Outcome);
        Assert.Equal(21, manager.Latency);
        Assert.Equal(0, (await manager.WaitAsync(CancellationToken.None))!.Value.Index);
        Assert.Equal(CadenceOutcome.TooLate, manager.Outcome);
        Assert.Equal(new SkippedStrides(0, 2, Seg(100, 120)), manager.SkipToNow());
        Assert.Equal([2], manager.Poll().Select(s => s.Index));
        clock.Now = new GpsTime(160);
        Assert.Equal([3, 4, 5], manager.Poll().Select(s => s.Index));
    }

    [Fact]
    public void Skipping_gives_up_nothing_when_one_or_none_is_due()
    {
        Assert.Null(new CadenceManager(new SettableGpsClock(109), Options()).SkipToNow());
        Assert.Null(new CadenceManager(new SettableGpsClock(119), Options()).SkipToNow());
        Assert.Equal(1, new CadenceManager(new SettableGpsClock(120), Options()).SkipToNow()!.Value.Count);
    }

    [Fact]
    public void Skipping_past_the_end_leaves_the_last_stride()
    {
        var manager = new CadenceManager(new SettableGpsClock(1000), Options() with { MaxTimestamp = new GpsTime(125) });
        Assert.Equal(new SkippedStrides(0, 2, Seg(100, 120)), manager.SkipToNow());
        Assert.Equal([Seg(120, 125)], manager.Poll().Select(s => s.Segment));
    }

    [Fact]
    public void A_clock_that_jumps_back_does_not_yield_again_and_one_that_jumps_forward_yields_all_that_was_missed()
    {
        var clock = new SettableGpsClock(130);
        var manager = new CadenceManager(clock, Options());
        Assert.Equal([0, 1, 2], manager.Poll().Select(s => s.Index));
        clock.Now = new GpsTime(105);
        Assert.Empty(manager.Poll());
        clock.Now = new GpsTime(170);
        Assert.Equal([3, 4, 5, 6], manager.Poll().Select(s => s.Index));
    }

    [Fact]
    public async Task A_clock_that_was_set_back_during_a_wait_is_waited_for_again()
    {
        var clock = new SettableGpsClock();
        var wakes = new Queue<GpsTime>([new(104), new(109), new(110)]);
        clock.OnWait = _ => wakes.Dequeue();
        var manager = new CadenceManager(clock, Options());
        await manager.WaitAsync(CancellationToken.None);
        Assert.Equal(3, clock.Waits.Count);
    }

    [Fact]
    public void A_loop_resumes_at_the_stride_after_the_last_that_it_finished()
    {
        var manager = new CadenceManager(new SettableGpsClock(200), Options());
        manager.StartAt(7);
        Assert.Equal([Seg(170, 180), Seg(180, 190), Seg(190, 200)], manager.Poll().Select(s => s.Segment));
        Assert.Throws<ArgumentOutOfRangeException>(() => manager.StartAt(-1));
    }

    [Fact]
    public async Task Cancelling_ends_a_wait()
    {
        var manager = new CadenceManager(new SettableGpsClock(), Options());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await manager.WaitAsync(new CancellationToken(canceled: true)));
        Assert.Equal(0, manager.NextIndex);
    }

    [Fact]
    public void Bad_options_are_refused()
    {
        foreach (var options in new[]
        {
            Options(stride: 0), Options(stride: -1), Options() with { Delay = -1 }, Options() with { MaxIters = 0 },
            Options() with { MaxLatency = -1 }, Options() with { Start = GpsTime.MinValue },
        })
            Assert.Throws<ArgumentOutOfRangeException>(() => new CadenceManager(new SettableGpsClock(), options));
    }

    [Fact]
    public void Far_strides_saturate_instead_of_wrapping_around()
    {
        var manager = new CadenceManager(new SettableGpsClock(), Options(stride: 1L << 40));
        Assert.Equal(GpsTime.MaxValue, manager.Plan.At(1L << 40).Segment.End);
        manager.StartAt(1L << 40);
        Assert.Null(manager.Next);
    }

    // Whatever the clock does and whenever the consumer fails, the consumed and the skipped strides together are 0, 1, 2, … without gap
    // or double.
    [Fact]
    public void Every_stride_is_consumed_once_or_skipped_whatever_happens() =>
        (from jumps in Gen.Choose(-60, 120).ArrayOf()
         from failEvery in Gen.Choose(2, 7)
         from maxIters in Gen.Choose(1, 10)
         from maxLatency in Gen.Choose(0, 100)
         from delay in Gen.Choose(0, 12)
         select (jumps, failEvery, maxIters, maxLatency, delay)).Check(x =>
        {
            var clock = new SettableGpsClock(100);
            var manager = new CadenceManager(clock, Options() with
            {
                MaxIters = x.maxIters,
                MaxLatency = x.maxLatency,
                Delay = x.delay,
                MaxTimestamp = new GpsTime(1003),
            });
            var done = new List<long>();
            var calls = 0;
            foreach (var jump in x.jumps)
            {
                clock.Now += jump;
                try
                {
                    foreach (var stride in manager.Poll())
                    {
                        Assert.True(clock.Now >= stride.Segment.End + x.delay);
                        Assert.True(clock.Now - (stride.Segment.End + x.delay) <= x.maxLatency);
                        if (++calls % x.failEvery == 0) throw new InvalidTimeZoneException();
                        done.Add(stride.Index);
                    }
                }
                catch (InvalidTimeZoneException)
                {
                    continue;
                }
                if (manager.Outcome is CadenceOutcome.TooLate or CadenceOutcome.TooManyStrides && manager.SkipToNow() is { } skipped)
                {
                    Assert.Equal(manager.Plan.At(skipped.FirstIndex).Segment.Start, skipped.Segment.Start);
                    Assert.Equal(manager.Plan.At(skipped.FirstIndex + skipped.Count - 1).Segment.End, skipped.Segment.End);
                    for (var i = 0; i < skipped.Count; i++) done.Add(skipped.FirstIndex + i);
                }
            }
            Assert.Equal(Enumerable.Range(0, done.Count).Select(i => (long)i), done);
            Assert.Equal(done.Count, manager.NextIndex);
        });
}
