using NodaTime;

namespace Idq.Tracking;

/// <summary>What to take away for good.</summary>
/// <param name="OlderThan">How long ago it must have been deleted.</param>
public sealed record GarbageOptions(Duration OlderThan)
{
    /// <summary>True to tell what would go, and change nothing.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>The folder that artifacts lie in. Folders of artifacts outside of it stay, and all do when it is null.</summary>
    public string? Artifacts { get; init; }
}

/// <summary>Something that was taken away, or would be.</summary>
/// <param name="Kind">run, experiment, artifacts, or object: the file of one.</param>
/// <param name="Name">The run's uid, the experiment's name, the folder of artifacts, or the file in the folder of objects.</param>
/// <param name="Deleted">When it had been deleted; null for a file of an object.</param>
public sealed record Garbage(string Kind, string Name, Instant? Deleted);
