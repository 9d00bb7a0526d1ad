using Idq.Data.DuckDb;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// SQL over everything that an analysis left behind: the views quivers, series, products and metrics in a DuckDB that lives as long as the
/// query.
/// </summary>
public sealed class QueryDatabase : IDisposable
{
    readonly DuckDatabase database = DuckDatabase.Open();
    readonly DuckConnection connection;

    /// <summary>Makes the views over a ledger.</summary>
    public QueryDatabase(ProductPath paths, TrackerStore store)
    {
        connection = database.Connect();
        var products = store.Products().ToArray();
        const string Probabilities = "fap DOUBLE, eff DOUBLE, loglike DOUBLE";
        Files("quivers", paths, products, "quiver",
            $"nickname, {At("time_ns")} AS time, label, weight, rank, fap, eff, loglike, loglike_deviation, pglitch, window_rank, "
                + $"window_loglike, window_loglike_deviation, window_pglitch, {At("start_ns")} AS start, "
                + $"{At("end_ns")} AS \"end\", time_ns",
            $"nickname VARCHAR, time DECIMAL(29,9), label UTINYINT, weight DOUBLE, rank DOUBLE, {Probabilities}, loglike_deviation DOUBLE, "
                + "pglitch DOUBLE, window_rank DOUBLE, window_loglike DOUBLE, window_loglike_deviation DOUBLE, window_pglitch DOUBLE, "
                + "start DECIMAL(29,9), \"end\" DECIMAL(29,9), time_ns BIGINT");
        Files("series", paths, products, "series",
            $"nickname, {At("time_ns")} AS time, ok, rank, fap, eff, loglike, loglike_deviation, pglitch, time_ns",
            $"nickname VARCHAR, time DECIMAL(29,9), ok UTINYINT, rank DOUBLE, {Probabilities}, loglike_deviation DOUBLE, pglitch DOUBLE, "
                + "time_ns BIGINT");
        Rows("products",
            "seq BIGINT, job VARCHAR, kind VARCHAR, nickname VARCHAR, start_ns BIGINT, end_ns BIGINT, path VARCHAR, sha256 VARCHAR, "
                + "parents VARCHAR, attributes VARCHAR",
            products,
            (row, p) => row
                .Add(p.Seq).Add(p.Job).Add(p.Kind).Add(p.Nickname).Add(p.StartNs).Add(p.EndNs).Add(p.Path).Add(p.Sha256)
                .Add("[" + string.Join(",", p.Parents) + "]").Add(p.Attributes),
            $"* EXCLUDE (start_ns, end_ns), {At("start_ns")} AS start, {At("end_ns")} AS \"end\"");
        var names = store.Runs().ToDictionary(r => r.Id, r => r.Name);
        Rows("metrics", "run BIGINT, name VARCHAR, step BIGINT, gps_ns BIGINT, key VARCHAR, value DOUBLE, text VARCHAR",
            store.ReadMetrics(),
            (row, p) => row
                .Add(p.RunId).Add(names.GetValueOrDefault(p.RunId)).Add(p.Step).Add(p.GpsNs ?? 0).Add(p.Key)
                .Add(p.Value.AsDouble).Add(p.Value.AsText),
            $"* EXCLUDE (gps_ns), {At("gps_ns")} AS gps");
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

    void Files(string view, ProductPath paths, IEnumerable<Product> products, string kind, string select, string empty)
    {
        var jobs = products.Where(p => p.Kind == kind && QuiverRows.IsReadable(p) && File.Exists(paths.Absolute(p.Path)))
            .GroupBy(p => p.Job, p => paths.Absolute(p.Path), StringComparer.Ordinal)
            .Select(job => $"SELECT {Sql.Text(job.Key)} AS job, {select} FROM read_parquet({Sql.TextList([.. job])})").ToArray();
        if (jobs.Length == 0) connection.Execute($"CREATE TABLE {view} (job VARCHAR, {empty})");
        else connection.Execute($"CREATE VIEW {view} AS {string.Join(" UNION ALL ", jobs)}");
    }

    void Rows<T>(string view, string columns, IEnumerable<T> items, Action<DuckAppender, T> add, string select)
    {
        connection.Execute($"CREATE TABLE {view}_rows ({columns}); CREATE VIEW {view} AS SELECT {select} FROM {view}_rows");
        using var rows = connection.Append(view + "_rows");
        foreach (var item in items)
        {
            add(rows, item);
            rows.EndRow();
        }
        rows.Close();
    }

    static string At(string column) => $"(CAST({column} AS DECIMAL(19,0)) * CAST(0.000000001 AS DECIMAL(10,9)))";
}
