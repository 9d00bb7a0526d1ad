using FsCheck.Fluent;
using Idq.Tracking;

namespace Idq.Streaming.Tests.Products;

/// <summary>Rows are the same in one file an hour as in a file a stride, for everybody who reads them.</summary>
[Collection(nameof(Trained))]
public sealed class CompactorTests(Trained trained)
{
    static readonly Segment Range = Gps.Seg(0, 100);

    static string[] Rows(Analysis analysis, string sql)
    {
        using var database = new QueryDatabase(analysis.Paths, analysis.Store);
        return database.Query(sql, result => result.Rows().Select(r => string.Join(' ', r)).ToArray(), CancellationToken.None);
    }

    static string[] Everything(Analysis analysis) =>
    [
        .. Rows(analysis, "SELECT * FROM quivers ORDER BY job, nickname, time_ns"),
        .. Rows(analysis, "SELECT * FROM series ORDER BY nickname, time_ns"),
    ];

    static int Compact(Analysis analysis, Segment? range = null)
    {
        using var compactor = new Compactor(analysis.Configuration, analysis.Store);
        return CompleteHour.All(analysis.Store, analysis.Configuration.General.Compact, range)
            .Sum(hour => compactor.Compact(hour, CancellationToken.None));
    }

    // Replayed without compaction, then ready for it by a stretch of time.
    async Task<Analysis> FreshAsync(string length, Segment? range = null, params string[] settings)
    {
        string[] all =
        [
            .. Analysis.WithSegments, "evaluate:random_rate=0.1", "evaluate stream:stride=4", "timeseries stream:stride=4", .. settings,
        ];
        var analysis = trained.Fresh([.. all, "general:compact=0"]);
        await analysis.ReplayAsync(range ?? Range, "evaluate", "timeseries");
        analysis.Reread([.. all, $"general:compact={length}"]);
        return analysis;
    }

    static List<EvaluatedRows> Evaluated(Analysis analysis, long since, long max = long.MaxValue) => EvaluatedRows.Read(
        analysis.Store, analysis.Paths, new ProductQuery { Kind = "quiver", Nickname = "linear", SinceSeq = since, MaxSeq = max },
        CancellationToken.None);

    static string[] Lines(IEnumerable<EvaluatedRows> quivers) =>
        [.. quivers.Select(q => $"{q.Seq} {q.Span} {Samples(q.Glitch)} {Samples(q.Clean)} {q.Livetime} {q.CleanLivetime} {q.ModelHash}")];

    static string Samples(Idq.Learning.RankSamples samples) => $"{string.Join(',', samples.Ranks)}/{string.Join(',', samples.Weights)}";

    static void AssertRegistered(Analysis analysis)
    {
        Assert.Equal(
            analysis.Products().Where(p => p.HasFile).ToDictionary(p => p.Path, p => p.Sha256).OrderBy(p => p.Key, StringComparer.Ordinal),
            analysis.Files());
        Assert.Empty(analysis.Store.Removals());
    }

    [Fact]
    public async Task A_stride_without_rows_is_an_entry_without_a_file()
    {
        using var analysis = await FreshAsync("40");
        var empty = analysis.Products("quiver").Where(p => !p.HasFile).ToArray();
        Assert.NotEmpty(empty);
        foreach (var quiver in empty)
        {
            var attributes = ProductAttributes.Of<QuiverAttributes>(quiver);
            Assert.Equal(0, attributes.Rows);
            Assert.True(attributes.Livetime > 0);
            Assert.NotEmpty(quiver.Parents);
        }
        AssertRegistered(analysis);
    }

    [Fact]
    public async Task Complete_hours_become_one_file_for_each_classifier_and_kind_and_no_row_changes()
    {
        using var analysis = await FreshAsync("40");
        var before = Everything(analysis);
        Assert.Equal(2 * 2 * 3 * 10, Compact(analysis));
        Assert.Equal(before, Everything(analysis));
        AssertRegistered(analysis);
        foreach (var nickname in analysis.Configuration.General.Classifiers)
            foreach (var kind in new[] { "quiver", "series" })
            {
                // Two hours of 40 s, and five strides of 4 s of the hour that is not complete.
                var products = analysis.Products(kind, nickname);
                Assert.Equal([Gps.Seg(0, 40), Gps.Seg(40, 80)], products.Where(p => p.IsCompacted).Select(p => p.Span()));
                Assert.Equal(5, products.Count(p => !p.IsCompacted));
            }
        Assert.Equal(0, Compact(analysis));
    }

