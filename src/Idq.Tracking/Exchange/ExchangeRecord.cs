using NodaTime;

namespace Idq.Tracking;

/// <summary>
/// One piece of what a store holds, in words that do not depend on the store: experiments go by their names, runs by their uids. A run's
/// record comes before all records of that run, and these come before the record of the next run.
/// </summary>
public abstract record ExchangeRecord;

/// <summary>An experiment.</summary>
/// <param name="Name">Its name; names it in every other record.</param>
public sealed record ExportedExperiment(string Name) : ExchangeRecord
{
    /// <summary>When it was made.</summary>
    public Instant Created { get; init; }

    /// <summary>When it was changed last.</summary>
    public Instant Updated { get; init; }

    /// <summary>A remark.</summary>
    public string? Comment { get; init; }

    /// <summary>A JSON object.</summary>
    public string Tags { get; init; } = "{}";

    /// <summary>A JSON object.</summary>
    public string Extras { get; init; } = "{}";

    /// <summary>True when it waits for the collection of garbage.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>Where its artifacts are. Their bytes come as records of their own, when they were asked for.</summary>
    public string? ArtifactLocation { get; init; }
}

/// <summary>A data set of an experiment.</summary>
/// <param name="Experiment">The experiment.</param>
/// <param name="Name">With <paramref name="Digest"/> it names the data set.</param>
/// <param name="Digest">A short hash of the data.</param>
/// <param name="SourceType">What the source is.</param>
/// <param name="Source">Where the data come from.</param>
/// <param name="Schema">Columns and types.</param>
/// <param name="Profile">Statistics.</param>
public sealed record ExportedDataset(
    string Experiment,
    string Name,
    string Digest,
    string SourceType,
    string Source,
    string? Schema,
    string? Profile
) : ExchangeRecord;

/// <summary>A run.</summary>
/// <param name="Uid">32 lower-case hexadecimal digits; names it in every other record.</param>
/// <param name="Experiment">The experiment that it belongs to, whose record comes earlier.</param>
/// <param name="Name">Its name.</param>
public sealed record ExportedRun(string Uid, string Experiment, string Name) : ExchangeRecord
{
    /// <summary>Its state.</summary>
    public RunStatus Status { get; init; } = RunStatus.Pending;

    /// <summary>When it was made.</summary>
    public Instant Created { get; init; }

    /// <summary>When it was started last.</summary>
    public Instant? Started { get; init; }

    /// <summary>The last sign of life.</summary>
    public Instant? Updated { get; init; }

    /// <summary>When it ended.</summary>
    public Instant? Ended { get; init; }

    /// <summary>When it was deleted.</summary>
    public Instant? Deleted { get; init; }

    /// <summary>A remark.</summary>
    public string? Comment { get; init; }

    /// <summary>A JSON object.</summary>
    public string Tags { get; init; } = "{}";

    /// <summary>What it was called with: a JSON object.</summary>
    public string Args { get; init; } = "{}";

    /// <summary>What it ran in: a JSON object.</summary>
    public string Env { get; init; } = "{}";

    /// <summary>A JSON object.</summary>
    public string Extras { get; init; } = "{}";

    /// <summary>Whose it is.</summary>
    public string? User { get; init; }

    /// <summary>True when it waits for the collection of garbage.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>Where its artifacts are. Their bytes come as records of their own, when they were asked for.</summary>
    public string? ArtifactUri { get; init; }
}

/// <summary>A row of the wide metrics.</summary>
/// <param name="Run">The run's uid.</param>
/// <param name="Step">The integer axis.</param>
/// <param name="Progress">The other axis; finite.</param>
/// <param name="GpsNs">The time that the values describe, GPS nanoseconds.</param>
/// <param name="Values">The metrics by name. A time that a user's own column holds is ISO 8601 text.</param>
public sealed record ExportedMetrics(
    string Run,
    long Step,
    double Progress,
    long? GpsNs,
    IReadOnlyList<KeyValuePair<string, MetricValue>> Values
) : ExchangeRecord;

