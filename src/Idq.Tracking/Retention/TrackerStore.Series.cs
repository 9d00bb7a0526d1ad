namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    /// <summary>
    /// A part of a metric's history in buckets of one width, summed up by the database: least, greatest, mean and number of every bucket
    /// that has points. What was thinned lies in the bucket of its first point.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="key">The metric.</param>
    /// <param name="query">Which part, and how many buckets.</param>
    /// <returns>Buckets in their order; none when there is no such run, metric or point.</returns>
    /// <exception cref="ArgumentException">There are no buckets, or the part is wider than 64 bits can count.</exception>
    public IReadOnlyList<SeriesBucket> ReadBuckets(long runId, string key, SeriesQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Buckets, 1, nameof(query));
        return database.Read(connection =>
        {
            if (KeyId(connection, key) is not { } id) return [];
            var (raw, thinned) = Axes(query.Axis);
            (string, object?)[] series = [("@run", runId), ("@key", id)];
            var (first, last) = query is { From: not null, To: not null } ? (query.From, query.To) : Ends(connection, query.Axis, series);
            var from = query.From ?? first;
            var to = query.To ?? (last is { } at && at < long.MaxValue ? at + 1 : last);
            if (from is not { } start || to is not { } end || start >= end) return [];
            var span = (Int128)end - start;
            if (span > long.MaxValue)
                throw new ArgumentException("the part of the series is too wide to divide: give From and To", nameof(query));
            // The width is rounded up, so nothing lies beyond the last bucket.
            var width = (long)((span + query.Buckets - 1) / query.Buckets);
            return connection.Rows(
                // Each table is summed up before the union, so that only buckets and values are sorted.
                "SELECT p.bucket, CAST(sum(p.points) AS BIGINT), sum(p.total), min(p.lowest), max(p.highest), "
                    + "CAST(sum(p.others) AS BIGINT) FROM ("
                    + $"SELECT {Bucket("h." + raw)} AS bucket, count(*) AS points, sum(h.value) AS total, min(h.value) AS lowest, "
                    + "max(h.value) AS highest, 0 AS others "
                    + $"FROM history h WHERE h.run_id = @run AND h.key_id = @key AND {Within("h." + raw)} AND {Rollups.Ordinary} "
                    + $"GROUP BY {Bucket("h." + raw)} "
                    + $"UNION ALL SELECT {Bucket("h." + raw)}, 0, CAST(NULL AS DOUBLE PRECISION), CAST(NULL AS DOUBLE PRECISION), "
                    + "CAST(NULL AS DOUBLE PRECISION), count(*) "
                    + $"FROM history h WHERE h.run_id = @run AND h.key_id = @key AND {Within("h." + raw)} AND NOT ({Rollups.Ordinary}) "
                    + $"GROUP BY {Bucket("h." + raw)} "
                    + $"UNION ALL SELECT {Bucket("u." + thinned)}, sum(u.points), sum(u.total), min(u.lowest), max(u.highest), 0 "
                    + $"FROM rollups u WHERE u.run_id = @run AND u.key_id = @key AND {Within("u." + thinned)} "
                    + $"GROUP BY {Bucket("u." + thinned)}"
                    + ") p GROUP BY p.bucket ORDER BY p.bucket",
                reader =>
                {
                    var begin = start + (reader.GetInt64(0) * width);
                    return new SeriesBucket(
                        begin,
                        (long)Int128.Min((Int128)begin + width, end),
                        reader.GetInt64(1),
                        reader.Double(2) ?? 0,
                        reader.Double(3) ?? double.NaN,
                        reader.Double(4) ?? double.NaN,
                        reader.GetInt64(5)
                    );
                },
                [.. series, ("@from", start), ("@to", end), ("@width", width)]);
        });

        static string Bucket(string column) => $"({column} - @from) / @width";

        static string Within(string column) => $"{column} >= @from AND {column} < @to";
    }

    /// <summary>
    /// Hands a part of a metric's history over in the order of the axis: points one by one, and in their midst what became of thinned ones.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="key">The metric.</param>
    /// <param name="query">Which part; its buckets do not count.</param>
    /// <param name="point">Takes one after the other.</param>
    public void ReadPoints(long runId, string key, SeriesQuery query, Action<SeriesPoint> point)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(point);
        var (raw, thinned) = Axes(query.Axis);
        string Part(string column) =>
            (query.From is null ? "" : $" AND {column} >= @from") + (query.To is null ? "" : $" AND {column} < @to");
        var hasBegun = false;
        database.Read(connection =>
        {
            if (hasBegun)
                throw new TrackerException(
                    TrackerFailure.Unreachable,
                    $"the connection to tracker store '{Location}' was lost in the middle of a series: read it again"
                );
            if (KeyId(connection, key) is not { } id)
                return false;
            List<(string, object?)> parameters = [("@run", runId), ("@key", id)];
            if (query.From is { } from) parameters.Add(("@from", from));
            if (query.To is { } to) parameters.Add(("@to", to));
            using var command = connection.Command(
                "SELECT p.first_step, p.last_step, p.first_ms, p.last_ms, p.points, p.total, p.lowest, p.highest FROM ("
                    + "SELECT h.step AS first_step, h.step AS last_step, h.timestamp_ms AS first_ms, h.timestamp_ms AS last_ms, "
                    + "1 AS points, h.value AS total, h.value AS lowest, h.value AS highest "
                    + $"FROM history h WHERE h.run_id = @run AND h.key_id = @key{Part("h." + raw)} "
                    + "UNION ALL SELECT u.first_step, u.last_step, u.first_ms, u.last_ms, u.points, u.total, u.lowest, u.highest "
                    + $"FROM rollups u WHERE u.run_id = @run AND u.key_id = @key{Part("u." + thinned)}"
                    + $") p ORDER BY {(query.Axis == SeriesAxis.Time ? "p.first_ms, p.first_step" : "p.first_step, p.first_ms")}, p.lowest",
                [.. parameters]
            );
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                hasBegun = true;
                var count = reader.GetInt64(4);
                point(
                    new SeriesPoint(
                        reader.GetInt64(0),
                        reader.GetInt64(1),
                        reader.GetInt64(2),
                        reader.GetInt64(3),
                        count,
                        reader.Double(5)!.Value / count,
                        reader.Double(6)!.Value,
                        reader.Double(7)!.Value
                    )
                );
            }
            return true;
        });
    }

    static (string Raw, string Thinned) Axes(SeriesAxis axis) =>
        axis == SeriesAxis.Time ? ("timestamp_ms", "first_ms") : ("step", "first_step");

    static long? KeyId(StoreConnection connection, string key) =>
        connection.Number("SELECT id FROM metric_keys WHERE key = @key", ("@key", key));

    // The least and the greatest step are at the ends of the index; for times one walk finds both.
    static (long? First, long? Last) Ends(StoreConnection connection, SeriesAxis axis, (string, object?)[] series) =>
        connection.Rows(
            "SELECT min(e.first), max(e.last) FROM ("
                + (
                    axis == SeriesAxis.Step
                        ? "SELECT (SELECT min(step) FROM history WHERE run_id = @run AND key_id = @key) AS first, (SELECT max(step) "
                            + "FROM history WHERE run_id = @run AND key_id = @key) AS last"
                        : "SELECT min(timestamp_ms) AS first, max(timestamp_ms) AS last FROM history WHERE run_id = @run AND key_id = @key"
                )
                + $" UNION ALL SELECT min({Axes(axis).Thinned}), max({Axes(axis).Thinned}) FROM rollups WHERE run_id = @run "
                + "AND key_id = @key) e",
            reader => (reader.LongOrNull(0), reader.LongOrNull(1)),
            series
        )[0];
}
