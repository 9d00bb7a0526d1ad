using Microsoft.AspNetCore.Http;

namespace Idq.Tracking.Mlflow;

/// <summary>One endpoint.</summary>
/// <param name="Name">Its path below the prefix, for statistics.</param>
/// <param name="Methods">The HTTP methods that it answers.</param>
/// <param name="Work">What it does.</param>
/// <param name="BodyBytes">The greatest body, given the limits.</param>
sealed record Route(
    string Name,
    string Methods,
    Func<Call, CancellationToken, ValueTask<Answer?>> Work,
    Func<ServerLimits, int> BodyBytes
)
{
    /// <summary>True when it answers a method; HEAD is answered where GET is.</summary>
    public bool Answers(string method) => Methods.Split(' ').Contains(HttpMethods.IsHead(method) ? HttpMethods.Get : method);

    /// <summary>The methods as a header tells them.</summary>
    public string Allowed =>
        string.Join(
            ", ",
            Methods
                .Split(' ')
                .SelectMany(method => HttpMethods.IsGet(method) ? [method, HttpMethods.Head] : new[] { method })
                .Append(HttpMethods.Options)
        );
}

/// <summary>The endpoints of the protocol, whichever prefix they come under.</summary>
static class Routes
{
    // Longer ones first: the web page of the reference server, and clients before its version 1.
    static readonly string[] Prefixes =
    [
        "/ajax-api/2.0/preview/mlflow",
        "/api/2.0/preview/mlflow",
        "/ajax-api/2.0/mlflow",
        "/api/2.0/mlflow",
    ];

    static readonly Dictionary<string, Route> Endpoints = new Route[]
    {
        Sync("experiments/create", "POST", ExperimentCalls.Create),
        Sync("experiments/get", "GET", ExperimentCalls.Get),
        Sync("experiments/get-by-name", "GET", ExperimentCalls.GetByName),
        Sync("experiments/search", "POST GET", ExperimentCalls.Search),
        Sync("experiments/list", "GET POST", ExperimentCalls.List),
        Sync("experiments/update", "POST", ExperimentCalls.Update),
        Sync("experiments/delete", "POST", ExperimentCalls.Delete),
        Sync("experiments/restore", "POST", ExperimentCalls.Restore),
        Sync("experiments/set-experiment-tag", "POST", ExperimentCalls.SetTag),
        // As the npm client "mlflow" writes it, without the slash.
        Sync("experimentsset-experiment-tag", "POST", ExperimentCalls.SetTag),
        Sync("experiments/delete-experiment-tag", "POST DELETE", ExperimentCalls.DeleteTag),
        Sync("runs/create", "POST", RunCalls.Create),
        Sync("runs/get", "GET", RunCalls.Get),
        Sync("runs/update", "POST", RunCalls.Update),
        Sync("runs/delete", "POST", RunCalls.Delete),
        Sync("runs/restore", "POST", RunCalls.Restore),
        Sync("runs/log-metric", "POST", RunCalls.LogMetric),
        Sync("runs/log-parameter", "POST", RunCalls.LogParameter),
        Sync("runs/set-tag", "POST", RunCalls.SetTag),
        Sync("runs/delete-tag", "POST", RunCalls.DeleteTag),
        Sync("runs/log-batch", "POST", RunCalls.LogBatch, limits => limits.BatchBytes),
        Sync("runs/log-inputs", "POST", RunCalls.LogInputs, limits => limits.InputsBytes),
        Sync("runs/outputs", "POST", RunCalls.LogOutputs),
        Sync("runs/log-model", "POST", RunCalls.LogModel),
        Sync("runs/search", "POST GET", RunCalls.Search),
        new("metrics/get-history", "GET", MetricCalls.History, limits => limits.RequestBytes),
        Sync("metrics/get-history-bulk", "GET", MetricCalls.Bulk),
        Sync("metrics/get-history-bulk-interval", "GET", MetricCalls.BulkInterval),
        Sync("artifacts/list", "GET", ArtifactCalls.List),
    }.ToDictionary(route => route.Name, StringComparer.Ordinal);

