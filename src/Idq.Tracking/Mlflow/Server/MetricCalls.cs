using System.Buffers;
using System.Text.Json;

namespace Idq.Tracking.Mlflow;

/// <summary>The requests on the histories of metrics.</summary>
static class MetricCalls
{
    const int MostRuns = 100;
    const int MostPoints = 25_000;
    const int MostSamples = 2500;
    const int RowsAtOnce = 10_000;

    /// <summary>The whole history of a metric, or a page of it. Sent while it is read, so that any length needs little memory.</summary>
    public static async ValueTask<Answer?> History(Call call, CancellationToken cancellation)
    {
        var run = call.Fields.RequiredRunId();
        var key = call.Fields.RequiredText("metric_key");
        var limit = call.Fields.Long("max_results");
        PageToken? page = PageToken.Parse(call.Fields.Text("page_token"));
        if (limit is < 1)
            throw Refusal.Invalid($"Invalid value {limit} for parameter 'max_results' supplied. It must be a positive integer");
        call.RequireRun(run, Permission.Read);
        var left = limit ?? long.MaxValue;
        TrackedPage<TrackedPoint> rows = call.Store.TrackedHistory(run, key, (int)Math.Min(left, RowsAtOnce), page);
        call.Context.Response.ContentType = "application/json";
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        using var writer = new Utf8JsonWriter(buffer, AnswerText.Options);
        writer.WriteStartObject();
        if (rows.Items.Count > 0)
            writer.WriteStartArray("metrics");
        var any = rows.Items.Count > 0;
        while (true)
        {
            foreach (var point in rows.Items)
                writer.WritePoint(point, null, call.ClampInfinity);
            left -= rows.Items.Count;
            await FlushAsync();
            if (rows.Next is null || left <= 0)
                break;
            rows = call.Store.TrackedHistory(run, key, (int)Math.Min(left, RowsAtOnce), rows.Next);
        }

        if (any)
            writer.WriteEndArray();
        writer.WriteOptional("next_page_token", rows.Next?.ToString());
        writer.WriteEndObject();
        await FlushAsync();
        return null;

        async ValueTask FlushAsync()
        {
            await writer.FlushAsync(cancellation);
            await call.Context.Response.Body.WriteAsync(buffer.WrittenMemory, cancellation);
            buffer.ResetWrittenCount();
        }
    }

    public static Answer Bulk(Call call)
    {
        IReadOnlyList<string> runs = call.Fields.Texts("run_id");
        if (runs.Count == 0)
            throw Refusal.Invalid("GetMetricHistoryBulk request must specify at least one run_id.");
        if (runs.Count > MostRuns)
            throw Refusal.Invalid(
                $"GetMetricHistoryBulk request cannot specify more than {MostRuns} run_ids. Received {runs.Count} run_ids."
            );
        var key = call.Fields.Text("metric_key") ?? throw Refusal.Invalid("GetMetricHistoryBulk request must specify a metric_key.");
        var left = Math.Min(call.Fields.Long("max_results") ?? MostPoints, MostPoints);
        return Answer.Json(writer =>
        {
            writer.WriteStartArray("metrics");
            foreach (var run in runs.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                if (left <= 0)
                    break;
                call.RequireRun(run, Permission.Read);
                IReadOnlyList<TrackedPoint> points = call.Store.TrackedHistoryByTime(run, key, (int)left);
                left -= points.Count;
                foreach (var point in points)
                    writer.WritePoint(point, run, call.ClampInfinity);
            }

            writer.WriteEndArray();
        });
    }

    public static Answer BulkInterval(Call call)
    {
        IReadOnlyList<string> runs = call.Fields.Texts("run_ids");
        if (runs.Count == 0)
            throw Refusal.Missing("run_ids");
        if (runs.Count > MostRuns)
            throw Refusal.Invalid(
                $"GetMetricHistoryBulkInterval request must specify at most {MostRuns} run_ids. Received {runs.Count} run_ids. "
                    + "See the API docs for more information about request parameters."
            );
        var key = call.Fields.RequiredText("metric_key");
        var start = call.Fields.Long("start_step");
        var end = call.Fields.Long("end_step");
        var count = call.Fields.Long("max_results") ?? MostSamples;
        if (count is < 1 or > MostSamples)
            throw Refusal.Invalid(
                $"max_results must be between 1 and {MostSamples}. See the API docs for more information about request parameters."
            );
        if (start is null != end is null)
            throw Refusal.Invalid("If either start step or end step are specified, both must be specified.");
        if (start > end)
            throw Refusal.Invalid($"end_step must be greater than start_step. Found start_step={start} and end_step={end}.");
        foreach (var run in runs)
            call.RequireRun(run, Permission.Read);
        var samples = call.Store.TrackedSamples(runs, key, start ?? long.MinValue, end ?? long.MaxValue, (int)count);
        return Answer.Json(writer =>
        {
            if (samples.Count == 0)
                return;
            writer.WriteStartArray("metrics");
            foreach ((var run, IReadOnlyList<TrackedPoint> points) in samples)
            {
                foreach (var point in points)
                    writer.WritePoint(point, run, call.ClampInfinity);
            }

            writer.WriteEndArray();
        });
    }
}
