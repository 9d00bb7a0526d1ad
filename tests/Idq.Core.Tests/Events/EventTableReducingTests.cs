using FsCheck;
using FsCheck.Fluent;

namespace Idq.Core.Tests.Events;

public sealed class EventTableReducingTests
{
    static readonly Segment Span = new(new(0), new(1000));

    static IEnumerable<string> Lines(EventTable table) =>
        from c in Enumerable.Range(0, table.Channels.Count)
        from i in Enumerable.Range(0, table.Run(c).Count)
        select $"{table.Channels[c]} {table.Run(c).Times[i]} "
            + string.Join(' ', Enumerable.Range(0, table.Columns.Count).Select(k => $"{table.Columns[k]}={table.Run(c).Column(k)[i]:R}"));

    static void Check<T>(Gen<T> gen, Action<T> body) =>
        Prop.ForAll(gen.ToArbitrary(), body).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));

    [Fact]
    public void A_reduced_table_has_the_events_of_the_wanted_channels_for_which_any_bound_holds() =>
        Check(
            from seed in Gen.Choose(0, 1000)
            from least in Gen.Choose(-1, 6)
            from frequency in Gen.Choose(0, 2000)
            select (seed, least, frequency),
            t =>
            {
                var table = Tables.Random((ulong)t.seed, 5, Span, 40);
                ColumnBounds[] any = [new("significance", t.least, double.PositiveInfinity), new("frequency", t.frequency, 2001)];
                var reduced = table.Reduce(any, ["frequency"], c => c != "C002");
                var expected =
                    from c in Enumerable.Range(0, 5)
                    where c != 2
                    from i in Enumerable.Range(0, table.Run(c).Count)
                    where table.Run(c).Column(0)[i] >= t.least || table.Run(c).Column(1)[i] >= t.frequency
                    select $"{table.Channels[c]} {table.Run(c).Times[i]} frequency={table.Run(c).Column(1)[i]:R}";
                Assert.Equal(expected, Lines(reduced));
                Assert.Same(table.Channels, reduced.Channels);
                Assert.Equal((table.Span, table.Delivered), (reduced.Span, reduced.Delivered));
            });

    [Fact]
    public void Not_a_number_lies_in_no_bounds()
    {
        var builder = new EventTableBuilder(new(["A"]), ["snr"]);
        builder.Add(0, 5, [double.NaN]);
        builder.Add(0, 6, [double.NegativeInfinity]);
        var reduced = builder.Build(Span, SegmentList.All).Reduce([new("snr", double.NegativeInfinity, 9)], ["snr"], _ => true);
        Assert.Equal([6], reduced.Times.ToArray());
    }

    [Fact]
    public void A_column_that_is_not_there_is_named()
    {
        var table = Tables.Random(1, 1, Span, 3);
        foreach (var reduce in new Func<EventTable>[]
        {
            () => table.Reduce([new("snr", 0, 1)], [], _ => true), () => table.Reduce([], ["snr"], _ => true),
        })
            Assert.Contains("no column 'snr'; they have significance, frequency", Assert.Throws<DataException>(reduce).Message);
    }

    [Fact]
    public void Overlapping_tables_give_what_lies_inside_their_cuts() =>
        Check(
            from seed in Gen.Choose(0, 1000)
            from edges in Gen.Choose(1, 999).ArrayOf(4)
            from margin in Gen.Choose(0, 300)
            select (seed, edges, margin),
            t =>
            {
                var table = Tables.Random((ulong)t.seed, 4, Span, 50);
                var edges = t.edges.Append(0).Append(1000).Distinct().Order().ToArray();
                var cuts = edges.Zip(edges.Skip(1), (a, b) => new Segment(new(a), new(b))).ToArray();
                var parts = cuts.Select(c => table.Slice(c.Protract(t.margin).Intersection(Span)!.Value)).ToArray();
                var joined = EventTable.Concatenate(parts, cuts, Span);
                Assert.Equal(Lines(table), Lines(joined));
                Assert.Equal((table.Span, table.Delivered), (joined.Span, joined.Delivered));
            });

    [Fact]
    public void Every_table_has_its_cut()
    {
        var table = Tables.Random(1, 1, Span, 3);
        Assert.Contains("2 tables have 1 cuts", Assert.Throws<ArgumentException>(
            () => EventTable.Concatenate([table, table], [Span], Span)).Message);
    }

    [Fact]
    public void More_events_than_a_table_can_hold_are_refused_and_not_counted_wrongly()
    {
        // One array serves as all columns, so that the events of the parts need no memory of their own.
        var count = 1 << 22;
        var times = new long[count];
        var table = EventTable.FromRuns(Span, SegmentList.All, new(["A"]), [], times, [], [0, count]);
        var parts = Enumerable.Repeat(table, 513).ToArray();
        Assert.Contains("make the stride shorter", Assert.Throws<DataException>(() => EventTable.Concatenate(parts, Span)).Message);
    }
}
