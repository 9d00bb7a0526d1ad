namespace Idq.Tracking;

/// <summary>What an import does with a run that the store has.</summary>
public enum ImportMode
{
    /// <summary>Adds what the store's run lacks and changes nothing that it has. Doing it again changes nothing.</summary>
    Merge,

    /// <summary>Leaves the store's run alone.</summary>
    Skip,

    /// <summary>Deletes the store's run with all that belongs to it, then imports.</summary>
    Replace,

    /// <summary>Refuses, before anything of the run is written.</summary>
    Fail,
}

/// <summary>How to import.</summary>
public sealed record ImportOptions
{
    /// <summary>What happens to runs that are there.</summary>
    public ImportMode Mode { get; init; } = ImportMode.Merge;

    /// <summary>The name that every imported experiment gets instead of its own, when there is one; null keeps the names.</summary>
    public string? Experiment { get; init; }

    /// <summary>The folder that a server on this store keeps artifacts in; artifacts in the import are left out without it.</summary>
    public string? ArtifactsFolder { get; init; }
}

/// <summary>What an import wrote. Rows that were there are not counted.</summary>
public sealed class ImportReport
{
    /// <summary>Experiments in the import.</summary>
    public long Experiments { get; internal set; }

    /// <summary>Of these, new ones.</summary>
    public long ExperimentsAdded { get; internal set; }

    /// <summary>Runs in the import.</summary>
    public long Runs { get; internal set; }

    /// <summary>Of these, new ones.</summary>
    public long RunsAdded { get; internal set; }

    /// <summary>Of these, ones that replaced the store's.</summary>
    public long RunsReplaced { get; internal set; }

    /// <summary>Of these, ones that were left out because the store has them.</summary>
    public long RunsSkipped { get; internal set; }

    /// <summary>Rows of wide metrics that were added or got values.</summary>
    public long MetricRows { get; internal set; }

    /// <summary>Points of histories that were added.</summary>
    public long HistoryPoints { get; internal set; }

    /// <summary>Buckets of thinned points that were added.</summary>
    public long Rollups { get; internal set; }

    /// <summary>Rows of sequences that were added.</summary>
    public long SequenceRows { get; internal set; }

    /// <summary>Data sets that were added.</summary>
    public long Datasets { get; internal set; }

    /// <summary>Uses of data sets that were added.</summary>
    public long Inputs { get; internal set; }

    /// <summary>Links that were added.</summary>
    public long Links { get; internal set; }

    /// <summary>Large objects that were added.</summary>
    public long Objects { get; internal set; }

    /// <summary>Artifacts that were added.</summary>
    public long Artifacts { get; internal set; }

    /// <summary>Objects and artifacts that were left out, because there is no folder for them here.</summary>
    public long FilesLeftOut { get; internal set; }

    /// <summary>True when the store is as it was before.</summary>
    public bool ChangedNothing =>
        ExperimentsAdded
            + RunsAdded
            + RunsReplaced
            + MetricRows
            + HistoryPoints
            + Rollups
            + SequenceRows
            + Datasets
            + Inputs
            + Links
            + Objects
            + Artifacts
        == 0;

    internal ImportReport Copy() => (ImportReport)MemberwiseClone();
}
