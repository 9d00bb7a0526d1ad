namespace Idq.Streaming;

/// <summary>The names that no classifier may have.</summary>
public static class ConfigurationSections
{
    /// <summary>What [general] holds.</summary>
    internal const string General = "who this analysis is, and where its products go";

    /// <summary>What [tracker] holds.</summary>
    internal const string Tracker = "where the ledger, runs and metrics are kept";

    /// <summary>Sections that nothing reads; their names are kept for what does.</summary>
    public static IReadOnlyList<string> Unread { get; } = ["report", "kafka"];

    /// <summary>Every section that is not a classifier's.</summary>
    public static IReadOnlyList<string> Reserved { get; } =
    [
        .. Unread,
        "general", "replay", "samples", "features", "segdb", "train", "train data discovery", "train stream", "train reporting",
        "evaluate", "evaluate data discovery", "evaluate stream", "evaluate reporting", "calibrate", "calibrate reporting",
        "timeseries", "timeseries data discovery", "timeseries stream", "timeseries reporting", "batch", "tracker"];
}
