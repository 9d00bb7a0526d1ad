using FsCheck;
using FsCheck.Fluent;

namespace Idq.Core.Tests.Segments;

/// <summary>The algebra against the naive model: a list is the set of its instants.</summary>
public sealed class SegmentListTests
{
    // Instants −2..45 cover the generated edges (0..40) and what is beyond them on both sides.
    static readonly long[] Instants = Enumerable.Range(-2, 48).Select(i => (long)i).ToArray();

    static bool[] Model(SegmentList list) => Instants.Select(i => list.Any(s => s.Contains(new GpsTime(i)))).ToArray();

    static Gen<(SegmentList A, SegmentList B)> Pairs => from a in Generators.Lists() from b in Generators.Lists() select (a, b);

    static void IsCoalesced(SegmentList list)
    {
        var segments = list.ToArray();
        Assert.Equal(list.Count, segments.Length);
        for (var i = 0; i < segments.Length; i++)
            if (segments[i].IsEmpty || (i > 0 && segments[i - 1].End >= segments[i].Start)) Assert.Fail($"segment {i} of {list}");
    }

    [Fact]
    public void Operators_are_those_of_sets() => Pairs.Check(x =>
    {
        var (a, b) = (Model(x.A), Model(x.B));
        void Same(SegmentList actual, Func<bool, bool, bool> expected)
        {
            IsCoalesced(actual);
            Assert.Equal(a.Zip(b, expected), Model(actual));
        }
        Same(x.A | x.B, (p, q) => p || q);
        Same(x.A & x.B, (p, q) => p && q);
        Same(x.A - x.B, (p, q) => p && !q);
        Same(x.A ^ x.B, (p, q) => p != q);
        Same(~x.A, (p, _) => !p);
    }, 1000);

    [Fact]
    public void Long_lists_follow_the_same_rules() =>
        (
            from seed in Gen.Choose(0, 1_000_000)
            from n in Gen.Choose(1, 900)
            from m in Gen.Choose(1, 900)
            from spread in Gen.Choose(1, 6)
            select (seed, n, m, spread)
        ).Check(
            x =>
            {
                // Random walks with steps of 1..spread: many equal toggles when the spread is small.
                SegmentList Walk(ulong stream, int count)
                {
                    var random = new CounterRandom((ulong)x.seed, stream, 0);
                    long at = random.NextLong(50);
                    var segments = new List<Segment>();
                    for (var i = 0; i < count; i++)
                    {
                        var start = at += 1 + random.NextLong(x.spread);
                        at += 1 + random.NextLong(x.spread);
                        segments.Add(new(new GpsTime(start), new GpsTime(at)));
                    }
                    return SegmentList.Coalesce(segments);
                }
                var (a, b) = (Walk(1, x.n), Walk(2, x.m));
                var end = Math.Max(a.Extent.End.Nanoseconds, b.Extent.End.Nanoseconds) + 2;
                byte[] Bits(SegmentList list)
                {
                    var bits = new byte[end];
                    foreach (var s in list)
                        bits.AsSpan((int)s.Start.Nanoseconds, (int)s.Duration).Fill(1);
                    return bits;
                }
                var (p, q) = (Bits(a), Bits(b));
                foreach (
                    var (actual, expected) in new (SegmentList, Func<int, int, int>)[]
                    {
                        (a | b, (l, r) => l | r),
                        (a & b, (l, r) => l & r),
                        (a - b, (l, r) => l & (1 - r)),
                        (b - a, (l, r) => r & (1 - l)),
                        (a ^ b, (l, r) => l ^ r),
                    }
                )
                {
                    IsCoalesced(actual);
                    var model = new byte[end];
                    for (var t = 0; t < end; t++)
                        model[t] = (byte)expected(p[t], q[t]);
                    Assert.True(model.AsSpan().SequenceEqual(Bits(actual)), $"{a} and {b}");
                }
                Assert.Equal(~(a | b), ~a & ~b);
            },
            100
        );

    [Fact]
    public void Laws_of_sets_hold_to_the_unbounded_ends() => Pairs.Check(x =>
    {
        Assert.Equal(x.A, ~~x.A);
        Assert.Equal(~(x.A | x.B), ~x.A & ~x.B);
        Assert.Equal(x.A - x.B, x.A & ~x.B);
        Assert.Equal(x.A ^ x.B, (x.A | x.B) - (x.A & x.B));
        Assert.Equal(x.A | x.B, x.B | x.A);
        Assert.Equal(SegmentList.All, x.A | ~x.A);
        Assert.Equal(SegmentList.Empty, x.A & ~x.A);
        Assert.Equal((x.A | x.B).GetHashCode(), (x.B | x.A).GetHashCode());
    }, 500);

    [Fact]
    public void Livetime_counts_instants_and_extent_covers_them() => Generators.BoundedLists(1).Check(list =>
    {
        Assert.Equal(Model(list).Count(i => i), list.Livetime);
        if (list.IsEmpty) Assert.Throws<InvalidOperationException>(() => list.Extent);
        else Assert.Equal(SegmentList.Of(list.Extent), list | SegmentList.Of(list.Extent));
    });

