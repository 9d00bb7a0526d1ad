using System.Globalization;
using Idq.Data.DuckDb;
using Idq.Tracking;

namespace Idq.Streaming.Tests.Query;

[Collection(nameof(Trained))]
public sealed class QueryDatabaseTests(Trained trained)
{
    static object?[][] Rows(QueryDatabase database, string sql)
    {
        using var result = database.Query(sql, CancellationToken.None);
        return result.Rows().ToArray();
    }

    static string[] Columns(QueryDatabase database, string view)
    {
        using var result = database.Query($"SELECT * FROM {view} LIMIT 0", CancellationToken.None);
        return result.Columns.Select(c => $"{c.Name} {c.Type}").ToArray();
    }

    [Fact]
    public async Task Views_have_the_same_columns_and_types_with_rows_and_without()
    {
        using var empty = new Analysis();
        using var full = trained.Fresh();
        await full.ReplayAsync(Gps.Seg(0, 16), "evaluate", "timeseries");
        using var without = new QueryDatabase(empty.Paths, empty.Store);
        using var with = new QueryDatabase(full.Paths, full.Store);
        foreach (var view in new[] { "quivers", "series", "products", "metrics" })
        {
            Assert.Equal(0, Convert.ToInt64(Rows(without, $"SELECT count(*) FROM {view}")[0][0]));
            Assert.NotEqual(0, Convert.ToInt64(Rows(with, $"SELECT count(*) FROM {view}")[0][0]));
            Assert.Equal(Columns(without, view), Columns(with, view));
        }
    }

    [Fact]
    public async Task Quivers_hold_every_row_with_exact_times()
    {
        using var analysis = trained.Fresh();
        await analysis.ReplayAsync(Gps.Seg(0, 24), "evaluate");
        using var database = new QueryDatabase(analysis.Paths, analysis.Store);
        var rows = Rows(
            database,
            """
            SELECT time_ns, label, CAST(time AS VARCHAR), CAST(start AS VARCHAR), CAST("end" AS VARCHAR) FROM quivers
            WHERE nickname = 'random' ORDER BY start, time_ns
            """
        );
        Assert.Equal(analysis.QuiverRows("random").Select(r => string.Join(' ', r.Split(' ')[..2])), rows.Select(r => $"{r[0]} {r[1]}"));
        Assert.All(rows, r => Assert.Equal(new GpsTime(Convert.ToInt64(r[0])), GpsTime.Parse((string)r[2]!)));
        Assert.All(
            rows,
            r =>
                Assert.True(
                    GpsTime.Parse((string)r[3]!) <= GpsTime.Parse((string)r[2]!)
                        && GpsTime.Parse((string)r[2]!) < GpsTime.Parse((string)r[4]!)
                )
        );
    }

    [Fact]
    public async Task Series_hold_every_sample()
    {
        using var analysis = trained.Fresh();
        await analysis.ReplayAsync(Gps.Seg(32, 48), "timeseries");
        using var database = new QueryDatabase(analysis.Paths, analysis.Store);
        var rows = Rows(database, "SELECT nickname, count(*), sum(ok), min(fap), max(fap) FROM series GROUP BY nickname ORDER BY nickname");
        Assert.Equal(["linear", "ovl", "random"], rows.Select(r => (string)r[0]!));
        Assert.All(rows, r => Assert.Equal((256L, 9.5 * 16), (Convert.ToInt64(r[1]), double.Parse(r[2]!.ToString()!))));
        Assert.All(rows, r => Assert.InRange(Convert.ToDouble(r[3]), 0, 1));
    }

    [Fact]
    public async Task Products_and_metrics_are_those_of_the_store()
    {
        using var analysis = trained.Fresh();
        await analysis.ReplayAsync(Gps.Seg(0, 16), "evaluate");
        using var database = new QueryDatabase(analysis.Paths, analysis.Store);
        var products = Rows(
            database,
            """
            SELECT seq, kind, nickname, path, sha256, parents, CAST(start AS VARCHAR), CAST("end" AS VARCHAR) FROM products ORDER BY seq
            """
        );
        Assert.Equal(
            analysis
                .Products()
                .Select(p => $"{p.Seq} {p.Kind} {p.Nickname} {p.Path} {p.Sha256} {string.Join(',', p.Parents)} {p.Span()}"),
            products.Select(r =>
                $"{r[0]} {r[1]} {r[2]} {r[3]} {r[4]} {string.Join(',', (object?[])r[5]!)} "
                    + $"[{GpsTime.Parse((string)r[6]!)}, {GpsTime.Parse((string)r[7]!)})"
            )
        );
        var samples = Rows(database, "SELECT name, step, key, value FROM metrics WHERE key = 'samples' ORDER BY step");
        Assert.Equal(
            analysis.Store.ReadMetrics().Where(p => p.Key == "samples").Select(p => $"evaluate {p.Step} {p.Key} {p.Value}"),
            samples.Select(r => $"{r[0]} {r[1]} {r[2]} {r[3]}"));
    }

