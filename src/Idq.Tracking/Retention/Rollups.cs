namespace Idq.Tracking;

/// <summary>The SQL of thinned histories, the same on both engines.</summary>
static class Rollups
{
    /// <summary>
    /// True for a value whose sums are finite however many there are: NaN, the infinities and what comes near them are no part of totals.
    /// NaN is text in SQLite and the greatest number in PostgreSQL; both are greater than any bound.
    /// </summary>
    public const string Ordinary = "h.value > -1e290 AND h.value < 1e290";

    /// <summary>The same of a value.</summary>
    public static bool IsOrdinary(double value) => value is > -1e290 and < 1e290;

    const string Columns = "run_id, key_id, start_ms, width_ms, points, total, lowest, highest, first_step, last_step, first_ms, last_ms";

    // What is added to a bucket that is there.
    const string Merge =
        " ON CONFLICT (run_id, key_id, start_ms, width_ms) DO UPDATE SET points = rollups.points + excluded.points, "
            + "total = rollups.total + excluded.total, "
        + "lowest = CASE WHEN excluded.lowest < rollups.lowest THEN excluded.lowest ELSE rollups.lowest END, "
        + "highest = CASE WHEN excluded.highest > rollups.highest THEN excluded.highest ELSE rollups.highest END, "
        + "first_step = CASE WHEN excluded.first_step < rollups.first_step THEN excluded.first_step ELSE rollups.first_step END, "
        + "last_step = CASE WHEN excluded.last_step > rollups.last_step THEN excluded.last_step ELSE rollups.last_step END, "
        + "first_ms = CASE WHEN excluded.first_ms < rollups.first_ms THEN excluded.first_ms ELSE rollups.first_ms END, "
        + "last_ms = CASE WHEN excluded.last_ms > rollups.last_ms THEN excluded.last_ms ELSE rollups.last_ms END";

    // Points before 1970 have no bucket. The newest point of a metric stays: it is what the metric's value is. Scalar subqueries, here and
    // below, are one look into an index for every row, where PostgreSQL without statistics would join the tables the wrong way round.
    const string Thinnable =
        "h.run_id = @run AND h.timestamp_ms >= 0 AND h.timestamp_ms < @before AND " + Ordinary
        + " AND (SELECT l.step <> h.step OR l.timestamp_ms <> h.timestamp_ms OR l.value <> h.value FROM latest l WHERE l.run_id = h.run_id "
        + "AND l.key_id = h.key_id) IS NOT FALSE";

    const string Bucket = "h.timestamp_ms - h.timestamp_ms % @width";

    const string BucketIsThere =
        "(SELECT count(*) FROM rollups r WHERE r.run_id = h.run_id AND r.key_id = h.key_id AND r.width_ms = @width AND r.start_ms = ";

    const string Mergeable = "run_id = @run AND width_ms < @width AND @width % width_ms = 0 AND start_ms < @before";

    /// <summary>Sums up smaller buckets that are old enough for a wider one.</summary>
    public const string Widen =
        $"INSERT INTO rollups ({Columns}) SELECT run_id, key_id, start_ms - start_ms % @width, @width, CAST(sum(points) AS BIGINT), "
            + "sum(total), min(lowest), max(highest), "
        + $"min(first_step), max(last_step), min(first_ms), max(last_ms) FROM rollups WHERE {Mergeable} GROUP BY run_id, key_id, "
        + "start_ms - start_ms % @width"
        + Merge;

    /// <summary>Takes away the buckets that were summed up.</summary>
    public const string DropNarrow = $"DELETE FROM rollups WHERE {Mergeable}";

    /// <summary>
    /// Sums points up. A single point in a bucket saves nothing and stays what it is, unless the bucket is there already.
    /// </summary>
    public const string Sum =
        $"INSERT INTO rollups ({Columns}) SELECT h.run_id, h.key_id, h.start_ms, @width, h.points, h.total, h.lowest, h.highest, "
            + "h.first_step, h.last_step, h.first_ms, h.last_ms FROM ("
        + $"SELECT h.run_id, h.key_id, {Bucket} AS start_ms, count(*) AS points, sum(h.value) AS total, min(h.value) AS lowest, "
        + "max(h.value) AS highest, min(h.step) AS first_step, "
        + $"max(h.step) AS last_step, min(h.timestamp_ms) AS first_ms, max(h.timestamp_ms) AS last_ms FROM history h WHERE {Thinnable} "
        + $"GROUP BY h.run_id, h.key_id, {Bucket}"
        + $") h WHERE h.points > 1 OR {BucketIsThere}h.start_ms) > 0" + Merge;

    /// <summary>Takes away the points that were summed up: those whose bucket is there now.</summary>
    public const string DropPoints =
        "DELETE FROM history AS h WHERE " + Thinnable + " AND " + BucketIsThere + Bucket + ") > 0";

    /// <summary>Adds a bucket that comes from elsewhere.</summary>
    public const string Insert =
        $"INSERT INTO rollups ({Columns}) VALUES (@run, @key, @start, @width, @points, @total, @lowest, @highest, @first, @last, @from, "
            + "@to) ON CONFLICT DO NOTHING";
}
