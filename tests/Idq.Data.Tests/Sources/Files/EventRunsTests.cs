using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Files;

public sealed class EventRunsTests
{
    static readonly ChannelDictionary Channels = new(["A", "B", "C"]);

    [Fact]
    public void Overlapping_tables_join_to_what_one_table_of_all_events_is()
    {
        var events = (from channel in Gen.Choose(0, 2)
                      from time in Gen.Choose(0, 50)
                      from value in Gen.Choose(0, 9)
                      select (channel, time, value)).ListOf();
        Prop.ForAll(
                events.ListOf().Where(l => l.Count > 0).ToArbitrary(),
                Gen.Choose(0, 50).Two().ToArbitrary(),
                (drawn, ends) =>
                {
                    // No two tables hold the same event.
                    var groups = drawn.Select((g, i) => g.Select(e => (e.channel, e.time, e.value + 10 * i)).ToArray()).ToArray();
                    var span = new Segment(new(ends.Item1), new(ends.Item2));
                    var joined = EventRuns.Join([.. groups.Select(g => Table([.. g], Segment.FromSeconds(0, 1)))], span, SegmentList.All,
                        Channels, ["x"]);
                    var expected = Table([.. groups.SelectMany(g => g)], span);
                    return Events.Of(joined).SequenceEqual(Events.Of(expected))
                        && joined.Span == span
                        && joined.Delivered.Equals(SegmentList.Of(span));
                }
            )
            .QuickCheckThrowOnFailure();

        static EventTable Table(List<(int Channel, int Time, int Value)> events, Segment span)
        {
            var builder = new EventTableBuilder(Channels, ["x"]);
            foreach (var e in events) builder.Add(e.Channel, e.Time, [e.Value]);
            return builder.Build(span, SegmentList.All);
        }
    }

    [Fact]
    public void No_table_gives_an_empty_one() =>
        Assert.Equal(0, EventRuns.Join([], Segment.FromSeconds(0, 1), SegmentList.Empty, Channels, ["x", "y"]).Count);
}
