using NodaTime;

namespace Idq.Tracking.Tests.Maintenance;

public sealed class MaintenanceTestsOnSqlite() : MaintenanceTests(TestEngine.Sqlite);

public sealed class MaintenanceTestsOnPostgres() : MaintenanceTests(TestEngine.Postgres);

/// <summary>Lists, counts, holes, garbage and queries, the same on both engines.</summary>
public abstract class MaintenanceTests(TestEngine engine) : StoreFixture(engine)
{
    [Fact]
    public void Runs_are_listed_newest_first_with_their_newest_metrics()
    {
        var (a, b) = (Made("e", "one", new string('a', 32)), Made("e", "two", "ab" + new string('0', 30)));
        Made("other", "three", new string('c', 32));
        Store.AddMetrics(a, 0, 0, null, [new("loss", 2.0), new("note", "text")]);
        Store.AddMetrics(a, 1, 0, null, [new("loss", 1.0)]);
        Store.Import([
            new ExportedExperiment("e"),
            new ExportedRun(new string('a', 32), "e", "one"),
            new ExportedHistory(new string('a', 32), "acc", [new(0, 0, 0.5), new(1, 0, double.NaN)]),
        ]);
        Store.StartRun(b);

        Assert.Equal(["three", "two", "one"], Store.ListRuns(new RunListingQuery()).Select(r => r.Run.Name));
        Assert.Equal(["two"], Store.ListRuns(new RunListingQuery { Experiment = "e", Limit = 1 }).Select(r => r.Run.Name));
        Assert.Equal(["two"], Store.ListRuns(new RunListingQuery { Status = RunStatus.Running }).Select(r => r.Run.Name));
        Assert.Equal(["two", "one"], Store.ListRuns(new RunListingQuery { Uid = "a" }).Select(r => r.Run.Name));
        Assert.Equal(["one"], Store.ListRuns(new RunListingQuery { Uid = $"{a}" }).Select(r => r.Run.Name));
        Assert.Empty(Store.ListRuns(new RunListingQuery { Uid = "%" }));
        var metrics = Store.ListRuns(new RunListingQuery { Uid = "aa" }).Single().Metrics;
        Assert.Equal((MetricValue)1.0, metrics["loss"]);
        Assert.Equal((MetricValue)"text", metrics["note"]);
        Assert.Equal((MetricValue)double.NaN, metrics["acc"]);
        Assert.Equal([("e", 2L), ("other", 1L)], Store.ListExperiments().Select(e => (e.Name, e.Runs)));

        var series = new List<(long, double)>();
        Store.ReadSeries(a, "loss", (step, value) => series.Add((step, value)));
        Assert.Equal([(0, 2), (1, 1)], series);
        series.Clear();
        Store.ReadSeries(a, "acc", (step, value) => series.Add((step, value)));
        Assert.Equal([(0, 0.5), (1, double.NaN)], series);
        Store.ReadSeries(a, "\"; DROP TABLE runs; --", (_, _) => Assert.Fail("there is no such metric"));

        var counts = Store.Count().ToDictionary(c => c.What, c => c.Count);
        Assert.Equal(
            (2, 3, 1, 2, 2),
            (counts["experiments"], counts["runs"], counts["running runs"], counts["metric rows"], counts["history points"])
        );
        Assert.True(counts["bytes"] > 0);
    }

    [Fact]
    public void Holes_in_sequences_are_listed_from_number_0_on()
    {
        var uid = new string('a', 32);
        ExportedRow Row(long idx) => new(idx, 0, 0, "{}");
        Store.Import([
            new ExportedExperiment("e"), new ExportedRun(uid, "e", "r"),
            new ExportedSequence(uid, "holes", [Row(2), Row(3), Row(7), Row(9)]),
            new ExportedSequence(uid, "whole", [Row(0), Row(1)]),
            new ExportedSequence(uid, "empty", []),
        ]);
        Assert.Equal(
            [new SequenceGap(uid, "e", "holes", 0, 1), new SequenceGap(uid, "e", "holes", 4, 6), new SequenceGap(uid, "e", "holes", 8, 8)],
            Store.ListGaps()
        );
        Assert.Equal(3, Store.ListGaps()[1].Missing);
        Assert.Equal(3, Store.ListGaps("e", "aaa").Count);
        Assert.Empty(Store.ListGaps("nowhere"));
        Assert.Empty(Store.ListGaps(uid: "b"));
    }

