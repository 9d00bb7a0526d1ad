using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Tables;

public sealed class TableRowsTests
{
    static readonly ChannelDictionary Channels = new(["A", "B", "C", "D"]);

    static TableRows Rows(IReadOnlyList<(int Channel, int Time, int Value)> rows, TableRows? reused = null)
    {
        var table = reused ?? new TableRows(2);
        table.Clear();
        // In chunks, as a database hands rows out.
        foreach (var chunk in rows.Chunk(3))
        {
            table.Reserve(chunk.Length);
            table.FreeColumn(1, chunk.Length).Clear();
            for (var i = 0; i < chunk.Length; i++)
                (table.FreeChannels(chunk.Length)[i], table.FreeTimes(chunk.Length)[i], table.FreeColumn(0, chunk.Length)[i]) = chunk[i];
            table.Advance(chunk.Length);
        }
        return table;
    }

    static readonly Arbitrary<List<(int Channel, int Time, int Value)>> AnyRows = (from channel in Gen.Choose(-1, 3)
                                                                                   from time in Gen.Choose(0, 30)
                                                                                   from value in Gen.Choose(0, 99)
                                                                                   select (channel, time, value))
        .ListOf()
        .Select(l => l.ToList())
        .ToArbitrary();

    [Fact]
    public void Rows_in_any_order_become_the_table_that_a_stable_sort_makes() =>
        Prop.ForAll(
                AnyRows,
                Gen.Choose(0, 30).Two().ToArbitrary(),
                (rows, ends) =>
                {
                    var span = new Segment(new(ends.Item1), new(ends.Item2));
                    return Same(Rows(rows).ToTable(span, SegmentList.All, Channels, ["x"]), rows, span);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Rows_in_order_of_channel_and_time_take_the_short_way_to_the_same_table() => Prop.ForAll(AnyRows, rows =>
    {
        var sorted = rows.Where(r => r.Channel >= 0).OrderBy(r => r.Channel).ThenBy(r => r.Time).ToList();
        return Same(Rows(sorted).ToTable(Segment.FromSeconds(0, 1), SegmentList.All, Channels, ["x"]), sorted, Segment.FromSeconds(0, 1));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Room_that_is_used_again_holds_nothing_of_what_was_there() => Prop.ForAll(AnyRows, AnyRows, (first, second) =>
    {
        var rows = Rows(first);
        var table = rows.ToTable(Segment.FromSeconds(0, 1), SegmentList.All, Channels, ["x"]);
        var again = Rows(second, rows).ToTable(Segment.FromSeconds(0, 1), SegmentList.All, Channels, ["x"]);
        return Same(table, first, Segment.FromSeconds(0, 1)) && Same(again, second, Segment.FromSeconds(0, 1));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_extent_goes_from_the_first_row_to_just_after_the_last()
    {
        Assert.Null(Rows([]).Extent());
        Assert.Equal(new Segment(new(3), new(8)), Rows([(0, 5, 0), (1, 3, 0), (0, 7, 0)]).Extent());
    }

    static bool Same(EventTable table, List<(int Channel, int Time, int Value)> rows, Segment span)
    {
        var builder = new EventTableBuilder(Channels, ["x"]);
        foreach (var row in rows)
            if (row.Channel >= 0) builder.Add(row.Channel, row.Time, [row.Value]);
        return Events.Of(table).SequenceEqual(Events.Of(builder.Build(span, SegmentList.All)));
    }
}
