using FsCheck.Fluent;

namespace Idq.Core.Tests.Events;

/// <summary>A source may gain channels: its later tables have more of them than the earlier ones.</summary>
public sealed class GrowingChannelsTests
{
    static readonly Segment Span = new(new(0), new(100));

    static EventTable Table(Segment span, string[] channels, params (string Channel, long Time, double Value)[] events)
    {
        var names = new ChannelDictionary(channels);
        var builder = new EventTableBuilder(names, ["value"]);
        foreach (var (channel, time, value) in events) builder.Add(names.Find(channel), time, [value]);
        return builder.Build(span, SegmentList.All);
    }

    [Fact]
    public void A_dictionary_that_has_all_channels_is_the_union_itself()
    {
        var (few, many, other) = (new ChannelDictionary(["b"]), new ChannelDictionary(["a", "b"]), new ChannelDictionary(["c"]));
        Assert.Same(few, few.Union(few));
        Assert.Same(many, few.Union(many));
        Assert.Same(many, many.Union(few));
        Assert.Same(few, few.Union(new(["b"])));
        Assert.Equal(["a", "b", "c"], other.Union(many).Names);
        Assert.Equal(["a", "b", "c"], many.Union(other).Names);
        Assert.Same(few, few.Union(new([])));
    }

    [Fact]
    public void A_channel_that_came_later_has_no_event_before()
    {
        var early = Table(new(new(0), new(50)), ["B"], ("B", 10, 1), ("B", 20, 2));
        var late = Table(new(new(50), new(100)), ["A", "B", "C"], ("A", 60, 3), ("B", 70, 4));
        var joined = EventTable.Concatenate([early, late], Span);
        Assert.Same(late.Channels, joined.Channels);
        Assert.Equal([0, 1, 4, 4], joined.Offsets.ToArray());
        Assert.Equal([60, 10, 20, 70], joined.Times.ToArray());
        Assert.Equal([3, 1, 2, 4], joined.Column(0).ToArray());
    }

    [Fact]
    public void Every_group_keeps_what_it_delivered()
    {
        static Delivery By(string group, long a, long b) =>
            new([KeyValuePair.Create(group, SegmentList.Of(new(new(a), new(b))))]);
        var names = new ChannelDictionary(["A"]);
        EventTable Part(long a, long b, Delivery delivered) =>
            new EventTableBuilder(names, ["value"]).Build(new(new(a), new(b)), delivered);
        var early = Part(0, 50, By("x", 0, 40).Union(By("y", 0, 50)));
        var late = Part(50, 100, By("x", 50, 100).Union(By("y", 60, 100)));
        var joined = EventTable.Concatenate([early, late], Span);
        Assert.Equal(SegmentList.Coalesce(new(new(0), new(40)), new(new(50), new(100))), joined.Delivery.Groups["x"]);
        Assert.Equal(SegmentList.Coalesce(new(new(0), new(50)), new(new(60), new(100))), joined.Delivery.Groups["y"]);
        Assert.Equal(SegmentList.Coalesce(new(new(0), new(40)), new(new(60), new(100))), joined.Delivered);
        Assert.Equal(joined.Delivery.Groups["x"].Clip(new(new(10), new(60))), joined.Slice(new(new(10), new(60))).Delivery.Groups["x"]);
    }

    [Fact]
    public void Tables_joined_piece_by_piece_are_the_table_that_is_built_at_once() =>
        (
            from cuts in Generators.Cuts(100)
            from view in Generators.Segments(100)
            from events in (
                from channel in Gen.Choose(0, 5)
                from time in Gen.Choose(0, 99)
                from value in Gen.Choose(0, 9)
                select (Channel: $"C{channel}", Time: (long)time, Value: (double)value)
            ).ArrayOf()
            from order in Gen.Shuffle(Enumerable.Range(0, 6).Select(c => $"C{c}").ToArray())
            from first in Gen.Choose(0, 6)
            select (cuts, view, events, order, first)
        ).Check(
            x =>
            {
                // A table has the channels with which the source began, and all those that have had an event by its end.
                string[] Known(long end) =>
                    [.. x.order.Take(x.first), .. x.events.Where(e => e.Time < end).Select(e => e.Channel)];
                EventTable Piece(long start, long end) =>
                    Table(new(new(start), new(end)), Known(end), [.. x.events.Where(e => e.Time >= start && e.Time < end)]);

                var whole = Piece(0, 100);
                var pieces = x.cuts.Zip(x.cuts.Skip(1)).Select(c => Piece(c.First, c.Second)).ToArray();
                var joined = EventTable.Concatenate(pieces, Span);
                Assert.Equal(whole.Channels.Names, joined.Channels.Names);
                EventTableTests.AssertSame(whole, joined);
                EventTableTests.AssertSame(whole.Slice(x.view), EventTable.Concatenate(pieces, x.view));
                // Two by two from the right, and through an umbrella.
                EventTableTests.AssertSame(
                    whole,
                    pieces.Reverse().Aggregate((late, early) => EventTable.Concatenate([early, late], early.Span.Hull(late.Span)))
                );
                var umbrella = new UmbrellaClassifierData();
                foreach (var piece in pieces) umbrella.Append(piece);
                EventTableTests.AssertSame(whole, umbrella.View(Span, SegmentList.All).Table);
            }
        );
}
