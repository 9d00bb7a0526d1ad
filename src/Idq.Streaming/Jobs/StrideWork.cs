using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>What the lanes of a job share for one stride.</summary>
/// <param name="Stride">The stride.</param>
/// <param name="Data">Its data; null for a job that reads no events.</param>
/// <param name="Quiver">Its rows; null when there is nothing to do for them.</param>
public record StrideWork(Stride Stride, StrideData? Data, Quiver? Quiver)
{
    /// <summary>How the job goes past it.</summary>
    public Pass Pass { get; init; }

    /// <summary>What a lane still has to fill in after this stride.</summary>
    /// <param name="before">What it had to fill in before.</param>
    /// <param name="from">Where the lane stands, if that is inside the stride: it has done what lies before.</param>
    public Backlog After(Backlog before, GpsTime from) => Pass switch
    {
        Pass.Provisional => before.With(Stride.Segment, 1),
        Pass.SetAside => before.With(new Segment(from, Stride.Segment.End), 0),
        Pass.FilledIn => before.Without(Stride.Segment),
        _ => before,
    };

    /// <summary>True when the stride has no good time.</summary>
    public bool IsEmpty => Data is { IsEmpty: true };

    /// <summary>True when the data was left out; it is prepared again when it is needed.</summary>
    public bool IsBare { get; private init; }

    /// <summary>The stride without its data.</summary>
    public StrideWork Bare() => new(Stride, null, null)
    {
        Pass = Pass, Losses = Losses, Position = Position, Metrics = Metrics, IsBare = true,
    };

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
