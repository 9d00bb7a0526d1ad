namespace Idq.Data;

/// <summary>What a segment database says about a flag: unknown is not the same as inactive.</summary>
/// <param name="Known">Where the flag was defined.</param>
/// <param name="Active">Where it was on; what lies outside <paramref name="Known"/> counts for nothing.</param>
public sealed record SegmentQuery(SegmentList Known, SegmentList Active)
{
    /// <summary>What is said of time about which nobody knows anything.</summary>
    public static SegmentQuery Unknown { get; } = new(SegmentList.Empty, SegmentList.Empty);

    /// <summary>The part inside a span.</summary>
    public SegmentQuery Clip(Segment span) => new(Known.Clip(span), Active.Clip(span));

    /// <summary>
    /// Versions or parts of one flag together: known where any of them is known, and active where any of them knows itself to be active.
    /// </summary>
    public static SegmentQuery Merge(IEnumerable<SegmentQuery> versions) =>
        versions.Aggregate(Unknown, (sum, v) => new(sum.Known | v.Known, sum.Active | (v.Active & v.Known)));
}
