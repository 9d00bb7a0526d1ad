using FsCheck;
using FsCheck.Fluent;

namespace Idq.Core.Tests.Segments;

/// <summary>Laws between operations: what a model of single instants cannot say about them together.</summary>
public sealed class SegmentListLawsTests
{
    static Gen<(SegmentList A, SegmentList B, SegmentList C)> Triples =>
        from a in Generators.Lists() from b in Generators.Lists() from c in Generators.Lists() select (a, b, c);

    static Gen<(SegmentList A, SegmentList B)> BoundedPairs =>
        from a in Generators.BoundedLists(1000) from b in Generators.BoundedLists(1000) select (a, b);

    [Fact]
    public void Operations_associate_and_distribute() => Triples.Check(x =>
    {
        var (a, b, c) = x;
        Assert.Equal((a | b) | c, a | (b | c));
        Assert.Equal((a & b) & c, a & (b & c));
        Assert.Equal((a ^ b) ^ c, a ^ (b ^ c));
        Assert.Equal(a & (b | c), (a & b) | (a & c));
        Assert.Equal(a | (b & c), (a | b) & (a | c));
        Assert.Equal(a - (b | c), (a - b) - c);
        Assert.Equal(a - (b & c), (a - b) | (a - c));
        Assert.Equal(a & (b ^ c), (a & b) ^ (a & c));
    }, 500);

    [Fact]
    public void Everything_and_nothing_are_neutral_or_absorb() => Generators.Lists().Check(a =>
    {
        Assert.Equal(a, a | SegmentList.Empty);
        Assert.Equal(a, a & SegmentList.All);
        Assert.Equal(a, a - SegmentList.Empty);
        Assert.Equal(a, a ^ SegmentList.Empty);
        Assert.Equal(~a, a ^ SegmentList.All);
        Assert.Equal(SegmentList.All, a | SegmentList.All);
        Assert.Equal(SegmentList.Empty, a & SegmentList.Empty);
        Assert.Equal(SegmentList.Empty, a - a);
        Assert.Equal(SegmentList.Empty, a ^ a);
        Assert.Equal(a, a & a);
        Assert.Equal(a, a | a);
        Assert.Equal(a, a | (a & ~a));
    });

    [Fact]
    public void Livetimes_add_up() => BoundedPairs.Check(x =>
    {
        Assert.Equal(x.A.Livetime + x.B.Livetime, (x.A | x.B).Livetime + (x.A & x.B).Livetime);
        Assert.Equal(x.A.Livetime, (x.A - x.B).Livetime + (x.A & x.B).Livetime);
        Assert.Equal((x.A ^ x.B).Livetime, (x.A | x.B).Livetime - (x.A & x.B).Livetime);
        Assert.Equal(x.A.Livetime, x.A.Sum(s => s.Duration));
    });

    [Fact]
    public void A_list_is_the_sum_of_its_parts_over_any_cuts() =>
        (from list in Generators.BoundedLists(1000) from cuts in Generators.Cuts(40_000) select (list, cuts)).Check(x =>
        {
            var parts = x.cuts.Zip(x.cuts.Skip(1)).Select(c => x.list.Clip(new(new(c.First), new(c.Second)))).ToArray();
            Assert.Equal(x.list.Livetime, parts.Sum(p => p.Livetime));
            Assert.Equal(x.list, parts.Aggregate(SegmentList.Empty, (sum, p) => sum | p));
        });

    [Fact]
    public void Shifting_goes_through_every_operation() =>
        (from pair in BoundedPairs from d in Gen.Choose(-5000, 5000) select (pair.A, pair.B, (long)d)).Check(x =>
        {
            var (a, b, d) = x;
            Assert.Equal((a | b).Shift(d), a.Shift(d) | b.Shift(d));
            Assert.Equal((a & b).Shift(d), a.Shift(d) & b.Shift(d));
            Assert.Equal((a - b).Shift(d), a.Shift(d) - b.Shift(d));
            Assert.Equal(a.Livetime, a.Shift(d).Livetime);
        });

    [Fact]
    public void Protracting_closes_gaps_and_contracting_it_back_keeps_what_was() =>
        (from list in Generators.BoundedLists(1000) from d in Gen.Choose(0, 3000) select (list, (long)d)).Check(x =>
        {
            var (list, d) = x;
            var wide = list.Protract(d);
            Assert.Equal(list, list & wide);
            Assert.Equal(list, list & wide.Contract(d));
            Assert.True(wide.Count <= list.Count);
            Assert.Equal(wide, list.Protract(d / 2).Protract(d - d / 2));
        });

    [Fact]
    public void Operands_are_left_as_they_were() => Triples.Check(x =>
    {
        var (a, copy) = (x.A, SegmentList.Coalesce(x.A.ToArray()));
        _ = (a | x.B) & ~a - x.C ^ a.Clip(new(new(3), new(9)));
        _ = a.Protract(3).Contract(1).Shift(2);
        Assert.Equal(copy, a);
    });

    [Fact]
    public void Lists_are_equal_when_they_hold_the_same_segments() => Triples.Check(x =>
    {
        ValueContract.HoldsFor(x.A, SegmentList.Coalesce(x.A.ToArray()));
        Assert.Equal(x.A.SequenceEqual(x.B), x.A.Equals(x.B));
        Assert.Equal(x.A.Equals(x.B), (x.A ^ x.B).IsEmpty);
    }, 500);

    [Fact]
    public void One_list_may_be_used_by_many_threads()
    {
        var a = SegmentList.Coalesce(Enumerable.Range(0, 3000).Select(i => new Segment(new(10 * i), new(10 * i + 7))));
        var b = SegmentList.Coalesce(Enumerable.Range(0, 3000).Select(i => new Segment(new(11 * i), new(11 * i + 4))));
        var (and, or, not) = (a & b, a | b, a - b);
        Parallel.For(0, 64, _ =>
        {
            Assert.Equal(and, a & b);
            Assert.Equal(or, a | b);
            Assert.Equal(not, a - b);
        });
    }
}
