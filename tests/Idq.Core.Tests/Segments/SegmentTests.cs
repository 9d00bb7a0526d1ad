using FsCheck.Fluent;

namespace Idq.Core.Tests.Segments;

public sealed class SegmentTests
{
    static Segment S(long a, long b) => new(new(a), new(b));

    [Fact]
    public void Segments_are_values_ordered_by_start_then_end()
    {
        ValueContract.HoldsFor(S(1, 5), S(5, 1), S(1, 6), S(0, 5), default);
        ValueContract.IsOrdered(
            [new(GpsTime.MinValue, new(0)), S(-3, 9), S(0, 0), S(0, 2), S(1, 2)],
            (a, b) => a < b,
            (a, b) => a <= b,
            (a, b) => a > b,
            (a, b) => a >= b
        );
    }

    [Fact]
    public void Relations_agree_with_their_instants() =>
        (from a in Generators.Segments(12) from b in Generators.Segments(12) select (a, b)).Check(x =>
        {
            var (a, b) = x;
            var (inA, inB) = (Instants(a), Instants(b));
            Assert.Equal(a.Duration, inA.Count);
            if (!a.IsEmpty && !b.IsEmpty)
            {
                Assert.Equal(inA.Overlaps(inB), a.Intersects(b));
                Assert.Equal(inB.IsSubsetOf(inA), a.Contains(b));
                Assert.Equal(inA.Intersect(inB).ToHashSet(), a.Intersection(b) is { } common ? Instants(common) : []);
                Assert.Equal(IsOneSegment(inA.Union(inB)), a.Disjoint(b) == 0);
                Assert.Superset(inA.Union(inB).ToHashSet(), Instants(a.Hull(b)));
            }
            Assert.Equal(a.Start > b.End ? 1 : a.End < b.Start ? -1 : 0, a.Disjoint(b));
            Assert.Equal(-a.Disjoint(b), b.Disjoint(a));
            Assert.Equal(a.Hull(b), b.Hull(a));
        }, 2000);

    static HashSet<long> Instants(Segment s) =>
        Enumerable.Range((int)s.Start.Nanoseconds, (int)s.Duration).Select(i => (long)i).ToHashSet();

    static bool IsOneSegment(IEnumerable<long> instants)
    {
        var sorted = instants.Order().ToArray();
        return sorted.Length > 0 && sorted[^1] - sorted[0] == sorted.Length - 1;
    }

    [Fact]
    public void Touching_is_neither_intersecting_nor_disjoint()
    {
        Assert.False(S(0, 5).Intersects(S(5, 9)));
        Assert.Equal(0, S(0, 5).Disjoint(S(5, 9)));
        Assert.Null(S(0, 5).Intersection(S(5, 9)));
        Assert.Equal(-1, S(0, 5).Disjoint(S(6, 9)));
    }

    [Fact]
    public void The_start_belongs_to_a_segment_and_the_end_does_not()
    {
        Assert.True(S(2, 4).Contains(new GpsTime(2)));
        Assert.False(S(2, 4).Contains(new GpsTime(4)));
        Assert.False(S(2, 2).Contains(new GpsTime(2)));
        Assert.True(S(2, 4).Contains(S(2, 4)));
    }

    [Fact]
    public void Contracting_beyond_zero_length_exchanges_the_ends()
    {
        Assert.Equal(S(-2, 12), S(0, 10).Protract(2));
        Assert.Equal(S(2, 8), S(0, 10).Contract(2));
        Assert.Equal(S(4, 6), S(0, 10).Contract(6));
        Assert.Equal(S(3, 13), S(0, 10).Shift(3));
    }

    [Fact]
    public void Unbounded_ends_stay_where_they_are()
    {
        var past = new Segment(GpsTime.MinValue, new(5));
        Assert.Equal(new Segment(GpsTime.MinValue, new(7)), past.Shift(2));
        Assert.Equal(long.MaxValue, past.Duration);
        Assert.Equal(long.MaxValue, Segment.All.Duration);
        Assert.Equal("[-inf, 0.000000005)", past.ToString());
        Assert.Equal(Segment.FromSeconds(1, 2), new Segment(GpsTime.FromSeconds(2), GpsTime.FromSeconds(1)));
    }
}
