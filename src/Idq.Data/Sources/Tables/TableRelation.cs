using Idq.Data.DuckDb;

namespace Idq.Data;

/// <summary>Parquet files or a query as something that SQL can select from.</summary>
static class TableRelation
{
    // No file has a column of this name.
    const string FileColumn = "idq: the file";

    static ReadOnlySpan<byte> SqliteMagic => "SQLite format 3\0"u8;

    /// <summary>The extensions that a folder is searched for.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
        [".parquet", ".pq", ".csv", ".tsv", ".csv.gz", ".tsv.gz", ".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz"];

    public static bool IsParquet(string path) => HasExtension(path, ".parquet", ".pq");

    public static bool IsJson(string path) => HasExtension(Plain(path), ".json", ".jsonl", ".ndjson");

    /// <summary>Sees that files are of one known format.</summary>
    /// <exception cref="DataException">A file has an unknown extension, or the formats differ.</exception>
    public static void RequireOneFormat(IReadOnlyList<string> files)
    {
        if (files.Select(Kind).Distinct().Count() > 1)
            throw new DataException(
                $"the tables {string.Join(", ", files.Take(5))} are of different formats; read them as sources of their own");
    }

    /// <summary>A table function over Parquet files; see <see cref="Origin"/>.</summary>
    /// <param name="files">At least one.</param>
    public static string OfFiles(IReadOnlyList<string> files) => files.Count == 1
        ? $"read_parquet({Literals(files)})"
        : $"read_parquet({Literals(files)}, union_by_name = true, filename = {Sql.Text(FileColumn)})";

    /// <summary>An expression that differs from file to file of a relation, as DOUBLE: 53 bits of a hash of the path.</summary>
    public static string Origin(string relation) =>
        JoinsFiles(relation) ? $"CAST(hash({Sql.Identifier(FileColumn)}) % 9007199254740881 AS DOUBLE)" : "0::DOUBLE";

    /// <summary>True when a relation is of several files.</summary>
    public static bool JoinsFiles(string relation) => relation.EndsWith($"filename = {Sql.Text(FileColumn)})", StringComparison.Ordinal);

    /// <summary>True for a column that the table itself has.</summary>
    public static bool IsOwn(DuckField field) => field.Name != FileColumn;

    /// <summary>A query; what it ends in may be a comment.</summary>
    public static string OfQuery(string query) => $"({query.Trim().TrimEnd(';')}\n)";

    /// <summary>Exact paths as a list of literals.</summary>
    public static string Literals(IReadOnlyList<string> files) => Sql.TextList(files.Select(Escape));

    static string Kind(string path)
    {
        if (IsParquet(path)) return "parquet";
        if (HasExtension(Plain(path), ".csv", ".tsv", ".txt")) return "csv";
        if (IsJson(path)) return "json";
        if (IsSqlite(path))
            throw new DataException(
                $"'{path}' is a database of SQLite, which is not read as a table; export its table as .csv or .parquet, for example with "
                    + "'sqlite3 -header -csv'");
        throw new DataException(
            $"'{path}' is no table by its extension; expected .parquet, .csv, .tsv, .txt, .json, .jsonl or .ndjson (text also with .gz)");
    }

    static bool IsSqlite(string path)
    {
        using var file = TextBytes.Open(path);
        Span<byte> start = stackalloc byte[SqliteMagic.Length];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(SqliteMagic);
    }

    static string Plain(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;

    static bool HasExtension(string path, params string[] extensions) =>
        extensions.Any(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    // DuckDB takes every path for a pattern.
    static string Escape(string path) => string.Concat(path.Select(c => c is '*' or '?' or '[' ? $"[{c}]" : c.ToString()));
}
