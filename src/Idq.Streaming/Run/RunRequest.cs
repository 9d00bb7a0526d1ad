namespace Idq.Streaming;

/// <summary>What a call of the program asks for.</summary>
/// <param name="Jobs">The jobs to run, of train, evaluate, calibrate, timeseries.</param>
/// <param name="Start">Start of the range; null means now, or where the cursors stand.</param>
/// <param name="End">End of the range; null means never.</param>
/// <param name="InitialLookback">Nanoseconds before the start from which train begins.</param>
/// <param name="Replay">True to run a finite past range on a virtual clock.</param>
public sealed record RunRequest(IReadOnlyList<string> Jobs, GpsTime? Start, GpsTime? End, long InitialLookback, bool Replay)
{
    /// <summary>All jobs in the order in which they run at one due time.</summary>
    public static IReadOnlyList<string> AllJobs { get; } = ["train", "evaluate", "calibrate", "timeseries"];
}
