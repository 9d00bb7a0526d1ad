using Idq.Data.DuckDb;

namespace Idq.Data.Parquet;

/// <summary>Exact paths as DuckDB's readers, which take every path for a pattern, must be told them.</summary>
static class ParquetPath
{
    static readonly char[] Special = ['*', '?', '['];

    internal static string Literal(string path) => Sql.Text(Escape(path));

    internal static string List(IEnumerable<string> paths) => Sql.TextList(paths.Select(Escape));

    static string Escape(string path) =>
        path.IndexOfAny(Special) < 0
            ? path
            : path.Replace("[", "[[]", StringComparison.Ordinal)
                .Replace("*", "[*]", StringComparison.Ordinal)
                .Replace("?", "[?]", StringComparison.Ordinal);
}
