using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>What the lanes of a job share for one stride.</summary>
/// <param name="Stride">The stride.</param>
/// <param name="Data">Its data; null for a job that reads no events.</param>
/// <param name="Quiver">Its rows; null when there is nothing to do for them.</param>
public record StrideWork(Stride Stride, StrideData? Data, Quiver? Quiver)
{
    /// <summary>True when the stride has no good time.</summary>
    public bool IsEmpty => Data is { IsEmpty: true };

    /// <summary>What the stride lost before any classifier looked at it. Committed once, whatever becomes of the lanes.</summary>
    public IReadOnlyList<SkipDraft> Losses { get; init; } = [];

    /// <summary>Where the source must begin again for the stride after this one; null when it gives any span at any time.</summary>
    public string? Position { get; init; }

    /// <summary>Metrics of the stride for the whole job.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Metrics { get; init; } = [];

    /// <summary>
    /// Makes durable what the job must remember of the stride. Called right before the stride is committed for the first time, and again
    /// when that failed.
    /// </summary>
    /// <returns>Cursors that are set in the same transaction.</returns>
    public virtual IReadOnlyList<CursorMove> Persist() => [];
}
