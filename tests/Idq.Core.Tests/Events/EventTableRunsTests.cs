using FsCheck.Fluent;

namespace Idq.Core.Tests.Events;

public sealed class EventTableRunsTests
{
    static readonly Segment Span = new(new(0), new(100));
    static readonly ChannelDictionary Channels = new(["A", "B"]);

    static EventTable FromRuns(long[] times, int[] offsets, params double[][] values) =>
        EventTable.FromRuns(Span, SegmentList.All, Channels, values.Select((_, i) => $"column{i}").ToArray(), times, values, offsets);

    [Fact]
    public void Columns_in_order_are_taken_as_they_are()
    {
        var table = FromRuns([5, 9, 9, 0, 99, -7], [0, 3, 5], [1, 2, 3, 4, 5, -7]);
        Assert.Equal(5, table.Count);
        Assert.Equal([5, 9, 9], table.Run(0).Times.ToArray());
        Assert.Equal([4.0, 5], table.Run(1).Column(0).ToArray());
        Assert.Equal(SegmentList.Of(Span), table.Delivered);
    }

    [Fact]
    public void Arrays_that_do_not_fit_or_events_out_of_place_are_refused()
    {
        Assert.Throws<ArgumentException>(() => FromRuns([5], [0, 1], [1]));
        Assert.Throws<ArgumentException>(() => FromRuns([5], [1, 1, 1], [1]));
        Assert.Throws<ArgumentException>(() => FromRuns([5], [0, 1, 2], [1, 2]));
        Assert.Throws<ArgumentException>(() => FromRuns([5, 6], [0, 1, 2], [1]));
        Assert.Contains(
            "'A'",
            Assert.Throws<ArgumentException>(() => FromRuns([6, 5], [0, 2, 2], [1, 2])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'B'",
            Assert.Throws<ArgumentException>(() => FromRuns([5, -1], [0, 1, 2], [1, 2])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'B'",
            Assert.Throws<ArgumentException>(() => FromRuns([5, 100], [0, 1, 2], [1, 2])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_table_from_runs_equals_the_one_that_is_built() =>
        (from seed in Gen.Choose(0, 100_000) from events in Gen.Choose(0, 50) select (seed, events)).Check(x =>
        {
            var built = Tables.Random((ulong)x.seed, 3, Span, x.events);
            var taken = EventTable.FromRuns(Span, built.Delivered, built.Channels, built.Columns,
                built.Times.ToArray(), [built.Column(0).ToArray(), built.Column(1).ToArray()], built.Offsets.ToArray());
            EventTableTests.AssertSame(built, taken);
        });

    [Fact]
    public void Bounds_keep_the_events_inside_all_of_them() =>
        (from seed in Gen.Choose(0, 100_000) from low in Gen.Choose(0, 4) from high in Gen.Choose(0, 2000) select (seed, low, high)).Check(
            x =>
            {
                var table = Tables.Random((ulong)x.seed, 3, Span, 40);
                var kept = table.Within([new("significance", x.low, double.PositiveInfinity), new("frequency", 0, x.high)]);
                Assert.Equal((table.Span, table.Delivered), (kept.Span, kept.Delivered));
                for (var c = 0; c < 3; c++)
                {
                    var run = table.Run(c);
                    var expected = Enumerable
                        .Range(0, run.Count)
                        .Where(i => run.Column(0)[i] >= x.low && run.Column(1)[i] <= x.high)
                        .ToArray();
                    Assert.Equal(expected.Select(i => run.Times[i]), kept.Run(c).Times.ToArray());
                    Assert.Equal(expected.Select(i => run.Column(1)[i]), kept.Run(c).Column(1).ToArray());
                }
            }
        );

    [Fact]
    public void Without_bounds_the_table_stays_and_an_unknown_column_is_named()
    {
        var table = Tables.Random(1, 1, Span, 5);
        Assert.Same(table, table.Within([]));
        Assert.Contains("'snr'", Assert.Throws<DataException>(() => table.Within([new("snr", 0, 1)])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(20, true)]
    [InlineData(7.999, false)]
    [InlineData(20.001, false)]
    [InlineData(double.NaN, false)]
    public void Bounds_include_their_ends(double value, bool inside) =>
        Assert.Equal(inside, new ColumnBounds("snr", 8, 20).Contains(value));
}
