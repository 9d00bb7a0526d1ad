namespace Idq.Streaming;

/// <summary>What the lanes of a job share for one stride.</summary>
/// <param name="Stride">The stride.</param>
/// <param name="Data">Its data; null for a job that reads no events.</param>
/// <param name="Quiver">Its rows; null when there is nothing to do for them.</param>
public record StrideWork(Stride Stride, StrideData? Data, Quiver? Quiver)
{
    /// <summary>True when the stride has no good time.</summary>
    public bool IsEmpty => Data is { IsEmpty: true };

    /// <summary>Metrics of the stride for the whole job.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Metrics { get; init; } = [];
}
