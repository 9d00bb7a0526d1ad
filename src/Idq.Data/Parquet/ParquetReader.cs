using System.Text;
using Idq.Data.DuckDb;

namespace Idq.Data.Parquet;

/// <summary>Reads columns of Parquet files into arrays.</summary>
/// <threadsafety>For one thread at a time; several readers may share a database.</threadsafety>
public sealed class ParquetReader : IDisposable
{
    readonly DuckConnection connection;

    /// <param name="database">The database whose threads do the work.</param>
    public ParquetReader(DuckDatabase database) => connection = database.Connect();

    /// <summary>
    /// Reads files one after the other: rows come in the order of the files, and within a file in its own order.
    /// </summary>
    /// <param name="paths">Exact paths (no patterns) of files with the named columns in common; none gives an empty table of no columns.</param>
    /// <param name="columns">The columns wanted, in this order; <see langword="null"/> means all of the first file.</param>
    /// <param name="range">Keeps only rows whose value lies inside.</param>
    /// <param name="cancellationToken">Interrupts the reading.</param>
    /// <exception cref="DuckException">A file is missing or broken, or lacks a column.</exception>
    public DuckTable Read(
        IReadOnlyList<string> paths,
        IReadOnlyList<string>? columns = null,
        ParquetRange? range = null,
        CancellationToken cancellationToken = default)
    {
        if (paths.Count == 0)
            return DuckTable.Empty;
        return connection.Table(Select(paths, columns, range), cancellationToken);
    }

    /// <inheritdoc cref="Read(IReadOnlyList{string}, IReadOnlyList{string}?, ParquetRange?, CancellationToken)"/>
    public DuckTable Read(
        string path,
        IReadOnlyList<string>? columns = null,
        ParquetRange? range = null,
        CancellationToken cancellationToken = default) => Read([path], columns, range, cancellationToken);

    /// <summary>As <see cref="Read(IReadOnlyList{string}, IReadOnlyList{string}?, ParquetRange?, CancellationToken)"/>, but chunk by chunk in bounded memory.</summary>
    public DuckResult Stream(
        IReadOnlyList<string> paths,
        IReadOnlyList<string>? columns = null,
        ParquetRange? range = null,
        CancellationToken cancellationToken = default) => connection.Query(Select(paths, columns, range), cancellationToken);

    /// <summary>The number of rows of all the files, from their footers alone.</summary>
    public long CountRows(IReadOnlyList<string> paths, CancellationToken cancellationToken = default) =>
        paths.Count == 0
            ? 0
            : connection
                .Table($"SELECT sum(num_rows) AS n FROM parquet_file_metadata({ParquetPath.List(paths)})", cancellationToken)
                .Longs("n")[0];

    /// <summary>A file's key/value metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata(string path, CancellationToken cancellationToken = default)
    {
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        using var result = connection.Query(
            $"SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata({ParquetPath.Literal(path)})", cancellationToken);
        foreach (var chunk in result)
        {
            for (var row = 0; row < chunk.Count; row++)
                metadata[chunk.Text(0, row) ?? ""] = chunk.Text(1, row) ?? "";
        }

        return metadata;
    }

    /// <summary>Rows, columns and metadata of a file, without reading a value.</summary>
    public ParquetSummary Summarise(string path, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<DuckField> columns;
        using (var result = connection.Query($"FROM read_parquet({ParquetPath.Literal(path)}) LIMIT 0", cancellationToken))
            columns = result.Columns;
        return new ParquetSummary(CountRows([path], cancellationToken), columns, Metadata(path, cancellationToken));
    }

    /// <summary>Closes the reader's connection.</summary>
    public void Dispose() => connection.Dispose();

    static string Select(IReadOnlyList<string> paths, IReadOnlyList<string>? columns, ParquetRange? range)
    {
        var sql = new StringBuilder("SELECT ")
            .Append(columns is null ? "*" : string.Join(", ", columns.Select(Sql.Identifier)))
            .Append(" FROM read_parquet(").Append(ParquetPath.List(paths)).Append(')');
        if (range is not null)
        {
            var column = Sql.Identifier(range.Column);
            sql.Append(" WHERE ").Append(column).Append(" >= ").Append(Sql.Integer(range.Start))
                .Append(" AND ").Append(column).Append(" < ").Append(Sql.Integer(range.End));
        }

        return sql.ToString();
    }
}
