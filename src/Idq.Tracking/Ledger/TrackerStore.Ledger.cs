using System.Data.Common;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    const int PageRows = 1024;

    const string ProductColumns = "p.seq, p.kind, p.nickname, p.start_ns, p.end_ns, p.path, p.sha256, p.job, p.attributes, "
        + "p.time_created, p.parents, p.first_seq";

    /// <summary>
    /// Appends products, skips and messages and sets cursors, all in one durable transaction, or nothing at all.
    /// </summary>
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
        var registered = database.Write(commit.IsFlushed ? Durability.PowerLoss : Durability.ProcessDeath, connection =>
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
        if (commit.Messages.Count > 0) MessagesStored?.Invoke(this, EventArgs.Empty);
        return registered;
    }

    /// <summary>The entry with this sequence number as it was registered, or null; it may share its file with others by now.</summary>
    public Product? Product(long seq) =>
        database.Read(connection => Page(connection, new(), seq - 1, seq, "TRUE", 0)).Products.FirstOrDefault();

    /// <summary>The product at this path, or null: whether a file is complete and known.</summary>
    public Product? ProductAt(string path) => database.Read(connection => connection
        .Rows($"SELECT {ProductColumns} FROM products p WHERE p.path = @path", ReadProduct, ("@path", path)).FirstOrDefault());

    /// <summary>The product of this kind and nickname that was registered last, or null.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="nickname">Its nickname.</param>
    /// <param name="maxSeq">Looks no further than this sequence number (inclusive): the ledger as it was then.</param>
    /// <param name="job">Looks only at products of this job; null looks at all.</param>
    public Product? Latest(string kind, string nickname, long? maxSeq = null, string? job = null) => database.Read(connection => connection
        .Rows(
            $"SELECT {ProductColumns} FROM products p WHERE p.kind = @kind AND p.nickname = @nickname AND p.seq <= @max "
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
    /// <param name="before">Looks only at products that are less recent than this one in the same sense; null looks at all.</param>
    public Product? LatestEndingBy(string kind, string nickname, long endNs, string? job = null, Product? before = null) =>
        database.Read(connection => connection
            .Rows(
                $"SELECT {ProductColumns} FROM products p WHERE p.kind = @kind AND p.nickname = @nickname AND p.end_ns <= @end "
                + (job is null ? "" : "AND p.job = @job ")
                + (before is null ? "" : "AND (p.end_ns < @last OR p.seq < @seq) ")
                + "ORDER BY p.end_ns DESC, p.seq DESC LIMIT 1",
                ReadProduct,
                ("@kind", kind),
                ("@nickname", nickname),
                ("@end", before is null ? endNs : Math.Min(endNs, before.EndNs)),
                ("@job", job),
                ("@last", before?.EndNs),
                ("@seq", before?.Seq))
            .FirstOrDefault());

    /// <summary>The products of which a compacted file holds the rows, in the order of their numbers; of any other, itself.</summary>
    public IEnumerable<Product> Entries(Product product) =>
        !product.IsCompacted ? [product] : Products(ProductQuery.Within(product)).Where(entry => entry.Path == product.Path);

    /// <summary>The highest sequence number in the ledger; 0 when it is empty.</summary>
    public long LastSeq() => database.Read(connection => connection.Number("SELECT max(seq) FROM products")) ?? 0;

    /// <summary>
    /// Lists products in the order of their sequence numbers. Those registered after the first row was asked for are not in it. A
    /// compacted file is one product, unless the query asks for what came after a number; see <see cref="ProductQuery.SinceSeq"/>. What is
    /// compacted while it is being listed comes once all the same.
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
        var (max, known) = database.Read(connection => (
            query.MaxSeq ?? connection.Number("SELECT max(seq) FROM products") ?? 0,
            connection.Number("SELECT max(compaction) FROM products WHERE compaction IS NOT NULL") ?? 0));
        // Every compacted file comes entry by entry for a reader that follows; for others only one that was compacted since the listing
        // began, or that reaches beyond its end.
        var opened = query.SinceSeq is null ? "(p.compaction > @known OR p.seq > @max)" : "TRUE";
        var last = query.SinceSeq ?? 0;
        var left = query.Limit ?? int.MaxValue;
        while (left > 0)
        {
            var (products, reached) = database.Read(connection => Page(connection, query, last, max, opened, known));
            foreach (var product in products.Take(left)) yield return product;
            if (reached is not { } seq) yield break;
            left -= products.Count;
            last = seq;
        }
    }

    // What comes after a number: files, and entries of the opened ones, in the order of their numbers. One statement, so that a compaction
    // comes before it or after it. Null for the number reached when nothing is left.
    static (List<Product> Products, long? Reached) Page(
        StoreConnection connection, ProductQuery query, long last, long max, string opened, long known)
    {
        var wanted = "p.seq > @last AND p.first_seq <= @max"
            + (query.Kind is null ? "" : " AND p.kind = @kind")
            + (query.Nickname is null ? "" : " AND p.nickname = @nickname")
            + (query.Job is null ? "" : " AND p.job = @job")
            + (query.Overlapping is null ? "" : " AND p.start_ns < @end AND p.end_ns > @start");
        var rows = connection.Rows(
            $"SELECT * FROM (SELECT {ProductColumns}, CASE WHEN p.seq < 0 THEN p.members END AS members FROM products p WHERE {wanted} "
                + $"AND NOT (p.compaction IS NOT NULL AND {opened}) ORDER BY p.seq LIMIT @rows) AS files "
                + $"UNION ALL SELECT {ProductColumns}, p.members FROM products p WHERE {wanted} AND p.compaction IS NOT NULL AND {opened}",
            reader => (Product: ReadProduct(reader), Members: reader.IsDBNull(12) ? null : (byte[])reader.GetValue(12)),
            ("@last", last),
            ("@max", max),
            ("@known", known),
            ("@kind", query.Kind),
            ("@nickname", query.Nickname),
            ("@job", query.Job),
            ("@start", query.Overlapping?.StartNs),
            ("@end", query.Overlapping?.EndNs),
            ("@rows", PageRows));
        var files = rows.Where(r => r.Members is null).Select(r => r.Product).ToArray();
        var reached = files.Length == PageRows ? files[^1].Seq : (long?)null;
        var through = Math.Min(max, reached ?? long.MaxValue);
        var entries = rows.Where(r => r.Members is not null && r.Product.FirstSeq <= through)
            .SelectMany(r => CompactedEntries.Unpack(r.Product, r.Members!))
            .Where(e => e.Seq > last && e.Seq <= through && query.Covers(e));
        return ([.. files.Concat(entries).OrderBy(p => p.Seq)], reached);
    }

    static Product ReadProduct(DbDataReader reader) => new(
        Seq: reader.GetInt64(0),
        Kind: reader.GetString(1),
        Nickname: reader.GetString(2),
        StartNs: reader.GetInt64(3),
        EndNs: reader.GetInt64(4),
        Path: reader.TextOrNull(5) ?? "",
        Sha256: reader.TextOrNull(6) ?? "",
        Parents: CompactedEntries.Numbers(reader.GetString(10).Trim('[', ']')),
        Job: reader.GetString(7))
    {
        Attributes = reader.GetString(8),
        Registered = reader.Time(9),
        FirstSeq = reader.GetInt64(11),
    };

    long Append(StoreConnection connection, ProductDraft draft, ReadOnlySpan<long> sameCommit, string now)
    {
        RequireNewPath(connection, draft);
        // Numbers have no gaps: every number up to the last one was registered, and may have been compacted or collected since.
        var seq = (connection.Number("SELECT max(seq) FROM products") ?? 0) + 1;
        var parents = new long[draft.Parents.Count];
        for (var i = 0; i < parents.Length; i++)
        {
            var parent = draft.Parents[i];
            parents[i] = parent < 0 && -parent <= sameCommit.Length ? sameCommit[(int)(-parent - 1)] : parent;
            if (parents[i] <= 0 || parents[i] >= seq)
                throw new TrackerException(
                    TrackerFailure.UnknownReference,
                    $"product '{draft.Path}' names parent {parent}, which is not in the ledger of '{Location}': register parents first");
        }
        connection.Execute(
            "INSERT INTO products (seq, kind, nickname, job, start_ns, end_ns, path, sha256, attributes, time_created, parents, first_seq) "
                + "VALUES (@seq, @kind, @nickname, @job, @start, @end, @path, @sha256, @attributes, @now, @parents, @seq)",
            [.. Values(draft, $"[{string.Join(',', parents)}]", now), ("@seq", seq)]);
        return seq;
    }

    static (string, object?)[] Values(ProductDraft draft, string parents, string now) =>
    [
        ("@kind", draft.Kind), ("@nickname", draft.Nickname), ("@job", draft.Job), ("@start", draft.StartNs), ("@end", draft.EndNs),
        ("@path", draft.HasFile ? draft.Path : null), ("@sha256", draft.HasFile ? draft.Sha256 : null),
        ("@attributes", draft.Attributes), ("@now", now), ("@parents", parents),
    ];

    void RequireNewPath(StoreConnection connection, ProductDraft draft)
    {
        if (!draft.HasFile) return;
        if (connection.Number("SELECT seq FROM products WHERE path = @path", ("@path", draft.Path)) is not { } earlier) return;
        throw new TrackerException(
            TrackerFailure.DuplicateProduct,
            $"product '{draft.Path}' is in the ledger of '{Location}' already, as number {earlier}: a path is registered once");
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
