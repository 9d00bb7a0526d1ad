namespace Idq.Tracking.Mlflow;

/// <summary>What is logged to one run with one request.</summary>
public sealed record LogBatch
{
    /// <summary>At most so many metrics; with parameters and tags together also at most so many.</summary>
    public const int MaxMetrics = 1000;

    /// <summary>At most so many parameters.</summary>
    public const int MaxParams = 100;

    /// <summary>At most so many tags.</summary>
    public const int MaxTags = 100;

    /// <summary>At most so many bytes of JSON.</summary>
    public const int MaxBytes = 1_000_000;

    /// <summary>Values of metrics, in the order in which they were logged.</summary>
    public IReadOnlyList<MlflowMetric> Metrics { get; init; } = [];

    /// <summary>Parameters; each key once.</summary>
    public IReadOnlyList<MlflowEntry> Params { get; init; } = [];

    /// <summary>Tags; of two with one key the last counts.</summary>
    public IReadOnlyList<MlflowEntry> Tags { get; init; } = [];

    /// <summary>True when an earlier attempt may have stored some or all of it already.</summary>
    public bool IsResent { get; init; }

    /// <summary>Metrics, parameters and tags together.</summary>
    public int Count => Metrics.Count + Params.Count + Tags.Count;
}
