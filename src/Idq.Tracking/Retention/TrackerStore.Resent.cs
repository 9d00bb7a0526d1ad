using System.Collections.Concurrent;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    // The widest bucket of runs that have any, and the last thinning when it was looked at.
    readonly ConcurrentDictionary<long, (long Thinning, long Width)> widest = new();

    /// <summary>
    /// The points of a batch that are no part of a bucket already. A point that is between the first and the last time of a bucket, and
    /// between its least and its greatest step, can only be told from one that was thinned by its value, which is gone: it is taken for one
    /// that was sent again. What is not finite is never thinned.
    /// </summary>
    IReadOnlyList<TrackedPoint> NotThinned(StoreConnection connection, long run, IReadOnlyList<TrackedPoint> points)
    {
        var keys = new Dictionary<string, long>(StringComparer.Ordinal);
        var (from, to) = (long.MaxValue, long.MinValue);
        foreach (var point in points)
        {
            if (!Rollups.IsOrdinary(point.Value) || point.Timestamp < 0) continue;
            if (!keys.TryGetValue(point.Key, out _))
            {
                // A metric that is new has no buckets.
                if ((metricKeys.TryGetValue(point.Key, out var known) ? known : KeyId(connection, point.Key)) is not { } id) continue;
                keys[point.Key] = id;
            }
            (from, to) = (Math.Min(from, point.Timestamp), Math.Max(to, point.Timestamp));
        }
        if (keys.Count == 0)
            return points;
        var buckets = connection
            .Rows(
                // Bounded at both ends of the index: however long the run is, only what lies around the batch is read.
                "SELECT key_id, first_ms, last_ms, first_step, last_step FROM rollups WHERE run_id = @run AND "
                    + connection.Engine.OneOf("key_id", "@keys")
                    + " AND start_ms > @begin AND start_ms <= @to AND last_ms >= @from",
                reader =>
                    (
                        Key: reader.GetInt64(0),
                        FirstMs: reader.GetInt64(1),
                        LastMs: reader.GetInt64(2),
                        FirstStep: reader.GetInt64(3),
                        LastStep: reader.GetInt64(4)
                    ),
                ("@run", run),
                ("@keys", connection.Engine.Array(keys.Values)),
                ("@begin", from - WidestBucket(connection, run)),
                ("@to", to),
                ("@from", from)
            )
            .ToLookup(b => b.Key);
        if (buckets.Count == 0)
            return points;
        return
        [
            .. points.Where(p =>
                !Rollups.IsOrdinary(p.Value)
                || !keys.TryGetValue(p.Key, out var key)
                || !buckets[key]
                    .Any(b => p.Timestamp >= b.FirstMs && p.Timestamp <= b.LastMs && p.Step >= b.FirstStep && p.Step <= b.LastStep)
            ),
        ];
    }

    // Another process may thin too; each time it does leaves a row in the audit table.
    long WidestBucket(StoreConnection connection, long run)
    {
        var thinning =
            connection.Number("SELECT id FROM audit WHERE run_id = @run AND action = 'thin' ORDER BY id DESC LIMIT 1", ("@run", run)) ?? 0;
        if (widest.TryGetValue(run, out var seen) && seen.Thinning == thinning)
            return seen.Width;
        var width = connection.Number("SELECT max(width_ms) FROM rollups WHERE run_id = @run", ("@run", run)) ?? 0;
        // A transaction may still be undone, so its result is not remembered.
        if (database.IsInTransaction) return width;
        if (widest.Count > 10_000) widest.Clear();
        widest[run] = (thinning, width);
        return width;
    }
}
