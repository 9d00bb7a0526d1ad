using FsCheck;
using FsCheck.Fluent;

namespace Idq.Core.Tests;

/// <summary>Small random inputs with many coincidences: ties, touching edges, empty segments, reversed ends.</summary>
static class Generators
{
    public static Gen<Segment> Segments(int max = 40) =>
        from a in Gen.Choose(0, max)
        from b in Gen.Choose(0, max)
        select new Segment(new GpsTime(a), new GpsTime(b));

    public static Gen<SegmentList> Lists(int max = 40) =>
        from segments in Segments(max).ArrayOf()
        from unboundedPast in Gen.Frequency((6, Gen.Constant(false)), (1, Gen.Constant(true)))
        from unboundedFuture in Gen.Frequency((6, Gen.Constant(false)), (1, Gen.Constant(true)))
        let list = SegmentList.Coalesce(segments)
        let past = unboundedPast ? SegmentList.Of(new Segment(GpsTime.MinValue, new GpsTime(3))) : SegmentList.Empty
        let future = unboundedFuture ? SegmentList.Of(new Segment(new GpsTime(max - 3), GpsTime.MaxValue)) : SegmentList.Empty
        select list | past | future;

    public static Gen<SegmentList> BoundedLists(long unit, int max = 40) =>
        from segments in Segments(max).ArrayOf()
        select SegmentList.Coalesce(
            segments.Select(s => new Segment(new GpsTime(s.Start.Nanoseconds * unit), new GpsTime(s.End.Nanoseconds * unit)))
        );

    /// <summary>Ascending cuts of [0, length), ends included.</summary>
    public static Gen<long[]> Cuts(long length) =>
        from inner in Gen.Choose(1, 999).ArrayOf()
        select inner.Select(i => length * i / 1000).Concat([0L, length]).Distinct().Order().ToArray();

    /// <summary>Runs a property on 200 random inputs and throws at the first that fails, shrunk.</summary>
    public static void Check<T>(this Gen<T> gen, Action<T> body, int runs = 200) =>
        Prop.ForAll(gen.ToArbitrary(), body).Check(Config.QuickThrowOnFailure.WithMaxTest(runs).WithQuietOnSuccess(true));
}
