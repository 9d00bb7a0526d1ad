using NodaTime;

namespace Idq.Tracking;

/// <summary>A large object of a run or of an experiment: what the store knows of it. Its content is a file beside the database.</summary>
/// <param name="Id">Its number.</param>
/// <param name="ExperimentId">The experiment that it belongs to, itself or by its run.</param>
/// <param name="Experiment">That experiment's name.</param>
/// <param name="RunId">The run that it belongs to; null for one of the experiment itself.</param>
/// <param name="RunUid">That run's uid.</param>
/// <param name="Name">Its name; unique in the run, or among those of the experiment itself. Never part of a path.</param>
/// <param name="MediaType">What the content is, such as <c>image/png</c>.</param>
/// <param name="Bytes">The length of the content.</param>
/// <param name="Sha256">The digest of the content: 64 lower-case hexadecimal digits.</param>
/// <param name="Created">When this content was stored.</param>
public sealed record StoredObject(
    long Id,
    long ExperimentId,
    string Experiment,
    long? RunId,
    string? RunUid,
    string Name,
    string MediaType,
    long Bytes,
    string Sha256,
    Instant Created
)
{
    /// <summary>The media type of content that nobody described.</summary>
    public const string AnyBytes = "application/octet-stream";

    /// <summary>The media type of a packed directory.</summary>
    public const string Archive = "application/x-tar";

    static readonly Dictionary<string, string> MediaTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        [".csv"] = "text/csv", [".gz"] = "application/gzip", [".html"] = "text/html", [".jpeg"] = "image/jpeg",
        [".jpg"] = "image/jpeg", [".json"] = "application/json", [".md"] = "text/markdown",
        [".parquet"] = "application/vnd.apache.parquet", [".pdf"] = "application/pdf", [".png"] = "image/png",
        [".svg"] = "image/svg+xml", [".tar"] = Archive, [".txt"] = "text/plain", [".xml"] = "application/xml",
        [".zip"] = "application/zip",
    };

    /// <summary>What a file is by the ending of its name.</summary>
    public static string MediaTypeOf(string path) => MediaTypes.GetValueOrDefault(Path.GetExtension(path), AnyBytes);
}

/// <summary>Whose an object is.</summary>
public readonly record struct ObjectOwner
{
    /// <summary>The run; null when it is an experiment.</summary>
    public long? RunId { get; private init; }

    /// <summary>The experiment; null when it is a run.</summary>
    public long? ExperimentId { get; private init; }

    /// <summary>A run's.</summary>
    public static ObjectOwner Run(long id) => new() { RunId = id };

    /// <summary>An experiment's own.</summary>
    public static ObjectOwner Experiment(long id) => new() { ExperimentId = id };

    internal string Condition => RunId is null ? "o.experiment_id = @owner AND o.run_id IS NULL" : "o.run_id = @owner";

    internal long Id => RunId ?? ExperimentId ?? throw new ArgumentException("an object belongs to a run or to an experiment");

    /// <inheritdoc/>
    public override string ToString() => RunId is { } run ? $"run {run}" : $"experiment {ExperimentId}";
}
