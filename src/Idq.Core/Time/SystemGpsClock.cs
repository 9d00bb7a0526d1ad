using NodaTime;

namespace Idq;

/// <summary>GPS time by the system's clock and a leap-second table.</summary>
/// <remarks>
/// A long wait uses a timer, which costs nothing. Timers of the runtime are more than a millisecond coarse, so the thread sleeps the
/// last few milliseconds one by one, and spins through what is shorter than a sleep. It spins for a short time only, because spinning
/// delays other threads on a busy machine. It reads the clock at least every half minute, so that a wait follows a clock that is set.
/// </remarks>
/// <threadsafety>Safe.</threadsafety>
public sealed class SystemGpsClock(IClock clock, LeapSeconds leapSeconds) : IGpsClock
{
    const long Millisecond = GpsTime.NanosecondsPerSecond / 1000;
    const long LongestNap = 30_000 * Millisecond;

    // A timer of n milliseconds fires after n to n + 1, and what it wakes is scheduled later still.
    const long TimerMargin = 5 * Millisecond / 2;

    // A sleep of one millisecond from here on ends less than half a millisecond late.
    const long WorthSleeping = 6 * Millisecond / 10;

    /// <inheritdoc/>
    public GpsTime Now => Utc.ToGps(clock.GetCurrentInstant(), leapSeconds);

    /// <inheritdoc/>
    public async ValueTask WaitUntilAsync(GpsTime time, CancellationToken cancellationToken)
    {
        for (var left = time - Now; left > 0; left = time - Now)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var nap = (Math.Min(left, LongestNap) - TimerMargin) / Millisecond;
            if (nap > 0) await Task.Delay((int)nap, cancellationToken);
            else if (left > WorthSleeping) Thread.Sleep(1);
            else Thread.SpinWait(50);
        }
        cancellationToken.ThrowIfCancellationRequested();
    }
}
