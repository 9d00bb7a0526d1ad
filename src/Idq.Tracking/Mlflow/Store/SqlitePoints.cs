using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Idq.Tracking.Mlflow;

/// <summary>Adds points to the history in an SQLite file, without the cost that a command has for every row.</summary>
internal static class SqlitePoints
{
    const string Sql = "INSERT INTO history (run_id, key_id, step, timestamp_ms, value, extras) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";

    /// <summary>Adds them; those that are there already are passed over.</summary>
    public static void Insert(StoreConnection connection, long run, IReadOnlyList<TrackedPoint> points, long[] keys)
    {
        using DbCommand command = connection.Command("");
        sqlite3 handle = ((SqliteConnection)command.Connection!).Handle!;
        Check(handle, raw.sqlite3_prepare_v2(handle, Sql, out sqlite3_stmt statement));
        try
        {
            Check(handle, raw.sqlite3_bind_int64(statement, 1, run));
            for (int i = 0; i < keys.Length; i++)
            {
                TrackedPoint point = points[i];
                raw.sqlite3_bind_int64(statement, 2, keys[i]);
                raw.sqlite3_bind_int64(statement, 3, point.Step);
                raw.sqlite3_bind_int64(statement, 4, point.Timestamp);
                // A bound NaN would be NULL; the text is how the engine keeps it.
                if (double.IsNaN(point.Value))
                    raw.sqlite3_bind_text(statement, 5, "NaN");
                else
                    raw.sqlite3_bind_double(statement, 5, point.Value == 0 ? 0 : point.Value);
                if (point.Extras is null)
                    raw.sqlite3_bind_null(statement, 6);
                else
                    raw.sqlite3_bind_text(statement, 6, point.Extras);
                int result = raw.sqlite3_step(statement);
                if (result != raw.SQLITE_DONE)
                    Check(handle, result);
                raw.sqlite3_reset(statement);
            }
        }
        finally
        {
            raw.sqlite3_finalize(statement);
        }
    }

    static void Check(sqlite3 handle, int result)
    {
        if (result != raw.SQLITE_OK)
            throw new SqliteException(raw.sqlite3_errmsg(handle).utf8_to_string(), result, raw.sqlite3_extended_errcode(handle));
    }
}
