namespace Idq.Core.Tests.Segments;

public sealed class SegmentListDictionaryTests
{
    static SegmentList L(params (long A, long B)[] segments) => SegmentList.Coalesce(segments.Select(s => new Segment(new(s.A), new(s.B))));

    static SegmentListDictionary D(params (string Key, SegmentList List)[] lists) =>
        new(lists.Select(l => KeyValuePair.Create(l.Key, l.List)));

    static readonly SegmentListDictionary Two = D(("H1", L((0, 10))), ("L1", L((5, 15))));

    [Fact]
    public void Unions_and_intersections_take_the_given_keys()
    {
        Assert.Equal(L((0, 15)), Two.Union(["H1", "L1"]));
        Assert.Equal(L((0, 10)), Two.Union(["H1"]));
        Assert.True(Two.Union([]).IsEmpty);
        Assert.True(Two.Intersection([]).IsEmpty);
        Assert.Throws<KeyNotFoundException>(() => Two.Union(["V1"]));
        Assert.Throws<KeyNotFoundException>(() => Two.Intersection(["H1", "V1"]));
    }

    [Fact]
    public void Operators_work_key_by_key_with_the_reference_rules_for_keys_of_one_side()
    {
        var other = D(("L1", L((0, 7))), ("V1", L((1, 2))));
        Assert.Equal(D(("H1", L((0, 10))), ("L1", L((0, 15))), ("V1", L((1, 2)))), Two | other);
        Assert.Equal(D(("H1", L()), ("L1", L((5, 7))), ("V1", L())), Two & other);
        Assert.Equal(D(("H1", L((0, 10))), ("L1", L((7, 15)))), Two - other);
    }

    [Fact]
    public void Lists_are_replaced_and_chosen_by_key_and_keys_come_in_order()
    {
        var changed = Two.With("H1", L((100, 101))).With("A", L());
        Assert.Equal(["A", "H1", "L1"], changed.Keys);
        Assert.Equal([L(), L((100, 101)), L((5, 15))], changed.Values);
        Assert.Equal(L((0, 10)), Two["H1"]);
        Assert.Equal(D(("L1", L((5, 15)))), changed.Only(["L1", "L1"]));
        Assert.True(changed.TryGetValue("H1", out var list) && list.Count == 1);
        Assert.False(changed.TryGetValue("V1", out _));
        Assert.False(changed.ContainsKey("V1"));
        Assert.Throws<KeyNotFoundException>(() => changed["V1"]);
        Assert.Throws<KeyNotFoundException>(() => changed.Only(["V1"]));
        Assert.Throws<ArgumentException>(() => D(("H1", L()), ("H1", L())));
    }

    [Fact]
    public void Dictionaries_with_equal_lists_are_equal()
    {
        var same = D(("L1", L((5, 15))), ("H1", L((0, 10))));
        Assert.Equal(Two, same);
        Assert.Equal(Two.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(Two, Two.With("H1", L((0, 11))));
        Assert.Equal("{H1: [[0, 0.00000001)], L1: [[0.000000005, 0.000000015)]}", Two.ToString());
    }
}
