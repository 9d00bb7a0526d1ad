namespace Idq.Core.Tests.Segments;

public sealed class SegmentListDictionaryTests
{
    static SegmentList L(params (long A, long B)[] segments) => SegmentList.Coalesce(segments.Select(s => new Segment(new(s.A), new(s.B))));

    static SegmentListDictionary D(params (string Key, SegmentList List)[] lists) =>
        new(lists.Select(l => KeyValuePair.Create(l.Key, l.List)));

    static readonly SegmentListDictionary Two = D(("H1", L((0, 10))), ("L1", L((5, 15))));

    [Fact]
    public void An_offset_moves_a_list_from_its_original_place()
    {
        var moved = Two.WithOffset("H1", 6);
        Assert.Equal(L((6, 16)), moved["H1"]);
        Assert.Equal(6, moved.Offset("H1"));
        Assert.Equal(L((7, 17)), moved.WithOffset("H1", 7)["H1"]);
        Assert.Equal(L((6, 15)), moved.Intersection(["H1", "L1"]));
        Assert.Equal(L((5, 10)), Two.Intersection(["H1", "L1"]));
        Assert.Equal(Two, moved.WithoutOffsets());
        Assert.NotEqual(Two, moved);
    }

    [Fact]
    public void Offsets_for_unknown_keys_are_ignored_in_bulk_and_refused_one_by_one()
    {
        Assert.Equal(Two.WithOffset("L1", 2), Two.WithOffsets(new Dictionary<string, long> { ["V1"] = 9, ["L1"] = 2 }));
        Assert.Throws<KeyNotFoundException>(() => Two.WithOffset("V1", 1));
    }

    [Fact]
    public void Common_time_keeps_the_offsets_so_that_it_can_be_moved_back()
    {
        var common = Two.WithOffset("H1", 6).ExtractCommon(["H1", "L1"]);
        Assert.Equal(L((6, 15)), common["H1"]);
        Assert.Equal(L((0, 9)), common.WithoutOffsets()["H1"]);
        Assert.Equal(L((6, 15)), common.WithoutOffsets()["L1"]);
    }

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
        Assert.Equal(D(("H1", L((0, 10))), ("L1", L((0, 5), (7, 15))), ("V1", L((1, 2)))), Two ^ other);
        Assert.Equal(~L((0, 10)), (~Two)["H1"]);
    }

    [Fact]
    public void Lists_are_protracted_and_contracted()
    {
        Assert.Equal(D(("H1", L((-2, 12))), ("L1", L((3, 17)))), Two.Protract(2));
        Assert.Equal(D(("H1", L((2, 8))), ("L1", L((7, 13)))), Two.Contract(2));
    }

    [Fact]
    public void Intersecting_has_four_strengths()
    {
        var half = D(("H1", L((9, 20))), ("L1", L((20, 30))));
        var full = D(("H1", L((9, 20))), ("L1", L((14, 30))));
        var more = D(("H1", L((9, 20))), ("L1", L((14, 30))), ("V1", L((0, 1))));
        Assert.True(Two.Intersects(half));
        Assert.False(Two.IntersectsAll(half));
        Assert.True(Two.IntersectsAll(full));
        Assert.True(Two.AllIntersectsAll(full));
        Assert.False(Two.IntersectsAll(more));
        Assert.True(Two.AllIntersects(more));
        Assert.False(Two.AllIntersectsAll(more));
        Assert.False(Two.Intersects(D(("V1", L((0, 100))))));
        Assert.False(Two.IntersectsAll(SegmentListDictionary.Empty));
        Assert.False(SegmentListDictionary.Empty.AllIntersects(Two));
    }

    [Fact]
    public void Coincidence_does_not_ask_for_equal_keys()
    {
        var other = D(("V1", L((8, 9))));
        Assert.True(Two.IsCoincident(other));
        Assert.False(Two.Intersects(other));
        Assert.False(Two.IsCoincident(other, ["H1", "L1"]));
        Assert.True(Two.IsCoincident(other, ["H1", "V1"]));
        Assert.False(Two.IsCoincident(D(("V1", L((15, 19))))));
    }

    [Fact]
    public void Segments_and_instants_are_looked_for_in_every_list()
    {
        Assert.True(Two.Intersects(new Segment(new(14), new(40))));
        Assert.False(Two.Intersects(new Segment(new(15), new(40))));
        Assert.Equal(["H1"], Two.KeysAt(new(4)));
        Assert.Equal(["H1", "L1"], Two.KeysAt(new(7)));
        Assert.Empty(Two.KeysAt(new(15)));
    }

    [Fact]
    public void Figures_are_given_by_key_and_over_all()
    {
        Assert.Equal(10, Two.Livetimes["L1"]);
        Assert.Equal(new Segment(new(5), new(15)), Two.Extents["L1"]);
        Assert.Equal(new Segment(new(0), new(15)), Two.With("V1", SegmentList.Empty).ExtentAll);
        Assert.Throws<InvalidOperationException>(() => SegmentListDictionary.Empty.ExtentAll);
    }

    [Fact]
    public void Replacing_a_list_keeps_its_offset_and_keys_come_in_order()
    {
        var changed = Two.WithOffset("H1", 3).With("H1", L((100, 101))).With("A", L());
        Assert.Equal(["A", "H1", "L1"], changed.Keys);
        Assert.Equal(3, changed.Offset("H1"));
        Assert.Equal(L((97, 98)), changed.WithoutOffsets()["H1"]);
        Assert.Equal(["L1"], changed.Only(["L1"]).Keys);
        Assert.Equal(["A", "L1"], changed.Without("H1").Keys);
        Assert.True(changed.TryGetValue("H1", out var list) && list.Count == 1);
        Assert.False(changed.TryGetValue("V1", out _));
        Assert.False(changed.ContainsKey("V1"));
        Assert.Throws<KeyNotFoundException>(() => changed["V1"]);
        Assert.Throws<ArgumentException>(() => D(("H1", L()), ("H1", L())));
    }

    [Fact]
    public void Dictionaries_with_equal_lists_and_offsets_are_equal()
    {
        var same = D(("L1", L((5, 15))), ("H1", L((0, 10))));
        Assert.Equal(Two, same);
        Assert.Equal(Two.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(Two, Two.With("H1", L((0, 11))));
        Assert.Equal("{H1: [[0, 0.00000001)], L1: [[0.000000005, 0.000000015)]}", Two.ToString());
    }
}
