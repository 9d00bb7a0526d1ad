using System.Text;
using Microsoft.Data.Sqlite;

namespace Idq.Tracking;

/// <summary>
/// The wide table of metrics: a column for every metric, added by whoever writes it first. Columns are added under the write lock and in
/// the transaction that needs them, so two processes never add the same one, and none is added for a row that was not written.
/// </summary>
internal static class MetricTable
{
    // SQLite turns a bound NaN into NULL; the text cannot be mistaken for a number, and columns keep it in spite of their type.
    const string NotANumber = "NaN";

    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The metrics that have a column, in the order of the columns.</summary>
    public static List<string> Columns(SqliteConnection connection)
    {
        List<string> columns = connection.Rows("SELECT name FROM pragma_table_info('metrics') ORDER BY cid", reader => reader.GetString(0));
        columns.RemoveAll(column => MetricRow.Axes.Contains(column));
        return columns;
    }

    /// <summary>Adds the columns that are missing. The caller holds the write lock.</summary>
    /// <exception cref="TrackerException">A metric differs from another one only in case.</exception>
    public static void AddColumns(SqliteConnection connection, IEnumerable<string> metrics)
    {
        var columns = Columns(connection).ToDictionary(column => column, StringComparer.OrdinalIgnoreCase);
        foreach (string metric in metrics)
        {
            if (!columns.TryGetValue(metric, out string? column))
            {
                connection.Execute($"ALTER TABLE metrics ADD COLUMN {Quote(metric)} REAL");
                columns.Add(metric, metric);
            }
            else if (column != metric)
            {
                throw new TrackerException(
                    TrackerFailure.MetricName, $"metric '{metric}' differs from '{column}' only in case: use one name for it");
            }
        }
    }

    /// <summary>A command that merges the values of these metrics into a row, with the parameters @run, @step, @progress, @gps, @v0, @v1…</summary>
    public static SqliteCommand Upsert(SqliteConnection connection, IReadOnlyList<KeyValuePair<string, double>> metrics)
    {
        var into = new StringBuilder("INSERT INTO metrics (run_id, step, progress, gps");
        var values = new StringBuilder(") VALUES (@run, @step, @progress, @gps");
        var merge = new StringBuilder(") ON CONFLICT (run_id, step, progress) DO UPDATE SET gps = COALESCE(excluded.gps, metrics.gps)");
        for (int i = 0; i < metrics.Count; i++)
        {
            string column = Quote(metrics[i].Key);
            into.Append(", ").Append(column);
            values.Append(", @v").Append(i);
            merge.Append(", ").Append(column).Append(" = excluded.").Append(column);
        }

        SqliteCommand command = connection.Command(into.Append(values).Append(merge).ToString());
        foreach (string axis in (ReadOnlySpan<string>)["@run", "@step", "@progress", "@gps"])
            command.Parameters.AddWithValue(axis, DBNull.Value);
        for (int i = 0; i < metrics.Count; i++)
            command.Parameters.AddWithValue($"@v{i}", DBNull.Value);
        return command;
    }

    public static void Bind(SqliteCommand upsert, MetricRow row)
    {
        SqliteParameterCollection parameters = upsert.Parameters;
        parameters[0].Value = row.RunId;
        parameters[1].Value = row.Step;
        parameters[2].Value = row.Progress;
        parameters[3].Value = row.GpsNs is { } gps ? gps : DBNull.Value;
        for (int i = 0; i < row.Values.Count; i++)
            parameters[4 + i].Value = double.IsNaN(row.Values[i].Value) ? NotANumber : row.Values[i].Value;
    }

    /// <summary>A value as it was given; null for NULL and for what is no number (a column that a user added).</summary>
    public static double? Value(SqliteDataReader reader, int column) => reader.GetValue(column) switch
    {
        double value => value,
        long value => value,
        NotANumber => double.NaN,
        _ => null,
    };

    /// <summary>The last value of every metric of a run. Reads its rows backwards until every metric has one: all of them at worst.</summary>
    public static Dictionary<string, double> Last(SqliteConnection connection, long runId)
    {
        var last = new Dictionary<string, double>(StringComparer.Ordinal);
        using SqliteCommand command =
            connection.Command("SELECT * FROM metrics WHERE run_id = @run ORDER BY step DESC, progress DESC", ("@run", runId));
        using SqliteDataReader reader = command.ExecuteReader();
        var missing = Enumerable.Range(0, reader.FieldCount).Where(column => !MetricRow.Axes.Contains(reader.GetName(column))).ToList();
        var found = new SortedDictionary<int, double>();
        while (missing.Count > 0 && reader.Read())
        {
            missing.RemoveAll(column =>
            {
                if (Value(reader, column) is not { } value)
                    return false;
                found.Add(column, value);
                return true;
            });
        }

        foreach ((int column, double value) in found)
            last.Add(reader.GetName(column), value);
        return last;
    }
}
