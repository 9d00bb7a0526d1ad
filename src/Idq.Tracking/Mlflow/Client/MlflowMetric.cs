namespace Idq.Tracking.Mlflow;

/// <summary>One value of a metric.</summary>
/// <param name="Key">The metric's name.</param>
/// <param name="Value">Its value; NaN and ±Infinity travel as text and keep their meaning.</param>
/// <param name="Timestamp">Milliseconds since 1970.</param>
/// <param name="Step">The step; any 64-bit integer.</param>
public sealed record MlflowMetric(string Key, double Value, long Timestamp, long Step = 0)
{
    /// <summary>The data set that it was measured on (MLflow 3).</summary>
    public string? DatasetName { get; init; }

    /// <summary>That data set's digest (MLflow 3).</summary>
    public string? DatasetDigest { get; init; }

    /// <summary>The logged model that it belongs to (MLflow 3).</summary>
    public string? ModelId { get; init; }
}
