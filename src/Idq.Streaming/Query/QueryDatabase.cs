using Idq.Data.DuckDb;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// SQL over everything that an analysis left behind: the views quivers, series, products and metrics in a DuckDB that lives as long as the
/// query. Only what a query wants is looked for in the ledger, and only files that can hold it are opened.
/// </summary>
/// <threadsafety>For one thread.</threadsafety>
public sealed class QueryDatabase : IDisposable
{
    readonly ProductPath paths;
    readonly TrackerStore store;
    readonly QueryEngine engine;
    readonly DuckConnection connection;
    readonly SortedSet<string> missing = new(StringComparer.Ordinal), damaged = new(StringComparer.Ordinal);

    /// <summary>Opens a database over a ledger.</summary>
    /// <param name="paths">Where the files are.</param>
    /// <param name="store">The ledger.</param>
    /// <param name="engine">An engine that is open already, and closes with the database; null for a new one.</param>
    public QueryDatabase(ProductPath paths, TrackerStore store, QueryEngine? engine = null)
    {
        (this.paths, this.store, this.engine) = (paths, store, engine ?? QueryEngine.Open());
        connection = this.engine.Connection;
    }

    /// <summary>Files that the last query wanted, and that are in the ledger and not on disk: its answer lacks their rows.</summary>
    public IReadOnlyCollection<string> Missing => missing;

    /// <summary>
    /// Files that the last query wanted, that DuckDB could not read, and that are not what was registered: its answer lacks their rows.
    /// </summary>
    public IReadOnlyCollection<string> Damaged => damaged;

    /// <summary>Runs a query.</summary>
    /// <exception cref="DuckException">
    /// It is not one statement that reads, or DuckDB refuses it, a damaged file too; the message says why.
    /// </exception>
    public DuckResult Query(string sql, CancellationToken cancellationToken)
    {
        damaged.Clear();
        Prepare(sql, []);
        return connection.Query(sql, cancellationToken);
    }

    /// <summary>
    /// Runs a query and reads its result whole, again when files were compacted meanwhile, or without those that are damaged.
    /// </summary>
    /// <exception cref="DuckException">It is not one statement that reads, or DuckDB refuses it; the message says why.</exception>
    public T Query<T>(string sql, Func<DuckResult, T> read, CancellationToken cancellationToken)
    {
        damaged.Clear();
        while (true)
        {
            var files = new List<Product>();
            try
            {
                Prepare(sql, files);
                using var result = connection.Query(sql, cancellationToken);
                return read(result);
            }
            catch (DuckException) when (files.Any(p => !File.Exists(paths.Absolute(p.Path)) && store.ProductAt(p.Path) is null))
            {
                // They left the ledger between the two looks; it says what took their place.
            }
            catch (DuckException e) when (IsOfFiles(e) && FindDamaged(files))
            {
                // Once more, without them.
            }
        }
    }

    /// <summary>Closes the database.</summary>
    public void Dispose() => engine.Dispose();

    // What is wrong with the query itself, and with no file.
    static bool IsOfFiles(DuckException e) =>
        !new[] { "Parser Error", "Binder Error", "Catalog Error" }.Any(k => e.Message.StartsWith(k, StringComparison.Ordinal));

    // All are looked at once DuckDB has failed, and none before: reading them whole takes longer than most queries.
    bool FindDamaged(IEnumerable<Product> files)
    {
        var known = damaged.Count;
        damaged.UnionWith(files.Where(f => ProductFile.Problem(paths, f) is not null).Select(f => f.Path));
        return damaged.Count > known;
    }

    // Makes the views that a query reads, over what it wants of them. The others are empty. Gives the files.
    void Prepare(string sql, List<Product> files)
    {
        missing.Clear();
        var demands = engine.Demands(sql);
        IReadOnlyList<ViewDemand> Wanted(string view) => demands is null ? [ViewDemand.All] : demands.GetValueOrDefault(view, []);
        foreach (var view in QueryViews.OfRows) Show(view, Wanted(view.Name), files);
        ShowProducts(isWanted: Wanted("products").Count > 0);
        ShowMetrics(isWanted: Wanted("metrics").Count > 0);
    }

