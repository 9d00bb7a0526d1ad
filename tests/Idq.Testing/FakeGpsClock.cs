namespace Idq.Testing;

/// <summary>A clock that a test sets. Waiting moves it there at once, or, when it is held, waits until the test moves it.</summary>
public sealed class FakeGpsClock(GpsTime now) : IGpsClock
{
    readonly Lock gate = new();
    readonly List<(GpsTime Time, TaskCompletionSource Reached)> waiting = [];
    GpsTime now = now;

    public bool IsHeld { get; init; }

    /// <summary>What happens before the clock moves by itself.</summary>
    public Func<GpsTime, Task> Pace { get; init; } = _ => Task.CompletedTask;

    public List<GpsTime> Waits { get; } = [];

    public GpsTime Now
    {
        get
        {
            lock (gate) return now;
        }
    }

    public void Advance(GpsTime time)
    {
        lock (gate)
        {
            now = GpsTime.Max(now, time);
            foreach (var (_, reached) in waiting.Where(w => w.Time <= now)) reached.TrySetResult();
            waiting.RemoveAll(w => w.Time <= now);
        }
    }

    public async ValueTask WaitUntilAsync(GpsTime time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            Waits.Add(time);
            if (now >= time) return;
            if (IsHeld) waiting.Add((time, reached));
        }
        if (IsHeld)
        {
            await reached.Task.WaitAsync(cancellationToken);
            return;
        }
        await Pace(time);
        Advance(time);
    }
}
