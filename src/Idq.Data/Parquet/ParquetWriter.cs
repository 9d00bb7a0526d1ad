using System.Text;
using Idq.Data.DuckDb;

namespace Idq.Data.Parquet;

/// <summary>
/// Writes columns to Parquet files (version 2 of the format, whose encodings of doubles and integers are smaller and faster), one call a file. The same columns, metadata and options give the same bytes, in any process and with
/// any number of threads. Keep a writer as long as files are to be written: it remembers each schema it has seen, which makes small files
/// cheap.
/// </summary>
/// <threadsafety>For one thread at a time; several writers may share a database.</threadsafety>
public sealed class ParquetWriter : IDisposable
{
    const int VectorSize = 2048;

    readonly DuckConnection connection;
    readonly ParquetOptions options;

    /// <param name="database">The database whose threads do the work.</param>
    /// <param name="options">How files are written.</param>
    /// <exception cref="ArgumentOutOfRangeException">The row group size is not a positive multiple of 2048.</exception>
    public ParquetWriter(DuckDatabase database, ParquetOptions? options = null)
    {
        this.options = options ?? new ParquetOptions();
        if (this.options.RowGroupSize <= 0 || this.options.RowGroupSize % VectorSize != 0)
            throw new ArgumentOutOfRangeException(
                nameof(options),
                this.options.RowGroupSize,
                $"A row group holds a positive multiple of {VectorSize} rows."
            );
        connection = database.Connect();
    }

    /// <summary>
    /// Writes a file, replacing what is there. The file is complete when the call returns, but neither flushed to the disk nor renamed: that is
    /// the caller's to do. After a failure or a cancellation a part of it may lie there.
    /// </summary>
    /// <param name="path">Where; the folder exists.</param>
    /// <param name="columns">At least one; all of the same length, which may be 0.</param>
    /// <param name="metadata">Entries of the file's own key/value metadata, written in the order of their keys.</param>
    /// <param name="cancellationToken">Interrupts the writing.</param>
    /// <exception cref="DuckException">DuckDB cannot write there.</exception>
    /// <exception cref="ArgumentException">The columns differ in length, or two share a name.</exception>
    public void Write(
        string path,
        IReadOnlyList<DuckColumn> columns,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default
    ) =>
        connection.Using(
            columns,
            options.RowGroupSize,
            view => connection.Execute(Copy(view, path, metadata, columns.Any(c => c.HasTwins)), cancellationToken)
        );

    /// <summary>Writes the rows of a query in the same way.</summary>
    /// <param name="path">Where; the folder exists.</param>
    /// <param name="connection">Where the query's tables are.</param>
    /// <param name="query">A SELECT; the bytes are the same as long as its rows and their order are.</param>
    /// <param name="metadata">Entries of the file's own key/value metadata.</param>
    /// <param name="cancellationToken">Interrupts the writing.</param>
    public void WriteQuery(
        string path,
        DuckConnection connection,
        string query,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        connection.Execute(Copy($"({query})", path, metadata), cancellationToken);

    /// <summary>Closes the writer's connection.</summary>
    public void Dispose() => connection.Dispose();

    string Copy(string source, string path, IReadOnlyDictionary<string, string>? metadata, bool isPlain = false)
    {
        var sql = new StringBuilder("COPY ")
            .Append(source)
            .Append(" TO ")
            .Append(Sql.Text(path))
            .Append(" (FORMAT parquet, USE_TMP_FILE false, PARQUET_VERSION v2, COMPRESSION ")
            .Append(options.Compression.ToString().ToLowerInvariant())
            .Append(", ROW_GROUP_SIZE ")
            .Append(options.RowGroupSize);
        // A dictionary would make a negative zero a zero.
        if (isPlain) sql.Append(", DICTIONARY_SIZE_LIMIT 0");
        if (metadata is { Count: > 0 })
        {
            sql.Append(", KV_METADATA {")
                .AppendJoin(
                    ", ",
                    metadata.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{Sql.Identifier(m.Key)}: {Sql.Text(m.Value)}")
                )
                .Append('}');
        }

        return sql.Append(')').ToString();
    }
}
