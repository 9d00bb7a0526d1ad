using Idq.Tracking;

namespace Idq.Cli.Commands;

/// <summary>What a service ends with.</summary>
static class ServiceExit
{
    extension(StopSignals signals)
    {
        /// <summary>A service manager's SIGTERM is a service's proper end; Ctrl-C interrupts it.</summary>
        public int ServiceExitCode => signals.WasInterrupted ? ExitCode.Interrupted : ExitCode.Done;
    }
}
