using NodaTime;

namespace Idq.Tracking.Tests.Retention;

/// <summary>Series in buckets: what the two engines answer, and what a walk over the points gives.</summary>
public sealed class SeriesTests
{
    const string Uid = "0123456789abcdef0123456789abcdef";

    sealed class Fresh(TestEngine engine) : StoreFixture(engine)
    {
        public TrackerStore Opened => Store;

        public FakeClock Time => Clock;
    }

    [Fact]
    public void Both_engines_give_what_a_walk_over_the_points_gives()
    {
        using var sqlite = new Fresh(TestEngine.Sqlite);
        using var postgres = new Fresh(TestEngine.Postgres);
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var uid = seed.ToString("x32");
            var points = Enumerable
                .Range(0, 1 + random.Next(800))
                .Select(i => new HistoryPoint(
                    random.Next(-300, 300),
                    random.NextInt64(-1_000_000, 1_000_000),
                    random.Next(20) == 0 ? double.NaN : random.Next(-1000, 1000) / 8.0
                ))
                .Distinct()
                .ToArray();
            ExchangeRecord[] records =
            [
                new ExportedExperiment("e"),
                new ExportedRun(uid, "e", "r"),
                new ExportedHistory(uid, "m", points),
                new ExportedHistory(uid, "other", [new(0, 0, 1e6)]),
            ];
            sqlite.Opened.Import(records);
            postgres.Opened.Import(records);
            var query = new SeriesQuery
            {
                Axis = (SeriesAxis)random.Next(2),
                Buckets = 1 + random.Next(60),
                From = random.Next(2) == 0 ? null : random.Next(-400, 0),
                To = random.Next(2) == 0 ? null : random.Next(0, 400),
            };
            var expected = Walk(points, query);
            Assert.Equal(expected, sqlite.Opened.ReadBuckets(sqlite.Opened.FindRun(uid)!.Id, "m", query));
            Assert.Equal(expected, postgres.Opened.ReadBuckets(postgres.Opened.FindRun(uid)!.Id, "m", query));
        }
    }

    [Theory]
    [InlineData(TestEngine.Sqlite)]
    [InlineData(TestEngine.Postgres)]
    public void Ranges_end_before_their_end_and_what_is_not_there_is_empty(TestEngine engine)
    {
        using var store = new Fresh(engine);
        store.Opened.Import([
            new ExportedExperiment("e"),
            new ExportedRun(Uid, "e", "r"),
            new ExportedHistory(Uid, "m", [new(1, 10, 1), new(2, 20, 2), new(3, 30, 3)]),
        ]);
        var run = store.Opened.FindRun(Uid)!.Id;
        Assert.Equal(
            [(10L, 1L), (15, 0)],
            [
                .. Buckets(
                    new SeriesQuery
                    {
                        From = 10,
                        To = 20,
                        Buckets = 2,
                    }
                ),
                (15, 0),
            ]
        );
        Assert.Equal(
            [(10L, 2L), (20, 1)],
            Buckets(
                    new SeriesQuery
                    {
                        From = 10,
                        To = 31,
                        Buckets = 2,
                    }
                )
                .Select(b => (b.Start / 10 * 10, b.Count))
        );
        Assert.Equal([(1L, 1L), (2, 1), (3, 1)], Buckets(new SeriesQuery { Axis = SeriesAxis.Step, Buckets = 3 }));
        Assert.Empty(Buckets(new SeriesQuery { From = 31 }));
        Assert.Empty(Buckets(new SeriesQuery { From = 20, To = 20 }));
        Assert.Empty(store.Opened.ReadBuckets(run, "nothing", new SeriesQuery()));
        Assert.Empty(store.Opened.ReadBuckets(4711, "m", new SeriesQuery()));
        Assert.ThrowsAny<ArgumentException>(() => Buckets(new SeriesQuery { Buckets = 0 }));
        Assert.ThrowsAny<ArgumentException>(() => Buckets(new SeriesQuery { From = long.MinValue, To = long.MaxValue }));

        var steps = new List<long>();
        store.Opened.ReadPoints(run, "m", new SeriesQuery { From = 20, To = 30 }, p => steps.Add(p.FirstStep));
        store.Opened.ReadPoints(run, "m", new SeriesQuery { Axis = SeriesAxis.Step, From = 3 }, p => steps.Add(p.FirstStep));
        store.Opened.ReadPoints(run, "nothing", new SeriesQuery(), p => steps.Add(p.FirstStep));
        Assert.Equal([2, 3], steps);

        List<(long Start, long Count)> Buckets(SeriesQuery query) =>
            [.. store.Opened.ReadBuckets(run, "m", query).Select(b => (b.Start, b.Count))];
    }

    [Fact]
    public void Thinned_series_are_the_same_on_both_engines()
    {
        using var sqlite = new Fresh(TestEngine.Sqlite);
        using var postgres = new Fresh(TestEngine.Postgres);
        var random = new Random(7);
        var now = sqlite.Time.GetCurrentInstant().ToUnixTimeMilliseconds();
        var points = Enumerable
            .Range(0, 2000)
            .Select(i => new HistoryPoint(i, now - random.NextInt64(10 * 86_400_000L), random.Next(-1000, 1000) / 8.0))
            .ToArray();
        string Exported(Fresh store)
        {
            store.Opened.Import([
                new ExportedExperiment("e") { Created = NodaConstants.UnixEpoch },
                new ExportedRun(Uid, "e", "r"),
                new ExportedHistory(Uid, "m", points),
            ]);
            Assert.Equal(
                2,
                store
                    .Opened.Thin(
                        new RetentionOptions([
                            new(Duration.FromDays(1), Duration.FromMinutes(5)),
                            new(Duration.FromDays(5), Duration.FromHours(1)),
                        ])
                    )
                    .Count
            );
            using var output = new MemoryStream();
            store.Opened.Export(new ExportQuery(), output);
            return System.Text.Encoding.UTF8.GetString(output.ToArray());
        }
        Assert.Equal(Exported(sqlite), Exported(postgres));
    }

    static List<SeriesBucket> Walk(HistoryPoint[] points, SeriesQuery query)
    {
        long At(HistoryPoint p) => query.Axis == SeriesAxis.Time ? p.TimestampMs : p.Step;
        var from = query.From ?? points.Min(At);
        var to = query.To ?? points.Max(At) + 1;
        if (from >= to) return [];
        var width = (to - from + query.Buckets - 1) / query.Buckets;
        return
        [
            .. points
                .Where(p => At(p) >= from && At(p) < to)
                .GroupBy(p => (At(p) - from) / width)
                .OrderBy(g => g.Key)
                .Select(g =>
                {
                    var values = g.Select(p => p.Value).Where(double.IsFinite).ToArray();
                    return new SeriesBucket(
                        from + (g.Key * width),
                        Math.Min(from + ((g.Key + 1) * width), to),
                        values.Length,
                        values.Sum(),
                        values.Length == 0 ? double.NaN : values.Min(),
                        values.Length == 0 ? double.NaN : values.Max(),
                        g.Count() - values.Length
                    );
                }),
        ];
    }
}
