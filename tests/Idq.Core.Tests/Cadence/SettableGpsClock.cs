namespace Idq.Core.Tests.Cadence;

/// <summary>A clock that a test sets; waiting moves it to what <see cref="OnWait"/> says, by default the instant waited for.</summary>
sealed class SettableGpsClock(long now = 0) : IGpsClock
{
    public GpsTime Now { get; set; } = new(now);

    public Func<GpsTime, GpsTime> OnWait { get; set; } = time => time;

    public List<GpsTime> Waits { get; } = [];

    public ValueTask WaitUntilAsync(GpsTime time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waits.Add(time);
        if (Now < time) Now = OnWait(time);
        return ValueTask.CompletedTask;
    }
}
