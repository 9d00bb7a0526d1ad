namespace Idq.Tracking.Mlflow;

/// <summary>A run as an MLflow server tells it.</summary>
/// <param name="Id">Its id: 32 hexadecimal digits as a rule.</param>
/// <param name="ExperimentId">The experiment that it belongs to.</param>
public sealed record MlflowRun(string Id, string ExperimentId)
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its state.</summary>
    public MlflowRunStatus Status { get; init; }

    /// <summary>Who made it.</summary>
    public string? UserId { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public long StartTime { get; init; }

    /// <summary>Milliseconds since 1970; null while it has not ended.</summary>
    public long? EndTime { get; init; }

    /// <summary>Where its artifacts are.</summary>
    public string? ArtifactUri { get; init; }

    /// <summary>False once it was deleted; it can be restored.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>Of every metric the value of the greatest (step, timestamp, value).</summary>
    public IReadOnlyList<MlflowMetric> Metrics { get; init; } = [];

    /// <summary>Its parameters.</summary>
    public IReadOnlyList<MlflowEntry> Params { get; init; } = [];

    /// <summary>Its tags.</summary>
    public IReadOnlyList<MlflowEntry> Tags { get; init; } = [];

    /// <summary>The data sets that it used.</summary>
    public IReadOnlyList<MlflowDatasetInput> Inputs { get; init; } = [];

    /// <summary>The value of a tag; null when it has no such tag.</summary>
    public string? Tag(string key) => Tags.FirstOrDefault(tag => tag.Key == key)?.Value;
}
