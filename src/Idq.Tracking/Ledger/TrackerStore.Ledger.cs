using System.Data.Common;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    const int PageRows = 1024;

    static string ProductColumns(StoreConnection connection) =>
        "p.seq, p.kind, p.nickname, p.start_ns, p.end_ns, p.path, p.sha256, p.job, p.attributes, p.time_created, "
        + $"(SELECT {connection.Engine.List("parent")} FROM (SELECT parent FROM product_parents WHERE seq = p.seq "
        + "ORDER BY ordinal) AS parents)";

    /// <summary>Appends products, skips and messages and sets cursors, all in one durable transaction, or nothing at all.</summary>
    /// <returns>The sequence numbers of the products, in the order of the drafts.</returns>
    /// <exception cref="ArgumentException">A draft is malformed.</exception>
    /// <exception cref="TrackerException">
    /// A path is registered already (<see cref="TrackerFailure.DuplicateProduct"/>), a parent does not exist
    /// (<see cref="TrackerFailure.UnknownReference"/>), a conditional cursor is elsewhere (<see cref="TrackerFailure.CursorMoved"/>), or
    /// the store cannot be written.
    /// </exception>
    public IReadOnlyList<long> Commit(StrideCommit commit)
    {
        ArgumentNullException.ThrowIfNull(commit);
        commit.Validate();
        return database.Write(Durability.PowerLoss, connection =>
        {
            var now = Now();
            foreach (var cursor in commit.Cursors) Move(connection, cursor, now);
            var seqs = new long[commit.Products.Count];
            for (var i = 0; i < seqs.Length; i++)
                seqs[i] = Append(connection, commit.Products[i], seqs.AsSpan(0, i), now);
            foreach (var skip in commit.Skips) Append(connection, skip, now);
            foreach (var message in commit.Messages) Append(connection, message, now);
            return seqs;
        });
    }

    /// <summary>The product with this sequence number, or null.</summary>
    public Product? Product(long seq) => database.Read(connection => connection
        .Rows($"SELECT {ProductColumns(connection)} FROM products p WHERE p.seq = @seq", ReadProduct, ("@seq", seq)).FirstOrDefault());

    /// <summary>The product at this path, or null: whether a file is complete and known.</summary>
    public Product? ProductAt(string path) => database.Read(connection => connection
        .Rows($"SELECT {ProductColumns(connection)} FROM products p WHERE p.path = @path", ReadProduct, ("@path", path)).FirstOrDefault());

    /// <summary>The product of this kind and nickname that was registered last, or null.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="nickname">Its nickname.</param>
    /// <param name="maxSeq">Looks no further than this sequence number (inclusive): the ledger as it was then.</param>
    /// <param name="job">Looks only at products of this job; null looks at all.</param>
    public Product? Latest(string kind, string nickname, long? maxSeq = null, string? job = null) => database.Read(connection => connection
        .Rows(
            $"SELECT {ProductColumns(connection)} FROM products p WHERE p.kind = @kind AND p.nickname = @nickname AND p.seq <= @max "
            + (job is null ? "" : "AND p.job = @job ")
            + "ORDER BY p.seq DESC LIMIT 1",
            ReadProduct,
            ("@kind", kind),
            ("@nickname", nickname),
            ("@max", maxSeq ?? long.MaxValue),
            ("@job", job))
        .FirstOrDefault());

    /// <summary>
    /// The product of this kind and nickname whose span reaches furthest without passing an instant, or null; of several that end
    /// together the one that was registered last.
    /// </summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="nickname">Its nickname.</param>
    /// <param name="endNs">Where its span ends at the latest (inclusive), GPS nanoseconds.</param>
    /// <param name="job">Looks only at products of this job; null looks at all.</param>
    public Product? LatestEndingBy(string kind, string nickname, long endNs, string? job = null) => database.Read(connection => connection
        .Rows(
            $"SELECT {ProductColumns(connection)} FROM products p WHERE p.kind = @kind AND p.nickname = @nickname AND p.end_ns <= @end "
            + (job is null ? "" : "AND p.job = @job ")
            + "ORDER BY p.end_ns DESC, p.seq DESC LIMIT 1",
            ReadProduct,
            ("@kind", kind),
            ("@nickname", nickname),
            ("@end", endNs),
            ("@job", job))
        .FirstOrDefault());

    /// <summary>The highest sequence number in the ledger; 0 when it is empty.</summary>
    public long LastSeq() => database.Read(connection => connection.Number("SELECT max(seq) FROM products")) ?? 0;

    /// <summary>
    /// Lists products in the order of their sequence numbers. Those registered after the first row was asked for are not in it.
    /// </summary>
    /// <exception cref="ArgumentException">The limit is negative, or the span ends before it starts.</exception>
    public IEnumerable<Product> Products(ProductQuery? query = null)
    {
        query ??= new ProductQuery();
        if (query.Limit < 0)
            throw new ArgumentException("the limit of a query must not be negative");
        if (query.Overlapping is { } span && span.EndNs < span.StartNs)
            throw new ArgumentException("the span of a query must not end before it starts");
        return Pages(query);
    }

    /// <summary>The value of a cursor, or null when it was never set.</summary>
    public string? Cursor(string name) =>
        database.Read(connection => connection.Text("SELECT value FROM cursors WHERE name = @name", ("@name", name)));

    /// <summary>Every cursor and its value, by name.</summary>
    public IReadOnlyDictionary<string, string> Cursors() => database.Read(connection => connection
        .Rows("SELECT name, value FROM cursors ORDER BY name", reader => (Name: reader.GetString(0), Value: reader.GetString(1)))
        .ToDictionary(cursor => cursor.Name, cursor => cursor.Value, StringComparer.Ordinal));

    /// <summary>Lists skips in the order in which they were recorded, of one job or of all.</summary>
    public IEnumerable<Skip> Skips(string? job = null)
    {
        var last = 0L;
        List<Skip> page;
        do
        {
            page = database.Read(connection =>
                connection.Rows(
                    "SELECT id, job, start_ns, end_ns, reason, detail FROM skips "
                        + $"WHERE id > @last {(job is null ? "" : "AND job = @job ")}ORDER BY id LIMIT @page",
                    reader => new Skip(
                        reader.GetInt64(0),
                        reader.GetString(1),
                        reader.GetInt64(2),
                        reader.GetInt64(3),
                        reader.GetString(4),
                        reader.TextOrNull(5)
                    ),
                    ("@last", last),
                    ("@job", job),
                    ("@page", PageRows)
                )
            );
            foreach (var skip in page)
                yield return skip;
            if (page.Count > 0)
                last = page[^1].Id;
        }
        while (page.Count == PageRows);
    }

    IEnumerable<Product> Pages(ProductQuery query)
    {
        var max = query.MaxSeq ?? LastSeq();
        var last = query.SinceSeq ?? 0;
        var left = query.Limit ?? int.MaxValue;
        while (left > 0)
        {
            var rows = Math.Min(left, PageRows);
            var page = database.Read(connection => Page(connection, query, last, max, rows));
            foreach (var product in page)
                yield return product;
            if (page.Count < rows)
                yield break;
            left -= rows;
            last = page[^1].Seq;
        }
    }

    static List<Product> Page(StoreConnection connection, ProductQuery query, long last, long max, int rows)
    {
        var sql = $"SELECT {ProductColumns(connection)} FROM products p WHERE p.seq > @last AND p.seq <= @max"
            + (query.Kind is null ? "" : " AND p.kind = @kind")
            + (query.Nickname is null ? "" : " AND p.nickname = @nickname")
            + (query.Job is null ? "" : " AND p.job = @job")
            + (query.Overlapping is null ? "" : " AND p.start_ns < @end AND p.end_ns > @start")
            + " ORDER BY p.seq LIMIT @rows";
        return connection.Rows(
            sql,
            ReadProduct,
            ("@last", last),
            ("@max", max),
            ("@kind", query.Kind),
            ("@nickname", query.Nickname),
            ("@job", query.Job),
            ("@start", query.Overlapping?.StartNs),
            ("@end", query.Overlapping?.EndNs),
            ("@rows", rows));
    }

    static Product ReadProduct(DbDataReader reader) => new(
        Seq: reader.GetInt64(0),
        Kind: reader.GetString(1),
        Nickname: reader.GetString(2),
        StartNs: reader.GetInt64(3),
        EndNs: reader.GetInt64(4),
        Path: reader.GetString(5),
        Sha256: reader.GetString(6),
        Parents: reader.TextOrNull(10) is { } parents ? Array.ConvertAll(parents.Split(','), long.Parse) : [],
        Job: reader.GetString(7))
    {
        Attributes = reader.GetString(8),
        Registered = reader.Time(9),
    };

    long Append(StoreConnection connection, ProductDraft draft, ReadOnlySpan<long> sameCommit, string now)
    {
        if (connection.Number("SELECT seq FROM products WHERE path = @path", ("@path", draft.Path)) is { } earlier)
        {
            throw new TrackerException(
                TrackerFailure.DuplicateProduct,
                $"product '{draft.Path}' is in the ledger of '{Location}' already, as number {earlier}: a path is registered once");
        }

        var seq = connection
            .Number(
                "INSERT INTO products (seq, kind, nickname, job, start_ns, end_ns, path, sha256, attributes, time_created) "
                    + "VALUES ((SELECT COALESCE(max(seq), 0) + 1 FROM products), @kind, @nickname, @job, @start, @end, @path, @sha256, "
                    + "@attributes, @now) RETURNING seq",
                ("@kind", draft.Kind),
                ("@nickname", draft.Nickname),
                ("@job", draft.Job),
                ("@start", draft.StartNs),
                ("@end", draft.EndNs),
                ("@path", draft.Path),
                ("@sha256", draft.Sha256),
                ("@attributes", draft.Attributes),
                ("@now", now)
            )!
            .Value;
        for (var i = 0; i < draft.Parents.Count; i++)
        {
            var parent =
                draft.Parents[i] is < 0 and var back && -back <= sameCommit.Length ? sameCommit[(int)(-back - 1)] : draft.Parents[i];
            if (parent >= seq || connection.Number("SELECT 1 FROM products WHERE seq = @seq", ("@seq", parent)) is null)
            {
                throw new TrackerException(
                    TrackerFailure.UnknownReference,
                    $"product '{draft.Path}' names parent {parent}, which is not in the ledger of '{Location}': register parents first");
            }

            connection.Execute(
                "INSERT INTO product_parents (seq, ordinal, parent) VALUES (@seq, @ordinal, @parent)",
                ("@seq", seq),
                ("@ordinal", i),
                ("@parent", parent));
        }

        return seq;
    }

    static void Append(StoreConnection connection, SkipDraft skip, string now) => connection.Execute(
        "INSERT INTO skips (job, start_ns, end_ns, reason, detail, time_created) VALUES (@job, @start, @end, @reason, @detail, @now)",
        ("@job", skip.Job),
        ("@start", skip.StartNs),
        ("@end", skip.EndNs),
        ("@reason", skip.Reason),
        ("@detail", skip.Detail),
        ("@now", now));

    void Move(StoreConnection connection, CursorMove move, string now)
    {
        if (move.IsConditional)
        {
            var present = connection.Text("SELECT value FROM cursors WHERE name = @name", ("@name", move.Name));
            if (present != move.From)
            {
                throw new TrackerException(
                    TrackerFailure.CursorMoved,
                    $"cursor '{move.Name}' of '{Location}' is at {present ?? "(none)"}, not at {move.From ?? "(none)"}: "
                    + "another process does the same job; stop one of them");
            }
        }

        connection.Execute(
            "INSERT INTO cursors (name, value, time_updated) VALUES (@name, @value, @now) "
            + "ON CONFLICT (name) DO UPDATE SET value = excluded.value, time_updated = excluded.time_updated",
            ("@name", move.Name),
            ("@value", move.Value),
            ("@now", now));
    }
}
