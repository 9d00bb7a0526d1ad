namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    /// <summary>Experiments with the number of their runs, in the order in which they were made.</summary>
    public IReadOnlyList<ExperimentListing> ListExperiments(bool includeDeleted = false) =>
        database.Read(connection =>
            connection.Rows(
                "SELECT e.id, e.name, (SELECT count(*) FROM runs r WHERE r.experiment_id = e.id), e.time_created, e.time_updated, "
                    + "e.lifecycle, e.comment, e.tags FROM experiments e "
                    + (includeDeleted ? "" : "WHERE e.lifecycle = 'active' ")
                    + "ORDER BY e.id",
                reader => new ExperimentListing(
                    reader.GetInt64(0),
                    reader.GetString(1),
                    reader.GetInt64(2),
                    reader.Time(3),
                    reader.Time(4),
                    reader.GetString(5) == "deleted",
                    reader.TextOrNull(6),
                    reader.Json(7)
                )
            )
        );

    /// <summary>Runs with their newest metrics, the newest run first.</summary>
    public IReadOnlyList<RunListing> ListRuns(RunListingQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return database.Read(connection =>
        {
            var number = long.TryParse(query.Uid, out var id) ? id : 0;
            var ids = connection.Rows(
                "SELECT r.id, r.lifecycle, r.user_name FROM runs r JOIN experiments e ON e.id = r.experiment_id WHERE 1 = 1"
                + (query.Experiment is null ? "" : " AND e.name = @experiment")
                + (query.Status is null ? "" : " AND CAST(r.status AS TEXT) = @status")
                // A range instead of a pattern: no character of the text has a meaning.
                + (query.Uid is null ? "" : " AND (r.id = @id OR (r.uid >= @uid AND r.uid <= @past))")
                + (query.IncludeDeleted ? "" : " AND r.lifecycle = 'active'")
                + " ORDER BY r.id DESC LIMIT @limit",
                reader => (Id: reader.GetInt64(0), IsDeleted: reader.GetString(1) == "deleted", User: reader.TextOrNull(2)),
                ("@experiment", query.Experiment),
                ("@status", query.Status?.ToText()),
                ("@id", number),
                ("@uid", query.Uid),
                ("@past", query.Uid + "g"),
                ("@limit", query.Limit)
            );
            var columns = MetricColumns.Read(connection);
            return ids.ConvertAll(listed =>
            {
                var metrics = MetricTable.Last(connection, columns, listed.Id);
                foreach (var (key, value) in connection.Rows(
                    "SELECT k.key, l.value FROM latest l JOIN metric_keys k ON k.id = l.key_id WHERE l.run_id = @run ORDER BY k.key",
                    reader => (reader.GetString(0), reader.Double(1) ?? double.NaN), ("@run", listed.Id)))
                    metrics.TryAdd(key, value);
                return new RunListing(FindRun(connection, listed.Id)!, listed.IsDeleted, listed.User, metrics);
            });
        });
    }

    /// <summary>
    /// Hands the points of one metric of a run over in the order of their steps: those of the history, or where it has none those of the
    /// wide metrics. What was thinned is one point a bucket, its mean.
    /// </summary>
    public void ReadSeries(long runId, string metric, Action<long, double> point)
    {
        ArgumentNullException.ThrowIfNull(point);
        database.Read(connection =>
        {
            var any = false;
            foreach (
                var sql in (string[])
                    [
                        "SELECT first_step, mean FROM metric_series WHERE run_id = @run AND key = @key ORDER BY first_step, first_ms",
                        MetricColumns.Read(connection).TypeOf(metric) is null
                            ? ""
                            : $"SELECT step, {MetricTable.Quote(metric)} FROM metrics WHERE run_id = @run AND {MetricTable.Quote(metric)} "
                                + "IS NOT NULL ORDER BY step, progress",
                    ]
            )
            {
                if (any || sql.Length == 0) continue;
                using var command = connection.Command(sql, ("@run", runId), ("@key", metric));
                using var reader = command.ExecuteReader();
                while (reader.Read())
                {
                    any = true;
                    if (reader.Double(1) is { } value) point(reader.GetInt64(0), value);
                }
            }
            return any;
        });
    }

    /// <summary>How many things of each kind the store holds, and its size in bytes.</summary>
    public IReadOnlyList<StoreCount> Count() => database.Read(connection =>
    {
        var counts = new List<StoreCount>();
        foreach (var (what, sql) in ((string, string)[])[
            ("experiments", "SELECT count(*) FROM experiments WHERE lifecycle = 'active'"),
            ("deleted experiments", "SELECT count(*) FROM experiments WHERE lifecycle = 'deleted'"),
            ("runs", "SELECT count(*) FROM runs WHERE lifecycle = 'active'"),
            ("deleted runs", "SELECT count(*) FROM runs WHERE lifecycle = 'deleted'"),
            ("running runs", "SELECT count(*) FROM runs WHERE lifecycle = 'active' AND CAST(status AS TEXT) = 'RUNNING'"),
            ("metric rows", "SELECT count(*) FROM metrics"),
            ("history points", "SELECT count(*) FROM history"),
            ("rollups", "SELECT count(*) FROM rollups"),
            ("sequences", "SELECT count(*) FROM sequences"),
            ("sequence rows", "SELECT count(*) FROM sequence_rows"),
            ("datasets", "SELECT count(*) FROM datasets"),
            ("inputs", "SELECT count(*) FROM inputs"),
            ("objects", "SELECT count(*) FROM objects"),
            ("object bytes", "SELECT CAST(COALESCE(sum(bytes), 0) AS BIGINT) FROM objects"),
            ("products", "SELECT count(*) FROM products"),
            ("audit entries", "SELECT count(*) FROM audit"),
        ])
            counts.Add(new(what, connection.Number(sql) ?? 0));
        counts.Insert(6, new("metric columns", MetricColumns.Read(connection).Names.Count));
        counts.Add(new("bytes", Size(connection)));
        return counts;
    });

    /// <summary>The holes in sequences, from number 0 on: records that were lost, or are still under way.</summary>
    /// <param name="experiment">Only in runs of this experiment.</param>
    /// <param name="uid">Only in runs whose uid begins so.</param>
    public IReadOnlyList<SequenceGap> ListGaps(string? experiment = null, string? uid = null) =>
        database.Read(connection =>
            connection.Rows(
                "SELECT r.uid, e.name, g.sequence, g.before + 1, g.idx - 1 FROM (SELECT s.run_id, s.name AS sequence, q.idx, "
                    + "LAG(q.idx, 1, CAST(-1 AS BIGINT)) OVER (PARTITION BY q.sequence_id ORDER BY q.idx) AS before FROM sequence_rows q "
                    + "JOIN sequences s ON s.id = q.sequence_id) g "
                    + "JOIN runs r ON r.id = g.run_id JOIN experiments e ON e.id = r.experiment_id WHERE g.idx > g.before + 1"
                    + (experiment is null ? "" : " AND e.name = @experiment")
                    + (uid is null ? "" : " AND r.uid >= @uid AND r.uid <= @past")
                    + " ORDER BY r.id, g.sequence, g.idx",
                reader => new SequenceGap(
                    reader.GetString(0),
                    reader.GetString(1),
                    reader.GetString(2),
                    reader.GetInt64(3),
                    reader.GetInt64(4)
                ),
                ("@experiment", experiment),
                ("@uid", uid),
                ("@past", uid + "g")
            )
        );

    static long Size(StoreConnection connection) =>
        connection.Number(
            connection.Engine.Dialect == "sqlite"
                ? "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
                : "SELECT CAST(COALESCE(sum(pg_total_relation_size(c.oid)), 0) AS BIGINT) FROM pg_class c "
                    + "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind = 'r'"
        ) ?? 0;
}