/// <summary>Points of one metric's append-only history.</summary>
/// <param name="Run">The run's uid.</param>
/// <param name="Key">The metric.</param>
/// <param name="Points">Any number of them; several records may go on with one history.</param>
public sealed record ExportedHistory(string Run, string Key, IReadOnlyList<HistoryPoint> Points) : ExchangeRecord;

/// <summary>A point of a history.</summary>
/// <param name="Step">Any whole number.</param>
/// <param name="TimestampMs">UNIX milliseconds.</param>
/// <param name="Value">Any double; a negative zero is zero.</param>
/// <param name="Extras">What came with it: a JSON object as text.</param>
public readonly record struct HistoryPoint(long Step, long TimestampMs, double Value, string? Extras = null);

/// <summary>What became of points of one metric's history that were thinned. Comes before the points that were not.</summary>
/// <param name="Run">The run's uid.</param>
/// <param name="Key">The metric.</param>
/// <param name="Rows">Any number of them; several records may go on with one history.</param>
public sealed record ExportedRollups(string Run, string Key, IReadOnlyList<ExportedRollup> Rows) : ExchangeRecord;

/// <summary>A bucket of thinned points.</summary>
/// <param name="StartMs">Where it begins, UNIX milliseconds.</param>
/// <param name="WidthMs">How long it is.</param>
/// <param name="Points">How many points these were.</param>
/// <param name="Total">Their sum.</param>
/// <param name="Least">The least.</param>
/// <param name="Greatest">The greatest.</param>
/// <param name="FirstStep">The least step.</param>
/// <param name="LastStep">The greatest step.</param>
/// <param name="FirstMs">The earliest time.</param>
/// <param name="LastMs">The latest time.</param>
public readonly record struct ExportedRollup(
    long StartMs,
    long WidthMs,
    long Points,
    double Total,
    double Least,
    double Greatest,
    long FirstStep,
    long LastStep,
    long FirstMs,
    long LastMs
);

/// <summary>Rows of a sequence.</summary>
/// <param name="Run">The run's uid.</param>
/// <param name="Name">The sequence.</param>
/// <param name="Rows">Any number of them; several records may go on with one sequence, and one without rows makes an empty one.</param>
public sealed record ExportedSequence(string Run, string Name, IReadOnlyList<ExportedRow> Rows) : ExchangeRecord;

/// <summary>A row of a sequence.</summary>
/// <param name="Idx">Its number.</param>
/// <param name="TimestampUs">When it was made, UNIX microseconds.</param>
/// <param name="ReceivedUs">When it was received, UNIX microseconds.</param>
/// <param name="Value">Its columns: a JSON object as text, kept as it is.</param>
public readonly record struct ExportedRow(long Idx, long TimestampUs, long ReceivedUs, string Value);

/// <summary>A data set that a run used.</summary>
/// <param name="Run">The run's uid.</param>
/// <param name="Dataset">The data set's name; it belongs to the run's experiment.</param>
/// <param name="Digest">The data set's digest.</param>
/// <param name="Tags">A JSON object.</param>
public sealed record ExportedInput(string Run, string Dataset, string Digest, string Tags) : ExchangeRecord;

/// <summary>A link between experiments.</summary>
/// <param name="From">The name of the one where it starts.</param>
/// <param name="Kind">What it means.</param>
/// <param name="To">The name of the one where it ends.</param>
public sealed record ExportedExperimentLink(string From, string Kind, string To) : ExchangeRecord;

/// <summary>A link between runs.</summary>
/// <param name="From">The uid of the one where it starts.</param>
/// <param name="Kind">What it means.</param>
/// <param name="To">The uid of the one where it ends.</param>
public sealed record ExportedRunLink(string From, string Kind, string To) : ExchangeRecord;
