using System.Text.Json;
using System.Text.Json.Nodes;

namespace Idq.Tracking.Mlflow;

/// <summary>
/// The logged models of a run: those that it used, whose steps mean nothing, and those that it made. Kept in the run's extras.
/// </summary>
sealed record TrackedModels(IReadOnlyList<TrackedModel> Inputs, IReadOnlyList<TrackedModel> Outputs)
{
    const string Member = "mlflow.models";

    public static TrackedModels None { get; } = new([], []);

    /// <summary>Reads them from a run's extras; what is there in another form counts as none.</summary>
    public static TrackedModels Read(string extras)
    {
        if (!extras.Contains(Member, StringComparison.Ordinal))
            return None;
        using JsonDocument document = JsonDocument.Parse(extras);
        return
            document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty(Member, out JsonElement models)
            && models.ValueKind == JsonValueKind.Object
            ? new TrackedModels(List(models, "inputs"), List(models, "outputs"))
            : None;
    }

    /// <summary>The extras with more models; one that is there already is not added again.</summary>
    public static string Add(string extras, IReadOnlyList<TrackedModel> inputs, IReadOnlyList<TrackedModel> outputs)
    {
        TrackedModels old = Read(extras);
        var root = JsonNode.Parse(extras)!.AsObject();
        root[Member] = new JsonObject { ["inputs"] = Array(old.Inputs.Union(inputs)), ["outputs"] = Array(old.Outputs.Union(outputs)) };
        return root.ToJsonString();
    }

    static IReadOnlyList<TrackedModel> List(JsonElement models, string name) =>
        models.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array
            ?
            [
                .. list.EnumerateArray()
                    .Where(item =>
                        item.ValueKind == JsonValueKind.Object
                        && item.TryGetProperty("model_id", out JsonElement id)
                        && id.ValueKind == JsonValueKind.String
                    )
                    .Select(item => new TrackedModel(
                        item.GetProperty("model_id").GetString()!,
                        item.TryGetProperty("step", out JsonElement step)
                        && step.ValueKind == JsonValueKind.Number
                        && step.TryGetInt64(out var number)
                            ? number
                            : 0
                    )),
            ]
            : [];

    static JsonArray Array(IEnumerable<TrackedModel> models) =>
        new([.. models.Select(model => (JsonNode)new JsonObject { ["model_id"] = model.Id, ["step"] = model.Step })]);
}
