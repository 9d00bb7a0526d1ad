namespace Idq.Tracking;

/// <summary>Which products to list; what is null does not narrow.</summary>
public sealed record ProductQuery
{
    /// <summary>Only this kind.</summary>
    public string? Kind { get; init; }

    /// <summary>Only this nickname.</summary>
    public string? Nickname { get; init; }

    /// <summary>Only this job's.</summary>
    public string? Job { get; init; }

    /// <summary>
    /// Only those registered after this sequence number (exclusive), so that a reader passes the last one it has seen. They come one by one
    /// even when they were compacted, so that such a reader sees each exactly once.
    /// </summary>
    public long? SinceSeq { get; init; }

    /// <summary>Only those up to this sequence number (inclusive).</summary>
    public long? MaxSeq { get; init; }

    /// <summary>
    /// Only those whose span [start, end) shares time with this one, GPS nanoseconds. Spans that only touch do not overlap, and an
    /// empty span overlaps what it lies strictly inside of.
    /// </summary>
    public (long StartNs, long EndNs)? Overlapping { get; init; }

    /// <summary>At most so many, the lowest sequence numbers first.</summary>
    public int? Limit { get; init; }

    /// <summary>The entries, one by one, among which a file that others were compacted into has its own.</summary>
    public static ProductQuery Within(Product file) => new()
    {
        Kind = file.Kind,
        Nickname = file.Nickname,
        Job = file.Job,
        SinceSeq = file.FirstSeq - 1,
        MaxSeq = file.Seq,
    };

    internal bool Covers(Product entry) =>
        Overlapping is not { } span || (entry.StartNs < span.EndNs && entry.EndNs > span.StartNs);
}
