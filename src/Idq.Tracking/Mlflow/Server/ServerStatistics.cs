using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Idq.Tracking.Mlflow;

/// <summary>What the server did since its start, in the text format that Prometheus reads.</summary>
sealed class ServerStatistics
{
    static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    readonly ConcurrentDictionary<(string Endpoint, int Status), StrongCount> requests = new();
    readonly long[] buckets = new long[Bounds.Length + 1];
    readonly long started = Stopwatch.GetTimestamp();
    long ticks;
    long count;
    long points;
    long resent;
    long inFlight;
    long live;
    long displaced;
    long connections;

    /// <summary>Open connections.</summary>
    public long Connections
    {
        set => Interlocked.Exchange(ref connections, value);
    }

    /// <summary>Counts a connection that was closed to make room.</summary>
    public void Displaced() => Interlocked.Increment(ref displaced);

    public void Begin() => Interlocked.Increment(ref inFlight);

    public void End(string endpoint, int status, TimeSpan time)
    {
        Interlocked.Decrement(ref inFlight);
        Interlocked.Increment(ref requests.GetOrAdd((endpoint, status), static _ => new StrongCount()).Value);
        Interlocked.Increment(ref count);
        Interlocked.Add(ref ticks, time.Ticks);
        var bucket = Array.FindIndex(Bounds, bound => time.TotalSeconds <= bound);
        Interlocked.Increment(ref buckets[bucket < 0 ? Bounds.Length : bucket]);
    }

    /// <summary>Counts points that were accepted, and those that were taken for thinned ones sent again.</summary>
    public void Logged(int number, int again)
    {
        Interlocked.Add(ref points, number);
        Interlocked.Add(ref resent, again);
    }

    /// <summary>Counts a live stream in or out; gives how many there are.</summary>
    public long Live(int change) => Interlocked.Add(ref live, change);

    /// <summary>Prints all.</summary>
    /// <param name="bodyBytes">What the bodies of requests under way hold.</param>
    public string Print(long bodyBytes)
    {
        var text = new PrometheusText("tracker_");
        text.Head("http_requests_total", "counter", "Requests by endpoint and status.");
        foreach (
            ((var endpoint, var status), StrongCount number) in requests
                .OrderBy(pair => pair.Key.Endpoint, StringComparer.Ordinal)
                .ThenBy(pair => pair.Key.Status)
        )
            text.Line(
                "http_requests_total",
                Interlocked.Read(ref number.Value),
                ("endpoint", endpoint),
                ("status", status.ToString(CultureInfo.InvariantCulture))
            );
        text.Head("http_request_duration_seconds", "histogram", "Time from the head of a request to the end of its answer.");
        var sum = 0L;
        for (var i = 0; i < buckets.Length; i++)
        {
            sum += Interlocked.Read(ref buckets[i]);
            text.Line(
                "http_request_duration_seconds_bucket",
                sum,
                ("le", i < Bounds.Length ? Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf")
            );
        }

        text.Line("http_request_duration_seconds_sum", new TimeSpan(Interlocked.Read(ref ticks)).TotalSeconds);
        text.Line("http_request_duration_seconds_count", Interlocked.Read(ref count));
        text.Gauge("http_requests_in_flight", "Requests under way.", Interlocked.Read(ref inFlight));
        text.Counter("points_logged_total", "Metric points that were accepted.", Interlocked.Read(ref points));
        text.Counter(
            "points_resent_total",
            "Metric points that were not taken because thinned points stand for them.",
            Interlocked.Read(ref resent)
        );
        text.Gauge("live_streams", "Open streams of new points.", Interlocked.Read(ref live));
        text.Gauge("connections", "Open connections.", Interlocked.Read(ref connections));
        text.Counter(
            "connections_displaced_total",
            "Connections that were closed because all places were taken.",
            Interlocked.Read(ref displaced)
        );
        text.Gauge("body_bytes", "Memory that the bodies of requests under way hold.", bodyBytes);
        text.Gauge("uptime_seconds", "Time since the start.", Stopwatch.GetElapsedTime(started).TotalSeconds);
        return text.ToString();
    }

    sealed class StrongCount
    {
        public long Value;
    }
}
