using System.Collections.Frozen;
using System.Data.Common;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    // Columns are never dropped, so what is in here has one; what is not may have one all the same.
    volatile FrozenSet<string> _metricColumns = [];

    /// <summary>Merges values into the row of (run, step, progress), which is made when absent; metrics that are not named keep theirs.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="step">The integer axis.</param>
    /// <param name="progress">The other axis; finite.</param>
    /// <param name="gpsNs">The time that the values describe, GPS nanoseconds; null leaves what the row has.</param>
    /// <param name="values">The metrics, each once. New ones get a column.</param>
    /// <exception cref="ArgumentException">A name is malformed, reserved or given twice, or progress is not finite.</exception>
    /// <exception cref="TrackerException">There is no such run, or a name differs from another only in case.</exception>
    public void AddMetrics(
        long runId, long step, double progress, long? gpsNs, IReadOnlyList<KeyValuePair<string, double>> values) =>
        AddMetrics([new MetricRow(runId, step, progress, gpsNs, values)]);

    /// <summary>Merges many rows in one transaction: all of them or none; later rows win.</summary>
    /// <exception cref="ArgumentException">A row is malformed.</exception>
    /// <exception cref="TrackerException">There is no such run, or a name differs from another only in case.</exception>
    public void AddMetrics(IReadOnlyList<MetricRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        foreach (MetricRow row in rows)
            row.Validate();
        List<MetricRow> filled = rows.Where(row => row.Values.Count > 0).ToList();
        if (filled.Count == 0)
            return;

        FrozenSet<string> known = _metricColumns;
        HashSet<string> used = filled.SelectMany(row => row.Values, (_, value) => value.Key).ToHashSet(StringComparer.Ordinal);
        bool hasNew = !used.IsSubsetOf(known);
        database.Write(Durability.ProcessDeath, connection =>
        {
            Touch(connection, filled);
            if (hasNew)
                MetricTable.AddColumns(connection, used);
            Merge(connection, filled);
            return true;
        });
        if (hasNew)
            _metricColumns = known.Union(used).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The metrics that the store has a column for.</summary>
    public IReadOnlyList<string> MetricNames() => database.Read(MetricTable.Columns);

    /// <summary>
    /// Every value of every metric, of one run or of all, ordered by run, step, progress and column. What was not given is left out.
    /// </summary>
    public IEnumerable<MetricPoint> ReadMetrics(long? runId = null)
    {
        (long Run, long Step, double Progress)? last = null;
        while (true)
        {
            (List<MetricPoint> points, (long Run, long Step, double Progress)? end, bool isLast) =
                database.Read(connection => MetricsPage(connection, runId, last));
            foreach (MetricPoint point in points)
                yield return point;
            if (isLast)
                yield break;
            last = end;
        }
    }

    static (List<MetricPoint> Points, (long Run, long Step, double Progress)? End, bool IsLast) MetricsPage(
        StoreConnection connection, long? runId, (long Run, long Step, double Progress)? last)
    {
        string where = (runId is null ? "1 = 1" : "run_id = @only")
            + (last is null ? "" : " AND (run_id, step, progress) > (@run, @step, @progress)");
        using DbCommand command = connection.Command(
            $"SELECT {MetricTable.Selected(connection)} FROM metrics WHERE {where} ORDER BY run_id, step, progress LIMIT @page",
            ("@only", runId ?? 0),
            ("@run", last?.Run ?? 0),
            ("@step", last?.Step ?? 0),
            ("@progress", last?.Progress ?? 0),
            ("@page", PageRows));
        using DbDataReader reader = command.ExecuteReader();
        var points = new List<MetricPoint>();
        int rows = 0;
        int gpsColumn = reader.GetOrdinal("gps");
        int[] columns = Enumerable.Range(0, reader.FieldCount).Where(i => !MetricRow.Axes.Contains(reader.GetName(i))).ToArray();
        while (reader.Read())
        {
            rows++;
            (long Run, long Step, double Progress) at = (reader.GetInt64(0), reader.GetInt64(1), reader.GetDouble(2));
            last = at;
            long? gps = reader.IsDBNull(gpsColumn) ? null : reader.GetInt64(gpsColumn);
            foreach (int column in columns)
            {
                if (reader.Double(column) is { } value)
                    points.Add(new MetricPoint(at.Run, at.Step, at.Progress, gps, reader.GetName(column), value));
            }
        }

        return (points, last, rows < PageRows);
    }

    // Metrics are a sign of life of their run.
    void Touch(StoreConnection connection, List<MetricRow> rows)
    {
        string now = Now();
        foreach (long run in rows.Select(row => row.RunId).Distinct())
        {
            if (connection.Execute("UPDATE runs SET time_updated = @now WHERE id = @id", ("@now", now), ("@id", run)) == 0)
                throw new TrackerException(TrackerFailure.UnknownReference, $"there is no run {run} in tracker store '{Location}'");
        }
    }

    static void Merge(StoreConnection connection, List<MetricRow> rows)
    {
        DbCommand? upsert = null;
        IReadOnlyList<KeyValuePair<string, double>> shape = [];
        try
        {
            foreach (MetricRow row in rows)
            {
                if (upsert is null || !SameNames(shape, row.Values))
                {
                    upsert?.Dispose();
                    upsert = MetricTable.Upsert(connection, shape = row.Values);
                }

                MetricTable.Bind(connection, upsert, row);
                upsert.ExecuteNonQuery();
            }
        }
        finally
        {
            upsert?.Dispose();
        }
    }

    static bool SameNames(IReadOnlyList<KeyValuePair<string, double>> a, IReadOnlyList<KeyValuePair<string, double>> b)
    {
        if (a.Count != b.Count)
            return false;
        for (int i = 0; i < a.Count; i++)
        {
            if (a[i].Key != b[i].Key)
                return false;
        }

        return true;
    }
}