    [Fact]
    public void Garbage_goes_when_it_is_old_enough_and_leaves_a_note()
    {
        var artifacts = Directory.CreateDirectory(InFolder("artifacts")).FullName;
        var outside = Directory.CreateDirectory(InFolder("outside")).FullName;
        var now = Clock.GetCurrentInstant();
        string Uid(char c) => new(c, 32);
        string Folder(string name) => Directory.CreateDirectory(Path.Combine(artifacts, name)).FullName;
        Store.Import([
            new ExportedExperiment("kept") { Created = now, Updated = now },
            new ExportedRun(Uid('a'), "kept", "alive") { Created = now, ArtifactUri = Folder("a") },
            new ExportedRun(Uid('b'), "kept", "old")
            {
                Created = now,
                IsDeleted = true,
                Deleted = now - Duration.FromDays(40),
                ArtifactUri = "file://" + Folder("b"),
            },
            new ExportedMetrics(Uid('b'), 0, 0, null, [new("m", 1.0)]),
            new ExportedHistory(Uid('b'), "m", [new(0, 0, 1)]),
            new ExportedRun(Uid('c'), "kept", "fresh")
            {
                Created = now,
                IsDeleted = true,
                Deleted = now - Duration.FromDays(20),
                ArtifactUri = Folder("c"),
            },
            new ExportedRun(Uid('d'), "kept", "escaping")
            {
                Created = now,
                IsDeleted = true,
                Deleted = now - Duration.FromDays(40),
                ArtifactUri = $"{artifacts}/../outside",
            },
            new ExportedExperiment("gone")
            {
                Created = now,
                Updated = now - Duration.FromDays(40),
                IsDeleted = true,
                ArtifactLocation = "mlflow-artifacts:/gone",
            },
            new ExportedRun(Uid('e'), "gone", "with it") { Created = now },
            new ExportedExperimentLink("kept", "continues", "gone"),
            new ExportedRunLink(Uid('a'), "continues", Uid('b')),
        ]);
        Folder("gone");
        var options = new GarbageOptions(Duration.FromDays(30)) { Artifacts = artifacts };

        var listed = Store.CollectGarbage(options with { IsDryRun = true });
        Assert.Equal(5, Store.ListRuns(new RunListingQuery { IncludeDeleted = true }).Count);
        Assert.True(Directory.Exists(Path.Combine(artifacts, "b")));
        var gone = Store.CollectGarbage(options);
        Assert.Equal(listed, gone);
        Assert.Equal([Uid('b'), Uid('d'), Uid('e')], gone.Where(g => g.Kind == "run").Select(g => g.Name));
        Assert.Equal(["gone"], gone.Where(g => g.Kind == "experiment").Select(g => g.Name));
        Assert.Equal(
            [Path.Combine(artifacts, "b"), Path.Combine(artifacts, "gone")],
            gone.Where(g => g.Kind == "artifacts").Select(g => g.Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            [Path.Combine(artifacts, "a"), Path.Combine(artifacts, "c")],
            Directory.GetDirectories(artifacts).Order(StringComparer.Ordinal)
        );
        Assert.True(Directory.Exists(outside));
        Assert.Equal(
            ["alive", "fresh"],
            Store.ListRuns(new RunListingQuery { IncludeDeleted = true }).Select(r => r.Run.Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            0,
            Sql("SELECT count(*) FROM metrics")
                + Sql("SELECT count(*) FROM history")
                + Sql("SELECT count(*) FROM run_links")
                + Sql("SELECT count(*) FROM experiment_links")
        );
        Assert.Equal(4, Store.AuditEntries().Count(e => e.Action == "gc"));
        Assert.Contains(Store.AuditEntries(), e => e.Detail == $$"""{"kind":"run","uid":"{{Uid('b')}}"}""");
        Assert.Empty(Store.CollectGarbage(options));
    }

    [Fact]
    public void Vacuum_keeps_everything()
    {
        Store.Import(new Exchange.RandomExport(3).Records());
        var before = Text();
        var (was, became) = Store.Vacuum();
        Assert.True(was > 0 && became > 0);
        Assert.Equal(before, Text());
        Made("after", "it", new string('f', 32));

        string Text()
        {
            using var output = new MemoryStream();
            Store.Export(new ExportQuery(), output);
            return System.Text.Encoding.UTF8.GetString(output.ToArray());
        }
    }

    [Fact]
    public async Task A_copy_is_the_store_at_one_moment()
    {
        Store.Import(new Exchange.RandomExport(3).Records());
        var copied = InFolder("backup/copy.sqlite");
        if (Engine == TestEngine.Postgres)
        {
            Assert.Contains("pg_dump", Assert.Throws<TrackerException>(() => Store.CopyTo(copied)).Message, StringComparison.Ordinal);
            return;
        }
        using var stop = new CancellationTokenSource();
        var run = Made("busy", "writer", new string('e', 32));
        var writing = Task.Run(() =>
        {
            for (var step = 0; !stop.IsCancellationRequested; step++)
                Store.AddMetrics(run, step, 0, null, [new("x", step), new("y", step)]);
        });
        Assert.True(Store.CopyTo(copied) > 0);
        await stop.CancelAsync();
        await writing;
        using (var copy = TrackerStore.Open(copied, Clock))
        {
            Assert.Equal(Store.ListExperiments(true), copy.ListExperiments(true));
            var rows = copy.ReadMetrics().Where(m => m.RunId == run).ToLookup(m => m.Key);
            Assert.Equal(rows["x"].Select(m => m.Value), rows["y"].Select(m => m.Value));
            copy.GetOrCreateExperiment("new");
        }
        Assert.Contains("already", Assert.Throws<TrackerException>(() => Store.CopyTo(copied)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(InFolder("backup"), "*.part"));
    }

    [Fact]
    public void A_query_reads_with_a_limit()
    {
        Made("e", "r", new string('a', 32));
        var answer = Store.Query("SELECT name AS n, 1 AS one, NULL AS absent FROM experiments;", 10, TimeSpan.FromSeconds(30));
        Assert.Equal(["n", "one", "absent"], answer.Columns);
        Assert.Equal("e", answer.Rows.Single()[0]);
        Assert.Equal(1, Convert.ToInt64(answer.Rows.Single()[1]));
        Assert.Null(answer.Rows.Single()[2]);
        Assert.False(answer.IsCut);

        const string numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) SELECT i FROM n ORDER BY i";
        Assert.Equal(100, Store.Query(numbers, 100, TimeSpan.FromSeconds(30)).Rows.Count);
        var cut = Store.Query(numbers, 7, TimeSpan.FromSeconds(30));
        Assert.True(cut.IsCut);
        Assert.Equal(7, cut.Rows.Count);
    }

    [Fact]
    public void A_query_takes_no_longer_than_it_may()
    {
        Made("e", "r", new string('a', 32));
        const string endless =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n";
        Assert.Contains(
            "longer",
            Assert.Throws<TimeoutException>(() => Store.Query(endless, 1, TimeSpan.FromSeconds(1))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_query_that_nobody_waits_for_any_more_ends()
    {
        Made("e", "r", new string('a', 32));
        const string endless =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n";
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        Assert.ThrowsAny<OperationCanceledException>(() => Store.Query(endless, 1, TimeSpan.FromSeconds(50), stop.Token));
    }

    [Theory]
    [InlineData("DELETE FROM runs")]
    [InlineData("INSERT INTO experiments (name) VALUES ('x')")]
    [InlineData("DROP TABLE runs")]
    [InlineData("CREATE TABLE t (a INTEGER)")]
    [InlineData("CREATE TEMP TABLE t (a INTEGER)")]
    [InlineData("PRAGMA query_only = OFF")]
    [InlineData("PRAGMA query_only = OFF; DELETE FROM runs")]
    [InlineData("SET default_transaction_read_only = off")]
    [InlineData("COMMIT; DELETE FROM runs")]
    [InlineData("SELECT 1; DELETE FROM runs")]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("ATTACH DATABASE 'elsewhere.sqlite' AS other")]
    [InlineData("VACUUM")]
    [InlineData("VACUUM INTO 'elsewhere.sqlite'")]
    [InlineData("WITH gone AS (DELETE FROM runs RETURNING id) SELECT * FROM gone")]
    [InlineData("SELECT load_extension('x')")]
    [InlineData("COPY runs TO '/dev/null'")]
    [InlineData("SELECT nothing FROM nowhere")]
    [InlineData("not even SQL")]
    public void Whatever_is_not_one_query_is_refused(string sql)
    {
        Made("e", "r", new string('a', 32));
        Assert.Throws<ArgumentException>(() => Store.Query(sql, 10, TimeSpan.FromSeconds(30)));
        Assert.Single(Store.ListRuns(new RunListingQuery()));
        Assert.Single(Store.ListExperiments());
        Assert.False(File.Exists("elsewhere.sqlite"));
    }

    long Made(string experiment, string run, string uid) =>
        Store.CreateRun(Store.GetOrCreateExperiment(experiment).Id, new RunDraft(run) { Uid = uid }).Id;
}
