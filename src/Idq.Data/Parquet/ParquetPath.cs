using Idq.Data.DuckDb;

namespace Idq.Data.Parquet;

/// <summary>Exact paths as DuckDB's readers, which take every path for a pattern, must be told them.</summary>
internal static class ParquetPath
{
    private static readonly char[] s_special = ['*', '?', '['];

    internal static string Literal(string path) => Sql.Text(Escape(path));

    internal static string List(IEnumerable<string> paths) => Sql.TextList(paths.Select(Escape));

    private static string Escape(string path) => path.IndexOfAny(s_special) < 0
        ? path
        : path.Replace("[", "[[]", StringComparison.Ordinal).Replace("*", "[*]", StringComparison.Ordinal).Replace("?", "[?]", StringComparison.Ordinal);
}
