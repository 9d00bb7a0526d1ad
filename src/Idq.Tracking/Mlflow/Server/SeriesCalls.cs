using System.Text.Json;

namespace Idq.Tracking.Mlflow;

/// <summary>
/// A part of a metric's history in buckets of one width, thinned points among them:
/// <c>GET
/// /api/2.0/stream/runs/{run_id}/metrics/series?metric_key=…[&amp;buckets=…][&amp;axis=time|step][&amp;from=…][&amp;to=…]</c>.
/// </summary>
static class SeriesCalls
{
    const int MostBuckets = 10_000;

    static readonly JsonEncodedText Mean = JsonEncodedText.Encode("mean");
    static readonly JsonEncodedText Least = JsonEncodedText.Encode("least");
    static readonly JsonEncodedText Greatest = JsonEncodedText.Encode("greatest");

    public static Answer Buckets(Call call, string run)
    {
        var key = call.Fields.RequiredText("metric_key");
        var axis = call.Fields.Text("axis") switch
        {
            null or "" or "time" => SeriesAxis.Time,
            "step" => SeriesAxis.Step,
            { } other => throw Refusal.BadValue("axis", other, "It must be time or step"),
        };
        var buckets = call.Fields.Long("buckets") ?? 1000;
        if (buckets is < 1 or > MostBuckets) throw Refusal.Invalid($"buckets must be between 1 and {MostBuckets}. Got {buckets}.");
        var (from, to) = (call.Fields.Long("from"), call.Fields.Long("to"));
        if (from > to) throw Refusal.Invalid($"to must not be less than from. Found from={from} and to={to}.");
        if (from is { } begin && to is { } end && (Int128)end - begin > long.MaxValue) throw TooWide();
        call.RequireRun(run, Permission.Read);
        var known = call.Store.FindRun(run) ?? throw Refusal.UnknownRun(run);
        IReadOnlyList<SeriesBucket> found;
        try
        {
            found = call.Store.ReadBuckets(known.Id, key, new SeriesQuery { Axis = axis, Buckets = (int)buckets, From = from, To = to });
        }
        catch (ArgumentException)
        {
            // The ends of the series itself are too far apart.
            throw TooWide();
        }
        return Answer.Json(writer =>
        {
            writer.WriteString("run_id", run);
            writer.WriteString("metric_key", key);
            writer.WriteString("axis", axis == SeriesAxis.Time ? "time" : "step");
            if (found.Count == 0) return;
            writer.WriteStartArray("buckets");
            foreach (var bucket in found)
            {
                writer.WriteStartObject();
                writer.WriteNumber("start", bucket.Start);
                writer.WriteNumber("end", bucket.End);
                writer.WriteNumber("count", bucket.Count);
                if (bucket.Count > 0)
                {
                    writer.WriteDouble(Mean, bucket.Mean, call.ClampInfinity);
                    writer.WriteDouble(Least, bucket.Least, call.ClampInfinity);
                    writer.WriteDouble(Greatest, bucket.Greatest, call.ClampInfinity);
                }
                if (bucket.Others > 0) writer.WriteNumber("others", bucket.Others);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        });
    }

    static Refusal TooWide() => Refusal.Invalid("The part of the series is too wide to divide: give 'from' and 'to'.");
}
