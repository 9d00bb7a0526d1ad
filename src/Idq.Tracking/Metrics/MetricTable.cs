using System.Data.Common;
using System.Text;

namespace Idq.Tracking;

/// <summary>
/// The wide table of metrics: a column for every metric, added by whoever writes it first. Columns are added under the write lock and in
/// the transaction that needs them, so two processes never add the same one, and none is added for a row that was not written.
/// </summary>
/// <remarks>
/// A value has no place in the wide table when its metric came after <see cref="MetricColumns.Most"/> others, when the name differs from
/// a column's only in case or is longer than PostgreSQL's names, or when the column is of another type and could not give it back exactly.
/// Such values lie in <c>metrics_narrow</c>, beside a row of the wide table that may have no
/// value; who reads through the store sees no difference.
/// </remarks>
static class MetricTable
{
    const string NarrowUpsert =
        "INSERT INTO metrics_narrow (run_id, step, progress, key, number, integer, text) VALUES (@run, @step, @progress, @key, @number, "
            + "@integer, @text) "
        + "ON CONFLICT (run_id, step, progress, key) DO UPDATE SET number = excluded.number, integer = excluded.integer, "
        + "text = excluded.text";

    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The wide table's columns for a SELECT, axes first: a statement with a star would not survive a new column.</summary>
    public static string Selected(MetricColumns columns) => string.Join(", ", MetricRow.Axes.Concat(columns.Names).Select(Quote));

    /// <summary>Merges rows. The caller holds the write lock and has made the columns.</summary>
    public static void Merge(StoreConnection connection, IReadOnlyList<MetricRow> rows, MetricColumns columns)
    {
        RowInsert? wide = null;
        MetricRow? shape = null;
        Type?[] types = [];
        // No row twice in one statement.
        var sent = new HashSet<(long Run, long Step, double Progress)>(rows.Count);
        var hasNarrow = connection.Number("SELECT 1 FROM metrics_narrow LIMIT 1") is not null;
        foreach (var row in rows)
        {
            if (wide is null || !row.HasNamesOf(shape!))
            {
                wide?.Flush();
                sent.Clear();
                shape = row;
                types = [.. row.Values.Select(value => columns.TypeOf(value.Key))];
                wide = Upsert(connection, row.Values, columns);
            }
            if (!sent.Add((row.RunId, row.Step, row.Progress)))
            {
                wide.Flush();
                sent.Clear();
                sent.Add((row.RunId, row.Step, row.Progress));
            }
            wide.Set(0, row.RunId);
            wide.Set(1, row.Step);
            wide.Set(2, row.Progress);
            if (row.GpsNs is { } gps) wide.Set(3, gps);
            else wide.SetNull(3);
            var at = 4;
            for (var i = 0; i < types.Length; i++)
            {
                var (key, value) = row.Values[i];
                MetricValue? fitted = types[i] is { } type ? value.As(type) : null;
                // A value without a place here leaves NULL: an earlier one of another type must not stay.
                if (types[i] is not null) wide.Set(at++, fitted);
                if (fitted is null)
                {
                    connection.Execute(NarrowUpsert, ("@run", row.RunId), ("@step", row.Step), ("@progress", row.Progress), ("@key", key),
                        ("@number", value.Boxed as double?), ("@integer", value.Boxed as long?), ("@text", value.AsText));
                    hasNarrow = true;
                }
                else if (hasNarrow)
                {
                    connection.Execute(
                        "DELETE FROM metrics_narrow WHERE run_id = @run AND step = @step AND progress = @progress AND key = @key",
                        ("@run", row.RunId),
                        ("@step", row.Step),
                        ("@progress", row.Progress),
                        ("@key", key)
                    );
                }
            }
            wide.Next();
        }
        wide?.Flush();
    }

    /// <summary>A value of a wide row; null for NULL and for what is no metric.</summary>
    public static MetricValue? Value(DbDataReader reader, int column, Type? type) => reader.GetValue(column) switch
    {
        double value => value,
        long value => value,
        string when type == typeof(double) => double.NaN,
        string value when type == typeof(string) => value,
        _ => null,
    };

    /// <summary>A value of <c>metrics_narrow</c>, of the three columns from a given one on.</summary>
    public static MetricValue Narrow(DbDataReader reader, int column) =>
        !reader.IsDBNull(column) ? reader.Double(column)!.Value
        : !reader.IsDBNull(column + 1) ? reader.GetInt64(column + 1)
        : reader.GetString(column + 2);

    /// <summary>
    /// The last value of every metric of a run. Reads its rows backwards until every metric has one: all of them at worst.
    /// </summary>
    public static Dictionary<string, MetricValue> Last(StoreConnection connection, MetricColumns columns, long runId)
    {
        var found = new Dictionary<string, (long Step, double Progress, MetricValue Value)>(StringComparer.Ordinal);
        using (
            var command = connection.Command(
                $"SELECT {Selected(columns)} FROM metrics WHERE run_id = @run ORDER BY step DESC, progress DESC",
                ("@run", runId)
            )
        )
        using (var reader = command.ExecuteReader())
        {
            var missing = columns
                .Names.Select((name, i) => (Name: name, Column: i + MetricRow.Axes.Length, Type: columns.TypeOf(name)))
                .Where(m => m.Type is not null)
                .ToList();
            while (missing.Count > 0 && reader.Read())
                missing.RemoveAll(metric =>
                {
                    if (Value(reader, metric.Column, metric.Type) is not { } value) return false;
                    found.Add(metric.Name, (reader.GetInt64(1), reader.GetDouble(2), value));
                    return true;
                });
        }
        var narrow = connection.Rows(
            "SELECT key, step, progress, number, integer, text FROM metrics_narrow WHERE run_id = @run ORDER BY step, progress",
            reader => (Key: reader.GetString(0), Step: reader.GetInt64(1), Progress: reader.GetDouble(2), Value: Narrow(reader, 3)),
            ("@run", runId)
        );
        foreach (var (key, step, progress, value) in narrow)
            if (!found.TryGetValue(key, out var held) || (held.Step, held.Progress).CompareTo((step, progress)) < 0)
                found[key] = (step, progress, value);
        var order = columns.Names.ToList();
        return found
            .OrderBy(f => order.IndexOf(f.Key) is var i and >= 0 ? i : int.MaxValue)
            .ThenBy(f => f.Key, StringComparer.Ordinal)
            .ToDictionary(f => f.Key, f => f.Value.Value, StringComparer.Ordinal);
    }

    // The axes, then the metrics that have a column.
    static RowInsert Upsert(StoreConnection connection, IReadOnlyList<KeyValuePair<string, MetricValue>> metrics, MetricColumns columns)
    {
        List<RowColumn> set =
        [
            RowColumn.Integer("run_id"),
            RowColumn.Integer("step"),
            RowColumn.Number("progress"),
            RowColumn.Integer("gps"),
        ];
        var merge = new StringBuilder("ON CONFLICT (run_id, step, progress) DO UPDATE SET gps = COALESCE(excluded.gps, metrics.gps)");
        foreach (var (metric, _) in metrics)
        {
            if (!columns.Has(metric)) continue;
            var column = Quote(metric);
            merge.Append(", ").Append(column).Append(" = ");
            if (columns.TypeOf(metric) is { } type)
            {
                set.Add(new(column, type));
                merge.Append("excluded.").Append(column);
            }
            // A column that somebody made for other things holds no metric.
            else merge.Append("NULL");
        }
        return connection.Insert("metrics", set, merge.ToString());
    }
}