    [Fact]
    public async Task Calibration_reads_the_same_quivers_by_the_same_numbers()
    {
        using var analysis = await FreshAsync("40");
        var last = analysis.Store.LastSeq();
        string[][] All() => [.. Enumerable.Range(0, 12).Select(i => Lines(Evaluated(analysis, last * i / 12, last - i)))];
        var before = All();
        Compact(analysis, Gps.Seg(40, 80));
        Assert.Equal(before, All());
        Compact(analysis);
        Assert.Equal(before, All());
        Assert.Contains(before[0], line => line.Contains(" / ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_row_is_traced_to_its_stride_its_model_and_its_map()
    {
        using var analysis = await FreshAsync("40");
        var strides = analysis.Store.Products(new ProductQuery { SinceSeq = 0, Kind = "series", Nickname = "ovl" }).ToArray();
        Compact(analysis);
        var rows = Rows(analysis, """
            SELECT DISTINCT start, "end", model, map FROM series WHERE nickname = 'ovl' ORDER BY start
            """);
        Assert.Equal(strides.Length, rows.Length);
        foreach (var (row, stride) in rows.Select(r => r.Split(' ')).Zip(strides))
        {
            Assert.Equal(stride.Span(), new Segment(GpsTime.Parse(row[0]), GpsTime.Parse(row[1])));
            var parents = stride.Parents.Select(p => analysis.Store.Product(p)!).ToDictionary(p => p.Kind);
            Assert.Equal(ProductAttributes.Of<ModelAttributes>(parents["model"]).Hash, row[2]);
            Assert.Equal(ProductAttributes.Of<MapAttributes>(parents["map"]).Hash, row[3]);
            var now = analysis.Store.Product(stride.Seq)!;
            Assert.Equal((stride.Span(), string.Join(',', stride.Parents)), (now.Span(), string.Join(',', now.Parents)));
        }
    }

    [Fact]
    public async Task A_summary_and_its_maps_do_not_depend_on_compaction()
    {
        using var plain = new Analysis([.. Analysis.WithSegments, "general:compact=0", "evaluate stream:stride=4"]);
        using var compacted = new Analysis([.. Analysis.WithSegments, "general:compact=40", "evaluate stream:stride=4"]);
        var (one, two) = (await plain.ReplayAsync(Gps.Seg(0, 240)), await compacted.ReplayAsync(Gps.Seg(0, 240)));
        Assert.Equal(Everything(plain), Everything(compacted));
        string[] Hashes(Analysis a, string kind) =>
            [.. a.Products(kind).Select(p => $"{p.Seq} {p.Path} {p.Sha256} {string.Join(',', p.Parents)}")];
        Assert.NotEmpty(Hashes(plain, "map"));
        Assert.Equal(Hashes(plain, "map"), Hashes(compacted, "map"));
        Assert.Equal(Hashes(plain, "model"), Hashes(compacted, "model"));
        Assert.Equal(
            one.Classifiers.Select(c => (c.Glitches, c.Cleans, c.Auc, c.Coverage.Value)),
            two.Classifiers.Select(c => (c.Glitches, c.Cleans, c.Auc, c.Coverage.Value)));
        Assert.Equal(3 * 6, compacted.Products("quiver").Length);
        // The report tells every stride, compacted or not.
        Assert.Equal(one.Products.Select(p => $"{p.Seq} {p.Span()}"), two.Products.Select(p => $"{p.Seq} {p.Span()}"));
        using var again = new Analysis([.. Analysis.WithSegments, "general:compact=40", "evaluate stream:stride=4"]);
        await again.ReplayAsync(Gps.Seg(0, 240));
        Assert.Equal(compacted.Files(), again.Files());
        Assert.Equal(compacted.State(), again.State());
    }

    [Fact]
    public async Task What_a_killed_compaction_left_is_replaced_and_removed()
    {
        using var analysis = await FreshAsync("40");
        var before = Everything(analysis);
        // Killed before the commit: half a file under the name of the hour, and one in the staging folder.
        var half = analysis.Paths.Absolute(analysis.Paths.Relative("timeseries", "ovl", "series", Gps.Seg(0, 40), "parquet"));
        File.WriteAllText(half, "half");
        var staged = Path.Combine(analysis.Paths.Staging, "compact", "1.parquet");
        Directory.CreateDirectory(Path.GetDirectoryName(staged)!);
        File.WriteAllText(staged, "half");
        Assert.Equal(before, Everything(analysis));
        Compact(analysis, Gps.Seg(0, 40));
        // Killed after the commit: the old files are there.
        var kept = analysis.Products("series", "linear").Where(p => !p.IsCompacted).Select(p => analysis.Paths.Absolute(p.Path))
            .ToDictionary(p => p, File.ReadAllBytes);
        Compact(analysis);
        var old = kept.Where(k => !File.Exists(k.Key)).ToArray();
        Assert.NotEmpty(old);
        foreach (var (path, bytes) in old) File.WriteAllBytes(path, bytes);
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={analysis.Store.Location};Pooling=False"))
        {
            connection.Open();
            foreach (var (path, _) in old)
            {
                using var command = connection.CreateCommand();
                command.CommandText = $"INSERT INTO removals VALUES ('{Path.GetRelativePath(analysis.Paths.Root, path)}')";
                command.ExecuteNonQuery();
            }
        }
        Assert.Equal(before, Everything(analysis));
        Assert.Equal(0, Compact(analysis));
        AssertRegistered(analysis);
        Assert.False(File.Exists(staged));
    }

    [Fact]
    public async Task A_compaction_that_is_cancelled_leaves_everything_as_it_was()
    {
        using var analysis = await FreshAsync("40");
        var state = analysis.State();
        using (var compactor = new Compactor(analysis.Configuration, analysis.Store))
            Assert.ThrowsAny<OperationCanceledException>(() => compactor.Compact(
                CompleteHour.All(analysis.Store, analysis.Configuration.General.Compact)[^1], new CancellationToken(canceled: true)));
        Assert.Equal(state, analysis.State());
        AssertRegistered(analysis);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_not_what_was_registered_is_told_and_left_alone(bool isGone)
    {
        using var analysis = await FreshAsync("40");
        var victim = analysis.Products("series", "linear")[3];
        var path = analysis.Paths.Absolute(victim.Path);
        if (isGone) File.Delete(path);
        else File.AppendAllText(path, "x");
        var state = analysis.State();
        var hour = CompleteHour.All(analysis.Store, analysis.Configuration.General.Compact, Gps.Seg(0, 40))
            .Single(h => h is { Kind: "series", Nickname: "linear" });
        using var compactor = new Compactor(analysis.Configuration, analysis.Store);
        var e = Assert.Throws<DataException>(() => compactor.Compact(hour, CancellationToken.None));
        Assert.Contains(victim.Path, e.Message, StringComparison.Ordinal);
        Assert.Contains("restore it", e.Message, StringComparison.Ordinal);
        Assert.Equal(state, analysis.State());
    }

    [Fact]
    public async Task Two_processes_do_not_compact_at_once()
    {
        using var analysis = await FreshAsync("40");
        using var first = new Compactor(analysis.Configuration, analysis.Store);
        Assert.Throws<JobInUseException>(() => new Compactor(analysis.Configuration, analysis.Store));
    }

    // Publishes a stride of a series again, all of whose ranks are 0.5.
    static void PublishAgain(Analysis analysis, Segment span, int version, double rank)
    {
        using var context = analysis.Context();
        using var stage = new ProductStage(analysis.Paths, "timeseries");
        var series = SeriesColumns.Neutral(TimeGrid.Over(span, 16));
        series.Rank.AsSpan().Fill(rank);
        var output = new ProductOutput(
            stage, "series", "ovl", span, [], $$"""{"ok":1,"version":{{version}}}""", suffix: version.ToString());
        context.Write(new PublishedSeries("ovl", series, "m", "p"), output);
        stage.Publish(output.Files);
        analysis.Store.Commit(new StrideCommit { Products = [.. output.Files.Select(f => f.Draft)] });
    }

    [Fact]
    public async Task Of_a_span_that_was_published_again_the_newest_version_stands_compacted_or_not()
    {
        using var analysis = await FreshAsync("40");
        const string Sql = """
            SELECT count(*), count(*) FILTER (rank = 0.5), count(*) FILTER (rank = 0.25) FROM series WHERE nickname = 'ovl'
            """;
        Assert.Equal(["1600 0 0"], Rows(analysis, Sql));
        PublishAgain(analysis, Gps.Seg(6, 14), 1, 0.25);
        PublishAgain(analysis, Gps.Seg(20, 24), 1, 0.25);
        PublishAgain(analysis, Gps.Seg(8, 12), 2, 0.5);
        PublishAgain(analysis, Gps.Seg(90, 92), 1, 0.5);
        Assert.Equal([$"1600 {6 * 16} {8 * 16}"], Rows(analysis, Sql));
        var rows = Everything(analysis);
        Compact(analysis);
        Assert.Equal(rows, Everything(analysis));
        // One file a version; a version of one stride stays as it is.
        Assert.Equal(4, analysis.Products("series", "ovl").Count(p => p.Span().Intersects(Gps.Seg(0, 80))));
        // A stride that comes when its hour is in a file already becomes part of another file of that hour.
        PublishAgain(analysis, Gps.Seg(30, 31), 1, 0.5);
        PublishAgain(analysis, Gps.Seg(32, 33), 1, 0.5);
        rows = Everything(analysis);
        Compact(analysis);
        Assert.Equal(rows, Everything(analysis));
        Assert.Equal([$"1600 {8 * 16} {8 * 16}"], Rows(analysis, Sql));
        AssertRegistered(analysis);
    }

    [Fact]
    public async Task Any_hours_in_any_order_leave_the_rows_as_they_were()
    {
        using var whole = await FreshAsync("20");
        var expected = Everything(whole);
        var evaluated = Lines(Evaluated(whole, 0));
        var gen = from length in Gen.Elements("8", "12", "20", "40", "50")
                  from start in Gen.Choose(0, 90)
                  from duration in Gen.Choose(1, 60)
                  select (length, Gps.Seg(start, start + duration));
        foreach (var steps in gen.ArrayOf(3).Sample(6))
        {
            using var analysis = await FreshAsync("20");
            foreach (var (length, range) in steps)
            {
                analysis.Reread([.. Analysis.WithSegments, $"general:compact={length}"]);
                Compact(analysis, range);
            }
            Assert.Equal(expected, Everything(analysis));
            Assert.Equal(evaluated, Lines(Evaluated(analysis, 0)));
            AssertRegistered(analysis);
        }
    }
}
