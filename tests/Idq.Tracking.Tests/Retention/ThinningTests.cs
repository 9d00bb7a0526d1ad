using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Idq.Tracking.Tests.Retention;

public sealed class ThinningTestsOnSqlite() : ThinningTests(TestEngine.Sqlite);

public sealed class ThinningTestsOnPostgres() : ThinningTests(TestEngine.Postgres);

/// <summary>Histories whose old points become buckets, the same on both engines.</summary>
public abstract class ThinningTests(TestEngine engine) : StoreFixture(engine)
{
    static readonly Duration Minute = Duration.FromMinutes(1);
    static readonly Duration Hour = Duration.FromHours(1);
    static readonly Duration Day = Duration.FromDays(1);
    static int runs;

    long Now => Clock.GetCurrentInstant().ToUnixTimeMilliseconds();

    [Fact]
    public void Old_points_become_one_row_a_bucket_and_young_ones_stay()
    {
        // Every ten seconds for three hours up to now.
        var start = Now - (3 * 3_600_000);
        var run = Made([.. Enumerable.Range(0, 1081).Select(i => new HistoryPoint(i, start + (i * 10_000L), i))]);
        var thinned = Assert.Single(Thin(Hour, Minute));
        Assert.Equal((run, 0L), (thinned.RunId, thinned.Merged));
        var points = Points(run);
        var cut = (Now - 3_600_000) / 60_000 * 60_000;
        Assert.Equal(points.Where(p => p.FirstMs >= cut).Count(), points.Count(p => p.Count == 1 && p.FirstMs >= cut));
        Assert.All(points.Where(p => p.Count > 1), p => Assert.True(p.LastMs < cut && p.LastMs / 60_000 == p.FirstMs / 60_000));
        Assert.Equal(thinned.Points, points.Where(p => p.Count > 1).Sum(p => p.Count));
        Assert.Equal(thinned.Rollups, points.Count(p => p.Count > 1));
        Assert.Equal((1081, 1080 * 1081 / 2.0), (points.Sum(p => p.Count), points.Sum(p => p.Mean * p.Count)));
        Assert.All(points, p => Assert.Equal((p.FirstStep, p.LastStep, (p.FirstStep + p.LastStep) / 2.0), (p.Least, p.Greatest, p.Mean)));
        Assert.Empty(Thin(Hour, Minute));

        var audit = Assert.Single(Store.AuditEntries(run));
        Assert.Equal("thin", audit.Action);
        Assert.Contains($"\"points\":{thinned.Points}", audit.Detail, StringComparison.Ordinal);
        Assert.Equal(thinned.Rollups, Sql("SELECT count(*) FROM metric_series WHERE points > 1"));
        Assert.Equal(thinned.Rollups, Store.Count().Single(c => c.What == "rollups").Count);
    }

    [Fact]
    public void Minutes_become_hours_when_they_are_older()
    {
        var start = Now - (5 * 86_400_000L);
        var run = Made([.. Enumerable.Range(0, 5 * 1440 * 2).Select(i => new HistoryPoint(i, start + (i * 30_000L), i % 7))]);
        var before = Total(run);
        var both = Store.Thin(new RetentionOptions([new(3 * Day, Hour), new(Day, Minute)]));
        Assert.Equal([Minute, Hour], both.Select(t => t.Rule.Bucket));
        Assert.Equal(2 * 24 * 60, both[1].Merged, 60.0);
        Assert.Equal(before, Total(run));
        Assert.InRange(Points(run).Count, 2880 + (2 * 1440) + 46, 2880 + (2 * 1440) + 130);
        // A day later everything moves on by a day.
        Clock.Advance(Day);
        Assert.Equal(2, Store.Thin(new RetentionOptions([new(3 * Day, Hour), new(Day, Minute)])).Count);
        Assert.Equal(before, Total(run));
        // Buckets that do not fit into wider ones stay as they are.
        Assert.DoesNotContain(Thin(Day, Duration.FromMilliseconds(90_001)), t => t.Merged > 0);
        Assert.Equal(before, Total(run));
    }

    [Fact]
    public void A_dry_run_tells_the_same_and_changes_nothing()
    {
        var run = Made([.. Enumerable.Range(0, 500).Select(i => new HistoryPoint(i, Now - 90_000_000 + (i * 1000), i))]);
        var before = Points(run);
        var options = new RetentionOptions([new(Hour, Minute)]) { IsDryRun = true };
        var told = Store.Thin(options);
        Assert.Equal(before, Points(run));
        Assert.Empty(Store.AuditEntries(run));
        Assert.Equal(told, Store.Thin(options with { IsDryRun = false }));
        Assert.NotEqual(before, Points(run));
    }

