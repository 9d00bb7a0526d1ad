namespace Idq.Data.Tests.Mock;

public sealed class SightingsTests
{
    const long Second = GpsTime.NanosecondsPerSecond;

    static EventBuffer TrueEvents(int seconds, int perSecond)
    {
        var buffer = new EventBuffer(1);
        buffer.Reserve(seconds * perSecond);
        for (var i = 0; i < seconds * perSecond; i++)
        {
            buffer.Times[i] = i * Second / perSecond;
            buffer.Columns[0][i] = 1 + i;
        }
        buffer.Advance(seconds * perSecond);
        return buffer;
    }

    static (EventBuffer Seen, List<int> Indices) See(MockWitness witness, EventBuffer events, SegmentList? delivered = null, ulong seed = 1)
    {
        // A witness that sees the values without error shows which events it sees: the value of an event is its index plus 1.
        var (seen, plain) = (new EventBuffer(1), new EventBuffer(1));
        new Sightings(seed, "s", witness, 0).Append(events, seen, delivered ?? SegmentList.All);
        new Sightings(seed, "s", witness with { ColumnJitters = [0] }, 0).Append(events, plain, delivered ?? SegmentList.All);
        return (seen, [.. plain.Columns[0].Take(plain.Count).Select(v => (int)v - 1)]);
    }

    [Fact]
    public void A_perfect_witness_sees_everything_as_it_is()
    {
        var events = TrueEvents(10, 5);
        var (seen, indices) = See(new("A", 1, 0, [0]), events);
        Assert.Equal(Enumerable.Range(0, 50), indices);
        Assert.Equal(events.Times[..50], seen.Times[..50]);
        Assert.Equal(events.Columns[0][..50], seen.Columns[0][..50]);
    }

    [Fact]
    public void A_blind_witness_sees_nothing() => Assert.Equal(0, See(new("A", 0, 1, [1]), TrueEvents(100, 5)).Seen.Count);

    [Fact]
    public void What_is_seen_of_an_event_does_not_depend_on_the_efficiency()
    {
        var events = TrueEvents(200, 5);
        var (all, _) = See(new("A", 1, 0.1, [0.2]), events);
        var (half, indices) = See(new("A", 0.5, 0.1, [0.2]), events);
        Assert.InRange(indices.Count, 400, 600);
        Assert.Equal(indices.Select(i => (all.Times[i], all.Columns[0][i])),
            Enumerable.Range(0, half.Count).Select(i => (half.Times[i], half.Columns[0][i])));
    }

    [Fact]
    public void Two_witnesses_are_independent_of_each_other()
    {
        var events = TrueEvents(2000, 5);
        var a = See(new("A", 0.5, 0, [0]), events).Indices.ToHashSet();
        var b = See(new("B", 0.5, 0, [0]), events).Indices.ToHashSet();
        Assert.InRange(a.Intersect(b).Count(), 2500 - 4 * 43, 2500 + 4 * 43);
    }

    [Fact]
    public void No_event_is_seen_further_away_than_the_reach()
    {
        var sightings = new Sightings(1, "s", new("A", 1, 0.25, [0]), 0);
        Assert.Equal(2_250_000_000, sightings.Reach);
        var events = TrueEvents(20_000, 5);
        var (seen, indices) = See(new("A", 1, 0.25, [0]), events);
        Assert.All(Enumerable.Range(0, seen.Count),
            i => Assert.True(Math.Abs(seen.Times[i] - events.Times[indices[i]]) <= sightings.Reach));
    }

    [Fact]
    public void What_falls_where_no_data_exists_is_not_seen_and_changes_nothing_else()
    {
        var events = TrueEvents(10, 5);
        var witness = new MockWitness("A", 1, 0.3, [0.1]);
        var delivered = SegmentList.Of(Segment.FromSeconds(2, 4));
        var (all, _) = See(witness, events);
        var (some, _) = See(witness, events, delivered);
        Assert.Equal(
            Enumerable
                .Range(0, all.Count)
                .Where(i => delivered.Contains(new GpsTime(all.Times[i])))
                .Select(i => (all.Times[i], all.Columns[0][i])),
            Enumerable.Range(0, some.Count).Select(i => (some.Times[i], some.Columns[0][i])));
    }
}
