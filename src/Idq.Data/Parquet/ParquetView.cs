using Idq.Data.DuckDb;

namespace Idq.Data.Parquet;

/// <summary>Views over Parquet files, for queries by hand.</summary>
public static class ParquetView
{
    /// <summary>
    /// Makes (or replaces) a view over files. Columns are matched by name: a file that lacks one has NULL there. Without files the view is
    /// empty and has the given columns, so that a query about a store in which nothing was written yet is still valid.
    /// </summary>
    /// <param name="connection">Where the view is made.</param>
    /// <param name="name">The view's name, unquoted.</param>
    /// <param name="paths">Exact paths (no patterns); they are looked at when the view is made and when it is queried.</param>
    /// <param name="columnsIfEmpty">Names and SQL types of the view without files.</param>
    /// <param name="fileNameColumn">The name of a further VARCHAR column that holds each row's file; <see langword="null"/> for none.</param>
    public static void CreateParquetView(
        this DuckConnection connection,
        string name,
        IReadOnlyList<string> paths,
        IReadOnlyList<(string Name, string SqlType)> columnsIfEmpty,
        string? fileNameColumn = null)
    {
        connection.CreateView(name, paths.Count == 0 ? Nothing(columnsIfEmpty, fileNameColumn) : Everything(paths, fileNameColumn));
    }

    static string Everything(IReadOnlyList<string> paths, string? fileNameColumn) =>
        $"SELECT * FROM read_parquet({ParquetPath.List(paths)}, union_by_name = true" +
        (fileNameColumn is null ? ")" : $", filename = {Sql.Text(fileNameColumn)})");

    static string Nothing(IReadOnlyList<(string Name, string SqlType)> columns, string? fileNameColumn)
    {
        var all = fileNameColumn is null ? columns : [.. columns, (fileNameColumn, "VARCHAR")];
        return $"SELECT {string.Join(", ", all.Select(c => $"NULL::{c.SqlType} AS {Sql.Identifier(c.Name)}"))} WHERE false";
    }
}
