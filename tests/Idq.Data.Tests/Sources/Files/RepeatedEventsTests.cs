using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Files;

public sealed class RepeatedEventsTests
{
    static readonly ChannelDictionary Channels = new(["A", "B"]);

    // Few channels, times and values, so that events of different tables are often equal.
    static readonly Arbitrary<List<List<(int Channel, int Time, int Value)>>> Tables = (
        from channel in Gen.Choose(0, 1)
        from time in Gen.Choose(0, 4)
        from value in Gen.Choose(0, 2)
        select (channel, time, value)).ListOf().Select(l => l.ToList()).ListOf().Select(l => l.ToList()).ToArbitrary();

    static EventTable Table(IEnumerable<(int Channel, int Time, int Value)> events)
    {
        var builder = new EventTableBuilder(Channels, ["x"]);
        foreach (var e in events) builder.Add(e.Channel, e.Time, [e.Value == 2 ? double.NaN : e.Value]);
        return builder.Build(Segment.FromSeconds(0, 1), SegmentList.All);
    }

    [Fact]
    public void Of_equal_events_as_many_stay_as_the_table_with_most_of_them_has() => Prop.ForAll(Tables, tables =>
    {
        var joined = EventRuns.Join([.. tables.Select(Table)], Segment.FromSeconds(0, 1), SegmentList.All, Channels, ["x"]);
        var most = tables.SelectMany(t => t.GroupBy(e => e).Select(g => (Event: g.Key, Count: g.Count())))
            .GroupBy(g => g.Event).SelectMany(g => Enumerable.Repeat(g.Key, g.Max(c => c.Count)));
        return Events.Of(joined).Order(StringComparer.Ordinal).SequenceEqual(Events.Of(Table(most)).Order(StringComparer.Ordinal))
            && Enumerable.Range(0, 2).All(c => joined.Run(c).Times.ToArray().SequenceEqual(joined.Run(c).Times.ToArray().Order()));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void A_table_alone_keeps_what_it_repeats() => Prop.ForAll(Tables, tables =>
    {
        var all = tables.SelectMany(t => t).ToList();
        return EventRuns.Join([Table(all)], Segment.FromSeconds(0, 1), SegmentList.All, Channels, ["x"]).Count == all.Count;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Many_events_of_one_time_are_compared_in_time_that_grows_with_their_number()
    {
        var many = Table(Enumerable.Range(0, 200_000).Select(i => (0, 3, 3 + i)));
        Assert.Equal(200_000,
            EventRuns.Join([many, many, many], Segment.FromSeconds(0, 1), SegmentList.All, Channels, ["x"]).Count);
    }
}