    [Fact]
    public async Task A_product_that_is_gone_from_disk_does_not_stop_a_query_and_is_named()
    {
        using var analysis = trained.Fresh();
        await analysis.ReplayAsync(Gps.Seg(0, 16), "evaluate");
        var gone = analysis.Products("quiver", "ovl")[0];
        File.Delete(analysis.Paths.Absolute(gone.Path));
        using var database = new QueryDatabase(analysis.Paths, analysis.Store);
        Assert.Single(Rows(database, "SELECT DISTINCT start FROM quivers WHERE nickname = 'ovl'"));
        Assert.Equal([gone.Path], database.Missing);
        _ = Rows(database, "SELECT count(*) FROM series");
        Assert.Empty(database.Missing);
        Assert.Equal(2, Convert.ToInt64(Rows(database, "SELECT count(*) FROM products WHERE nickname = 'ovl' AND kind = 'quiver'")[0][0]));
    }

    [Theory]
    [InlineData("torn", "SELECT count(*), sum(rank) FROM quivers WHERE nickname = 'ovl'")]
    [InlineData("empty", "SELECT count(*), sum(rank) FROM quivers WHERE nickname = 'ovl'")]
    [InlineData("rubbish", "SELECT count(*), sum(rank) FROM quivers WHERE nickname = 'ovl'")]
    [InlineData("pages", "SELECT count(*), sum(rank), sum(time_ns), max(model) FROM quivers WHERE nickname = 'ovl'")]
    [InlineData(
        "torn", "SELECT count(*), max(a.rank) FROM quivers a JOIN quivers b USING (time_ns) WHERE a.nickname = b.nickname AND "
            + "a.nickname = 'ovl' AND b.nickname = 'ovl'")]
    public async Task A_damaged_product_does_not_stop_a_query_and_is_named(string how, string sql)
    {
        using var analysis = trained.Fresh("general:compact=0");
        await analysis.ReplayAsync(Gps.Seg(0, 40), "evaluate");
        using var database = new QueryDatabase(analysis.Paths, analysis.Store);
        object?[][] Ask(string query) => database.Query(query, result => result.Rows().ToArray(), CancellationToken.None);
        var quivers = analysis.Products("quiver", "ovl");
        var path = analysis.Paths.Absolute(quivers[1].Path);
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        var without = Ask(sql);
        Assert.Equal([quivers[1].Path], database.Missing);
        Assert.Empty(database.Damaged);
        if (how == "pages") bytes.AsSpan(4, bytes.Length / 2).Fill(0xff);
        File.WriteAllBytes(path, how switch
        {
            "torn" => bytes[..(bytes.Length / 2)],
            "empty" => [],
            "rubbish" => [.. "rubbish"u8],
            _ => bytes,
        });
        Assert.Equal(without, Ask(sql));
        Assert.Equal([quivers[1].Path], database.Damaged);
        Assert.Empty(database.Missing);
        Assert.NotEmpty(Ask("SELECT count(*) FROM products"));
        Assert.Empty(database.Damaged);
    }

    [Fact]
    public async Task What_is_wrong_with_a_query_itself_is_said_though_all_files_are_whole()
    {
        using var analysis = trained.Fresh();
        await analysis.ReplayAsync(Gps.Seg(0, 16), "evaluate");
        using var database = new QueryDatabase(analysis.Paths, analysis.Store);
        foreach (var sql in new[] { "SELECT nothing FROM quivers", "SELECT CAST(nickname AS INTEGER) FROM quivers", "SELECT FROM" })
            Assert.Throws<DuckException>(() => database.Query(sql, result => result.Rows().ToArray(), CancellationToken.None));
        Assert.Empty(database.Damaged);
    }

    [Fact]
    public async Task Parents_are_a_list()
    {
        using var analysis = trained.Fresh();
        await analysis.ReplayAsync(Gps.Seg(0, 16), "evaluate");
        using var database = new QueryDatabase(analysis.Paths, analysis.Store);
        var rows = Rows(database, """
            SELECT c.seq, p.kind FROM (SELECT seq, unnest(parents) AS parent FROM products) c JOIN products p ON p.seq = c.parent
            WHERE p.nickname = 'ovl' ORDER BY c.seq, p.seq
            """);
        Assert.Equal(
            analysis.Products("quiver", "ovl").SelectMany(q => q.Parents.Order().Select(p => $"{q.Seq} {analysis.Store.Product(p)!.Kind}")),
            rows.Select(r => $"{r[0]} {r[1]}"));
    }

