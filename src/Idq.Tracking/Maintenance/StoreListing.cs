using NodaTime;

namespace Idq.Tracking;

/// <summary>An experiment in a list.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Runs">How many runs it has, deleted ones included.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Updated">When it was changed last.</param>
/// <param name="IsDeleted">True when it waits for the collection of garbage.</param>
/// <param name="Comment">A remark.</param>
/// <param name="Tags">A JSON object.</param>
public sealed record ExperimentListing(
    long Id,
    string Name,
    long Runs,
    Instant Created,
    Instant Updated,
    bool IsDeleted,
    string? Comment,
    string Tags
);

/// <summary>A run in a list.</summary>
/// <param name="Run">The run.</param>
/// <param name="IsDeleted">True when it waits for the collection of garbage.</param>
/// <param name="User">Whose it is.</param>
/// <param name="Metrics">Of every metric the newest value: at the highest step of the wide table, or else of the history.</param>
public sealed record RunListing(Run Run, bool IsDeleted, string? User, IReadOnlyDictionary<string, MetricValue> Metrics);

/// <summary>Which runs to list.</summary>
public sealed record RunListingQuery
{
    /// <summary>Only those of this experiment.</summary>
    public string? Experiment { get; init; }

    /// <summary>Only those in this state.</summary>
    public RunStatus? Status { get; init; }

    /// <summary>Only those whose uid begins so, or whose number it is.</summary>
    public string? Uid { get; init; }

    /// <summary>Deleted ones too.</summary>
    public bool IncludeDeleted { get; init; }

    /// <summary>At most so many, the newest ones.</summary>
    public int Limit { get; init; } = 1000;
}

/// <summary>How much a store holds.</summary>
/// <param name="What">The kind of thing.</param>
/// <param name="Count">How many.</param>
public sealed record StoreCount(string What, long Count);

/// <summary>A hole in a sequence.</summary>
/// <param name="Run">The run's uid.</param>
/// <param name="Experiment">Its experiment.</param>
/// <param name="Sequence">The sequence.</param>
/// <param name="First">The first number that is missing.</param>
/// <param name="Last">The last one.</param>
public sealed record SequenceGap(string Run, string Experiment, string Sequence, long First, long Last)
{
    /// <summary>How many are missing.</summary>
    public long Missing => Last - First + 1;
}
