using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Idq.Tracking.Mlflow;

/// <summary>
/// The stream of new points of a run, as server-sent events:
/// <c>GET /api/2.0/stream/runs/{run_id}/metrics/live[?metric_key=…][&amp;above=…][&amp;below=…][&amp;stale=seconds]</c>.
/// It begins with the latest point of every metric. Points that come through this server are all sent, as they are committed; of those that
/// reach the store another way, the newest of every metric is sent once per poll. Events <c>alert</c> tell when the newest value of a
/// metric passes a threshold, or none comes for too long, and when that is over. When the run ends, an event <c>run</c> tells its status,
/// and the stream ends.
/// </summary>
static class LiveCalls
{
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    public static async ValueTask<Answer?> Watch(Call call, string run, CancellationToken cancellation)
    {
        string[] only = [.. call.Fields.Texts("metric_key")];
        LiveAlerts alerts = LiveAlerts.Of(call.Fields, only);
        call.RequireRun(run, Permission.Read);
        TrackedRun known = call.Store.FindTrackedRun(run) ?? throw Refusal.UnknownRun(run);
        if (HttpMethods.IsHead(call.Context.Request.Method))
        {
            call.Context.Response.ContentType = "text/event-stream";
            return null;
        }

        if (call.Room.Statistics.Live(1) > call.Room.Options.MaxLiveStreams)
        {
            call.Room.Statistics.Live(-1);
            throw new Refusal(RefusalCode.ResourceExhausted, "There are too many live streams; try again later");
        }

        try
        {
            using LiveHub.Watch watch = call.Room.Live.Open(run);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, call.Room.Stopping);
            HttpResponse response = call.Context.Response;
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-cache";
            await new Feed(call, run, only, alerts, response.Body, ending.Token).RunAsync(known, watch);
        }
        catch (OperationCanceledException) when (call.Room.Stopping.IsCancellationRequested || cancellation.IsCancellationRequested)
        {
            // The client closed the connection or the server stops: the stream ends without an error.
        }
        finally
        {
            call.Room.Statistics.Live(-1);
        }

        return null;
    }

    sealed class Feed(Call call, string run, string[] only, LiveAlerts alerts, Stream body, CancellationToken cancellation)
    {
        readonly Dictionary<string, TrackedPoint> newest = new(StringComparer.Ordinal);
        readonly ArrayBufferWriter<byte> buffer = new();

        public async Task RunAsync(TrackedRun known, LiveHub.Watch watch)
        {
            var quiet = 0L;
            Write(": a stream of new points\n\n");
            while (true)
            {
                while (watch.Points.TryRead(out IReadOnlyList<TrackedPoint>? points))
                    Tell(points);
                // Poll after the queue: what it finds beyond the queue came to the store another way.
                Tell(known.Metrics.Where(point => !newest.TryGetValue(point.Key, out TrackedPoint? last) || IsNewer(point, last)));
                foreach (LiveAlerts.Alert alert in alerts.Passed())
                    Tell(alert);
                if (known.Status.IsFinal() || !known.IsActive)
                {
                    Write($"event: run\ndata: {{\"run_id\": {PythonText.Dumps(run)}, \"status\": \"{WireStatus.Of(known.Status)}\"}}\n\n");
                    await SendAsync();
                    return;
                }

                if (buffer.WrittenCount == 0 && quiet >= Silence.Ticks)
                    Write(": still here\n\n");
                if (buffer.WrittenCount > 0)
                {
                    quiet = 0;
                    await SendAsync();
                }

                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                patience.CancelAfter(call.Room.Options.LivePoll);
                try
                {
                    // Until the next poll, what is committed here is passed on at once.
                    while (await watch.Points.WaitToReadAsync(patience.Token))
                    {
                        while (watch.Points.TryRead(out IReadOnlyList<TrackedPoint>? points))
                            Tell(points);
                        if (buffer.WrittenCount > 0)
                            await SendAsync();
                    }
                }
                catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
                {
                    quiet += call.Room.Options.LivePoll.Ticks;
                }

                if (call.Store.FindTrackedRun(run) is not { } now)
                    return;
                known = now;
            }
        }

        static bool IsNewer(TrackedPoint a, TrackedPoint b) =>
            a.Step != b.Step ? a.Step > b.Step
            : a.Timestamp != b.Timestamp ? a.Timestamp > b.Timestamp
            : a.Value.CompareTo(b.Value) != 0 && (double.IsNaN(a.Value) || a.Value > b.Value);

        void Tell(IEnumerable<TrackedPoint> points)
        {
            foreach (var point in points)
            {
                if (only.Length > 0 && !only.Contains(point.Key))
                    continue;
                var isNewest = !newest.TryGetValue(point.Key, out TrackedPoint? last) || IsNewer(point, last);
                if (isNewest)
                    newest[point.Key] = point;
                Write("event: metric\ndata: ");
                using (var writer = new Utf8JsonWriter(buffer, AnswerText.Options with { Indented = false }))
                    writer.WritePoint(point, run, call.ClampInfinity);
                Write("\n\n");
                if (!isNewest)
                    continue;
                foreach (LiveAlerts.Alert alert in alerts.Seen(point))
                    Tell(alert);
            }
        }

        void Tell(LiveAlerts.Alert alert)
        {
            Write("event: alert\ndata: ");
            using (var writer = new Utf8JsonWriter(buffer, AnswerText.Options with { Indented = false }))
            {
                writer.WriteStartObject();
                writer.WriteString("run_id", run);
                writer.WriteString("key", alert.Key);
                writer.WriteString("kind", alert.Kind);
                writer.WriteBoolean("raised", alert.IsRaised);
                writer.WriteNumber("limit", alert.Limit);
                if (alert.Point is { } point)
                {
                    writer.WriteDouble(JsonEncodedText.Encode("value"), point.Value, call.ClampInfinity);
                    writer.WriteNumber("step", point.Step);
                    writer.WriteNumber("timestamp", point.Timestamp);
                }

                writer.WriteEndObject();
            }

            Write("\n\n");
        }

        void Write(string text) => Encoding.UTF8.GetBytes(text, buffer);

        async Task SendAsync()
        {
            await body.WriteAsync(buffer.WrittenMemory, cancellation);
            await body.FlushAsync(cancellation);
            buffer.ResetWrittenCount();
        }
    }
}