    void Show(QueryViews.RowView view, IReadOnlyList<ViewDemand> wanted, List<Product> all)
    {
        var files = wanted.SelectMany(demand => Products(view.Kind, demand)).DistinctBy(p => p.Seq).OrderBy(p => p.Seq).ToArray();
        all.AddRange(files);
        var (start, end) = wanted.Count == 0 ? (0, 0) : (wanted.Min(w => w.StartNs), wanted.Max(w => w.EndNs));
        var parts = files.GroupBy(p => (p.Job, Hidden: Hidden(p, files))).Select(part =>
            $"SELECT {Sql.Text(part.Key.Job)} AS job, * FROM read_parquet({Sql.TextList(part.Select(p => paths.Absolute(p.Path)))}, "
            + $"union_by_name => true) WHERE time_ns >= {start} AND time_ns <= {end}{part.Key.Hidden}");
        var rows = string.Join(" UNION ALL BY NAME ", parts.Prepend($"SELECT * FROM no_{view.Name}"));
        connection.Execute($"CREATE OR REPLACE VIEW {view.Name} AS SELECT {view.Select} FROM ({rows})");
    }

    IEnumerable<Product> Products(string kind, ViewDemand demand)
    {
        if (demand.StartNs > demand.EndNs) return [];
        var query = new ProductQuery
        {
            Kind = kind,
            Overlapping = (demand.StartNs, demand.EndNs == long.MaxValue ? long.MaxValue : demand.EndNs + 1),
        };
        var queries = demand.Nicknames?.Select(nickname => query with { Nickname = nickname }) ?? [query];
        return queries.SelectMany(q => store.Products(q))
            .Where(p => p.HasFile && QuiverRows.IsReadable(p) && IsThere(p) && !damaged.Contains(p.Path));
    }

    bool IsThere(Product product)
    {
        if (File.Exists(paths.Absolute(product.Path))) return true;
        // What was compacted or collected since it was listed is not missed.
        if (store.ProductAt(product.Path) is not null) missing.Add(product.Path);
        return false;
    }

    // The time in which a file's rows were published again, as a condition: of every instant the highest version stands.
    string Hidden(Product file, IReadOnlyList<Product> files)
    {
        var version = ProductAttributes.VersionOf(file);
        var newer = files.Where(p =>
            p.Nickname == file.Nickname && p.Job == file.Job && p.StartNs < file.EndNs && p.EndNs > file.StartNs
            && ProductAttributes.VersionOf(p) > version);
        var spans = SegmentList.Coalesce(newer.SelectMany(store.Entries).Select(p => new Segment(new(p.StartNs), new(p.EndNs))));
        return string.Concat(spans.Select(s => $" AND NOT (time_ns >= {s.Start.Nanoseconds} AND time_ns < {s.End.Nanoseconds})"));
    }

    void ShowProducts(bool isWanted) => Rows("products",
        "seq BIGINT, job VARCHAR, kind VARCHAR, nickname VARCHAR, path VARCHAR, sha256 VARCHAR, parents VARCHAR, attributes VARCHAR, "
            + "first_row BIGINT, row_count BIGINT, start_ns BIGINT, end_ns BIGINT",
        isWanted ? store.Products(new ProductQuery { SinceSeq = 0 }) : [],
        (row, p) => row
            .Add(p.Seq).Add(p.Job).Add(p.Kind).Add(p.Nickname).Add(p.HasFile ? p.Path : null).Add(p.HasFile ? p.Sha256 : null)
            .Add($"[{string.Join(',', p.Parents)}]").Add(p.Attributes).Add(p.Rows?.First).Add(p.Rows?.Count).Add(p.StartNs).Add(p.EndNs),
        "* EXCLUDE (start_ns, end_ns) REPLACE (CAST(parents AS BIGINT[]) AS parents), "
            + $"{QueryViews.At("start_ns")} AS start, {QueryViews.At("end_ns")} AS \"end\"");

    void ShowMetrics(bool isWanted)
    {
        var names = isWanted ? store.Runs().ToDictionary(r => r.Id, r => r.Name) : [];
        Rows("metrics", "run BIGINT, name VARCHAR, step BIGINT, gps_ns BIGINT, key VARCHAR, value DOUBLE, text VARCHAR",
            isWanted ? store.ReadMetrics() : [],
            (row, p) => row
                .Add(p.RunId).Add(names.GetValueOrDefault(p.RunId)).Add(p.Step).Add(p.GpsNs ?? 0).Add(p.Key)
                .Add(p.Value.AsDouble).Add(p.Value.AsText),
            $"* EXCLUDE (gps_ns), {QueryViews.At("gps_ns")} AS gps");
    }

    void Rows<T>(string view, string columns, IEnumerable<T> items, Action<DuckAppender, T> add, string select)
    {
        connection.Execute(
            $"CREATE OR REPLACE TABLE {view}_rows ({columns}); CREATE OR REPLACE VIEW {view} AS SELECT {select} FROM {view}_rows");
        using var rows = connection.Append(view + "_rows");
        foreach (var item in items)
        {
            add(rows, item);
            rows.EndRow();
        }
        rows.Close();
    }
}
