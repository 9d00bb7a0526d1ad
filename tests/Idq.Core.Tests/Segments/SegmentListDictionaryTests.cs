using FsCheck;
using FsCheck.Fluent;

namespace Idq.Core.Tests.Segments;

public sealed class SegmentListDictionaryTests
{
    static SegmentList L(params (long A, long B)[] segments) => SegmentList.Coalesce(segments.Select(s => new Segment(new(s.A), new(s.B))));

    static SegmentListDictionary D(params (string Key, SegmentList List)[] lists) =>
        new(lists.Select(l => KeyValuePair.Create(l.Key, l.List)));

    static readonly SegmentListDictionary Two = D(("L1", L((5, 15))), ("H1", L((0, 10))));

    [Fact]
    public void Unions_and_intersections_take_the_given_keys()
    {
        Assert.Equal(L((0, 15)), Two.Union(["H1", "L1"]));
        Assert.Equal(L((0, 10)), Two.Union(["H1"]));
        Assert.Equal(L((5, 10)), Two.Intersection(["H1", "L1"]));
        Assert.Equal(L((5, 15)), Two.Intersection(["L1", "L1"]));
        Assert.True(Two.Union([]).IsEmpty);
        Assert.True(Two.Intersection([]).IsEmpty);
        Assert.Throws<KeyNotFoundException>(() => Two.Union(["V1"]));
        Assert.Throws<KeyNotFoundException>(() => Two.Intersection(["H1", "V1"]));
    }

    [Fact]
    public void Keys_come_in_order_and_only_once()
    {
        Assert.Equal(["H1", "L1"], Two.Keys);
        Assert.Equal(L((0, 10)), Two["H1"]);
        Assert.Throws<KeyNotFoundException>(() => Two["h1"]);
        Assert.Throws<ArgumentException>(() => D(("H1", L()), ("H1", L())));
    }

    [Fact]
    public void An_instant_is_in_the_union_of_some_and_in_the_intersection_of_all() =>
        Prop.ForAll(
                Gen.Choose(0, 20).Two().ListOf().ListOf().ToArbitrary(),
                all =>
                {
                    var lists = all.Select(pairs => L([.. pairs.Select(p => ((long)p.Item1, (long)p.Item2))])).ToArray();
                    var dictionary = D([.. lists.Select((l, i) => ($"K{i}", l))]);
                    var (union, intersection) = (dictionary.Union(dictionary.Keys), dictionary.Intersection(dictionary.Keys));
                    return Enumerable.Range(-1, 23).Select(i => new GpsTime(i)).All(t =>
                        union.Contains(t) == lists.Any(l => l.Contains(t))
                        && intersection.Contains(t) == (lists.Length > 0 && lists.All(l => l.Contains(t))));
                }
            )
            .QuickCheckThrowOnFailure();
}
