using Idq.Tracking.Mlflow;
using NodaTime;

namespace Idq.Tracking.Tests.Retention;

public sealed class ResentTestsOnSqlite() : ResentTests(TestEngine.Sqlite);

public sealed class ResentTestsOnPostgres() : ResentTests(TestEngine.Postgres);

/// <summary>Points that come again after they were thinned, and steps that are taken away from thinned metrics.</summary>
public abstract class ResentTests(TestEngine engine) : StoreFixture(engine)
{
    const string Uid = "0123456789abcdef0123456789abcdef";
    const long Hour = 3_600_000;

    readonly RetentionOptions hours = new([new(Duration.FromDays(1), Duration.FromHours(1))]);

    long Old => ((Clock.GetCurrentInstant().ToUnixTimeMilliseconds() / Hour) - 240) * Hour;

    [Fact]
    public void A_batch_sent_again_after_thinning_counts_once()
    {
        var run = Made();
        TrackedPoint[] points = [.. Enumerable.Range(0, 300).SelectMany(i => new TrackedPoint[]
        {
            new("a", i / 4.0, Old + (i * 60_000L), i), new("b", i % 7 == 0 ? double.NaN : -i, Old + (i * 60_000L), i),
        })];
        Assert.Equal(0, Log(points));
        var before = (Total(run, "a"), Total(run, "b"));
        var thinned = Assert.Single(Store.Thin(hours));
        // Whoever has not seen the thinning knows of it as well.
        using (var other = OpenAgain()) Assert.Equal(thinned.Points, other.LogTracked(Uid, new TrackedBatch(points, [], [])));
        Assert.Equal(thinned.Points, Log(points));
        Assert.Equal(before, (Total(run, "a"), Total(run, "b")));
        Assert.Empty(Store.Thin(hours));
        Assert.Equal(before, (Total(run, "a"), Total(run, "b")));
    }

    [Fact]
    public void Points_outside_of_what_a_bucket_spans_are_taken()
    {
        var run = Made();
        // A client without a clock gives every point one time.
        Log([.. Enumerable.Range(0, 100).Select(i => new TrackedPoint("m", i, Old, i))]);
        Assert.Equal(99, Assert.Single(Store.Thin(hours)).Points);
        Assert.Equal(
            0,
            Log([
                new("m", 100, Old, 100),
                new("m", 7, Old + 1, 7),
                new("m", 7, Old - 1, 7),
                new("other", 7, Old, 7),
                new("m", double.NaN, Old, 7),
                new("m", 1e300, Old, 7),
            ])
        );
        Assert.Equal((103, 2), (Total(run, "m").Count, Total(run, "m").Others));
        Assert.Equal(1, Total(run, "other").Count);
        Assert.Equal(2, Log([new("m", 7, Old, 7), new("m", 123, Old, 8)]));
        Assert.Equal(0, Log([new("m", 101, Clock.GetCurrentInstant().ToUnixTimeMilliseconds(), 101)]));
        Assert.Equal((MetricValue)101.0, Store.ListRuns(new RunListingQuery()).Single().Metrics["m"]);
    }

    [Fact]
    public void Wider_buckets_of_a_later_thinning_are_seen_too()
    {
        var run = Made();
        TrackedPoint[] points = [.. Enumerable.Range(0, 600).Select(i => new TrackedPoint("m", i, Old + (i * 60_000L), i))];
        Log(points);
        var before = Total(run, "m");
        Store.Thin(new([new(Duration.FromDays(1), Duration.FromMinutes(7))]));
        Log(points);
        Store.Thin(new([new(Duration.FromDays(1), Duration.FromDays(1))]));
        Log([points[599]]);
        Log(points[..10]);
        Log(points);
        Assert.Equal(before, Total(run, "m"));
    }

    [Fact]
    public void Truncation_keeps_what_it_cannot_divide_and_tells_of_it()
    {
        var run = Made();
        Log([
            .. Enumerable.Range(0, 240).Select(i => new TrackedPoint("m", i, Old + (i * 60_000L), i)),
            new("young", 3, Clock.GetCurrentInstant().ToUnixTimeMilliseconds(), 5),
        ]);
        Assert.Equal(239, Assert.Single(Store.Thin(hours)).Points);
        Assert.Equal((0, 1), Store.TruncateMetrics(run, 90, "restart"));
        // Of the four buckets the second lies across.
        Assert.Equal([(0L, 59L, 60L), (60, 119, 60)], Points(run, "m").Select(p => (p.FirstStep, p.LastStep, p.Count)));
        var audit = Store.AuditEntries(run)[^1];
        Assert.Equal("truncate", audit.Action);
        foreach (
            var part in (string[])
                ["\"from_step\":90", "\"rollups\":2", "\"divided\":1", "\"divided_points\":60", "\"means\":1", "\"history\":1"]
        )
            Assert.Contains(part, audit.Detail.ToString().Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var metrics = Store.ListRuns(new RunListingQuery()).Single().Metrics;
        Assert.Equal(((MetricValue)89.5, (MetricValue)3.0), (metrics["m"], metrics["young"]));
        // What is logged afterwards is newer than the mean.
        Log([new("m", 5, Old + (90 * 60_000L) + 1_000_000_000, 90)]);
        Assert.Equal((MetricValue)5.0, Store.ListRuns(new RunListingQuery()).Single().Metrics["m"]);

        Store.TruncateMetrics(run, 0, "all");
        Assert.Empty(Points(run, "m"));
        Assert.Empty(Store.ListRuns(new RunListingQuery()).Single().Metrics);
        Assert.Equal(0, Sql("SELECT count(*) FROM rollups"));
    }

    [Fact]
    public void Truncation_between_buckets_is_exact()
    {
        var run = Made();
        Log([.. Enumerable.Range(0, 240).Select(i => new TrackedPoint("m", i, Old + (i * 60_000L), i))]);
        Store.Thin(hours);
        Store.TruncateMetrics(run, 120, "restart");
        Assert.Equal((120, 119 * 120 / 2.0, 0, 119, 0), Total(run, "m"));
        Assert.Contains(
            "\"divided\":0",
            Store.AuditEntries(run)[^1].Detail.ToString().Replace(" ", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
    }

    int Log(params TrackedPoint[] points) => Store.LogTracked(Uid, new TrackedBatch(points, [], []));

    long Made()
    {
        Store.Import([new ExportedExperiment("e"), new ExportedRun(Uid, "e", "r")]);
        return Store.FindRun(Uid)!.Id;
    }

    (long Count, double Sum, double Least, double Greatest, long Others) Total(long run, string key)
    {
        var all = Store.ReadBuckets(run, key, new SeriesQuery { Buckets = 1 }).Single();
        return (all.Count, all.Sum, all.Least, all.Greatest, all.Others);
    }

    List<SeriesPoint> Points(long run, string key)
    {
        var points = new List<SeriesPoint>();
        Store.ReadPoints(run, key, new SeriesQuery(), points.Add);
        return points;
    }
}
