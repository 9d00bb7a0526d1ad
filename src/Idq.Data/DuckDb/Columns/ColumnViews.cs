using Idq.Data.DuckDb.Native;

namespace Idq.Data.DuckDb.Columns;

/// <summary>The views through which a connection scans columns, one for each schema seen, so that a small table costs one statement.</summary>
sealed class ColumnViews : IDisposable
{
    /// <summary>Rows of a batch unless a caller has a reason: DuckDB's own row groups.</summary>
    internal const int RowsPerBatch = 122_880;

    const int Capacity = 32;

    static long count;

    readonly DuckConnection connection;
    readonly ConnectionHandle handle;
    readonly Dictionary<string, (string View, ArrowSource Source)> views = new(StringComparer.Ordinal);

    internal ColumnViews(DuckConnection connection, ConnectionHandle handle)
    {
        this.connection = connection;
        this.handle = handle;
    }

    /// <summary>Runs a statement in which a view's name stands for the columns.</summary>
    internal void Use(IReadOnlyList<DuckColumn> columns, Action<string> statement, bool keep, int rowsPerBatch = RowsPerBatch)
    {
        Check(columns);
        var signature = ArrowSource.Signature(columns);
        var (view, source) = views.TryGetValue(signature, out var known) ? known : Create(columns, signature);
        try
        {
            source.Offer(columns, rowsPerBatch);
            statement(view);
        }
        finally
        {
            source.Withdraw();
            if (!keep)
                Drop(signature);
        }
    }

    public void Dispose()
    {
        foreach (var signature in views.Keys.ToArray())
            Drop(signature);
    }

    static void Check(IReadOnlyList<DuckColumn> columns)
    {
        if (columns.Count == 0)
            throw new ArgumentException("A table needs at least one column.", nameof(columns));
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var column in columns)
        {
            if (column.Length != columns[0].Length)
            {
                throw new ArgumentException(
                    $"Column '{column.Name}' has {column.Length} rows, '{columns[0].Name}' has {columns[0].Length}.", nameof(columns));
            }

            if (!names.Add(column.Name))
                throw new ArgumentException($"Two columns are called '{column.Name}' (case does not count).", nameof(columns));
        }
    }

    unsafe (string View, ArrowSource Source) Create(IReadOnlyList<DuckColumn> columns, string signature)
    {
        while (views.Count >= Capacity)
            Drop(views.Keys.First());
        var view = $"columns_of_{Interlocked.Increment(ref count)}";
        var source = new ArrowSource(columns);
        if (DuckNative.ArrowScan(handle, view, source.Stream) != DuckState.Success)
        {
            source.Dispose();
            throw new DuckException(
                $"DuckDB refused a table of {columns.Count} columns ({string.Join(", ", columns.Take(10).Select(c => c.Name))})."
            );
        }

        return views[signature] = (view, source);
    }

    void Drop(string signature)
    {
        if (!views.Remove(signature, out var entry))
            return;
        try
        {
            connection.Execute($"DROP VIEW IF EXISTS {entry.View}");
            entry.Source.Dispose();
        }
        catch (DuckException)
        {
            // In a transaction that failed nothing can be dropped; the view, now empty, must keep what it points to.
            entry.Source.Withdraw();
        }
    }
}
