using NodaTime;

namespace Idq;

/// <summary>GPS time by the system's clock and a leap-second table.</summary>
/// <remarks>
/// Waits on a timer until shortly before the instant, which costs nothing, and spins over what is left, because timers are a
/// millisecond coarse. The clock is looked at again at least every half minute, so that a wait follows a clock that is set.
/// </remarks>
/// <threadsafety>Safe.</threadsafety>
public sealed class SystemGpsClock(IClock clock, LeapSeconds leapSeconds) : IGpsClock
{
    const long Millisecond = GpsTime.NanosecondsPerSecond / 1000;
    const long LongestNap = 30_000 * Millisecond;

    // A timer of n milliseconds fires up to 1.2 ms late: what is left after it is spun away.
    const long TimerSlack = 3 * Millisecond / 2;

    /// <inheritdoc/>
    public GpsTime Now => Utc.ToGps(clock.GetCurrentInstant(), leapSeconds);

    /// <inheritdoc/>
    public async ValueTask WaitUntilAsync(GpsTime time, CancellationToken cancellationToken)
    {
        for (var left = time - Now; left > 0; left = time - Now)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var nap = (Math.Min(left, LongestNap) - TimerSlack) / Millisecond;
            if (nap > 0) await Task.Delay((int)nap, cancellationToken);
            else Thread.SpinWait(50);
        }
        cancellationToken.ThrowIfCancellationRequested();
    }
}
