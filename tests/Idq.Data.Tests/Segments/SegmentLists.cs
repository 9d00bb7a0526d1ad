namespace Idq.Data.Tests.Segments;

/// <summary>Short forms for segments in tests.</summary>
static class SegmentLists
{
    public static SegmentList Seconds(params (double Start, double End)[] segments) =>
        SegmentList.Coalesce(segments.Select(s => new Segment(GpsTime.FromSeconds((decimal)s.Start), GpsTime.FromSeconds((decimal)s.End))));

    public static SegmentQuery Ask(this GoodTime time, Segment span) =>
        time.QueryAsync(span, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public static SegmentQuery Ask(this ISegmentDatabase database, string flag, Segment span) =>
        database.QueryAsync(FlagName.Parse(flag), span, CancellationToken.None).AsTask().GetAwaiter().GetResult();
}

/// <summary>A segment database in memory.</summary>
sealed class MemorySegments(params (string Flag, SegmentQuery Segments)[] flags) : ISegmentDatabase
{
    public List<string> Asked { get; } = [];

    public ValueTask<SegmentQuery> QueryAsync(FlagName flag, Segment span, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Asked.Add(flag.ToString());
        return new(flags.Single(f => f.Flag == flag.ToString()).Segments.Clip(span));
    }
}
