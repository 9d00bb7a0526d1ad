using System.Runtime.InteropServices;

namespace Idq.Cli.Commands;

/// <summary>Ctrl-C and SIGTERM as a token, and which of them came. The second one ends the process at once.</summary>
sealed class StopSignals : IDisposable
{
    readonly CancellationTokenSource stop;
    readonly PosixSignalRegistration[] registrations;

    /// <summary>Listens from now on.</summary>
    public StopSignals(CancellationToken cancellationToken)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stopping => stop.Token;

    /// <summary>True when it was Ctrl-C.</summary>
    public bool WasInterrupted { get; private set; }

    /// <summary>What a service ends with: a service manager's SIGTERM is its proper end.</summary>
    public int ServiceExitCode => WasInterrupted ? ExitCode.Interrupted : ExitCode.Done;

    /// <summary>Listens no more.</summary>
    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        stop.Dispose();
    }

    void Stop(PosixSignalContext context)
    {
        if (stop.IsCancellationRequested) return;
        context.Cancel = true;
        WasInterrupted = context.Signal == PosixSignal.SIGINT;
        stop.Cancel();
    }
}
