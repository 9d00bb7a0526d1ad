namespace Idq.Data;

/// <summary>What a segment database says about a flag: unknown is not the same as inactive.</summary>
/// <param name="Known">Where the flag was defined.</param>
/// <param name="Active">Where it was on; what lies outside <paramref name="Known"/> counts for nothing.</param>
public sealed record SegmentQuery(SegmentList Known, SegmentList Active)
{
    /// <summary>The part inside a span.</summary>
    public SegmentQuery Clip(Segment span) => new(Known.Clip(span), Active.Clip(span));

    /// <summary>Known and active over versions of one flag together.</summary>
    public static SegmentQuery Merge(IEnumerable<SegmentQuery> versions) =>
        versions.Aggregate(new SegmentQuery(SegmentList.Empty, SegmentList.Empty), (a, b) => new(a.Known | b.Known, a.Active | b.Active));
}