    static readonly Route Health = Text("/health", _ => Answer.Text("OK", "text/plain; charset=utf-8"));
    static readonly Route Version = Text("/version", call => Answer.Text(call.Room.Options.ProtocolVersion));
    static readonly Route Statistics = Text(
        "/metrics",
        call => Answer.Text(call.Room.Statistics.Print(call.Room.Bodies.Held), PrometheusText.MediaType)
    );
    static readonly Route Info = Sync(
        "mlflow/server-info",
        "GET",
        _ =>
            Answer.Json(writer =>
            {
                writer.WriteString("store_type", "SqlStore");
                writer.WriteBoolean("workspaces_enabled", false);
            })
    );

    static readonly Route GetArtifact = new("get-artifact", "GET", ArtifactCalls.Get, limits => limits.RequestBytes);
    static readonly Route Multipart = Sync(
        "mlflow-artifacts/mpu",
        "POST PUT GET",
        _ => throw new Refusal(RefusalCode.NotImplemented, "Multipart upload is not supported for the current artifact repository")
    );

    /// <summary>The names that need no login.</summary>
    public static bool IsOpen(Route route) => ReferenceEquals(route, Health) || ReferenceEquals(route, Version);

    /// <summary>The endpoint of a path, or null. A path's own part, such as an artifact's name, belongs to the work.</summary>
    public static Route? Find(string path)
    {
        switch (path)
        {
            case "/health":
                return Health;
            case "/version":
                return Version;
            case "/metrics":
                return Statistics;
            case "/get-artifact":
                return GetArtifact;
            case "/api/3.0/mlflow/server-info" or "/ajax-api/3.0/mlflow/server-info":
                return Info;
        }

        if (
            After(path, "/api/2.0/mlflow-artifacts/") is { } artifacts
            || (After(path, "/ajax-api/2.0/mlflow-artifacts/") is { } ajax && (artifacts = ajax) is not null)
        )
        {
            return artifacts == "artifacts" || artifacts.StartsWith("artifacts/", StringComparison.Ordinal)
                    ? new Route(
                        "mlflow-artifacts/artifacts",
                        "GET PUT DELETE",
                        (call, cancellation) =>
                            ArtifactCalls.Proxy(
                                call,
                                artifacts.Length > "artifacts/".Length ? artifacts["artifacts/".Length..] : "",
                                cancellation
                            ),
                        _ => 0
                    )
                : artifacts.StartsWith("mpu/", StringComparison.Ordinal) ? Multipart
                : null;
        }

        if (After(path, "/api/2.0/stream/runs/") is { } live && live.EndsWith("/metrics/live", StringComparison.Ordinal))
        {
            var run = live[..^"/metrics/live".Length];
            return new Route("stream/metrics/live", "GET", (call, cancellation) => LiveCalls.Watch(call, run, cancellation), _ => 0);
        }

        if (After(path, "/api/2.0/stream/runs/") is { } series && series.EndsWith("/metrics/series", StringComparison.Ordinal))
        {
            var run = series[..^"/metrics/series".Length];
            return Sync("stream/metrics/series", "GET", call => SeriesCalls.Buckets(call, run));
        }

        foreach (var prefix in Prefixes)
        {
            // A client that is in use leaves out the slash.
            if (After(path, prefix) is { } rest)
                return Endpoints.GetValueOrDefault(rest.TrimStart('/'));
        }

        return null;
    }

    static string? After(string path, string prefix) => path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : null;

    static Route Text(string name, Func<Call, Answer> work) => Sync(name, "GET", work);

    static Route Sync(string name, string methods, Func<Call, Answer> work, Func<ServerLimits, int>? bodyBytes = null) =>
        new(name, methods, (call, _) => ValueTask.FromResult<Answer?>(work(call)), bodyBytes ?? (limits => limits.RequestBytes));
}