    // Files that cannot be read: a query that would open one fails.
    static void Ruin(Analysis analysis, Func<Product, bool> which)
    {
        foreach (var product in analysis.Products().Where(p => p.HasFile && p.Kind is "quiver" or "series" && which(p)))
            File.WriteAllText(analysis.Paths.Absolute(product.Path), "rubbish");
    }

    [Theory]
    [InlineData("SELECT count(*) FROM series WHERE nickname = 'ovl' AND time >= {0} AND time < {1}", 128)]
    [InlineData(
        "SELECT count(*) FROM series WHERE 'ovl' = nickname AND time_ns BETWEEN {0}::BIGINT * 1000000000 "
            + "AND {1}::BIGINT * 1000000000 - 1", 128)]
    [InlineData("WITH s AS (SELECT * FROM series WHERE nickname IN ('ovl')) SELECT count(*) FROM s WHERE time >= {0} AND time < {1}", 128)]
    [InlineData(
        "SELECT count(*) FROM series a JOIN series b USING (time) WHERE a.nickname = 'ovl' AND b.nickname = 'ovl' AND a.time >= {0} "
            + "AND a.time < {1}", 128)]
    [InlineData("SELECT count(*) FROM series s WHERE s.start = {0} AND s.\"end\" = {1} AND nickname = 'ovl' AND time < {1}", 128)]
    [InlineData("SELECT count(*) FROM products WHERE kind = 'series' AND nickname = 'ovl'", 6)]
    [InlineData("SELECT 128", 128)]
    public async Task A_query_opens_only_files_of_the_classifiers_and_the_time_that_it_names(string sql, int expected)
    {
        using var analysis = trained.Fresh();
        await analysis.ReplayAsync(Gps.Seg(0, 48), "evaluate", "timeseries");
        Ruin(analysis, p => p is not { Kind: "series", Nickname: "ovl" } || !p.Span().Intersects(Gps.Seg(16, 24)));
        using var database = new QueryDatabase(analysis.Paths, analysis.Store);
        sql = string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, Gps.At(16), Gps.At(24));
        Assert.Equal(expected, Convert.ToInt32(Rows(database, sql)[0][0]));
        Assert.Throws<DuckException>(() => Rows(database, "SELECT sum(rank) FROM series"));
    }

    [Fact]
    public async Task Files_that_are_compacted_while_a_query_runs_are_found_where_they_are_then()
    {
        using var plain = trained.Fresh("general:compact=0");
        await plain.ReplayAsync(Gps.Seg(0, 24), "timeseries");
        var expected = plain.SeriesRows("ovl").Count;
        using var database = new QueryDatabase(plain.Paths, plain.Store);
        var attempts = 0;
        var count = database.Query("SELECT count(*) FROM series WHERE nickname = 'ovl'", result =>
        {
            if (attempts++ == 0)
            {
                plain.Reread([.. Analysis.WithSegments, "general:compact=24"]);
                using var compactor = new Compactor(plain.Configuration, plain.Store);
                foreach (var hour in CompleteHour.All(plain.Store, plain.Configuration.General.Compact))
                    compactor.Compact(hour, CancellationToken.None);
                throw new DuckException("IO Error: a file is gone");
            }
            return Convert.ToInt32(result.Rows().Single()[0]);
        }, CancellationToken.None);
        Assert.Equal((2, expected), (attempts, count));
        Assert.Single(plain.Products("series", "ovl"));
    }

    [Fact]
    public void What_DuckDB_refuses_is_told()
    {
        using var analysis = new Analysis();
        using var database = new QueryDatabase(analysis.Paths, analysis.Store);
        Assert.Contains(
            "quiver",
            Assert.Throws<DuckException>(() => Rows(database, "SELECT * FROM quiver")).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("COPY (SELECT 1 AS x) TO '{0}'")]
    [InlineData("SELECT 1; COPY (SELECT 1 AS x) TO '{0}'")]
    [InlineData("ANALYZE COPY (SELECT 1 AS x) TO '{0}'")]
    [InlineData("CREATE TABLE mine AS SELECT * FROM quivers; SELECT count(*) FROM mine")]
    [InlineData("ATTACH '{0}' AS other")]
    [InlineData("SET temp_directory = '{0}'")]
    public void Nothing_but_one_statement_that_reads_is_answered(string sql)
    {
        using var analysis = new Analysis();
        using var database = new QueryDatabase(analysis.Paths, analysis.Store);
        var path = Path.Combine(Path.GetTempPath(), $"idq-{Guid.NewGuid()}");
        Assert.Throws<DuckException>(() => Rows(database, string.Format(CultureInfo.InvariantCulture, sql, path)));
        Assert.False(Path.Exists(path));
    }
}