    [Fact]
    public void What_is_not_finite_the_newest_point_and_lonely_points_stay_exact()
    {
        var old = Now - (10 * 86_400_000L);
        old -= old % 3_600_000;
        var run = Made(
            new(0, old, double.NaN),
            new(1, old + 1, double.PositiveInfinity),
            new(2, old + 2, double.NegativeInfinity),
            new(3, old + 3, double.MaxValue),
            new(4, old + 4, 1),
            new(5, old + 5, 2),
            new(6, old + 3_600_000, 5),
            new(7, old + 7_200_000, 8),
            new(8, old + 7_200_001, 9),
            new(9, old + 7_200_002, 10),
            new(-1, -5, 3),
            new(-1, -4, 4)
        );
        Assert.Equal(4, Thin(Day, Hour).Single().Points);
        Assert.Equal(
            [
                "-1 3 1",
                "-1 4 1",
                "0 NaN 1",
                "1 Infinity 1",
                "2 -Infinity 1",
                "3 1.7976931348623157E+308 1",
                "4 1.5 2",
                "6 5 1",
                "7 8.5 2",
                "9 10 1",
            ],
            Points(run, SeriesAxis.Step).Select(p => $"{p.FirstStep} {p.Mean} {p.Count}")
        );
        Assert.Equal((MetricValue)10.0, Store.ListRuns(new RunListingQuery()).Single().Metrics["m"]);
        var all = Store.ReadBuckets(run, "m", new SeriesQuery { Buckets = 1 }).Single();
        Assert.Equal((8, 42, 1, 10, 4), (all.Count, all.Sum, all.Least, all.Greatest, all.Others));
    }

    [Fact]
    public void Points_that_come_late_join_the_bucket_that_is_there()
    {
        var old = (Now - (10 * 86_400_000L)) / 3_600_000 * 3_600_000;
        var run = Made(new(0, old, 1), new(1, old + 1, 2), new(99, Now, 0));
        Thin(Day, Hour);
        var uid = Store.FindRun(run)!.Uid;
        // As a client sends them, not as an import that knows what was thinned.
        var key = Sql("SELECT id FROM metric_keys");
        Sql($"INSERT INTO history (run_id, key_id, step, timestamp_ms, value) VALUES ({run}, {key}, 2, {old + 2}, 7)");
        Assert.Equal(1, Thin(Day, Hour).Single().Points);
        Assert.Equal(new SeriesPoint(0, 2, old, old + 2, 3, 10 / 3.0, 1, 7), Points(run)[0]);
        Assert.Equal(32, uid.Length);
    }

    [Fact]
    public void Only_the_runs_that_were_asked_for_are_thinned()
    {
        HistoryPoint[] points = [.. Enumerable.Range(0, 10).Select(i => new HistoryPoint(i, 1_000_000 + i, i))];
        var (a, b) = (Made(points), Made(points));
        var rules = new RetentionOptions([new(Day, Hour)]);
        Assert.Equal([b], Store.Thin(rules with { RunId = b }).Select(t => t.RunId));
        Assert.Equal([a], Store.Thin(rules with { Experiment = "e" }).Select(t => t.RunId));
        Assert.Equal(
            TrackerFailure.UnknownReference,
            Assert.Throws<TrackerException>(() => Store.Thin(rules with { Experiment = "nowhere" })).Failure
        );
        Assert.Equal(
            TrackerFailure.UnknownReference,
            Assert.Throws<TrackerException>(() => Store.Thin(rules with { RunId = 4711 })).Failure
        );
        Assert.Throws<ArgumentException>(() => Store.Thin(new RetentionOptions([])));
        Assert.Throws<ArgumentException>(() => Thin(Day, Duration.Zero));
        Assert.Throws<ArgumentException>(() => Thin(-Day, Hour));
        Assert.Throws<ArgumentException>(() => Thin(Day, Duration.FromNanoseconds(1_500_000)));
    }

    [Fact]
    public void Exports_carry_what_was_thinned_and_importing_again_counts_nothing_twice()
    {
        var run = Made([
            .. Enumerable.Range(0, 300).Select(i => new HistoryPoint(i, 1_000_000 + (i * 977), i)),
            new(5, 1_000_001, double.NaN),
        ]);
        var whole = Exported();
        var before = Total(run);
        Thin(Day, Minute);
        var thinned = Exported();
        Assert.NotEqual(whole.Length, thinned.Length);
        // The points that were thinned are in the store, even if they come again.
        Assert.True(Store.Import(new MemoryStream(whole), "whole").ChangedNothing);
        Assert.True(Store.Import(new MemoryStream(thinned), "thinned").ChangedNothing);
        Assert.Equal(before, Total(run));

        using var other = TrackerStore.Open(InFolder("other.sqlite"), Clock);
        Assert.True(other.Import(new MemoryStream(thinned), "thinned").Rollups > 0);
        using var output = new MemoryStream();
        other.Export(new ExportQuery(), output);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(thinned), System.Text.Encoding.UTF8.GetString(output.ToArray()));
        Assert.True(other.Import(new MemoryStream(whole), "whole").ChangedNothing);

