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
    // The unbounded past, the toggles, and three times the unbounded future: so that every segment, of the list and of its complement, is a
    // pair of neighbours here, with an empty one after the last.
    readonly long[] toggles;
    readonly int count;
    readonly bool insideAtStart;

    SegmentList(ReadOnlySpan<long> early, ReadOnlySpan<long> late, bool insideAtStart)
    {
        count = early.Length + late.Length;
        this.insideAtStart = insideAtStart;
        toggles = GC.AllocateUninitializedArray<long>(count + 4);
        toggles[0] = long.MinValue;
        early.CopyTo(toggles.AsSpan(1));
        late.CopyTo(toggles.AsSpan(1 + early.Length));
        toggles.AsSpan(1 + count).Fill(long.MaxValue);
    }

    SegmentList(long[] toggles, int count, bool insideAtStart) =>
        (this.toggles, this.count, this.insideAtStart) = (toggles, count, insideAtStart);

    /// <summary>The list of no segments.</summary>
    public static SegmentList Empty { get; } = new([], [], false);

    /// <summary>All of time.</summary>
    public static SegmentList All { get; } = new([], [], true);

    /// <summary>Number of segments.</summary>
    public int Count => (count + (insideAtStart ? 2 : 1)) / 2;

    /// <summary>True when no instant is inside.</summary>
    public bool IsEmpty => count == 0 && !insideAtStart;

    ReadOnlySpan<long> Toggles => toggles.AsSpan(1, count);

    int Parity => insideAtStart ? 1 : 0;

    /// <summary>The segment of the given index, in time order.</summary>
    public Segment this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            var opening = 2 * index + (insideAtStart ? 0 : 1);
            return new(new GpsTime(toggles[opening]), new GpsTime(toggles[opening + 1]));
        }
    }

    /// <summary>Length of all segments together in nanoseconds, saturating when unbounded.</summary>
    public long Livetime
    {
        get
        {
            if (insideAtStart || (count & 1) == 1) return long.MaxValue;
            long sum = 0;
            for (var i = 1; i < count; i += 2)
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
        var edges = new long[2 * sorted.Length];
        var n = 0;
        foreach (var segment in sorted)
        {
            if (segment.IsEmpty) continue;
            if (n > 0 && segment.Start.Nanoseconds <= edges[n - 1])
                edges[n - 1] = Math.Max(edges[n - 1], segment.End.Nanoseconds);
            else
            {
                edges[n++] = segment.Start.Nanoseconds;
                edges[n++] = segment.End.Nanoseconds;
            }
        }
        return FromEdges(edges.AsSpan(0, n), [], complement: false);
    }

    // Edges at the unbounded ends are not toggles: the past is a flag, the future an odd count.
    static SegmentList FromEdges(ReadOnlySpan<long> early, ReadOnlySpan<long> late, bool complement)
    {
        if (early.Length == 0)
        {
            early = late;
            late = [];
        }
        if (early.Length == 0) return complement ? All : Empty;
        var insideAtStart = early[0] == long.MinValue;
        if (insideAtStart) early = early[1..];
        if (late.Length > 0 && late[^1] == long.MaxValue) late = late[..^1];
        else if (late.Length == 0 && early.Length > 0 && early[^1] == long.MaxValue) early = early[..^1];
        return new(early, late, insideAtStart ^ complement);
    }

    /// <summary>What is in either.</summary>
    public static SegmentList operator |(SegmentList a, SegmentList b) => Intersect(a, true, b, true, complementResult: true);

    /// <summary>What is in both.</summary>
    public static SegmentList operator &(SegmentList a, SegmentList b) => Intersect(a, false, b, false, complementResult: false);

    /// <summary>What is in the first and not in the second.</summary>
    public static SegmentList operator -(SegmentList a, SegmentList b) => Intersect(a, false, b, true, complementResult: false);

    /// <summary>What is in exactly one of the two.</summary>
    public static SegmentList operator ^(SegmentList a, SegmentList b) => ToggleWhereOneDoes(a, b);

    /// <summary>What is not in the list, out to both unbounded ends.</summary>
    public static SegmentList operator ~(SegmentList a) => new(a.toggles, a.count, !a.insideAtStart);

    /// <summary>The part inside one segment. Logarithmic, and linear in what is kept.</summary>
    public SegmentList Clip(Segment segment)
    {
        if (segment.IsEmpty || IsEmpty) return Empty;
        if (segment.Contains(Extent)) return this;
        var (first, last) = (Passed(segment.Start), Passed(segment.End - 1));
        var edges = new long[last - first + 3];
        var n = 0;
        if (IsInside(first)) edges[n++] = segment.Start.Nanoseconds;
        Toggles[first..last].CopyTo(edges.AsSpan(n));
        n += last - first;
        if (IsInside(last)) edges[n++] = segment.End.Nanoseconds;
        return FromEdges(edges.AsSpan(0, n), [], complement: false);
    }

    /// <summary>True when the two lists share more than edges.</summary>
    public bool Intersects(SegmentList other) => !(this & other).IsEmpty;

    /// <summary>True when the segment shares more than an edge with the list. Logarithmic.</summary>
    public bool Intersects(Segment segment)
    {
        if (segment.IsEmpty) return false;
        var passed = Passed(segment.Start);
        return IsInside(passed) || toggles[1 + passed] < segment.End.Nanoseconds;
    }

    /// <summary>True when the instant lies in one of the segments (start included, end excluded). Logarithmic.</summary>
    public bool Contains(GpsTime time) => IsInside(Passed(time));

    /// <summary>
    /// True when the whole segment lies inside one segment of the list; one of zero length when its instant does. Logarithmic.
    /// </summary>
    public bool Contains(Segment segment)
    {
        var passed = Passed(segment.Start);
        return IsInside(passed) && toggles[1 + passed] >= segment.End.Nanoseconds;
    }

    // Toggles at or before an instant. Membership there is their parity, beside that of the unbounded past.
    int Passed(GpsTime time)
    {
        var at = Toggles.BinarySearch(time.Nanoseconds);
        return at >= 0 ? at + 1 : ~at;
    }

    bool IsInside(int passed) => ((passed ^ Parity) & 1) != 0;

    /// <summary>Every segment with both ends moved outwards, coalesced again.</summary>
    public SegmentList Protract(long nanoseconds) => Map(s => s.Protract(nanoseconds));

    /// <summary>
    /// Every segment with both ends moved inwards (beyond zero length the ends cross, as in <see cref="Segment.Contract"/>), coalesced
    /// again.
    /// </summary>
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
