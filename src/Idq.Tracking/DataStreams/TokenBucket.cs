using System.Diagnostics;

namespace Idq.Tracking;

/// <summary>Lets one thing pass per interval on average; after a pause at most ten at once.</summary>
/// <threadsafety>The caller's.</threadsafety>
sealed class TokenBucket(TimeSpan interval)
{
    const int Burst = 10;

    readonly long ticks = (long)(interval.TotalSeconds * Stopwatch.Frequency);

    // The moment at which the bucket would have been empty: tokens are the time since then.
    long emptyAt;

    /// <summary>Takes a token when there is one; always when the interval is zero.</summary>
    public bool TryTake(long now)
    {
        if (ticks == 0) return true;
        emptyAt = Math.Max(emptyAt, now - (Burst * ticks));
        if (now - emptyAt < ticks) return false;
        emptyAt += ticks;
        return true;
    }

    /// <summary>The token was not needed.</summary>
    public void GiveBack() => emptyAt -= ticks;

    /// <summary>When the next token comes; null when one is there.</summary>
    public long? NextAt(long now) => ticks == 0 || now - emptyAt >= ticks ? null : emptyAt + ticks;
}
