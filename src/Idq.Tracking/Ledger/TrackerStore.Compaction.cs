namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    /// <summary>
    /// Lets one file take the place of the files of several entries, in one durable transaction: a reader of the ledger finds either the
    /// old files or the new one. The files that were given up are listed in <see cref="Removals"/> from then on.
    /// </summary>
    /// <returns>The compacted file, under the highest number of its entries.</returns>
    /// <exception cref="ArgumentException">The compaction is malformed.</exception>
    /// <exception cref="TrackerException">
    /// An entry is not in the ledger, compacted already, or another's (<see cref="TrackerFailure.Conflict"/>); or the path is registered
    /// (<see cref="TrackerFailure.DuplicateProduct"/>).
    /// </exception>
    public Product Compact(Compaction compaction)
    {
        ArgumentNullException.ThrowIfNull(compaction);
        compaction.Validate();
        var draft = compaction.File;
        return database.Write(Durability.PowerLoss, connection =>
        {
            var found = Found(connection, [.. compaction.Entries.Select(e => e.Seq)]).ToDictionary(p => p.Seq);
            bool IsOfFile(Product p) =>
                !p.IsCompacted && p.Kind == draft.Kind && p.Nickname == draft.Nickname && p.Job == draft.Job;
            Product Entry(CompactedEntry entry) => found.TryGetValue(entry.Seq, out var p) && IsOfFile(p)
                ? p with { Rows = entry.Rows }
                : throw new TrackerException(
                    TrackerFailure.Conflict,
                    $"entry {entry.Seq} cannot be compacted into '{draft.Path}': it is not in the ledger of '{Location}' by itself, as a "
                        + $"{draft.Kind} of {draft.Nickname} by {draft.Job}");
            var entries = compaction.Entries.Select(Entry).OrderBy(p => p.Seq).ToArray();
            // A query for a stretch of time finds the file whenever it would find an entry.
            draft = draft with { StartNs = entries.Min(p => p.StartNs), EndNs = entries.Max(p => p.EndNs) };
            RequireNewPath(connection, draft);
            GiveUp(connection, entries);
            connection.Execute(
                "INSERT INTO products (seq, kind, nickname, job, start_ns, end_ns, path, sha256, attributes, time_created, parents, "
                    + "first_seq, compaction, members) VALUES (@seq, @kind, @nickname, @job, @start, @end, @path, @sha256, @attributes, "
                    + "@now, @parents, @first, (SELECT COALESCE(max(compaction), 0) + 1 FROM products), @members)",
                [.. Values(draft, $"[{string.Join(',', draft.Parents)}]", Now()), ("@seq", entries[^1].Seq), ("@first", entries[0].Seq),
                    ("@members", CompactedEntries.Pack(entries))]);
            return Found(connection, [entries[^1].Seq])[0];
        });
    }

    /// <summary>
    /// Takes products off the ledger, whole files with all that they stand for, in one durable transaction; their files are listed in
    /// <see cref="Removals"/> from then on. The newest product always stays, because numbers are given after it.
    /// </summary>
    /// <param name="listed">
    /// Products as <see cref="Products"/> listed them. Those that are gone do not matter, and those that were compacted since stay.
    /// </param>
    /// <returns>What was taken off.</returns>
    public IReadOnlyList<Product> Collect(IReadOnlyCollection<Product> listed)
    {
        ArgumentNullException.ThrowIfNull(listed);
        var first = listed.ToDictionary(p => p.Seq, p => p.FirstSeq);
        return database.Write(Durability.PowerLoss, connection =>
        {
            var newest = connection.Number("SELECT max(seq) FROM products");
            var products = Found(connection, [.. first.Keys]).Where(p => p.Seq != newest && p.FirstSeq == first[p.Seq]).ToArray();
            GiveUp(connection, products);
            return products;
        });
    }

    /// <summary>Paths of files that the ledger gave up and that are still to be removed from the disk.</summary>
    public IReadOnlyList<string> Removals() => database.Read(connection =>
        connection.Rows("SELECT path FROM removals ORDER BY path", reader => reader.GetString(0)));

    /// <summary>These files are gone from the disk.</summary>
    public void Removed(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        database.Write(Durability.ProcessDeath, connection =>
        {
            foreach (var path in paths) connection.Execute("DELETE FROM removals WHERE path = @path", ("@path", path));
            return true;
        });
    }

    static List<Product> Found(StoreConnection connection, long[] seqs) => connection.Rows(
        $"SELECT {ProductColumns} FROM products p WHERE {connection.Engine.OneOf("p.seq", "@seqs")} ORDER BY p.seq",
        ReadProduct,
        ("@seqs", connection.Engine.Array(seqs)));

    static void GiveUp(StoreConnection connection, IReadOnlyList<Product> products)
    {
        var seqs = connection.Engine.Array([.. products.Select(p => p.Seq)]);
        var which = $"FROM products WHERE {connection.Engine.OneOf("seq", "@seqs")}";
        connection.Execute("INSERT INTO ledger_door VALUES (1)");
        connection.Execute($"INSERT INTO removals SELECT path {which} AND path IS NOT NULL", ("@seqs", seqs));
        connection.Execute($"DELETE {which}", ("@seqs", seqs));
        connection.Execute("DELETE FROM ledger_door");
    }
}
