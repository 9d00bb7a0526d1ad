using Idq.Data.DuckDb;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>SQL over everything that an analysis left behind: the views quivers, series, products and metrics in a DuckDB that lives as long as the query.</summary>
public sealed class QueryDatabase : IDisposable
{
    readonly DuckDatabase database = DuckDatabase.Open();
    readonly DuckConnection connection;

    /// <summary>Makes the views over a ledger.</summary>
    public QueryDatabase(ProductPath paths, TrackerStore store)
    {
        connection = database.Connect();
        var products = store.Products().ToArray();
        Files("quivers", paths, products.Where(p => p.Kind == "quiver"),
            $"nickname, {At("time_ns")} AS time, label, weight, rank, fap, eff, loglike, loglike_deviation, pglitch, {At("start_ns")} AS start, {At("end_ns")} AS \"end\", time_ns",
            "nickname VARCHAR, time DECIMAL(29,9), label UTINYINT, weight DOUBLE, rank DOUBLE, fap DOUBLE, eff DOUBLE, loglike DOUBLE, loglike_deviation DOUBLE, pglitch DOUBLE, start DECIMAL(29,9), \"end\" DECIMAL(29,9), time_ns BIGINT"
        );
        Files(
            "series",
            paths,
            products.Where(p => p.Kind == "series"),
            $"nickname, {At("time_ns")} AS time, ok, rank, fap, eff, loglike, pglitch, time_ns",
            "nickname VARCHAR, time DECIMAL(29,9), ok UTINYINT, rank DOUBLE, fap DOUBLE, eff DOUBLE, loglike DOUBLE, pglitch DOUBLE, time_ns BIGINT"
        );
        Table(
            "products",
            [
                DuckColumn.Longs("seq", Array.ConvertAll(products, p => p.Seq)),
                DuckColumn.Texts("job", Array.ConvertAll(products, p => p.Job)),
                DuckColumn.Texts("kind", Array.ConvertAll(products, p => p.Kind)),
                DuckColumn.Texts("nickname", Array.ConvertAll(products, p => p.Nickname)),
                DuckColumn.Longs("start_ns", Array.ConvertAll(products, p => p.StartNs)),
                DuckColumn.Longs("end_ns", Array.ConvertAll(products, p => p.EndNs)),
                DuckColumn.Texts("path", Array.ConvertAll(products, p => p.Path)),
                DuckColumn.Texts("sha256", Array.ConvertAll(products, p => p.Sha256)),
                DuckColumn.Texts("parents", Array.ConvertAll(products, p => "[" + string.Join(",", p.Parents) + "]")),
                DuckColumn.Texts("attributes", Array.ConvertAll(products, p => p.Attributes)),
            ],
            $"* EXCLUDE (start_ns, end_ns), {At("start_ns")} AS start, {At("end_ns")} AS \"end\""
        );
        var names = store.Runs().ToDictionary(r => r.Id, r => r.Name);
        var points = store.ReadMetrics().ToArray();
        Table("metrics",
        [
            DuckColumn.Longs("run", Array.ConvertAll(points, p => p.RunId)),
            DuckColumn.Texts("name", Array.ConvertAll(points, p => names.GetValueOrDefault(p.RunId))),
            DuckColumn.Longs("step", Array.ConvertAll(points, p => p.Step)),
            DuckColumn.Longs("gps_ns", Array.ConvertAll(points, p => p.GpsNs ?? 0)),
            DuckColumn.Texts("key", Array.ConvertAll(points, p => p.Key)),
            DuckColumn.Doubles("value", Array.ConvertAll(points, p => p.Value.AsDouble)),
            DuckColumn.Texts("text", Array.ConvertAll(points, p => p.Value.AsText)),
        ], $"* EXCLUDE (gps_ns), {At("gps_ns")} AS gps");
    }

    /// <summary>Runs a query.</summary>
    /// <exception cref="DuckException">DuckDB refuses it; the message says why.</exception>
    public DuckResult Query(string sql, CancellationToken cancellationToken) => connection.Query(sql, cancellationToken);

    /// <summary>Closes the database.</summary>
    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
    }

    void Files(string view, ProductPath paths, IEnumerable<Product> products, string select, string empty)
    {
        var jobs = products
            .Where(p => File.Exists(paths.Absolute(p.Path)))
            .GroupBy(p => p.Job, StringComparer.Ordinal)
            .Select(job =>
                $"SELECT {Sql.Text(job.Key)} AS job, {select} FROM read_parquet({Sql.TextList(job.Select(p => paths.Absolute(p.Path)).ToArray())})"
            )
            .ToArray();
        if (jobs.Length == 0) connection.Execute($"CREATE TABLE {view} (job VARCHAR, {empty})");
        else connection.CreateView(view, string.Join(" UNION ALL ", jobs));
    }

    void Table(string view, IReadOnlyList<DuckColumn> columns, string select)
    {
        connection.CreateTable(view + "_rows", columns);
        connection.CreateView(view, $"SELECT {select} FROM {view}_rows");
    }

    static string At(string column) => $"(CAST({column} AS DECIMAL(19,0)) * CAST(0.000000001 AS DECIMAL(10,9)))";
}
