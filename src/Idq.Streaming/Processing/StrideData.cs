namespace Idq.Streaming;

/// <summary>What a stride came with.</summary>
/// <param name="Stride">The stride.</param>
/// <param name="Data">Its triggers, padded on either side by the widest window; its segments are <paramref name="Segments"/>.</param>
/// <param name="Segments">The good part of the stride: active ∩ known ∩ delivered.</param>
/// <param name="Unknown">The part for which the segment database does not say whether it is good.</param>
/// <param name="Undelivered">The part that the source does not have.</param>
public sealed record StrideData(Stride Stride, ClassifierData Data, SegmentList Segments, SegmentList Unknown, SegmentList Undelivered)
{
    /// <summary>True when no sample can be drawn.</summary>
    public bool IsEmpty => Segments.IsEmpty;
}
