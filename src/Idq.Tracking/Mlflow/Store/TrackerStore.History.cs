using System.Data.Common;
using System.Globalization;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    // Up to here all steps are looked at and sampled by rank; beyond, sampling seeks by value and looks at no other row.
    const int MostRanked = 10_000;

    const string HistoryColumns = "step, timestamp_ms, value, extras";

    const string OfSeries = "FROM history WHERE run_id = @run AND key_id = @key";

    /// <summary>One page of a metric's history, by step, time and value; empty when there is no such run or metric.</summary>
    internal TrackedPage<TrackedPoint> TrackedHistory(string uid, string key, int limit, PageToken page) =>
        database.Read(connection =>
        {
            if (HistoryOf(connection, uid, key) is not var (run, metric))
                return new TrackedPage<TrackedPoint>([], null);
            HistoryMark? after = HistoryMark.Parse(page.After);
            List<TrackedPoint> rows = after is not { } mark
                ? connection.Rows(
                    $"SELECT {HistoryColumns} FROM history WHERE run_id = @run AND key_id = @key ORDER BY step, timestamp_ms, value "
                        + "LIMIT @limit OFFSET @offset",
                    reader => ReadPoint(reader, key),
                    ("@run", run),
                    ("@key", metric),
                    ("@limit", (long)limit + 1),
                    ("@offset", page.Offset)
                )
                : connection.Rows(
                    $"SELECT {HistoryColumns} FROM history WHERE run_id = @run AND key_id = @key AND (step, timestamp_ms, value) > (@step, "
                        + "@time, @value) "
                        + "ORDER BY step, timestamp_ms, value LIMIT @limit",
                    reader => ReadPoint(reader, key),
                    ("@run", run),
                    ("@key", metric),
                    ("@step", mark.Step),
                    ("@time", mark.Timestamp),
                    ("@value", mark.Value),
                    ("@limit", (long)limit + 1)
                );
            if (rows.Count <= limit)
                return new TrackedPage<TrackedPoint>(rows, null);
            rows.RemoveAt(limit);
            return new TrackedPage<TrackedPoint>(rows, new PageToken(page.Offset + limit, HistoryMark.Of(rows[^1]).ToString()));
        });

    /// <summary>The first points of a metric of a run, by time, step and value.</summary>
    internal IReadOnlyList<TrackedPoint> TrackedHistoryByTime(string uid, string key, int limit) =>
        database.Read(connection =>
            HistoryOf(connection, uid, key) is not var (run, metric)
                ? []
                : connection.Rows(
                    $"SELECT {HistoryColumns} FROM history WHERE run_id = @run AND key_id = @key ORDER BY timestamp_ms, step, value "
                        + "LIMIT @limit",
                    reader => ReadPoint(reader, key),
                    ("@run", run),
                    ("@key", metric),
                    ("@limit", (long)limit)
                )
        );

    /// <summary>
    /// Evenly spread points of a metric of several runs, by step and time; the first and the last step of every run are among them.
    /// Steps are spread over those that any of the runs has, so that the runs can be compared.
    /// </summary>
    /// <param name="uids">The runs.</param>
    /// <param name="key">The metric.</param>
    /// <param name="firstStep">From here on.</param>
    /// <param name="lastStep">Up to and with this one.</param>
    /// <param name="count">About so many steps.</param>
    internal IReadOnlyList<(string Uid, IReadOnlyList<TrackedPoint> Points)> TrackedSamples(
        IReadOnlyList<string> uids,
        string key,
        long firstStep,
        long lastStep,
        int count
    ) =>
        database.Read(connection =>
        {
            var spans = new List<(string Uid, long Run, long Metric, long First, long Last)>();
            foreach (var uid in uids.Distinct(StringComparer.Ordinal))
            {
                if (
                    HistoryOf(connection, uid, key) is var (run, metric)
                    && SpanOf(connection, run, metric, firstStep, lastStep) is var (first, last)
                )
                    spans.Add((uid, run, metric, first, last));
            }

            var all = AllSteps(connection, spans.ConvertAll(span => (span.Run, span.Metric)), firstStep, lastStep);
            long[] ends = [.. spans.Select(span => span.First), .. spans.Select(span => span.Last)];
            var samples = new List<(string, IReadOnlyList<TrackedPoint>)>();
            foreach ((var uid, var run, var metric, var first, var last) in spans)
            {
                samples.Add((uid, all is not null
                    ? PointsAt(connection, run, metric, key, [.. Sampled(all, count), .. ends])
                    : Seek(connection, run, metric, key, first, last, count)));
            }

            return (IReadOnlyList<(string, IReadOnlyList<TrackedPoint>)>)samples;
        });

    /// <summary>Steps at even ranks among sorted ones, and the last.</summary>
    internal static IEnumerable<long> Sampled(IReadOnlyList<long> steps, int count)
    {
        if (steps.Count <= count)
            return steps;
        var interval = (double)steps.Count / count;
        return Enumerable.Range(0, count).Select(i => steps[(int)(i * interval)]).Append(steps[^1]);
    }

    static (long Run, long Metric)? HistoryOf(StoreConnection connection, string uid, string key) => connection.Rows(
        "SELECT r.id, k.id FROM runs r JOIN metric_keys k ON k.key = @key WHERE r.uid = @uid",
        reader => ((long, long)?)(reader.GetInt64(0), reader.GetInt64(1)),
        ("@key", key),
        ("@uid", uid)).FirstOrDefault();

    static (long First, long Last)? SpanOf(StoreConnection connection, long run, long metric, long from, long to)
    {
        long? End(string direction) =>
            connection.Number(
                "SELECT step FROM history WHERE run_id = @run AND key_id = @key AND step >= @from AND step <= @to "
                    + $"ORDER BY step {direction} LIMIT 1",
                ("@run", run),
                ("@key", metric),
                ("@from", from),
                ("@to", to)
            );
        return End("ASC") is { } first && End("DESC") is { } last ? (first, last) : null;
    }

    // The distinct steps of all runs, sorted, or null when there are too many rows to look at.
    static List<long>? AllSteps(StoreConnection connection, List<(long Run, long Metric)> series, long from, long to)
    {
        var steps = new SortedSet<long>();
        var budget = MostRanked;
        foreach ((var run, var metric) in series)
        {
            var rows = connection.Rows(
                "SELECT step FROM history WHERE run_id = @run AND key_id = @key AND step >= @from AND step <= @to "
                    + "ORDER BY step LIMIT @limit",
                reader => reader.GetInt64(0),
                ("@run", run),
                ("@key", metric),
                ("@from", from),
                ("@to", to),
                ("@limit", budget + 1L));
            if ((budget -= rows.Count) < 0)
                return null;
            steps.UnionWith(rows);
        }

        return [.. steps];
    }

    static List<TrackedPoint> PointsAt(StoreConnection connection, long run, long metric, string key, IEnumerable<long> steps) =>
        connection.Rows(
            $"SELECT {HistoryColumns} FROM history WHERE run_id = @run AND key_id = @key AND {connection.Engine.OneOf("step", "@steps")} "
                + "ORDER BY step, timestamp_ms, value",
            reader => ReadPoint(reader, key),
            ("@run", run),
            ("@key", metric),
            ("@steps", connection.Engine.Array([.. steps.Distinct().Order()]))
        );

    /// <summary>Of every target the first row at or behind it.</summary>
    internal static string SeekSql(Engine engine, string axis, string within)
    {
        var next = $"{OfSeries}{within} AND {axis} >= t.value ORDER BY step, timestamp_ms, value LIMIT 1";
        return "SELECT h.step, h.timestamp_ms, h.value, h.extras FROM " + (engine.Dialect == "postgres"
            ? $"unnest(@targets) AS t(value) CROSS JOIN LATERAL (SELECT {HistoryColumns} {next}) h"
            // CROSS fixes the order of the loops. Without it every target would scan the whole history.
            : "json_each(@targets) AS t CROSS JOIN history h WHERE h.run_id = @run AND h.key_id = @key "
                + $"AND (h.step, h.timestamp_ms, h.value) = (SELECT step, timestamp_ms, value {next})");
    }

    // One seek in the index for every target; rows in between are not looked at.
    static List<TrackedPoint> Seek(StoreConnection connection, long run, long metric, string key, long first, long last, int count)
    {
        (string Order, long From, long To) axis = ("step", first, last);
        var within = "";
        if (first == last)
        {
            // All points are in one step: sample over time.
            within = " AND step = @step";
            long Time(string direction) =>
                connection
                    .Number(
                        $"SELECT timestamp_ms {OfSeries} AND step = @step ORDER BY timestamp_ms {direction} LIMIT 1",
                        ("@run", run),
                        ("@key", metric),
                        ("@step", first)
                    )!
                    .Value;
            axis = ("timestamp_ms", Time("ASC"), Time("DESC"));
        }

        var width = ((decimal)axis.To - axis.From + 1) / count;
        var targets = connection.Engine.Array(
            [.. Enumerable.Range(0, count).Select(i => (long)(axis.From + decimal.Floor(i * width)))]);
        (string, object?)[] parameters =
            within.Length > 0
                ? [("@run", run), ("@key", metric), ("@targets", targets), ("@step", first)]
                : [("@run", run), ("@key", metric), ("@targets", targets)];
        var points = connection.Rows(
            SeekSql(connection.Engine, axis.Order, within),
            reader => ReadPoint(reader, key),
            parameters
        );
        points.Add(
            connection.Rows(
                $"SELECT {HistoryColumns} {OfSeries}{(within.Length > 0 ? within : " AND step <= @step")} "
                    + "ORDER BY step DESC, timestamp_ms DESC, value DESC LIMIT 1",
                reader => ReadPoint(reader, key),
                ("@run", run),
                ("@key", metric),
                ("@step", last)
            )[0]
        );
        return [.. points.Distinct().OrderBy(point => point.Step).ThenBy(point => point.Timestamp)];
    }

    static TrackedPoint ReadPoint(DbDataReader reader, string key) =>
        new(key, reader.Double(2)!.Value, reader.GetInt64(1), reader.GetInt64(0), reader.TextOrNull(3));

    // The key of a row of a history, as a page token carries it.
    readonly record struct HistoryMark(long Step, long Timestamp, double Value)
    {
        public static HistoryMark Of(TrackedPoint point) => new(point.Step, point.Timestamp, point.Value);

        public static HistoryMark? Parse(string? text)
        {
            if (text is null)
                return null;
            var parts = text.Split(' ');
            return parts.Length == 3
                && long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var step)
                && long.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var timestamp)
                && double.TryParse(parts[2], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                ? new HistoryMark(step, timestamp, value)
                : throw Refusal.Invalid("Invalid page token, it is not one of this history");
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Step} {Timestamp} {Value:R}");
    }
}
