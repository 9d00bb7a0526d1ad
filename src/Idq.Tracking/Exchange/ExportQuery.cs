namespace Idq.Tracking;

/// <summary>What of a store to export; everything unless narrowed.</summary>
public sealed record ExportQuery
{
    /// <summary>Only these experiments, by name; none means all.</summary>
    public IReadOnlyList<string> Experiments { get; init; } = [];

    /// <summary>Only these runs, by uid, with their experiments; none means all.</summary>
    public IReadOnlyList<string> Runs { get; init; } = [];

    /// <summary>Leaves out experiments and runs that wait for the collection of garbage.</summary>
    public bool ActiveOnly { get; init; }
}
