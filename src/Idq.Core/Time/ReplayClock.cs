namespace Idq;

/// <summary>A virtual clock: waiting moves it forward at once. It never moves backwards.</summary>
/// <threadsafety>Safe: the time is the latest that anybody waited for.</threadsafety>
public sealed class ReplayClock(GpsTime start) : IGpsClock
{
    long now = start.Nanoseconds;

    /// <inheritdoc/>
    public GpsTime Now => new(Interlocked.Read(ref now));

    /// <inheritdoc/>
    public bool IsVirtual => true;

    /// <summary>Moves the clock to <paramref name="time"/>, unless it is there already or beyond.</summary>
    public ValueTask WaitUntilAsync(GpsTime time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Advance(time);
        return ValueTask.CompletedTask;
    }

    /// <summary>Moves the clock to <paramref name="time"/>, unless it is there already or beyond.</summary>
    public void Advance(GpsTime time)
    {
        for (var seen = Interlocked.Read(ref now); seen < time.Nanoseconds;)
        {
            var found = Interlocked.CompareExchange(ref now, time.Nanoseconds, seen);
            if (found == seen) return;
            seen = found;
        }
    }
}
