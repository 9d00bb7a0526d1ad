using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Core.Tests.Cadence;

public sealed class StridePlanTests
{
    static StridePlan Plan(long start = 100, long length = 10, long end = long.MaxValue) => new(new(start), length, new(end));

    static Segment Seg(long a, long b) => new(new(a), new(b));

    /// <summary>Starts and ends all over the 64-bit range and at its edges, lengths from a nanosecond to 292 years.</summary>
    static Gen<StridePlan> Plans =>
        from start in Far.Where(t => t is not (long.MinValue or long.MaxValue))
        from end in Far
        from bits in Gen.Choose(0, 62)
        from low in Gen.Choose(0, 1000)
        select new StridePlan(new(start), (1L << bits) + low, new(end));

    static Gen<long> Far =>
        Gen.OneOf(
            Gen.Choose(-2000, 2000).Select(i => (long)i),
            Gen.Choose(0, 2000).Select(i => long.MinValue + i),
            Gen.Choose(0, 2000).Select(i => long.MaxValue - i),
            from high in Gen.Choose(int.MinValue, int.MaxValue) from low in Gen.Choose(0, int.MaxValue) select ((long)high << 32) + low
        );

    static Gen<long> Indices =>
        Gen.OneOf(
            Gen.Choose(0, 2000).Select(i => (long)i),
            Gen.Choose(0, 2000).Select(i => long.MaxValue - i),
            from bits in Gen.Choose(0, 62) from low in Gen.Choose(0, 1000) select (1L << bits) + low
        );

    static GpsTime NaiveEdge(StridePlan plan, BigInteger index) =>
        new((long)BigInteger.Min(plan.Start.Nanoseconds + index * plan.Length, plan.End.Nanoseconds));

    static BigInteger NaiveIndex(StridePlan plan, GpsTime time) =>
        ((BigInteger)time.Nanoseconds - plan.Start.Nanoseconds) / plan.Length;

    [Fact]
    public void Strides_are_numbered_from_zero_and_touch()
    {
        var plan = Plan();
        Assert.Equal(new Stride(0, Seg(100, 110)), plan.At(0));
        Assert.Equal(new Stride(7, Seg(170, 180)), plan.At(7));
        Assert.Equal((0, 0, 1, 7), (plan.IndexOf(new(50)), plan.IndexOf(new(109)), plan.IndexOf(new(110)), plan.IndexOf(new(179))));
        Assert.Equal((long.MaxValue, new GpsTime(100), 10L), (plan.LastIndex, plan.Start, plan.Length));
    }

    [Fact]
    public void The_last_stride_is_cut_and_those_behind_it_are_empty()
    {
        var plan = Plan(end: 125);
        Assert.Equal(2, plan.LastIndex);
        Assert.Equal(Seg(120, 125), plan.At(2).Segment);
        Assert.Equal(Seg(125, 125), plan.At(3).Segment);
        Assert.Equal(new GpsTime(125), plan.LeftEdge(long.MaxValue));
        Assert.Equal(1, Plan(end: 120).LastIndex);
        Assert.Equal(0, Plan(end: 101).LastIndex);
    }

    [Fact]
    public void Without_time_there_is_no_stride()
    {
        foreach (var end in new[] { 100, 99, long.MinValue })
        {
            Assert.Equal(-1, Plan(end: end).LastIndex);
            Assert.Null(Plan(end: end).Next(new(0)));
        }
    }

    [Fact]
    public void The_next_stride_is_the_rest_of_what_is_not_done()
    {
        var plan = Plan(end: 125);
        Assert.Equal(new Stride(0, Seg(100, 110)), plan.Next(GpsTime.MinValue));
        Assert.Equal(new Stride(0, Seg(100, 110)), plan.Next(new(100)));
        Assert.Equal(new Stride(0, Seg(103, 110)), plan.Next(new(103)));
        Assert.Equal(new Stride(1, Seg(110, 120)), plan.Next(new(110)));
        Assert.Equal(new Stride(2, Seg(124, 125)), plan.Next(new(124)));
        Assert.Null(plan.Next(new(125)));
        Assert.Null(plan.Next(GpsTime.MaxValue));
    }