    [Fact]
    public void Unbounded_livetime_saturates()
    {
        Assert.Equal(long.MaxValue, SegmentList.All.Livetime);
        Assert.Equal(long.MaxValue, (~SegmentList.Of(Segment.FromSeconds(0, 1))).Livetime);
        Assert.Equal(0, SegmentList.Empty.Livetime);
        Assert.Equal(long.MaxValue, SegmentList.Of(new(new(long.MinValue + 1), new(long.MaxValue - 1))).Livetime);
    }

    [Fact]
    public void Clipping_is_intersecting_with_one_segment() =>
        (
            from list in Generators.Lists()
            from segment in Generators.Segments(44)
            from open in Gen.Choose(0, 3)
            select (list, new Segment(open == 1 ? GpsTime.MinValue : segment.Start, open == 2 ? GpsTime.MaxValue : segment.End))
        ).Check(
            x =>
            {
                var (list, segment) = x;
                var expected = list & SegmentList.Of(segment);
                Assert.Equal(expected, list.Clip(segment));
                Assert.Equal(!expected.IsEmpty, list.Intersects(segment));
                Assert.Equal(
                    !segment.IsEmpty && expected.Equals(SegmentList.Of(segment)) || segment.IsEmpty && list.Contains(segment.Start),
                    list.Contains(segment)
                );
                Assert.Equal(!expected.IsEmpty, list.Intersects(SegmentList.Of(segment)));
            },
            1000
        );

    [Fact]
    public void Many_instants_at_once_are_contained_like_one_by_one() =>
        (
            from list in Generators.Lists()
            from times in Gen.Choose(-3, 44).ArrayOf()
            select (list, times.Order().Select(t => (long)t).ToArray())
        ).Check(
            x =>
            {
                var (list, times) = x;
                var inside = new byte[times.Length];
                list.Contains(times, inside);
                Assert.Equal(times.Select(t => list.Any(s => s.Contains(new GpsTime(t)))), inside.Select(b => b == 1));
                Assert.Equal(times.Select(t => list.Contains(new GpsTime(t))), inside.Select(b => b == 1));
                Assert.Equal(times.Where((_, i) => inside[i] == 1), list.Keep(times));
            },
            500
        );

    [Fact]
    public void Answers_must_be_as_many_as_instants() =>
        Assert.Throws<ArgumentException>(() => SegmentList.All.Contains([1, 2], new byte[1]));

    [Fact]
    public void Coalescing_takes_segments_in_any_order_and_overlap() => Generators.Segments().ArrayOf().Check(segments =>
    {
        var list = SegmentList.Coalesce(segments);
        IsCoalesced(list);
        Assert.Equal(Instants.Select(i => segments.Any(s => s.Contains(new GpsTime(i)))), Model(list));
        Assert.Equal(list, SegmentList.Coalesce(segments.Reverse()));
        Assert.Equal(list, SegmentList.Coalesce(list.ToArray()));
    }, 500);

    [Fact]
    public void Touching_segments_merge_and_empty_ones_vanish()
    {
        Assert.Equal(
            SegmentList.Of(Segment.FromSeconds(0, 3)),
            SegmentList.Coalesce(Segment.FromSeconds(1, 3), Segment.FromSeconds(0, 1), Segment.FromSeconds(9, 9))
        );
        Assert.True(SegmentList.Of(Segment.FromSeconds(9, 9)).IsEmpty);
        Assert.True(SegmentList.Coalesce().IsEmpty);
    }

    [Fact]
    public void Unbounded_segments_survive_the_round_trip()
    {
        foreach (var segment in new[] { Segment.All, new Segment(GpsTime.MinValue, new(5)), new Segment(new(5), GpsTime.MaxValue) })
        {
            Assert.Equal([segment], SegmentList.Of(segment).ToArray());
            Assert.Equal(segment, SegmentList.Of(segment).Extent);
        }
        Assert.Equal(SegmentList.All, SegmentList.Of(Segment.All));
        Assert.Equal(
            "[[-inf, 5), [7, inf)]",
            SegmentList
                .Coalesce(new Segment(GpsTime.FromSeconds(7), GpsTime.MaxValue), new Segment(GpsTime.MinValue, GpsTime.FromSeconds(5)))
                .ToString()
        );
    }

    [Fact]
    public void Protracting_and_contracting_move_every_end() =>
        (from list in Generators.Lists() from delta in Gen.Choose(-6, 6) select (list, (long)delta)).Check(x =>
        {
            var (list, delta) = x;
            Assert.Equal(SegmentList.Coalesce(list.Select(s => s.Protract(delta))), list.Protract(delta));
            Assert.Equal(SegmentList.Coalesce(list.Select(s => s.Contract(delta))), list.Contract(delta));
            Assert.Equal(list, list.Shift(delta).Shift(-delta));
            Assert.Equal(list.Count, list.Shift(delta).Count);
        });

    [Fact]
    public void An_index_outside_the_list_is_refused()
    {
        var list = SegmentList.Of(Segment.FromSeconds(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => list[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => list[-1]);
    }
}
