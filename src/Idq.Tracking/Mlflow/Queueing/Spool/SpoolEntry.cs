using System.Text.Json;

namespace Idq.Tracking.Mlflow;

/// <summary>One operation of a run, as it is kept on disk: exactly one of its parts is there.</summary>
/// <param name="Sequence">Its number; greater than that of every earlier entry.</param>
/// <param name="Run">The run's id, or the spool's own name of a run that it is to make.</param>
sealed record SpoolEntry(long Sequence, string Run)
{
    public MlflowRunDraft? Creation { get; init; }

    public LogBatch? Batch { get; init; }

    public IReadOnlyList<MlflowDatasetInput>? Inputs { get; init; }

    public (MlflowRunStatus Status, long EndTime)? Termination { get; init; }

    /// <summary>Why the target did not want it.</summary>
    public string? Refusal { get; init; }

    public byte[] Encode() => MlflowJson.Object(json =>
    {
        json.WriteNumber("seq", Sequence);
        json.WriteString("run", Run);
        json.Optional("refusal", Refusal);
        if (Creation is { } creation)
        {
            json.WriteStartObject("create");
            json.Draft(creation with { ClientKey = null });
            json.Optional("client_key", creation.ClientKey);
            json.WriteEndObject();
        }

        if (Batch is { } batch)
        {
            json.WriteStartObject("batch");
            json.Batch(batch);
            json.WriteEndObject();
        }

        if (Inputs is { } inputs)
        {
            json.WriteStartArray("inputs");
            foreach (var input in inputs)
                MlflowJson.Input(json, input);
            json.WriteEndArray();
        }

        if (Termination is { } end)
        {
            json.WriteStartObject("end");
            json.WriteString("status", end.Status.Wire());
            json.WriteNumber("time", end.EndTime);
            json.WriteEndObject();
        }
    });

    public static SpoolEntry Decode(ReadOnlyMemory<byte> payload)
    {
        using var document = JsonDocument.Parse(payload);
        var json = document.RootElement;
        return new SpoolEntry(json.OptionalInteger("seq") ?? 0, json.Text("run"))
        {
            Refusal = json.OptionalText("refusal"),
            Creation = json.TryGetProperty("create", out var create) ? ReadDraft(create) : null,
            Batch = json.TryGetProperty("batch", out var batch) ? MlflowJson.ReadBatch(batch) : null,
            Inputs = json.TryGetProperty("inputs", out _) ? json.List("inputs", MlflowJson.ReadInput) : null,
            Termination = json.TryGetProperty("end", out var end)
                ? (MlflowRunStatusText.Parse(end.Text("status")) ?? MlflowRunStatus.Finished, end.OptionalInteger("time") ?? 0)
                : null,
        };
    }

    static MlflowRunDraft ReadDraft(JsonElement json) => new(json.Text("experiment_id"))
    {
        Name = json.OptionalText("run_name"),
        StartTime = json.OptionalInteger("start_time"),
        UserId = json.OptionalText("user_id"),
        Tags = json.List("tags", MlflowJson.ReadEntry),
        ClientKey = json.OptionalText("client_key"),
    };
}