    [Fact]
    public void A_start_that_is_unbounded_a_length_that_is_not_positive_and_a_number_below_zero_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Plan(start: long.MinValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => Plan(start: long.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => Plan(length: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Plan(length: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Plan().At(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Plan().LeftEdge(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => StridePlan.Align(default, 0));
    }

    [Theory]
    [InlineData(100, 10, 100)]
    [InlineData(101, 10, 110)]
    [InlineData(-19, 10, -10)]
    [InlineData(-20, 10, -20)]
    [InlineData(-1, 10, 0)]
    [InlineData(long.MaxValue - 1, 10, long.MaxValue)]
    [InlineData(long.MaxValue, 10, long.MaxValue)]
    [InlineData(long.MinValue, 10, long.MinValue)]
    public void Aligning_goes_up_to_a_whole_number_of_lengths(long time, long length, long aligned) =>
        Assert.Equal(new GpsTime(aligned), StridePlan.Align(new(time), length));

    [Fact]
    public void An_aligned_instant_is_the_first_multiple_from_there_on() =>
        (
            from time in Far
            from bits in Gen.Choose(0, 62)
            from low in Gen.Choose(0, 1000)
            select (time, length: (1L << bits) + low)
        ).Check(x =>
        {
            var aligned = StridePlan.Align(new(x.time), x.length);
            if (x.time == long.MinValue || !aligned.IsFinite) return;
            Assert.Equal(0, aligned.Nanoseconds % x.length);
            Assert.InRange((BigInteger)aligned.Nanoseconds - x.time, 0, (BigInteger)x.length - 1);
        }, 1000);

    [Fact]
    public void Edges_are_those_of_unbounded_arithmetic_anywhere_in_the_range() =>
        (from plan in Plans from index in Indices select (plan, index)).Check(x =>
        {
            Assert.Equal(NaiveEdge(x.plan, x.index), x.plan.LeftEdge(x.index));
            var stride = x.plan.At(x.index);
            Assert.Equal(x.index, stride.Index);
            Assert.Equal(NaiveEdge(x.plan, x.index), stride.Segment.Start);
            Assert.Equal(NaiveEdge(x.plan, x.index + BigInteger.One), stride.Segment.End);
        }, 2000);

    [Fact]
    public void The_stride_that_holds_an_instant_is_the_one_whose_number_is_asked_for() =>
        (from plan in Plans from time in Far select (plan, time: new GpsTime(time))).Check(x =>
        {
            var index = x.plan.IndexOf(x.time);
            if (x.time < x.plan.Start)
            {
                Assert.Equal(0, index);
                return;
            }
            Assert.Equal(BigInteger.Min(NaiveIndex(x.plan, x.time), long.MaxValue), index);
            if (x.time < x.plan.End && index < long.MaxValue) Assert.True(x.plan.At(index).Segment.Contains(x.time));
        }, 2000);

    [Fact]
    public void The_last_stride_ends_the_plan_and_the_one_behind_it_is_empty() =>
        Plans.Check(plan =>
        {
            if (plan.LastIndex is -1 or long.MaxValue)
            {
                Assert.True(plan.End <= plan.Start || plan.End == GpsTime.MaxValue || plan.Length == 1);
                return;
            }
            Assert.Equal(plan.End, plan.At(plan.LastIndex).Segment.End);
            Assert.False(plan.At(plan.LastIndex).Segment.IsEmpty);
            Assert.True(plan.At(plan.LastIndex + 1).Segment.IsEmpty);
        }, 2000);

    [Fact]
    public void What_is_next_after_what_was_done_covers_the_plan_once() =>
        (
            from start in Gen.Choose(-100, 100)
            from length in Gen.Choose(1, 20)
            from span in Gen.Choose(0, 200)
            from stops in Gen.Choose(0, 20).ArrayOf()
            select (plan: Plan(start, length, start + span), stops)
        ).Check(x =>
        {
            // Whoever stops in the middle of a stride is given the rest of it.
            var (done, turn) = (x.plan.Start, 0);
            while (x.plan.Next(done) is { } next)
            {
                Assert.Equal(done, next.Segment.Start);
                Assert.Equal(x.plan.At(next.Index).Segment.End, next.Segment.End);
                Assert.False(next.Segment.IsEmpty);
                var stop = turn < x.stops.Length ? done + x.stops[turn++] : GpsTime.MaxValue;
                done = stop > done ? GpsTime.Min(stop, next.Segment.End) : next.Segment.End;
            }
            Assert.Equal(x.plan.End, done);
        });
}