        // A store that has the points does not take their buckets as well.
        using var third = TrackerStore.Open(InFolder("third.sqlite"), Clock);
        third.Import(new MemoryStream(whole), "whole");
        Assert.True(third.Import(new MemoryStream(thinned), "thinned").ChangedNothing);
    }

    [Fact]
    public void Runs_go_with_their_buckets_and_so_do_truncated_steps()
    {
        var run = Made([.. Enumerable.Range(0, 100).Select(i => new HistoryPoint(i, 1_000_000 + (i * 10_000), i))]);
        Thin(Day, Minute);
        Store.TruncateMetrics(run, 50, "restart");
        Assert.All(Points(run), p => Assert.True(p.FirstStep < 50));
        Assert.True(Points(run).Count(p => p.Count > 1) > 3);
        Store.DeleteRun(run);
        Assert.Equal(0, Sql("SELECT count(*) FROM rollups"));
    }

    [Fact]
    public void Number_sum_and_extremes_of_any_series_never_change() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var random = new Random(seed);
                    var points = Enumerable
                        .Range(0, random.Next(400))
                        .Select(i => new HistoryPoint(
                            random.Next(50),
                            Now - random.NextInt64(0, 20 * 86_400_000L),
                            random.Next(9) switch
                            {
                                0 => double.NaN,
                                1 => double.PositiveInfinity,
                                _ => random.Next(-100, 100) / 4.0,
                            }
                        ))
                        .Distinct()
                        .ToArray();
                    var run = Made(points);
                    var before = Total(run);
                    for (var i = 0; i < 3; i++)
                    {
                        Store.Thin(
                            new RetentionOptions([
                                .. Enumerable
                                    .Range(0, 1 + random.Next(3))
                                    .Select(_ => new RetentionRule(
                                        Duration.FromHours(random.Next(200)),
                                        Duration.FromMinutes(
                                            random.Next(5) switch
                                            {
                                                0 => 1,
                                                1 => 5,
                                                2 => 7,
                                                3 => 60,
                                                _ => 1440,
                                            }
                                        )
                                    )),
                            ])
                            {
                                RunId = run,
                            }
                        );
                        if (Total(run) != before)
                            return false;
                        // Whatever the axis and the number of buckets, they sum up to the same.
                        var buckets = Store.ReadBuckets(
                            run,
                            "m",
                            new SeriesQuery { Axis = (SeriesAxis)random.Next(2), Buckets = 1 + random.Next(100) }
                        );
                        if (Summed(buckets) != before)
                            return false;
                        Clock.Advance(Duration.FromHours(random.Next(48)));
                    }
                    return true;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    IReadOnlyList<ThinnedRun> Thin(Duration olderThan, Duration bucket) => Store.Thin(new RetentionOptions([new(olderThan, bucket)]));

    long Made(params IReadOnlyList<HistoryPoint> points)
    {
        var uid = Interlocked.Increment(ref runs).ToString("x32");
        Store.Import([new ExportedExperiment("e"), new ExportedRun(uid, "e", "r"), new ExportedHistory(uid, "m", points)]);
        return Store.FindRun(uid)!.Id;
    }

    List<SeriesPoint> Points(long run, SeriesAxis axis = SeriesAxis.Time)
    {
        var points = new List<SeriesPoint>();
        Store.ReadPoints(run, "m", new SeriesQuery { Axis = axis }, points.Add);
        return points;
    }

    (long, double, double, double, long) Total(long run) => Summed(Store.ReadBuckets(run, "m", new SeriesQuery { Buckets = 1 }));

    // The values are quarters, so that sums are exact.
    static (long Count, double Sum, double Least, double Greatest, long Others) Summed(IReadOnlyList<SeriesBucket> buckets) =>
        (
            buckets.Sum(b => b.Count),
            buckets.Sum(b => b.Sum),
            buckets.Where(b => b.Count > 0).Select(b => b.Least).DefaultIfEmpty(0).Min(),
            buckets.Where(b => b.Count > 0).Select(b => b.Greatest).DefaultIfEmpty(0).Max(),
            buckets.Sum(b => b.Others)
        );

    byte[] Exported()
    {
        using var output = new MemoryStream();
        Store.Export(new ExportQuery(), output);
        return output.ToArray();
    }
}
