using FsCheck;
using FsCheck.Fluent;

namespace Idq.Core.Tests.Segments;

/// <summary>Long lists are merged in two halves side by side. The answers are those of one instant after the other.</summary>
public sealed class LongListTests
{
    const int Instants = 2000;

    /// <summary>
    /// Membership of every instant, in stretches of random lengths; the first and the last one reach out to the unbounded ends.
    /// </summary>
    static Gen<bool[]> Memberships =>
        from scale in Gen.Elements(2, 10, 400)
        from lengths in Gen.Choose(1, scale).ArrayOf(Instants / 2)
        from startsInside in Gen.Elements(true, false)
        select lengths.SelectMany((n, i) => Enumerable.Repeat((i % 2 == 0) == startsInside, n)).Concat(Enumerable.Repeat(false, Instants))
            .Take(Instants).ToArray();

    /// <summary>Half of the edges of the second list are those of the first, so that segments often begin or end together.</summary>
    static Gen<(bool[] A, bool[] B)> Pairs =>
        from a in Memberships
        from b in Memberships
        from shared in Memberships
        select (a, b.Select((inside, i) => shared[i] ? a[i] : inside).ToArray());

    static SegmentList List(bool[] inside) =>
        SegmentList.Coalesce(
            Enumerable
                .Range(0, inside.Length)
                .Where(i => inside[i])
                .Select(i => new Segment(Edge(i, inside.Length), Edge(i + 1, inside.Length)))
        );

    static GpsTime Edge(int i, int count) => i == 0 ? GpsTime.MinValue : i == count ? GpsTime.MaxValue : new(i);

    [Fact]
    public void Every_operation_is_that_of_the_instants() =>
        Pairs.Check(x =>
        {
            var (a, b) = (List(x.A), List(x.B));
            bool[] Each(Func<bool, bool, bool> operation) => x.A.Zip(x.B, operation).ToArray();
            Assert.Equal(List(Each((p, q) => p && q)), a & b);
            Assert.Equal(List(Each((p, q) => p || q)), a | b);
            Assert.Equal(List(Each((p, q) => p && !q)), a - b);
            Assert.Equal(List(Each((p, q) => !p && q)), b - a);
            Assert.Equal(List(Each((p, q) => p != q)), a ^ b);
            Assert.Equal(List(Each((p, _) => !p)), ~a);
            Assert.Equal(a & b, b & a);
            Assert.Equal(Each((p, q) => p && q).Any(p => p), a.Intersects(b));
        }, 150);

    [Fact]
    public void A_long_list_meets_a_short_one() =>
        (from a in Memberships from b in Generators.Lists(Instants) select (a, b)).Check(x =>
        {
            var a = List(x.a);
            var common = a & x.b;
            var naive = x.b.Aggregate(SegmentList.Empty, (sum, s) => sum | a.Clip(s));
            Assert.Equal(naive, common);
            Assert.Equal(common, x.b & a);
            Assert.Equal(a, common | (a - x.b));
        }, 150);

    [Fact]
    public void Instants_are_kept_where_the_list_has_them() =>
        (
            from a in Memberships
            from times in Gen.Choose(1, Instants - 2).ArrayOf()
            select (a, times: times.Order().Select(t => (long)t).ToArray())
        ).Check(x =>
        {
            var list = List(x.a);
            Assert.Equal(x.times.Where(t => x.a[t]), list.Keep(x.times));
            var inside = new byte[x.times.Length];
            list.Contains(x.times, inside);
            Assert.Equal(x.times.Select(t => (byte)(list.Contains(new GpsTime(t)) ? 1 : 0)), inside);
        });
}
