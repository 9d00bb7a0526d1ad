using System.Text.Json;
using Idq.Data.DuckDb;
using Idq.Data.Parquet;

namespace Idq.Streaming;

/// <summary>Puts the rows of Parquet files of one format one after the other into one file. The same files give the same bytes.</summary>
/// <threadsafety>For one thread.</threadsafety>
sealed class ParquetConcatenation : IDisposable
{
    // What a file says of its own stride. Models and maps are columns too.
    static readonly string[] OfStride = ["model", "map"];
    static readonly string[] Segments = ["segments", "clean_segments"];

    readonly DuckDatabase database = DuckDatabase.Open();
    readonly DuckConnection connection;

    public ParquetConcatenation()
    {
        connection = database.Connect();
        // One thread leaves the others their processors, and writes rows in one order.
        connection.Execute("SET threads = 1");
    }

    /// <summary>What is to be known of files before they are put together, in their order.</summary>
    /// <exception cref="DataException">A file is missing or damaged.</exception>
    public IReadOnlyList<ParquetPart> Inspect(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var files = Sql.TextList(paths);
        var parts = paths.ToDictionary(p => p, p => new ParquetPart(p), StringComparer.Ordinal);
        foreach (var row in Rows($"SELECT file_name, num_rows FROM parquet_file_metadata({files})", cancellationToken))
            parts[(string)row[0]!].Rows = (long)row[1]!;
        var entries = $"SELECT file_name, decode(key), decode(value) FROM parquet_kv_metadata({files})";
        foreach (var row in Rows(entries, cancellationToken)) parts[(string)row[0]!].Metadata[(string)row[1]!] = (string)row[2]!;
        return [.. paths.Select(p => parts[p])];
    }

    /// <summary>Writes the rows of files, in their order, with the metadata that they share and the union of their segments.</summary>
    public void Write(string path, IReadOnlyList<ParquetPart> parts, ParquetCompression compression, CancellationToken cancellationToken)
    {
        var metadata = Shared(parts[0]).ToDictionary(StringComparer.Ordinal);
        foreach (var key in Segments.Where(parts[0].Metadata.ContainsKey)) metadata[key] = Union(parts.Select(p => p.Metadata[key]));
        var entries = metadata.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{Sql.Identifier(m.Key)}: {Sql.Text(m.Value)}");
        Rows(
            $"COPY (SELECT * FROM read_parquet({Sql.TextList(parts.Select(p => p.Path))})) TO {Sql.Text(path)} (FORMAT parquet, "
                + $"COMPRESSION {(compression == ParquetCompression.None ? "uncompressed" : compression.ToString())}, "
                + $"ROW_GROUP_SIZE {ParquetFile.RowsPerGroup}, KV_METADATA {{{string.Join(", ", entries)}}})",
            cancellationToken);
    }

    /// <summary>The metadata that files must have in common to become one, as text.</summary>
    public static string Format(ParquetPart part) => string.Join('\n', Shared(part).Select(m => $"{m.Key}={m.Value}"));

    /// <summary>Closes the database.</summary>
    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
    }

    static IEnumerable<KeyValuePair<string, string>> Shared(ParquetPart part) =>
        part.Metadata.Where(m => !OfStride.Contains(m.Key) && !Segments.Contains(m.Key)).OrderBy(m => m.Key, StringComparer.Ordinal);

    static string Union(IEnumerable<string> lists)
    {
        var all = new List<Segment>();
        foreach (var list in lists)
        {
            using var document = JsonDocument.Parse(list);
            all.AddRange(document.RootElement.EnumerateArray().Select(s => new Segment(Time(s[0]), Time(s[1]))));
        }
        return ParquetQuiverWriter.Text(SegmentList.Coalesce(all));
    }

    static GpsTime Time(JsonElement seconds) => GpsTime.Parse(seconds.GetRawText());

    List<object?[]> Rows(string sql, CancellationToken cancellationToken)
    {
        try
        {
            using var result = connection.Query(sql, cancellationToken);
            return [.. result.Rows()];
        }
        catch (DuckException e)
        {
            throw new DataException($"files cannot be put together: {e.Message}", cause: e);
        }
    }
}

/// <summary>A file that becomes part of another one.</summary>
/// <param name="path">Where it is.</param>
sealed class ParquetPart(string path)
{
    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>Number of rows.</summary>
    public long Rows { get; set; }

    /// <summary>Its own key/value metadata.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);
}
