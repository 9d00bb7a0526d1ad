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

    /// <summary>Takes the bytes of large objects along; else an export says nothing of them.</summary>
    public bool WithObjects { get; init; }

    /// <summary>
    /// Takes the bytes of artifacts along, of runs whose artifacts the server has or that lie in <see cref="ArtifactsFolder"/>; else an
    /// export names only where they are.
    /// </summary>
    public bool WithArtifacts { get; init; }

    /// <summary>The folder that a server on this store keeps artifacts in; needed to take them along from a store.</summary>
    public string? ArtifactsFolder { get; init; }
}
