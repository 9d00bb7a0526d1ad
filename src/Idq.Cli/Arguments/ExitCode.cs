using Idq.Tracking;

namespace Idq.Cli;

/// <summary>What the program says to its caller.</summary>
static class ExitCode
{
    public const int Done = 0;

    public const int Failed = 1;

    /// <summary>Wrong usage or configuration.</summary>
    public const int Usage = 2;

    public const int Interrupted = 130;

    /// <summary>What a service ends with: SIGTERM of a service manager is its proper end, Ctrl-C interrupts it.</summary>
    public static int OfService(StopSignals signals) => signals.WasInterrupted ? Interrupted : Done;
}
