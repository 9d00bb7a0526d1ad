namespace Idq.Streaming;

/// <summary>The names that no classifier may have.</summary>
public static class ConfigurationSections
{
    /// <summary>Every section that is not a classifier's.</summary>
    public static IReadOnlyList<string> Reserved { get; } =
    [
        "general", "replay", "samples", "features", "segdb", "train", "train data discovery", "train stream", "train reporting",
        "evaluate", "evaluate data discovery", "evaluate stream", "evaluate reporting", "calibrate", "calibrate reporting",
        "timeseries", "timeseries data discovery", "timeseries stream", "timeseries reporting", "batch", "report", "tracker", "kafka"];
}
