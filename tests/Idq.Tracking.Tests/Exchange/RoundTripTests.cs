using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Idq.Tracking.Tests.Exchange;

/// <summary>What one store exports, another one holds, whatever the engines.</summary>
public sealed class RoundTripTests
{
    sealed class Fresh(TestEngine engine) : StoreFixture(engine)
    {
        public TrackerStore Opened => Store;

        public long Number(string sql) => Sql(sql);

        public byte[] Exported(ExportQuery? query = null)
        {
            using var output = new MemoryStream();
            Store.Export(query ?? new ExportQuery(), output);
            return output.ToArray();
        }

        public ImportReport Imported(byte[] export, ImportOptions? options = null) =>
            Store.Import(new MemoryStream(export), "export", options);
    }

    [Fact]
    public void Export_and_import_between_any_two_stores_give_the_same_bytes_again() => ForSeeds(12, seed =>
    {
        var records = new RandomExport(seed).Records();
        using var first = new Fresh(TestEngine.Sqlite);
        using var second = new Fresh(TestEngine.Postgres);
        using var third = new Fresh(TestEngine.Sqlite);
        first.Opened.Import(records);
        var exported = first.Exported();
        second.Imported(exported);
        Assert.Equal(Text(exported), Text(second.Exported()));
        third.Imported(second.Exported());
        Assert.Equal(Text(exported), Text(third.Exported()));
    });

    [Fact]
    public void What_is_imported_into_PostgreSQL_first_is_the_same_in_SQLite() => ForSeeds(8, seed =>
    {
        var records = new RandomExport(seed).Records();
        using var first = new Fresh(TestEngine.Sqlite);
        using var second = new Fresh(TestEngine.Postgres);
        Assert.Equivalent(first.Opened.Import(records), second.Opened.Import(records), strict: true);
        Assert.Equal(Text(first.Exported()), Text(second.Exported()));
    });

