using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Idq.Tracking;

/// <summary>Rows go into an SQLite file through one compiled statement, without the cost that a command has for every row.</summary>
sealed class SqliteRowInsert : RowInsert
{
    readonly sqlite3 handle;
    readonly sqlite3_stmt statement;
    int before;

    public SqliteRowInsert(SqliteConnection connection, string table, IReadOnlyList<RowColumn> columns, string conflict)
    {
        handle = connection.Handle!;
        var sql =
            $"INSERT INTO {table} ({string.Join(", ", columns.Select(column => column.Name))}) "
                + $"VALUES ({string.Join(", ", columns.Select(_ => "?"))}) {conflict}";
        Check(raw.sqlite3_prepare_v2(handle, sql, out statement));
        Reset();
    }

    public override void Set(int column, long value) => Check(raw.sqlite3_bind_int64(statement, column + 1, value));

    // A bound NaN would be NULL; the text is how the engine keeps it.
    public override void Set(int column, double value) =>
        Check(
            double.IsNaN(value)
                ? raw.sqlite3_bind_text(statement, column + 1, SqliteEngine.NotANumber)
                : raw.sqlite3_bind_double(statement, column + 1, value)
        );

    public override void Set(int column, string? value) =>
        Check(value is null ? raw.sqlite3_bind_null(statement, column + 1) : raw.sqlite3_bind_text(statement, column + 1, value));

    public override void SetNull(int column) => Check(raw.sqlite3_bind_null(statement, column + 1));

    public override void Next()
    {
        var result = raw.sqlite3_step(statement);
        var failure = result == raw.SQLITE_DONE ? null : Failure(result);
        raw.sqlite3_reset(statement);
        if (failure is not null) throw failure;
    }

    public override long Flush()
    {
        // The counter starts again at zero.
        var changed = unchecked(raw.sqlite3_total_changes(handle) - before);
        Reset();
        return changed;
    }

    public override void Reset() => before = raw.sqlite3_total_changes(handle);

    public override void Dispose() => statement.Dispose();

    void Check(int result)
    {
        if (result != raw.SQLITE_OK) throw Failure(result);
    }

    SqliteException Failure(int result) => new(raw.sqlite3_errmsg(handle).utf8_to_string(), result, raw.sqlite3_extended_errcode(handle));
}
