using FsCheck;
using FsCheck.Fluent;

namespace Idq.Core.Tests.Events;

public sealed class DeliveryTests
{
    static SegmentList L(params (long A, long B)[] segments) =>
        SegmentList.Coalesce(segments.Select(s => new Segment(new(s.A), new(s.B))));

    static Delivery Of(params (string Group, SegmentList Segments)[] groups) =>
        new(groups.Select(g => KeyValuePair.Create(g.Group, g.Segments)));

    static Gen<Delivery> Deliveries =>
        from a in Generators.Lists()
        from b in Generators.Lists()
        from c in Generators.Lists()
        from groups in Gen.Choose(1, 3)
        select Of(new[] { ("slow", a), ("fast", b), ("aux", c) }[..groups]);

    [Fact]
    public void Data_is_everywhere_where_every_group_has_it()
    {
        var delivery = Of(("slow", L((0, 10), (20, 30))), ("fast", L((5, 25))));
        Assert.Equal(["fast", "slow"], delivery.Groups.Keys);
        Assert.Equal(L((5, 25)), delivery.Groups["fast"]);
        Assert.Equal(L((5, 10), (20, 25)), delivery.Everywhere);
        Assert.Equal(SegmentList.Empty, Of(("a", SegmentList.All), ("b", SegmentList.Empty)).Everywhere);
    }

    [Fact]
    public void A_source_that_does_not_tell_channels_apart_has_one_group_without_a_name()
    {
        Delivery delivery = L((3, 9));
        Assert.Equal([""], delivery.Groups.Keys);
        Assert.Equal(L((3, 9)), delivery.Everywhere);
        Assert.Equal(L((3, 9)), Delivery.Of(L((3, 9))).Groups[""]);
    }

    [Fact]
    public void A_delivery_without_a_group_or_with_one_twice_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Of());
        Assert.Throws<ArgumentException>(() => Of(("a", SegmentList.All), ("a", SegmentList.Empty)));
        Assert.Equal(2, Of(("a", SegmentList.All), ("A", SegmentList.All)).Groups.Count);
    }

    [Fact]
    public void A_group_that_one_of_two_deliveries_lacks_is_the_others()
    {
        var union = Of(("a", L((0, 5))), ("b", L((0, 10)))).Union(Of(("a", L((5, 8))), ("c", L((2, 3)))));
        Assert.Equal([("a", L((0, 8))), ("b", L((0, 10))), ("c", L((2, 3)))], union.Groups.Select(g => (g.Key, g.Value)));
        Assert.Equal(L((2, 3)), union.Everywhere);
    }

    [Fact]
    public void Clipping_and_uniting_work_group_by_group() =>
        (from x in Deliveries from y in Deliveries from span in Generators.Segments() select (x, y, span)).Check(t =>
        {
            Assert.Equal(t.x.Groups.Values.Aggregate(SegmentList.All, (all, one) => all & one), t.x.Everywhere);
            var clipped = t.x.Clip(t.span);
            Assert.Equal(t.x.Groups.Keys, clipped.Groups.Keys);
            Assert.Equal(t.x.Everywhere & SegmentList.Of(t.span), clipped.Everywhere);
            foreach (var (group, segments) in t.x.Groups) Assert.Equal(segments.Clip(t.span), clipped.Groups[group]);

            var union = t.x.Union(t.y);
            Assert.Equal(t.x.Groups.Keys.Union(t.y.Groups.Keys).Order(StringComparer.Ordinal), union.Groups.Keys);
            foreach (var (group, segments) in union.Groups)
                Assert.Equal(
                    t.x.Groups.GetValueOrDefault(group, SegmentList.Empty) | t.y.Groups.GetValueOrDefault(group, SegmentList.Empty),
                    segments
                );
            Assert.Equal(union.Groups, t.y.Union(t.x).Groups);
        });
}
