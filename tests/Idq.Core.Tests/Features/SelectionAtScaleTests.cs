using FsCheck.Fluent;

namespace Idq.Core.Tests.Features;

/// <summary>The three ways of finding the loudest trigger on inputs large enough to take each of them, against one plain scan.</summary>
public sealed class SelectionAtScaleTests
{
    static (long Time, double Loudness)[] Events(ulong seed, int count, long length, int loudnesses, long clusterEvery)
    {
        var random = new CounterRandom(seed, 1, 0);
        var events = new (long, double)[count];
        for (var i = 0; i < count; i++)
        {
            var time = random.NextLong(length);
            // Storms: a share of the events falls close to few instants.
            if (clusterEvery > 0 && i % 3 == 0) time = time / clusterEvery * clusterEvery + random.NextLong(20);
            events[i] = (Math.Min(time, length - 1), random.NextLong(loudnesses));
        }
        return events;
    }

    static int?[] Scan(EventRun run, long[] rows, long window)
    {
        var winners = new int?[rows.Length];
        for (var r = 0; r < rows.Length; r++)
        {
            for (var i = EventRun.LowerBound(run.Times, rows[r] - window); i < run.Count && run.Times[i] <= rows[r] + window; i++)
            {
                if (winners[r] is { } w && !Wins(i, w, rows[r])) continue;
                winners[r] = i;
            }
            bool Wins(int i, int w, long row)
            {
                var (a, b) = (run.Column(0)[i], run.Column(0)[w]);
                return a > b || (a == b && Math.Abs(run.Times[i] - row) < Math.Abs(run.Times[w] - row));
            }
        }
        return winners;
    }

    static void Check(ulong seed, int rows, int events, long length, long window, int loudnesses, long clusterEvery)
    {
        var span = new Segment(new(0), new(length));
        var builder = new EventTableBuilder(new ChannelDictionary(["A"]), ["significance", "index"]);
        foreach (
            var ((time, loudness), i) in Events(seed, events, length, loudnesses, clusterEvery)
                .OrderBy(e => e.Time)
                .Select((e, i) => (e, i))
        )
            builder.Add(0, time, [loudness, i]);
        var data = new ClassifierData(builder.Build(span, SegmentList.All), SegmentList.All);
        var random = new CounterRandom(seed, 2, 0);
        var times = new long[rows];
        for (var r = 0; r < rows; r++) times[r] = random.NextLong(length + 2 * window) - window;
        Array.Sort(times);
        var matrix = new QuiverFactory(
            new("significance", window, Selection.Loudest, [new("A", "index", ColumnTransform.Identity, -1)])
        ).Vectorize(data, times);
        var expected = Scan(data.Triggers(0), times, window);
        for (var r = 0; r < rows; r++)
            Assert.True(
                (expected[r] ?? -1) == matrix[r, 0],
                $"seed {seed}, row {r} at {times[r]}: expected {expected[r]}, got {matrix[r, 0]}"
            );
    }

    [Theory]
    [InlineData(2000, 3000, 10_000_000, 300, 0)] // hardly a window overlaps another
    [InlineData(2000, 3000, 10_000_000, 300, 100_000)] // storms of events
    [InlineData(15, 4000, 1_000_000, 2_000, 0)] // few rows among many events
    [InlineData(15, 4000, 1_000_000, 40_000, 0)] // few rows that see many events
    [InlineData(2000, 500, 100_000, 3_000, 0)] // rows much denser than events
    [InlineData(500, 4000, 100_000, 3_000, 500)] // everything overlaps
    [InlineData(1000, 1000, 2_000, 1, 0)] // neighbouring instants
    [InlineData(1000, 1000, 2_000, 0, 0)] // coincidences only
    [InlineData(1, 2000, 1_000_000, 500_000, 0)] // one row that sees all
    [InlineData(300, 1, 100_000, 10_000, 0)] // one event
    public void Every_way_finds_the_same_trigger_as_a_scan(int rows, int events, long length, long window, long clusterEvery)
    {
        for (var seed = 0ul; seed < 6; seed++)
            foreach (var loudnesses in new[] { 1, 3, 1_000_000 })
                Check(seed, rows, events, length, window, loudnesses, clusterEvery);
    }

    [Fact]
    public void Random_shapes_agree_too() =>
        (
            from seed in Gen.Choose(0, 1_000_000)
            from rows in Gen.Choose(1, 400)
            from events in Gen.Choose(0, 1500)
            from length in Gen.Elements(300L, 10_000, 3_000_000)
            from window in Gen.Elements(0L, 3, 100, 5_000)
            from cluster in Gen.Elements(0L, 500)
            select (seed, rows, events, length, window, cluster)
        ).Check(x => Check((ulong)x.seed, x.rows, x.events, x.length, x.window, 4, x.cluster), 150);

    [Theory]
    [InlineData(Selection.Loudest, 1_000)] // sparse windows
    [InlineData(Selection.Loudest, 10_000_000)] // overlapping windows
    [InlineData(Selection.Pointy, 1_000)]
    public void Memory_does_not_grow_with_channels_or_events(Selection selection, long window)
    {
        const int rows = 500;
        long Allocated(int channels, int eventsPerChannel)
        {
            var span = new Segment(new(0), new(100_000_000));
            var data = new ClassifierData(Tables.Random(3, channels, span, eventsPerChannel), SegmentList.All);
            var factory = new QuiverFactory(
                new("significance", window, selection, data.Channels.Names.Select(c => new FeatureColumn(c, "frequency")).ToArray())
            );
            var times = new TimeGrid(default, 1e9 / 200_000, rows).ToArray();
            long Once()
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                factory.Vectorize(data, times);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            }
            // A collection in between empties the shared pool of arrays: only the fewest bytes are the method's own.
            return Enumerable.Range(0, 6).Min(_ => Once());
        }
        // The matrix has 9 bytes for a row of a channel. The scratch space of a channel is used again for the next: 12 bytes for an event
        // of one of them.
        var (small, large) = (Allocated(2, 3000), Allocated(40, 3000));
        Assert.InRange(large - small, 38 * rows * 9 - 2048, 38 * rows * 9 + 2048);
        Assert.InRange(Allocated(2, 6000) - small, -2048, 2 * 12 * 3000 + 2048);
    }
}
