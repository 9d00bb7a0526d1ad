namespace Idq.Tracking.Mlflow;

/// <summary>An experiment as an MLflow server tells it.</summary>
/// <param name="Id">Its id; text on the wire, a number in practice.</param>
/// <param name="Name">Its name; unique.</param>
public sealed record MlflowExperiment(string Id, string Name)
{
    /// <summary>Where artifacts of its runs go.</summary>
    public string? ArtifactLocation { get; init; }

    /// <summary>False once it was deleted; it can be restored.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>Milliseconds since 1970; null when the server does not tell.</summary>
    public long? CreationTime { get; init; }

    /// <summary>Milliseconds since 1970; null when the server does not tell.</summary>
    public long? LastUpdateTime { get; init; }

    /// <summary>Its tags.</summary>
    public IReadOnlyList<MlflowEntry> Tags { get; init; } = [];
}
