using System.Data.Common;
using System.Text;

namespace Idq.Tracking;

/// <summary>
/// The wide table of metrics: a column for every metric, added by whoever writes it first. Columns are added under the write lock and in
/// the transaction that needs them, so two processes never add the same one, and none is added for a row that was not written.
/// </summary>
internal static class MetricTable
{
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The metrics that have a column, in the order of the columns.</summary>
    public static List<string> Columns(StoreConnection connection)
    {
        List<string> columns = connection.Engine.Columns(connection, "metrics");
        columns.RemoveAll(column => MetricRow.Axes.Contains(column));
        return columns;
    }

    /// <summary>All columns of the table by name: a statement with a star would not survive a new column.</summary>
    public static string Selected(StoreConnection connection) => string.Join(", ", MetricRow.Axes.Concat(Columns(connection)).Select(Quote));

    /// <summary>Adds the columns that are missing. The caller holds the write lock.</summary>
    /// <exception cref="TrackerException">A metric differs from another one only in case.</exception>
    public static void AddColumns(StoreConnection connection, IEnumerable<string> metrics)
    {
        var columns = Columns(connection).ToDictionary(column => column, StringComparer.OrdinalIgnoreCase);
        foreach (string metric in metrics)
        {
            if (!columns.TryGetValue(metric, out string? column))
            {
                connection.Execute($"ALTER TABLE metrics ADD COLUMN {Quote(metric)} {connection.Engine.ColumnType(typeof(double))}");
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
    public static DbCommand Upsert(StoreConnection connection, IReadOnlyList<KeyValuePair<string, double>> metrics)
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

        DbCommand command = connection.Command(into.Append(values).Append(merge).ToString());
        foreach (string axis in (ReadOnlySpan<string>)["@run", "@step", "@progress", "@gps"]) Add(axis);
        for (int i = 0; i < metrics.Count; i++) Add($"@v{i}");
        return command;

        void Add(string name)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }
    }

    public static void Bind(StoreConnection connection, DbCommand upsert, MetricRow row)
    {
        DbParameterCollection parameters = upsert.Parameters;
        connection.Bind(parameters[0], row.RunId);
        connection.Bind(parameters[1], row.Step);
        connection.Bind(parameters[2], row.Progress);
        connection.Bind(parameters[3], row.GpsNs);
        for (int i = 0; i < row.Values.Count; i++) connection.Bind(parameters[4 + i], row.Values[i].Value);
    }

    /// <summary>The last value of every metric of a run. Reads its rows backwards until every metric has one: all of them at worst.</summary>
    public static Dictionary<string, double> Last(StoreConnection connection, long runId)
    {
        var last = new Dictionary<string, double>(StringComparer.Ordinal);
        using DbCommand command =
            connection.Command($"SELECT {Selected(connection)} FROM metrics WHERE run_id = @run ORDER BY step DESC, progress DESC", ("@run", runId));
        using DbDataReader reader = command.ExecuteReader();
        var missing = Enumerable.Range(0, reader.FieldCount).Where(column => !MetricRow.Axes.Contains(reader.GetName(column))).ToList();
        var found = new SortedDictionary<int, double>();
        while (missing.Count > 0 && reader.Read())
        {
            missing.RemoveAll(column =>
            {
                if (reader.Double(column) is not { } value)
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
