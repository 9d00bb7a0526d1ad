namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    // Columns are never dropped, so what is in here has one; what is not may have one all the same.
    volatile MetricColumns metricColumns = new();

    /// <summary>
    /// Merges values into the row of (run, step, progress), which is made when absent; metrics that are not named keep theirs.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="step">The integer axis.</param>
    /// <param name="progress">The other axis; finite.</param>
    /// <param name="gpsNs">The time that the values describe, GPS nanoseconds; null leaves what the row has.</param>
    /// <param name="values">
    /// The metrics, each once. New ones get a column of doubles, or of text when their first
    /// value is one; columns of integers are made by migrations.
    /// </param>
    /// <exception cref="ArgumentException">A name is malformed, reserved or given twice, or progress is not finite.</exception>
    /// <exception cref="TrackerException">There is no such run.</exception>
    public void AddMetrics(long runId, long step, double progress, long? gpsNs, IReadOnlyList<KeyValuePair<string, MetricValue>> values) =>
        AddMetrics([new MetricRow(runId, step, progress, gpsNs, values)]);

    /// <summary>Merges many rows in one transaction: all of them or none; later rows win.</summary>
    /// <exception cref="ArgumentException">A row is malformed.</exception>
    /// <exception cref="TrackerException">There is no such run.</exception>
    public void AddMetrics(IReadOnlyList<MetricRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var known = metricColumns;
        var fresh = new Dictionary<string, Type>(StringComparer.Ordinal);
        var filled = new List<MetricRow>(rows.Count);
        foreach (var row in rows)
        {
            var before = filled.Count > 0 ? filled[^1] : null;
            row.Validate(before);
            if (row.Values.Count == 0) continue;
            filled.Add(row);
            if (before is not null && row.HasNamesOf(before)) continue;
            foreach (var (key, value) in row.Values)
                if (!known.Has(key)) fresh.TryAdd(key, value.IsNumber ? typeof(double) : typeof(string));
        }
        if (filled.Count == 0) return;
        var now = database.Write(Durability.ProcessDeath, connection =>
        {
            Touch(connection, filled);
            var columns = known;
            if (fresh.Count > 0)
            {
                columns = MetricColumns.Read(connection);
                foreach (var (metric, type) in fresh) columns.Make(connection, metric, type);
            }
            MetricTable.Merge(connection, filled, columns);
            return columns;
        });
        // A transaction may still be undone, so its result is not remembered.
        if (!database.IsInTransaction) metricColumns = now;
    }

    /// <summary>Adds a row at the step behind the run's last one; the first step is 0.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="values">The metrics, each once.</param>
    /// <param name="progress">The other axis; finite.</param>
    /// <param name="gpsNs">The time that the values describe, GPS nanoseconds.</param>
    /// <returns>The step. Of several that add at once each gets its own.</returns>
    /// <exception cref="ArgumentException">A name is malformed, reserved or given twice, or progress is not finite.</exception>
    /// <exception cref="TrackerException">There is no such run.</exception>
    public long AppendMetrics(
        long runId,
        IReadOnlyList<KeyValuePair<string, MetricValue>> values,
        double progress = 0,
        long? gpsNs = null
    ) =>
        Transact(() =>
        {
            var step = database.Read(connection => connection.Number("SELECT max(step) FROM metrics WHERE run_id = @run", ("@run", runId)))
                is { } last
                ? checked(last + 1)
                : 0;
            AddMetrics(runId, step, progress, gpsNs, values);
            return step;
        });

    /// <summary>The metrics that have a column.</summary>
    public IReadOnlyList<string> MetricNames() => database.Read(connection => MetricColumns.Read(connection).Names.ToArray());

    /// <summary>
    /// Every value of every metric, of one run or of all, ordered by run, step, progress and column. What was not given is left out.
    /// </summary>
    public IEnumerable<MetricPoint> ReadMetrics(long? runId = null)
    {
        (long Run, long Step, double Progress)? last = null;
        while (true)
        {
            var (points, end, isLast) = database.Read(connection => MetricsPage(connection, runId, last));
            foreach (var point in points) yield return point;
            if (isLast) yield break;
            last = end;
        }
    }

    static (List<MetricPoint> Points, (long Run, long Step, double Progress)? End, bool IsLast) MetricsPage(
        StoreConnection connection, long? runId, (long Run, long Step, double Progress)? last)
    {
        var columns = MetricColumns.Read(connection);
        var where =
            (runId is null ? "1 = 1" : "run_id = @only") + (last is null ? "" : " AND (run_id, step, progress) > (@run, @step, @progress)");
        (string, object?)[] parameters =
            [("@only", runId ?? 0), ("@run", last?.Run ?? 0), ("@step", last?.Step ?? 0), ("@progress", last?.Progress ?? 0)];
        var wide = connection.Rows(
            $"SELECT {MetricTable.Selected(columns)} FROM metrics WHERE {where} ORDER BY run_id, step, progress LIMIT {PageRows}",
            reader =>
                (
                    At: (Run: reader.GetInt64(0), Step: reader.GetInt64(1), Progress: reader.GetDouble(2)),
                    Gps: reader.LongOrNull(3),
                    Values: columns
                        .Names.Select(
                            (name, i) => (Name: name, Value: MetricTable.Value(reader, i + MetricRow.Axes.Length, columns.TypeOf(name)))
                        )
                        .Where(v => v.Value is not null)
                        .ToArray()
                ),
            parameters
        );
        if (wide.Count == 0)
            return ([], last, true);
        var end = wide[^1].At;
        var narrow = connection
            .Rows(
                $"SELECT run_id, step, progress, key, number, integer, text FROM metrics_narrow WHERE {where} AND (run_id, step, "
                    + "progress) <= (@r, @s, @p) ORDER BY run_id, step, progress, key",
                reader =>
                    (
                        At: (reader.GetInt64(0), reader.GetInt64(1), reader.GetDouble(2)),
                        Key: reader.GetString(3),
                        Value: MetricTable.Narrow(reader, 4)
                    ),
                [.. parameters, ("@r", end.Run), ("@s", end.Step), ("@p", end.Progress)]
            )
            .ToLookup(n => n.At);
        var points = new List<MetricPoint>();
        foreach (var (at, gps, values) in wide)
        {
            foreach (var (name, value) in values) points.Add(new(at.Run, at.Step, at.Progress, gps, name, value!.Value));
            foreach (var (_, key, value) in narrow[at]) points.Add(new(at.Run, at.Step, at.Progress, gps, key, value));
        }
        return (points, end, wide.Count < PageRows);
    }

    // Metrics are a sign of life of their run.
    void Touch(StoreConnection connection, List<MetricRow> rows)
    {
        var now = Now();
        foreach (var run in rows.Select(row => row.RunId).Distinct())
            if (!SignOfLife(connection, run, now)) throw NoRun(run);
    }
}
