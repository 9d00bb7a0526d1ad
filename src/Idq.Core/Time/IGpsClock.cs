namespace Idq;

/// <summary>The clock of the loops: the wall clock live, a virtual one in replay.</summary>
public interface IGpsClock
{
    /// <summary>The present instant.</summary>
    GpsTime Now { get; }

    /// <summary>True when no time passes by itself, so that waiting for something else to happen is of no use.</summary>
    bool IsVirtual => false;

    /// <summary>Completes when <see cref="Now"/> has reached <paramref name="time"/>; at once when it has already.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    ValueTask WaitUntilAsync(GpsTime time, CancellationToken cancellationToken);
}
