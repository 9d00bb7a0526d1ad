using NodaTime;

namespace Idq.Core.Tests.Cadence;

/// <summary>The cadence on the wall clock. Nothing here asserts how late: that is a benchmark's business.</summary>
public sealed class LiveCadenceTests
{
    /// <summary>A wall clock that goes on by a millisecond at every look, until somebody sets it.</summary>
    static FakeClock Ticking() => new(Instant.FromUtc(2026, 1, 2, 3, 4, 5), Duration.FromMilliseconds(1));

    [Fact]
    public async Task Strides_come_in_order_each_after_its_end()
    {
        var clock = new SystemGpsClock(SystemClock.Instance, LeapSeconds.BuiltIn);
        var start = clock.Now;
        var manager = new CadenceManager(
            clock,
            new CadenceOptions
            {
                Start = start,
                Stride = 4_000_000,
                Delay = 1_000_000,
                MaxTimestamp = start + 82_000_000,
            }
        );
        long n = 0;
        while (await manager.WaitAsync(CancellationToken.None) is { } stride)
        {
            Assert.Equal(n++, stride.Index);
            Assert.True(clock.Now >= stride.Segment.End + 1_000_000);
            manager.Complete(stride);
        }
        Assert.Equal(21, n);
        Assert.Equal(CadenceOutcome.Ended, manager.Outcome);
    }

    [Fact]
    public async Task A_clock_that_is_set_forward_makes_all_missed_strides_due_at_once()
    {
        var wall = Ticking();
        var clock = new SystemGpsClock(wall, LeapSeconds.BuiltIn);
        var start = clock.Now;
        var manager = new CadenceManager(
            clock,
            new CadenceOptions
            {
                Start = start,
                Stride = 5_000_000,
                MaxTimestamp = start + 1_000_000_000,
            }
        );
        await manager.WaitAsync(CancellationToken.None);
        wall.AdvanceSeconds(60);
        Assert.Equal(200, manager.Poll().Count());
        Assert.Equal(CadenceOutcome.Ended, manager.Outcome);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_gives_no_stride_twice()
    {
        var wall = Ticking();
        var clock = new SystemGpsClock(wall, LeapSeconds.BuiltIn);
        var manager = new CadenceManager(clock, new CadenceOptions { Start = clock.Now, Stride = 3_000_000 });
        for (var i = 0; i < 3; i++) manager.Complete((await manager.WaitAsync(CancellationToken.None))!.Value);
        wall.AdvanceMilliseconds(-30);
        Assert.Empty(manager.Poll());
        Assert.Equal(3, (await manager.WaitAsync(CancellationToken.None))!.Value.Index);
    }

    [Fact]
    public async Task Many_loops_wait_on_one_clock_at_once()
    {
        var clock = new SystemGpsClock(SystemClock.Instance, LeapSeconds.BuiltIn);
        var start = clock.Now;
        var counts = await Task.WhenAll(
            Enumerable
                .Range(1, 8)
                .Select(async k =>
                {
                    var manager = new CadenceManager(
                        clock,
                        new CadenceOptions
                        {
                            Start = start,
                            Stride = k * 2_000_000,
                            MaxTimestamp = start + 40_000_000,
                        }
                    );
                    var n = 0;
                    for (; await manager.WaitAsync(CancellationToken.None) is { } stride; n++) manager.Complete(stride);
                    return n;
                })
        );
        Assert.Equal([20, 10, 7, 5, 4, 4, 3, 3], counts);
    }

    [Fact]
    public async Task Loops_on_one_replay_clock_see_time_only_move_forward()
    {
        var clock = new ReplayClock(default);
        var latest = default(GpsTime);
        var turns = 0;
        await Parallel.ForEachAsync(Enumerable.Range(1, 6), async (k, cancellationToken) =>
        {
            var manager = new CadenceManager(clock, new CadenceOptions { Start = default, Stride = k, MaxTimestamp = new GpsTime(600) });
            while (await manager.WaitAsync(cancellationToken) is { } stride)
            {
                Assert.True(clock.Now >= stride.Segment.End);
                Interlocked.Increment(ref turns);
                manager.Complete(stride);
            }
        });
        latest = clock.Now;
        Assert.Equal(new GpsTime(600), latest);
        Assert.Equal(600 + 300 + 200 + 150 + 120 + 100, turns);
    }
}
