using System.Runtime.InteropServices;

namespace Idq.Tracking;

/// <summary>Ctrl-C and SIGTERM as a token, and which of them came. The second one ends the process at once.</summary>
public sealed class StopSignals : IDisposable
{
    readonly CancellationTokenSource stop;
    readonly PosixSignalRegistration[] registrations;

    /// <summary>Listens from now on.</summary>
    /// <param name="cancellationToken">Stops as a signal does, but counts as neither.</param>
    public StopSignals(CancellationToken cancellationToken = default)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stopping => stop.Token;

    /// <summary>True when it was Ctrl-C.</summary>
    public bool WasInterrupted { get; private set; }

    /// <summary>True when it was SIGTERM.</summary>
    public bool WasTerminated { get; private set; }

    /// <summary>Listens no more.</summary>
    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        stop.Dispose();
    }

    void Stop(PosixSignalContext context)
    {
        if (stop.IsCancellationRequested) return;
        // The process ends when the work has ended, not before.
        context.Cancel = true;
        if (context.Signal == PosixSignal.SIGINT) WasInterrupted = true;
        else WasTerminated = true;
        stop.Cancel();
    }
}
