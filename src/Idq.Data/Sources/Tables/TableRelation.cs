using Idq.Data.DuckDb;

namespace Idq.Data;

/// <summary>Files or a query as something that SQL can select from.</summary>
static class TableRelation
{
    /// <summary>The extensions that a folder is searched for.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
        [".parquet", ".pq", ".csv", ".tsv", ".csv.gz", ".tsv.gz", ".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz"];

    public static bool IsParquet(string path) => HasExtension(path, ".parquet", ".pq");

    /// <summary>A table function over files of one format.</summary>
    /// <param name="files">At least one.</param>
    /// <param name="fields">
    /// What the files were described to hold; given, the column <paramref name="exactColumn"/> of a text format comes as text.
    /// </param>
    /// <param name="exactColumn">A column of times in seconds, or null.</param>
    /// <exception cref="DataException">A file has an unknown extension, or the formats differ.</exception>
    public static string OfFiles(IReadOnlyList<string> files, IReadOnlyList<DuckField>? fields = null, string? exactColumn = null)
    {
        var kinds = files.Select(Kind).Distinct().ToArray();
        if (kinds.Length > 1)
            throw new DataException(
                $"the tables {string.Join(", ", files.Take(5))} are of different formats; read them as sources of their own");
        var list = Literals(files);
        string TypeOf(DuckField f) => $"{Sql.Text(f.Name)}: {Sql.Text(f.Name == exactColumn ? "VARCHAR" : f.Type.ToString())}";
        var types = fields is null || exactColumn is null ? "" : kinds[0] == "csv"
            ? $", types = {{{Sql.Text(exactColumn)}: 'VARCHAR'}}"
            : $", columns = {{{string.Join(", ", fields.Select(TypeOf))}}}";
        return kinds[0] switch
        {
            "parquet" => $"read_parquet({list}, union_by_name = {(files.Count > 1 ? "true" : "false")})",
            "csv" => $"read_csv({list}, union_by_name = true{types})",
            _ => $"read_json({list}, union_by_name = true{types})",
        };
    }

    public static string OfQuery(string query) => $"({query.Trim().TrimEnd(';')})";

    /// <summary>Exact paths as a list of literals.</summary>
    public static string Literals(IReadOnlyList<string> files) => Sql.TextList(files.Select(Escape));

    static string Kind(string path)
    {
        if (IsParquet(path)) return "parquet";
        var plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        if (HasExtension(plain, ".csv", ".tsv", ".txt")) return "csv";
        if (HasExtension(plain, ".json", ".jsonl", ".ndjson")) return "json";
        throw new DataException(
            $"'{path}' is no table by its extension; expected .parquet, .csv, .tsv, .txt, .json, .jsonl or .ndjson (text also with .gz)");
    }

    static bool HasExtension(string path, params string[] extensions) =>
        extensions.Any(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    // DuckDB takes every path for a pattern.
    static string Escape(string path) => string.Concat(path.Select(c => c is '*' or '?' or '[' ? $"[{c}]" : c.ToString()));
}
