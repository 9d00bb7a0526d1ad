using System.Collections;

namespace Idq;

/// <summary>
/// A set of instants as sorted, disjoint, non-touching half-open segments: always coalesced, possibly unbounded at either end.
/// </summary>
/// <remarks>
/// It is kept as the strictly increasing instants at which membership toggles, and whether the unbounded past is inside. So the
/// complement shares the toggles and costs nothing, and every binary operation is one merge, linear in its inputs.
/// Segments of zero length vanish.
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed partial class SegmentList : IReadOnlyList<Segment>, IEquatable<SegmentList>
{
    readonly long[] toggles;
    readonly int count;
    readonly bool insideAtStart;

    SegmentList(long[] toggles, int count, bool insideAtStart) =>
        (this.toggles, this.count, this.insideAtStart) = (toggles, count, insideAtStart);

    /// <summary>The list of no segments.</summary>
    public static SegmentList Empty { get; } = new([], 0, false);

    /// <summary>All of time.</summary>
    public static SegmentList All { get; } = new([], 0, true);

    /// <summary>Number of segments.</summary>
    public int Count => (count + (insideAtStart ? 2 : 1)) / 2;

    /// <summary>True when no instant is inside.</summary>
    public bool IsEmpty => count == 0 && !insideAtStart;

    ReadOnlySpan<long> Toggles => toggles.AsSpan(0, count);

    /// <summary>The segment of the given index, in time order.</summary>
    public Segment this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            var opening = 2 * index - (insideAtStart ? 1 : 0);
            return new(
                opening < 0 ? GpsTime.MinValue : new GpsTime(toggles[opening]),
                opening + 1 < count ? new GpsTime(toggles[opening + 1]) : GpsTime.MaxValue);
        }
    }

    /// <summary>Length of all segments together in nanoseconds, saturating when unbounded.</summary>
    public long Livetime
    {
        get
        {
            if (insideAtStart || (count & 1) == 1) return long.MaxValue;
            long sum = 0;
            for (var i = 0; i + 1 < count; i += 2)
            {
                var length = new GpsTime(toggles[i + 1]) - new GpsTime(toggles[i]);
                sum = sum > long.MaxValue - length ? long.MaxValue : sum + length;
            }
            return sum;
        }
    }

    /// <summary>The smallest segment that covers the list.</summary>
    /// <exception cref="InvalidOperationException">The list is empty.</exception>
    public Segment Extent => IsEmpty
        ? throw new InvalidOperationException("an empty segment list has no extent")
        : new Segment(this[0].Start, this[Count - 1].End);

    /// <summary>The list of one segment.</summary>
    public static SegmentList Of(Segment segment) => Coalesce([segment]);

    /// <summary>The union of segments given in any order, overlapping, touching, or of zero length.</summary>
    public static SegmentList Coalesce(IEnumerable<Segment> segments) => Coalesce(segments.ToArray());

    /// <summary>The union of segments given in any order, overlapping, touching, or of zero length.</summary>
    public static SegmentList Coalesce(params ReadOnlySpan<Segment> segments)
    {
        var sorted = segments.ToArray();
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i] >= sorted[i - 1]) continue;
            Array.Sort(sorted);
            break;
        }
        var toggles = new long[2 * sorted.Length];
        var n = 0;
        foreach (var segment in sorted)
        {
            if (segment.IsEmpty) continue;
            if (n > 0 && segment.Start.Nanoseconds <= toggles[n - 1])
                toggles[n - 1] = Math.Max(toggles[n - 1], segment.End.Nanoseconds);
            else
            {
                toggles[n++] = segment.Start.Nanoseconds;
                toggles[n++] = segment.End.Nanoseconds;
            }
        }
        return FromEdges(toggles, n);
    }

    // Edges at the unbounded ends are not toggles: the past is a flag, the future an odd count.
    static SegmentList FromEdges(long[] edges, int n)
    {
        if (n == 0) return Empty;
        if (edges[n - 1] == long.MaxValue) n--;
        if (n == 0 || edges[0] != long.MinValue) return new(edges, n, false);
        return new(edges[1..n], n - 1, true);
    }

    /// <summary>What is in either.</summary>
    public static SegmentList operator |(SegmentList a, SegmentList b) => Merge<UnionOf>(a, b);

    /// <summary>What is in both.</summary>
    public static SegmentList operator &(SegmentList a, SegmentList b) => Merge<IntersectionOf>(a, b);

    /// <summary>What is in the first and not in the second.</summary>
    public static SegmentList operator -(SegmentList a, SegmentList b) => Merge<DifferenceOf>(a, b);

    /// <summary>What is in exactly one of the two.</summary>
    public static SegmentList operator ^(SegmentList a, SegmentList b) => Merge<SymmetricDifferenceOf>(a, b);

    /// <summary>What is not in the list, out to both unbounded ends.</summary>
    public static SegmentList operator ~(SegmentList a) => new(a.toggles, a.count, !a.insideAtStart);

    /// <summary>The part inside one segment.</summary>
    public SegmentList Clip(Segment segment) => this & Of(segment);

    /// <summary>True when the two lists share more than edges.</summary>
    public bool Intersects(SegmentList other) => !(this & other).IsEmpty;

    /// <summary>True when the segment shares more than an edge with the list.</summary>
    public bool Intersects(Segment segment) => !Clip(segment).IsEmpty;

    /// <summary>True when the instant lies in one of the segments (start included, end excluded). Logarithmic.</summary>
    public bool Contains(GpsTime time)
    {
        var at = Toggles.BinarySearch(time.Nanoseconds);
        var passed = at >= 0 ? at + 1 : ~at;
        return insideAtStart ^ ((passed & 1) == 1);
    }

    /// <summary>True when the whole segment lies inside one segment of the list.</summary>
    public bool Contains(Segment segment) => segment.IsEmpty ? Contains(segment.Start) : Clip(segment) is { Count: 1 } c && c[0] == segment;

    /// <summary>Every segment with both ends moved outwards, coalesced again.</summary>
    public SegmentList Protract(long nanoseconds) => Map(s => s.Protract(nanoseconds));

    /// <summary>Every segment with both ends moved inwards (beyond zero length the ends cross, as in <see cref="Segment.Contract"/>), coalesced again.</summary>
    public SegmentList Contract(long nanoseconds) => Map(s => s.Contract(nanoseconds));

    /// <summary>Every segment moved later.</summary>
    public SegmentList Shift(long nanoseconds) => Map(s => s.Shift(nanoseconds));

    SegmentList Map(Func<Segment, Segment> change) => Coalesce(this.Select(change));

    /// <inheritdoc/>
    public IEnumerator<Segment> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>True when both hold the same segments.</summary>
    public bool Equals(SegmentList? other) =>
        other is not null && insideAtStart == other.insideAtStart && Toggles.SequenceEqual(other.Toggles);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SegmentList);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(insideAtStart);
        foreach (var toggle in Toggles) hash.Add(toggle);
        return hash.ToHashCode();
    }

    /// <summary>The segments in brackets, in seconds.</summary>
    public override string ToString() => "[" + string.Join(", ", this) + "]";
}
