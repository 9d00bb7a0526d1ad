using System.Collections.Concurrent;
using Idq.Tracking.Mlflow;
using NodaTime;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    const string LatestWins =
        "ON CONFLICT (run_id, key_id) DO UPDATE SET step = excluded.step, timestamp_ms = excluded.timestamp_ms, value = excluded.value "
        + "WHERE (excluded.step, excluded.timestamp_ms, excluded.value) > (latest.step, latest.timestamp_ms, latest.value)";

    static readonly RowColumn[] LatestRow =
    [
        RowColumn.Integer("run_id"),
        RowColumn.Integer("key_id"),
        RowColumn.Integer("step"),
        RowColumn.Integer("timestamp_ms"),
        RowColumn.Number("value"),
    ];

    static readonly RowColumn[] HistoryRow = [.. LatestRow, RowColumn.Text("extras")];

    // Keys are never taken away, so a number that was committed stays right.
    readonly ConcurrentDictionary<string, long> metricKeys = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<long, Instant> touched = new();

    /// <summary>
    /// Logs points, parameters and tags of an active run: all of them or nothing. A point that is there already is the same point; a
    /// parameter may be logged again with the same value; a tag takes its last value.
    /// </summary>
    /// <returns>
    /// How many points were not taken because a bucket of thinned ones stands for them; see
    /// <see cref="Thin(RetentionOptions, CancellationToken)"/>.
    /// </returns>
    /// <exception cref="Refusal">There is no such run, it is deleted, or a parameter has another value.</exception>
    internal int LogTracked(string uid, TrackedBatch batch)
    {
        Dictionary<string, long>? added = null;
        var resent = database.Write(
            Durability.PowerLoss,
            connection =>
            {
                added = null;
                // Whether anything was thinned is one look into an index, and asked every time: any process may thin.
                (long Id, bool IsActive, bool IsThinned)? found = connection
                    .Rows(
                        "SELECT id, lifecycle, CASE WHEN EXISTS (SELECT 1 FROM rollups WHERE run_id = runs.id) THEN 1 ELSE 0 END FROM runs "
                            + "WHERE uid = @uid",
                        reader => ((long, bool, bool)?)(reader.GetInt64(0), reader.GetString(1) == "active", reader.GetInt32(2) != 0),
                        ("@uid", uid)
                    )
                    .FirstOrDefault();
                if (found is not var (run, isActive, isThinned))
                    throw Refusal.UnknownRun(uid);
                if (!isActive)
                    throw DeletedRun(uid);
                if (batch.Params.Count > 0)
                    LogParams(connection, uid, run, batch.Params);
                if (batch.Tags.Count > 0)
                    SetTags(connection, run, batch.Tags);
                var points = isThinned && batch.Points.Count > 0 ? NotThinned(connection, run, batch.Points) : batch.Points;
                if (points.Count > 0)
                    added = LogPoints(connection, run, points);
                Touch(connection, run);
                return batch.Points.Count - points.Count;
            }
        );
        // A transaction may still be undone, so its result is not remembered.
        if (database.IsInTransaction)
            return resent;
        foreach ((var key, var id) in added ?? [])
            metricKeys[key] = id;
        return resent;
    }

    static void LogParams(StoreConnection connection, string uid, long run, IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        var json = connection.Text("SELECT CAST(args AS TEXT) FROM runs WHERE id = @id", ("@id", run))!;
        SortedDictionary<string, string> old = TextPairs.Read(json);
        List<KeyValuePair<string, string>> changed =
        [
            .. parameters.Where(pair => old.TryGetValue(pair.Key, out var value) && value != pair.Value),
        ];
        if (changed.Count > 0 && parameters.Count == 1)
        {
            (var key, var value) = changed[0];
            throw Refusal.Invalid(
                $"Changing param values is not allowed. Param with key='{key}' was already logged with value='{old[key]}' for run "
                    + $"ID='{uid}'. "
                + $"Attempted logging new value '{value}'.");
        }

        if (changed.Count > 0)
        {
            var list = string.Join(
                ", ",
                changed.Select(pair =>
                    $"{{'key': {PythonText.Repr(pair.Key)}, 'old_value': {PythonText.Repr(old[pair.Key])}, "
                        + $"'new_value': {PythonText.Repr(pair.Value)}}}"
                )
            );
            throw Refusal.Invalid($"Changing param values is not allowed. Params were already logged='[{list}]' for run ID='{uid}'.");
        }

        List<KeyValuePair<string, string>> added = [.. parameters.Where(pair => !old.ContainsKey(pair.Key))];
        if (added.Count > 0)
            connection.Execute("UPDATE runs SET args = @args WHERE id = @id", ("@args", TextPairs.Merge(json, added)), ("@id", run));
    }

    Dictionary<string, long>? LogPoints(StoreConnection connection, long run, IReadOnlyList<TrackedPoint> points)
    {
        Dictionary<string, long>? added = null;
        var keys = new long[points.Count];
        var latest = new Dictionary<long, TrackedPoint>();
        for (var i = 0; i < keys.Length; i++)
        {
            TrackedPoint point = points[i];
            if (!metricKeys.TryGetValue(point.Key, out var key) && added?.TryGetValue(point.Key, out key) != true)
                (added ??= new(StringComparer.Ordinal)).Add(point.Key, key = KeyOf(connection, point.Key));
            keys[i] = key;
            if (!latest.TryGetValue(key, out TrackedPoint? last) || IsLater(point, last))
                latest[key] = point;
        }

        RowInsert history = connection.Insert("history", HistoryRow, "ON CONFLICT DO NOTHING");
        history.Set(0, run);
        for (var i = 0; i < keys.Length; i++)
        {
            Set(history, keys[i], points[i]);
            history.Set(5, points[i].Extras);
            history.Next();
        }

        history.Flush();
        // In one order of keys, so that no two writers wait for each other.
        RowInsert newest = connection.Insert("latest", LatestRow, LatestWins);
        newest.Set(0, run);
        foreach ((var key, TrackedPoint point) in latest.OrderBy(pair => pair.Key))
        {
            Set(newest, key, point);
            newest.Next();
        }

        newest.Flush();
        return added;
    }

    static void Set(RowInsert insert, long key, TrackedPoint point)
    {
        insert.Set(1, key);
        insert.Set(2, point.Step);
        insert.Set(3, point.Timestamp);
        insert.Set(4, Stored(point.Value));
    }

    // NaN is later than any number, as it is to both engines.
    static bool IsLater(TrackedPoint a, TrackedPoint b) => a.Step != b.Step ? a.Step > b.Step
        : a.Timestamp != b.Timestamp ? a.Timestamp > b.Timestamp
        : double.IsNaN(a.Value) || a.Value > b.Value;

    // SQLite's columns cannot keep the sign of zero, so neither engine does: both give the same results.
    static double Stored(double value) => value == 0 ? 0 : value;

    static long KeyOf(StoreConnection connection, string key) =>
        connection.Number("SELECT id FROM metric_keys WHERE key = @key", ("@key", key))
        ?? connection.Number("INSERT INTO metric_keys (key) VALUES (@key) ON CONFLICT (key) DO NOTHING RETURNING id", ("@key", key))
        ?? connection.Number("SELECT id FROM metric_keys WHERE key = @key", ("@key", key))!.Value;

    // A sign of life, at most once a second, so that a fast run does not rewrite its row for every point.
    void Touch(StoreConnection connection, long run)
    {
        var now = clock.GetCurrentInstant();
        if (touched.TryGetValue(run, out Instant last) && now - last < Duration.FromSeconds(1) && now >= last)
            return;
        SignOfLife(connection, run, Timestamps.Text(now));
        if (touched.Count > 10_000)
            touched.Clear();
        touched[run] = now;
    }
}
