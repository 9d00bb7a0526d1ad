using FsCheck.Fluent;

namespace Idq.Core.Tests.Events;

public sealed class ClassifierDataTests
{
    static Segment S(long a, long b) => new(new(a), new(b));

    static readonly EventTable Whole = Tables.Random(4, 3, S(0, 1000), 50);

    [Fact]
    public void A_view_has_the_channels_columns_and_triggers_of_its_table_and_restricting_keeps_them()
    {
        var data = new ClassifierData(Whole, SegmentList.All);
        var narrow = data.Restrict(SegmentList.Of(S(3, 9)));
        Assert.Same(Whole, data.Table);
        Assert.Same(Whole, narrow.Table);
        Assert.Equal((Whole.Span, Whole.Channels, Whole.Columns), (narrow.Span, narrow.Channels, narrow.Columns));
        Assert.Equal(50, narrow.Triggers(1).Count);
        Assert.Equal(Whole.Run(1).Times.ToArray(), data.Triggers(1).Times.ToArray());
        Assert.Equal(1, data.FindColumn("frequency"));
        Assert.Equal(-1, data.FindColumn("snr"));
    }

    [Fact]
    public void Segments_never_reach_beyond_the_span_and_restricting_only_shrinks_them()
    {
        var data = new ClassifierData(Whole, SegmentList.Coalesce(S(-50, 10), S(990, 2000)));
        Assert.Equal(SegmentList.Coalesce(S(0, 10), S(990, 1000)), data.Segments);
        Assert.Equal(20, data.Livetime);
        Assert.Equal(SegmentList.Of(S(5, 10)), data.Restrict(SegmentList.Of(S(5, 500))).Segments);
        Assert.Equal(Whole.Span, data.Restrict(SegmentList.Empty).Span);
    }

    [Fact]
    public void An_umbrella_of_children_is_the_table_of_all() =>
        (
            from cuts in Generators.Cuts(1000)
            from view in Generators.Segments(1000)
            from left in Gen.Choose(0, 5)
            select (cuts, view, left)
        ).Check(x =>
        {
            var parts = x.cuts.Zip(x.cuts.Skip(1)).Select(c => Whole.Slice(S(c.First, c.Second))).ToArray();
            var umbrella = new UmbrellaClassifierData();
            // Some children come from the left, newest of them first.
            var start = Math.Min(x.left, parts.Length - 1);
            foreach (var part in parts.Skip(start)) umbrella.Append(part);
            foreach (var part in parts.Take(start).Reverse()) umbrella.AppendLeft(part);
            Assert.Equal(Whole.Span, umbrella.Span);
            Assert.Equal(Whole.Delivered, umbrella.Delivered);
            Assert.Equal(Whole.Count, umbrella.EventCount);
            EventTableTests.AssertSame(Whole, umbrella.View(Whole.Span, SegmentList.All).Table);
            if (!x.view.IsEmpty) EventTableTests.AssertSame(Whole.Slice(x.view), umbrella.View(x.view, SegmentList.All).Table);
        });

    [Fact]
    public void A_view_is_clipped_to_what_the_umbrella_covers()
    {
        var umbrella = new UmbrellaClassifierData();
        umbrella.Append(Whole.Slice(S(200, 400)));
        var view = umbrella.View(S(100, 300), SegmentList.All);
        Assert.Equal(S(200, 300), view.Span);
        Assert.Equal(SegmentList.Of(S(200, 300)), view.Segments);
        Assert.Equal(0, umbrella.View(S(500, 600), SegmentList.All).Table.Count);
    }

    [Fact]
    public void Children_must_touch()
    {
        var umbrella = new UmbrellaClassifierData();
        umbrella.Append(Whole.Slice(S(200, 400)));
        Assert.Throws<IncontiguousException>(() => umbrella.Append(Whole.Slice(S(401, 500))));
        Assert.Throws<IncontiguousException>(() => umbrella.Append(Whole.Slice(S(399, 500))));
        var gap = Assert.Throws<IncontiguousException>(() => umbrella.AppendLeft(Whole.Slice(S(100, 199))));
        Assert.Contains("gap", gap.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Old_children_are_stripped_from_the_left()
    {
        var umbrella = new UmbrellaClassifierData();
        for (var i = 0; i < 5; i++) umbrella.Append(Whole.Slice(S(100 * i, 100 * i + 100)));
        umbrella.StripBefore(new(200));
        Assert.Equal(S(200, 500), umbrella.Span);
        umbrella.StripBefore(new(299));
        Assert.Equal(S(200, 500), umbrella.Span);
        umbrella.StripBefore(new(300));
        Assert.Equal(S(300, 500), umbrella.Span);
        Assert.Equal(2, umbrella.Children.Count);
        umbrella.StripBefore(GpsTime.MaxValue);
        Assert.Null(umbrella.Span);
        Assert.Equal(SegmentList.Empty, umbrella.Delivered);
        Assert.Throws<InvalidOperationException>(() => umbrella.View(S(0, 1), SegmentList.All));
        umbrella.Append(Whole.Slice(S(700, 800)));
        umbrella.Flush();
        Assert.Equal((null, 0), (umbrella.Span, umbrella.EventCount));
    }

    [Fact]
    public void A_data_error_says_whether_a_retry_can_help()
    {
        var cause = new InvalidDataException("torn");
        var error = new DataException("the server is down", isTransient: true, cause);
        Assert.True(error.IsTransient);
        Assert.Same(cause, error.InnerException);
        Assert.False(new DataException("malformed").IsTransient);
    }
}
