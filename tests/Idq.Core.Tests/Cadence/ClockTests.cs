using NodaTime;

namespace Idq.Core.Tests.Cadence;

public sealed class ClockTests
{
    [Fact]
    public void The_system_clock_reads_gps_time()
    {
        var clock = new SystemGpsClock(
            new FakeClock(Instant.FromUtc(2015, 9, 14, 9, 50, 45).PlusNanoseconds(391_000_000)),
            LeapSeconds.BuiltIn
        );
        Assert.Equal(GpsTime.Parse("1126259462.391"), clock.Now);
    }

    [Fact]
    public async Task Waiting_ends_at_or_after_the_instant()
    {
        var clock = new SystemGpsClock(SystemClock.Instance, LeapSeconds.BuiltIn);
        foreach (var milliseconds in new[] { -1, 0, 1, 7 })
        {
            var until = clock.Now + milliseconds * 1_000_000;
            await clock.WaitUntilAsync(until, CancellationToken.None);
            Assert.True(clock.Now >= until);
        }
    }

    [Fact]
    public async Task A_long_wait_can_be_cancelled()
    {
        var clock = new SystemGpsClock(SystemClock.Instance, LeapSeconds.BuiltIn);
        using var cancellation = new CancellationTokenSource(20);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await clock.WaitUntilAsync(GpsTime.MaxValue, cancellation.Token)
        );
    }

    [Fact]
    public async Task A_replay_clock_jumps_forward_and_never_back()
    {
        var clock = new ReplayClock(new GpsTime(100));
        await clock.WaitUntilAsync(new GpsTime(250), CancellationToken.None);
        Assert.Equal(new GpsTime(250), clock.Now);
        await clock.WaitUntilAsync(new GpsTime(200), CancellationToken.None);
        clock.Advance(new GpsTime(10));
        Assert.Equal(new GpsTime(250), clock.Now);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await clock.WaitUntilAsync(new GpsTime(300), new CancellationToken(canceled: true))
        );
        Assert.Equal(new GpsTime(250), clock.Now);
    }
}
