using Parquet;
using Parquet.Schema;

namespace Idq.Data.Parquet;

/// <summary>Writes columns to Parquet files, one call a file. The same columns and metadata give the same bytes.</summary>
/// <threadsafety>Safe; calls share nothing.</threadsafety>
public static class ParquetFile
{
    /// <summary>The most rows of a row group, the unit that a reader skips by its least and greatest time.</summary>
    public const int RowsPerGroup = 122_880;

    /// <summary>
    /// Writes a file, replacing what is there. The file is complete when the call returns, but neither flushed to the disk nor renamed:
    /// that is the caller's to do. After a failure or a cancellation there is no file.
    /// </summary>
    /// <remarks>There is at least one column; all are of one length, perhaps 0. Metadata is written in the order of its keys.</remarks>
    /// <exception cref="IOException">The file cannot be written (or <see cref="UnauthorizedAccessException"/>).</exception>
    /// <exception cref="ArgumentException">The columns differ in length, or two have one name but for case.</exception>
    public static void Write(string path, IReadOnlyList<ParquetColumn> columns, IReadOnlyDictionary<string, string>? metadata = null,
        ParquetCompression compression = ParquetCompression.Snappy,
        CancellationToken cancellationToken = default) => Write(path, [columns], metadata, compression, cancellationToken);

    /// <summary>
    /// As the other, with the rows in parts of the same columns, at least one. Every part begins a row group, and may reuse the arrays of
    /// the part before.
    /// </summary>
    public static void Write(string path, IEnumerable<IReadOnlyList<ParquetColumn>> parts, IReadOnlyDictionary<string, string>? metadata,
        ParquetCompression compression, CancellationToken cancellationToken)
    {
        using var stream = new SynchronousFile(path, FileMode.Create, FileAccess.Write);
        try
        {
            // Nothing waits: the stream is synchronous, and the library does no other work of its own.
            WriteAsync(stream, parts, metadata, compression, cancellationToken).GetAwaiter().GetResult();
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    static async Task WriteAsync(Stream stream, IEnumerable<IReadOnlyList<ParquetColumn>> parts,
        IReadOnlyDictionary<string, string>? metadata, ParquetCompression compression, CancellationToken cancellationToken)
    {
        ParquetWriter? writer = null;
        DataField[] fields = [];
        foreach (var columns in parts)
        {
            Check(columns);
            if (writer is null)
            {
                var schema = new ParquetSchema(columns.Select(c => c.Field));
                fields = schema.DataFields;
                writer = await ParquetWriter.CreateAsync(schema, stream, Options(fields, compression), false, cancellationToken);
                writer.CustomMetadata = new SortedDictionary<string, string>(metadata?.ToDictionary() ?? [], StringComparer.Ordinal);
            }
            for (var start = 0; start < columns[0].Length; start += RowsPerGroup)
            {
                var rows = start..Math.Min(start + RowsPerGroup, columns[0].Length);
                using var group = writer.CreateRowGroup();
                for (var c = 0; c < fields.Length; c++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await columns[c].WriteAsync(group, fields[c], rows, cancellationToken);
                }
                group.CompleteValidate();
            }
        }
        // Not in a finally clause: it writes the footer, with which half a file would pass for a whole one.
        await (writer ?? throw new ArgumentException("a file has at least one part", nameof(parts))).DisposeAsync();
    }

    static global::Parquet.ParquetOptions Options(DataField[] fields, ParquetCompression compression)
    {
        var options = new global::Parquet.ParquetOptions
        {
            CompressionMethod = Enum.Parse<CompressionMethod>(compression.ToString()),
            CompressionLevel = System.IO.Compression.CompressionLevel.Optimal,
            DictionaryEncodingThreshold = 1,
        };
        // With ByteSplitStream the library writes no least and greatest value. Those that it writes otherwise leave NaN out, and a reader
        // such as DuckDB, for which NaN is greater than all numbers, would skip row groups that hold what it looks for.
        foreach (var field in fields)
        {
            if (field.ClrType == typeof(double)) options.ColumnEncodingHints[field.Path.ToString()] = EncodingHint.ByteSplitStream;
            if (field.ClrType == typeof(ReadOnlyMemory<char>)) options.ColumnEncodingHints[field.Path.ToString()] = EncodingHint.Dictionary;
        }
        return options;
    }

    static void Check(IReadOnlyList<ParquetColumn> columns)
    {
        if (columns.Count == 0) throw new ArgumentException("a file has at least one column", nameof(columns));
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var column in columns)
        {
            if (!names.Add(column.Name)) throw new ArgumentException($"two columns are called '{column.Name}'", nameof(columns));
            if (column.Length != columns[0].Length) throw new ArgumentException(
                $"column '{column.Name}' has {column.Length} rows, '{columns[0].Name}' has {columns[0].Length}", nameof(columns));
        }
    }
}
