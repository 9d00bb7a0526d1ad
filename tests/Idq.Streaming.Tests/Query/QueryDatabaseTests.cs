using Idq.Data.DuckDb;

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
                .Select(p => $"{p.Seq} {p.Kind} {p.Nickname} {p.Path} {p.Sha256} [{string.Join(',', p.Parents)}] {p.Span()}"),
            products.Select(r =>
                $"{r[0]} {r[1]} {r[2]} {r[3]} {r[4]} {r[5]} [{GpsTime.Parse((string)r[6]!)}, {GpsTime.Parse((string)r[7]!)})"
            )
        );
        var samples = Rows(database, "SELECT name, step, key, value FROM metrics WHERE key = 'samples' ORDER BY step");
        Assert.Equal(
            analysis.Store.ReadMetrics().Where(p => p.Key == "samples").Select(p => $"evaluate {p.Step} {p.Key} {p.Value}"),
            samples.Select(r => $"{r[0]} {r[1]} {r[2]} {r[3]}"));
    }

    [Fact]
    public async Task A_product_that_is_gone_from_disk_does_not_stop_a_query()
    {
        using var analysis = trained.Fresh();
        await analysis.ReplayAsync(Gps.Seg(0, 16), "evaluate");
        var gone = analysis.Products("quiver", "ovl")[0];
        File.Delete(analysis.Paths.Absolute(gone.Path));
        using var database = new QueryDatabase(analysis.Paths, analysis.Store);
        Assert.Single(Rows(database, "SELECT DISTINCT start FROM quivers WHERE nickname = 'ovl'"));
        Assert.Equal(2, Convert.ToInt64(Rows(database, "SELECT count(*) FROM products WHERE nickname = 'ovl' AND kind = 'quiver'")[0][0]));
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
}