    [Theory]
    [InlineData(TestEngine.Sqlite)]
    [InlineData(TestEngine.Postgres)]
    public void Importing_again_changes_nothing(TestEngine engine)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            using var store = new Fresh(engine);
            var records = new RandomExport(seed).Records();
            var first = store.Opened.Import(records);
            Assert.Equal(records.OfType<ExportedRun>().Count(), first.RunsAdded);
            var exported = store.Exported();
            var again = store.Opened.Import(records);
            Assert.True(again.ChangedNothing);
            Assert.Equal(first.Runs, again.Runs);
            Assert.Equal(Text(exported), Text(store.Exported()));
        }
    }

    [Fact]
    public void Every_value_arrives_exactly()
    {
        const string uid = "0123456789abcdef0123456789abcdef";
        double[] values = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.Epsilon, 0.1, 1e23];
        using var from = new Fresh(TestEngine.Sqlite);
        using var to = new Fresh(TestEngine.Postgres);
        var run = from.Opened.CreateRun(from.Opened.GetOrCreateExperiment("e").Id, new RunDraft("r") { Uid = uid });
        for (var i = 0; i < values.Length; i++)
            from.Opened.AddMetrics(run.Id, i, 0, long.MaxValue - i, [new("x", values[i]), new("n", long.MinValue + i), new("t", "NaN")]);
        from.Opened.Import([
            new ExportedExperiment("e"),
            new ExportedRun(uid, "e", "r"),
            new ExportedHistory(uid, "x", [.. values.Select((v, i) => new HistoryPoint(i, long.MaxValue, v))]),
        ]);
        to.Imported(from.Exported());

        var points = to.Opened.ReadMetrics().ToList();
        Assert.Equal(values, points.Where(p => p.Key == "x").Select(p => p.Value.AsDouble));
        Assert.Equal(
            values.Select((_, i) => (object)(long.MinValue + i)),
            points.Where(p => p.Key == "n").Select(p => p.Value.As(typeof(long))!.Value.Boxed)
        );
        Assert.All(points.Where(p => p.Key == "t"), p => Assert.Equal("NaN", p.Value.AsText));
        Assert.Equal(values.Select((_, i) => (long?)(long.MaxValue - i)), points.Where(p => p.Key == "x").Select(p => p.GpsNs));
        var history = new List<HistoryPoint>();
        to.Opened.Export(new ExportQuery(), record => history.AddRange((record as ExportedHistory)?.Points ?? []));
        Assert.Equal(values, history.Select(p => p.Value));
        Assert.All(history, p => Assert.Equal(long.MaxValue, p.TimestampMs));
    }

    [Theory]
    [InlineData(TestEngine.Sqlite)]
    [InlineData(TestEngine.Postgres)]
    public void The_newest_value_of_a_history_is_known_after_an_import(TestEngine engine)
    {
        const string uid = "0123456789abcdef0123456789abcdef";
        using var store = new Fresh(engine);
        ExchangeRecord[] Points(params HistoryPoint[] points) =>
            [new ExportedExperiment("e"), new ExportedRun(uid, "e", "r"), new ExportedHistory(uid, "m", points)];
        store.Opened.Import(
            Points(new(0, 100, 1000), new(3, 40, 100), new(3, 50, 10), new(3, 50, 20), new(3, 50, 20), new(-3, 900, 900), new(-1, 800, 800))
        );
        Assert.Equal(20, store.Number("SELECT CAST(value AS BIGINT) FROM latest WHERE step = 3 AND timestamp_ms = 50"));
        Assert.Equal(6, store.Number("SELECT count(*) FROM history"));
        store.Opened.Import(Points(new(4, 0, 7), new(2, 0, 8)));
        Assert.Equal(7, store.Number("SELECT CAST(value AS BIGINT) FROM latest"));
        Assert.Equal(1, store.Number("SELECT count(*) FROM latest"));
    }

    [Theory]
    [InlineData(TestEngine.Sqlite)]
    [InlineData(TestEngine.Postgres)]
    public void A_merge_adds_what_is_missing_and_changes_nothing_else(TestEngine engine)
    {
        const string uid = "0123456789abcdef0123456789abcdef";
        using var store = new Fresh(engine);
        var run = store.Opened.CreateRun(store.Opened.GetOrCreateExperiment("e").Id, new RunDraft("mine") { Uid = uid });
        store.Opened.AddMetrics(run.Id, 0, 0, null, [new("a", 1.5), new("mixed", "text")]);
        store.Opened.AddMetrics(run.Id, 1, 0, null, [new("mixed", 3.0)]);
        var report = store.Opened.Import([
            new ExportedExperiment("e") { Comment = "theirs" },
            new ExportedRun(uid, "e", "theirs"),
            new ExportedMetrics(uid, 0, 0, 5, [new("a", 9.0), new("b", 2.0), new("mixed", 4.0)]),
            new ExportedMetrics(uid, 1, 0, null, [new("mixed", "theirs")]),
            new ExportedMetrics(uid, 2, 0, null, [new("a", 3.0)]),
        ]);
        Assert.Equal((0, 0, 2), (report.ExperimentsAdded, report.RunsAdded, report.MetricRows));
        Assert.Equal("mine", store.Opened.FindRun(run.Id)!.Name);
        Assert.Null(store.Opened.FindExperiment("e")!.Comment);
        Assert.Equal(
            ["0 a=1.5 5", "0 b=2 5", "0 mixed=text 5", "1 mixed=3 ", "2 a=3 "],
            store.Opened.ReadMetrics().Select(p => $"{p.Step} {p.Key}={p.Value} {p.GpsNs}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_run_that_is_there_is_skipped_replaced_or_refused()
    {
        const string uid = "0123456789abcdef0123456789abcdef";
        using var store = new Fresh(TestEngine.Sqlite);
        ExchangeRecord[] Version(string name, double value) =>
            [
                new ExportedExperiment("e"),
                new ExportedRun(uid, "e", name),
                new ExportedMetrics(uid, 0, 0, null, [new("m", value)]),
                new ExportedHistory(uid, "m", [new(0, 0, value)]),
            ];
        store.Opened.Import(Version("one", 1));

        Assert.Equal(1, store.Opened.Import(Version("two", 2), new ImportOptions { Mode = ImportMode.Skip }).RunsSkipped);
        Assert.Equal(1, store.Opened.ReadMetrics().Single().Value.AsDouble);
        var refused = Assert.Throws<TrackerException>(() =>
            store.Opened.Import(Version("two", 2), new ImportOptions { Mode = ImportMode.Fail })
        );
        Assert.Equal(TrackerFailure.BadExchange, refused.Failure);
        Assert.Contains(uid, refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, store.Opened.Import(Version("two", 2), new ImportOptions { Mode = ImportMode.Replace }).RunsReplaced);
        Assert.Equal(2, store.Opened.ReadMetrics().Single().Value.AsDouble);
        Assert.Equal("two", store.Opened.Runs().Single().Name);
        Assert.Equal(1, store.Number("SELECT count(*) FROM history"));
        Assert.Equal(2, store.Number("SELECT CAST(value AS BIGINT) FROM latest"));
    }

    [Fact]
    public void An_import_can_go_into_an_experiment_of_another_name()
    {
        using var store = new Fresh(TestEngine.Sqlite);
        var records = new RandomExport(3).Records();
        store.Opened.Import(
            records.Where(r => r is not (ExportedDataset or ExportedInput or ExportedExperimentLink)),
            new ImportOptions { Experiment = "all of them" }
        );
        Assert.Equal("all of them", store.Opened.Experiments().Single().Name);
        Assert.Equal(records.OfType<ExportedRun>().Count(), store.Opened.Runs("all of them").Count);
    }

    [Fact]
    public void An_export_can_be_narrowed_to_experiments_and_runs()
    {
        using var store = new Fresh(TestEngine.Sqlite);
        var records = new RandomExport(7).Records();
        store.Opened.Import(records);
        var experiment = records.OfType<ExportedExperiment>().Last().Name;
        var runs = records.OfType<ExportedRun>().ToArray();
        var one = Read(store.Exported(new ExportQuery { Experiments = [experiment] }));
        Assert.Equal([experiment], one.OfType<ExportedExperiment>().Select(e => e.Name));
        Assert.Equal(
            runs.Where(r => r.Experiment == experiment).Select(r => r.Uid).Order(),
            one.OfType<ExportedRun>().Select(r => r.Uid).Order()
        );
        Assert.Empty(one.OfType<ExportedExperimentLink>());

        var single = Read(store.Exported(new ExportQuery { Runs = [runs[0].Uid] }));
        Assert.Equal([runs[0].Uid], single.OfType<ExportedRun>().Select(r => r.Uid));
        Assert.Equal([runs[0].Experiment], single.OfType<ExportedExperiment>().Select(e => e.Name));
        Assert.All(Read(store.Exported(new ExportQuery { ActiveOnly = true })).OfType<ExportedRun>(), r => Assert.False(r.IsDeleted));
        Assert.Equal(
            TrackerFailure.UnknownReference,
            Assert.Throws<TrackerException>(() => store.Exported(new ExportQuery { Experiments = ["nowhere"] })).Failure
        );
        Assert.Equal(
            TrackerFailure.UnknownReference,
            Assert.Throws<TrackerException>(() => store.Exported(new ExportQuery { Runs = [new string('f', 32)] })).Failure
        );
    }

    [Fact]
    public void An_export_is_the_store_at_one_moment_while_others_write()
    {
        using var store = new Fresh(TestEngine.Sqlite);
        var run = store.Opened.CreateRun(store.Opened.GetOrCreateExperiment("e").Id, new RunDraft("r"));
        store.Opened.AddMetrics(run.Id, 0, 0, null, [new("m", 1.0)]);
        var records = new List<ExchangeRecord>();
        store.Opened.Export(new ExportQuery(), record =>
        {
            if (record is ExportedRun) store.Opened.AddMetrics(run.Id, 1, 0, null, [new("m", 2.0)]);
            records.Add(record);
        });
        Assert.Single(records.OfType<ExportedMetrics>());
        Assert.Equal(2, store.Opened.ReadMetrics().Count());
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("hello", "line 1")]
    [InlineData("{\"record\":\"header\",\"format\":\"something\",\"version\":1}", "header")]
    [InlineData("{\"record\":\"header\",\"format\":\"tracker-export\",\"version\":2}", "newer")]
    [InlineData("{\"record\":\"header\",\"format\":\"tracker-export\",\"version\":1}", "cut short")]
    [InlineData("{\"record\":\"header\",\"format\":\"tracker-export\",\"version\":1}\n{\"record\":\"end\",\"records\":1}", "says 1")]
    [InlineData("{\"record\":\"header\",\"format\":\"tracker-export\",\"version\":1}\n{\"record\":\"experiment\"}", "line 2")]
    [InlineData("{\"record\":\"header\",\"format\":\"tracker-export\",\"version\":1}\n{\"record\":\"run\",\"uid\":\"7\"}", "line 2")]
    [InlineData("{\"record\":\"header\",\"format\":\"tracker-export\",\"version\":1}\n{\"record\":\"end\",\"records\":0}\n{}", "follows")]
    public void What_is_no_export_is_refused_in_plain_words(string text, string named)
    {
        using var store = new Fresh(TestEngine.Sqlite);
        var refused = Assert.Throws<TrackerException>(() => store.Imported(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(TrackerFailure.BadExchange, refused.Failure);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.Empty(store.Opened.Experiments());
    }

    [Fact]
    public void A_file_cut_at_any_place_is_refused_or_was_only_short_of_its_last_line_end()
    {
        using var store = new Fresh(TestEngine.Sqlite);
        store.Opened.Import(new RandomExport(1).Records());
        var exported = store.Exported();
        var step = Math.Max(1, exported.Length / 200);
        for (var length = 0; length < exported.Length - 1; length += step)
            Assert.Throws<TrackerException>(() => ExchangeReader.Read(new MemoryStream(exported, 0, length), "cut").Count());
        Assert.NotEmpty(Read(exported));
    }

    [Fact]
    public void Later_versions_may_add_records_and_members_that_this_one_does_not_know()
    {
        var text = """
            {"record":"header","format":"tracker-export","version":1,"made_by":"somebody"}
            {"record":"experiment","name":"e","created":"2026-01-02T03:04:05.000006Z","colour":"red"}
            {"record":"weather","run":"none"}
            {"record":"end","records":2}
            """;
        var e = Assert.IsType<ExportedExperiment>(Assert.Single(Read(Encoding.UTF8.GetBytes(text))));
        Assert.Equal(("e", Instant.FromUtc(2026, 1, 2, 3, 4, 5).Plus(Duration.FromTicks(60)), "{}"), (e.Name, e.Created, e.Tags));
    }

    [Fact]
    public void A_reference_to_what_does_not_come_is_refused_and_nothing_is_written()
    {
        const string uid = "0123456789abcdef0123456789abcdef";
        using var store = new Fresh(TestEngine.Sqlite);
        foreach (
            var orphan in (ExchangeRecord[])
                [
                    new ExportedRun(uid, "nowhere", "r"),
                    new ExportedMetrics(uid, 0, 0, null, []),
                    new ExportedExperimentLink("e", "k", "nowhere"),
                    new ExportedRunLink(uid, "k", uid),
                    new ExportedDataset("nowhere", "d", "1", "local", "s", null, null),
                ]
        )
        {
            Assert.Equal(
                TrackerFailure.BadExchange,
                Assert.Throws<TrackerException>(() => store.Opened.Import([new ExportedExperiment("e"), orphan])).Failure
            );
            Assert.Empty(store.Opened.Experiments());
        }
    }

    [Theory]
    [InlineData("1e3", "1000")]
    [InlineData("1.50e1", "15.0")]
    [InlineData("1E-7", "0.0000001")]
    [InlineData("1.0e-7", "0.00000010")]
    [InlineData("-2.5e0", "-2.5")]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "0.0")]
    [InlineData("0e5", "0")]
    [InlineData("12.340", "12.340")]
    [InlineData("1e200000", "1e200000")]
    public void Numbers_in_JSON_columns_have_one_form(string given, string kept) =>
        Assert.Equal($"{{\"n\":{kept}}}", Json.Kept($"{{\"n\":{given}}}"));

    // FsCheck draws the seeds and tells the one that fails.
    static void ForSeeds(int count, Action<int> property) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(count));

    static List<ExchangeRecord> Read(byte[] export) => [.. ExchangeReader.Read(new MemoryStream(export), "export")];

    static string Text(byte[] export) => Encoding.UTF8.GetString(export);
}
