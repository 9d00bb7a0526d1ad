using FsCheck.Fluent;

namespace Idq.Core.Tests.Events;

public sealed class EventTableTests
{
    static readonly Segment Span = new(new(0), new(100));

    static EventTable Build(params (int Channel, long Time, double Value)[] events)
    {
        var builder = new EventTableBuilder(new ChannelDictionary(["B", "A", "C", "A"]), ["value"]);
        foreach (var (channel, time, value) in events) builder.Add(channel, time, [value]);
        return builder.Build(Span, SegmentList.All);
    }

    [Fact]
    public void Channels_are_distinct_names_in_ordinal_order()
    {
        var channels = new ChannelDictionary(["b", "B", "a", "b"]);
        Assert.Equal(["B", "a", "b"], channels.Names);
        Assert.Equal(2, channels.Find("b"));
        Assert.Equal(2, channels.Find("xbx".AsSpan(1, 1)));
        Assert.Equal(-1, channels.Find("c"));
        Assert.Equal("a", channels[1]);
    }

    [Fact]
    public void Events_are_sorted_by_channel_and_time_and_ties_keep_their_order()
    {
        var table = Build((1, 50, 1), (0, 9, 2), (1, 20, 3), (1, 50, 4), (1, 20, 5), (2, 0, 6));
        Assert.Equal([0, 1, 5, 6], table.Offsets.ToArray());
        Assert.Equal([9, 20, 20, 50, 50, 0], table.Times.ToArray());
        Assert.Equal([2, 3, 5, 1, 4, 6], table.Column(0).ToArray());
        Assert.Equal([20, 20, 50, 50], table.Run(1).Times.ToArray());
        Assert.Equal([6.0], table.Run(2).Column(0).ToArray());
    }

    [Fact]
    public void Events_outside_the_span_are_left_out_and_delivered_is_cut()
    {
        var table = Build((0, -1, 1), (0, 0, 2), (0, 99, 3), (0, 100, 4));
        Assert.Equal([2, 3], table.Column(0).ToArray());
        Assert.Equal(SegmentList.Of(Span), table.Delivered);
    }

    [Fact]
    public void Columns_added_at_once_equal_events_added_one_by_one()
    {
        var builder = new EventTableBuilder(new ChannelDictionary(["A", "B", "C"]), ["value"]);
        builder.AddRange([1, 0, 1], [50, 9, 20], [1.0, 2, 3]);
        Assert.Equal(3, builder.Count);
        var (a, b) = (builder.Build(Span, SegmentList.All), Build((1, 50, 1), (0, 9, 2), (1, 20, 3)));
        Assert.Equal(b.Times.ToArray(), a.Times.ToArray());
        Assert.Equal(b.Column(0).ToArray(), a.Column(0).ToArray());
    }

    [Fact]
    public void A_run_within_a_segment_includes_the_start_and_excludes_the_end()
    {
        var run = Build((0, 5, 1), (0, 7, 2), (0, 7, 3), (0, 9, 4)).Run(0);
        Assert.Equal([2, 3], run.Within(new(new(7), new(9))).Column(0).ToArray());
        Assert.Equal(4, run.Within(Segment.All).Count);
        Assert.Equal(0, run.Within(new(new(8), new(9))).Count);
        Assert.Equal(0, default(EventRun).Within(Segment.All).Count);
        Assert.True(default(EventRun).Column(3).IsEmpty);
    }

    [Fact]
    public void The_lower_bound_counts_the_times_before() =>
        (
            from times in Gen.Choose(0, 20).ArrayOf()
            from t in Gen.Choose(-1, 21)
            select (times.Order().Select(i => (long)i).ToArray(), t)
        ).Check(x => Assert.Equal(x.Item1.Count(i => i < x.t), EventRun.LowerBound(x.Item1, x.t)));

    [Fact]
    public void Slicing_and_concatenating_gives_the_table_back() =>
        (
            from seed in Gen.Choose(0, 100_000)
            from cuts in Generators.Cuts(1000)
            from whole in Generators.Segments(1000)
            select (seed, cuts, whole)
        ).Check(x =>
        {
            var table = Tables.Random((ulong)x.seed, 3, new(new(0), new(1000)), 40);
            var parts = x.cuts.Zip(x.cuts.Skip(1)).Select(c => table.Slice(new(new(c.First), new(c.Second)))).ToArray();
            AssertSame(table, EventTable.Concatenate(parts, table.Span));
            AssertSame(table.Slice(x.whole), EventTable.Concatenate(parts, x.whole));
        });

    [Fact]
    public void Tables_of_different_sources_do_not_join()
    {
        var other = new EventTableBuilder(new ChannelDictionary(["A"]), ["snr"]).Build(Span, SegmentList.All);
        Assert.Throws<ArgumentException>(() => EventTable.Concatenate([Build(), other], Span));
        Assert.Throws<ArgumentException>(() => EventTable.Concatenate([], Span));
    }

    [Fact]
    public void An_empty_table_has_every_channel()
    {
        var table = EventTable.Empty(Span, SegmentList.Empty, new ChannelDictionary(["A", "B"]), ["x", "y"]);
        Assert.Equal(0, table.Count);
        Assert.Equal(0, table.Run(1).Count);
        Assert.Equal(1, table.FindColumn("y"));
        Assert.Equal(-1, table.FindColumn("z"));
    }

    internal static void AssertSame(EventTable expected, EventTable actual)
    {
        Assert.Equal(expected.Span, actual.Span);
        Assert.Equal(expected.Delivered, actual.Delivered);
        Assert.Equal(expected.Offsets.ToArray(), actual.Offsets.ToArray());
        Assert.Equal(expected.Times.ToArray(), actual.Times.ToArray());
        for (var c = 0; c < expected.Columns.Count; c++) Assert.Equal(expected.Column(c).ToArray(), actual.Column(c).ToArray());
    }
}
