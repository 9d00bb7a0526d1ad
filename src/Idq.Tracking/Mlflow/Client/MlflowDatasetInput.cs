namespace Idq.Tracking.Mlflow;

/// <summary>A data set that a run used.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Digest">What tells two versions apart, up to 36 characters.</param>
/// <param name="SourceType">What kind of place it comes from.</param>
/// <param name="Source">Where it comes from; JSON as a rule.</param>
public sealed record MlflowDatasetInput(string Name, string Digest, string SourceType, string Source)
{
    /// <summary>Its columns; JSON as a rule.</summary>
    public string? Schema { get; init; }

    /// <summary>Its figures; JSON as a rule.</summary>
    public string? Profile { get; init; }

    /// <summary>Tags of the use, e.g. <c>mlflow.data.context</c>.</summary>
    public IReadOnlyList<MlflowEntry> Tags { get; init; } = [];
}
