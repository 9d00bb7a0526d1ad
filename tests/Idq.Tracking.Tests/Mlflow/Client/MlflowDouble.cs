using System.Text.Json;
using System.Web;

namespace Idq.Tracking.Tests.Mlflow;

/// <summary>
/// Stands for an MLflow server where only the client is under test: runs, batches within the limits, idempotent re-sends. It keeps what
/// it was sent in memory, whoever kills the listener in front of it. It is not the server of this program and says nothing about that one.
/// </summary>
public sealed class MlflowDouble : IDisposable
{
    readonly Lock gate = new();

    public MlflowDouble() => Server = new ScriptedServer(Handle);

    public ScriptedServer Server { get; }

    /// <summary>May answer in the double's place: null lets it answer itself.</summary>
    public Func<Sent, Answer?> Before { get; set; } = _ => null;

    /// <summary>May replace an answer after the double has stored what was sent.</summary>
    public Func<Sent, Answer?> After { get; set; } = _ => null;

    public Dictionary<string, StoredRun> Runs { get; } = [];

    public StoredRun TheRun => Assert.Single(Runs.Values);

    public void Dispose() => Server.Dispose();

    Answer Handle(Sent sent)
    {
        lock (gate)
            return Before(sent) ?? (Stored(sent) is { Status: 200 } ok ? After(sent) ?? ok : Stored(sent));
    }

    Answer Stored(Sent sent) =>
        sent.Endpoint switch
        {
            "runs/create" => Create(sent.Json),
            "runs/search" => Search(sent.Json),
            "metrics/get-history" => History(sent.Query),
            "experiments/get-by-name" => Answer.Error(404, "RESOURCE_DOES_NOT_EXIST", "Could not find experiment"),
            "experiments/create" => Answer.Ok("""{"experiment_id":"1"}"""),
            _ => Runs.TryGetValue(sent.Json.GetProperty("run_id").GetString()!, out var run)
                ? Logged(run, sent)
                : Answer.Error(404, "RESOURCE_DOES_NOT_EXIST", "Run not found"),
        };

    static Answer Logged(StoredRun run, Sent sent) => sent.Endpoint switch
    {
        "runs/log-batch" => Batch(run, sent),
        "runs/log-metric" => Metric(run, sent.Json),
        "runs/log-inputs" => Inputs(run, sent),
        "runs/update" => Update(run, sent.Json),
        _ => Answer.Error(404, "ENDPOINT_NOT_FOUND", sent.Endpoint),
    };

    Answer Create(JsonElement json)
    {
        var run = new StoredRun(Guid.NewGuid().ToString("n"), json.TryGetProperty("run_name", out var name) ? name.GetString() : null)
        {
            StartTime = json.TryGetProperty("start_time", out var start) ? start.GetInt64() : 0,
        };
        if (json.TryGetProperty("tags", out var tags))
        {
            foreach (var tag in tags.EnumerateArray())
                run.Tags.Add(tag.GetProperty("key").GetString()!, tag.GetProperty("value").GetString()!);
        }

        Runs.Add(run.Id, run);
        return Answer.Ok(RunJson(run));
    }

    static string RunJson(StoredRun run) =>
        JsonSerializer.Serialize(
            new
            {
                run = new
                {
                    info = new
                    {
                        run_id = run.Id,
                        run_uuid = run.Id,
                        experiment_id = "1",
                        status = run.Status,
                    },
                },
            }
        );

    Answer Search(JsonElement json)
    {
        var filter = json.GetProperty("filter").GetString()!.Split('\'')[1];
        var found = Runs.Values.FirstOrDefault(run => run.Tags.ContainsValue(filter));
        return Answer.Ok(found is null ? "{}" : $$"""{"runs":[{{RunJson(found)["{\"run\":".Length..^1]}}]}""");
    }

    Answer History(string query)
    {
        var parameters = HttpUtility.ParseQueryString(query);
        var rows = Runs[parameters["run_id"]!].Metrics.Where(row => row.Key == parameters["metric_key"]);
        return Answer.Ok(
            JsonSerializer.Serialize(
                new
                {
                    metrics = rows.Select(row => new
                    {
                        key = row.Key,
                        value = row.Value,
                        timestamp = row.Timestamp,
                        step = row.Step,
                    }),
                }
            )
        );
    }

    static Answer Batch(StoredRun run, Sent sent)
    {
        var (metrics, parameters, tags) = (sent.Array("metrics").ToList(), sent.Array("params").ToList(), sent.Array("tags").ToList());
        if (metrics.Count > 1000 || parameters.Count > 100 || tags.Count > 100 || metrics.Count + parameters.Count + tags.Count > 1000)
            return Answer.Error(400, "INVALID_PARAMETER_VALUE", "A batch logging request can contain at most");
        if (sent.Body.Length > 1_000_000)
            return Answer.Error(400, "INVALID_PARAMETER_VALUE", "Batched logging API requests must be at most 1000000 bytes");
        if (metrics.Concat(parameters).Concat(tags).Any(entry => entry.GetProperty("key").GetString() == "bad"))
            return Answer.Error(400, "INVALID_PARAMETER_VALUE", "Invalid name: 'bad'");
        foreach (var parameter in parameters)
        {
            var value = parameter.GetProperty("value").GetString()!;
            if (run.Params.GetValueOrDefault(parameter.GetProperty("key").GetString()!, value) != value)
                return Answer.Error(400, "INVALID_PARAMETER_VALUE", "Changing param values is not allowed.");
            run.Params[parameter.GetProperty("key").GetString()!] = value;
        }

        foreach (var metric in metrics)
            Metric(run, metric);
        foreach (var tag in tags)
            run.Tags[tag.GetProperty("key").GetString()!] = tag.GetProperty("value").GetString()!;
        return Answer.Ok();
    }

    static Answer Metric(StoredRun run, JsonElement json)
    {
        var value = json.GetProperty("value");
        var row = new StoredMetric(
            json.GetProperty("key").GetString()!,
            value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText(),
            json.GetProperty("timestamp").GetInt64(),
            json.GetProperty("step").GetInt64());
        if (run.Known.Add(row))
            run.Metrics.Add(row);
        return Answer.Ok();
    }

    static Answer Inputs(StoredRun run, Sent sent)
    {
        foreach (var input in sent.Array("datasets"))
            run.Inputs.Add(input.GetProperty("dataset").GetProperty("name").GetString()!);
        return Answer.Ok();
    }

    static Answer Update(StoredRun run, JsonElement json)
    {
        run.Status = json.GetProperty("status").GetString()!;
        run.EndTime = json.TryGetProperty("end_time", out var end) ? end.GetInt64() : null;
        return Answer.Ok(JsonSerializer.Serialize(new { run_info = new { run_id = run.Id, experiment_id = "1", status = run.Status } }));
    }
}

public sealed record StoredMetric(string Key, string Value, long Timestamp, long Step);

public sealed class StoredRun(string id, string? name)
{
    public string Id { get; } = id;

    public string? Name { get; } = name;

    public string Status { get; set; } = "RUNNING";

    public long StartTime { get; init; }

    public long? EndTime { get; set; }

    public Dictionary<string, string> Params { get; } = [];

    public Dictionary<string, string> Tags { get; } = [];

    public List<StoredMetric> Metrics { get; } = [];

    public HashSet<StoredMetric> Known { get; } = [];

    public List<string> Inputs { get; } = [];
}
