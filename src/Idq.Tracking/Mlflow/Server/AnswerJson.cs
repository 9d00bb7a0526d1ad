using System.Globalization;
using System.Text.Json;

namespace Idq.Tracking.Mlflow;

/// <summary>How experiments, runs and points look to clients.</summary>
static class AnswerJson
{
    static readonly JsonEncodedText Key = JsonEncodedText.Encode("key");
    static readonly JsonEncodedText Value = JsonEncodedText.Encode("value");
    static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("timestamp");
    static readonly JsonEncodedText Step = JsonEncodedText.Encode("step");
    static readonly JsonEncodedText RunId = JsonEncodedText.Encode("run_id");

    /// <summary>The members of an experiment.</summary>
    public static void WriteExperiment(this Utf8JsonWriter writer, TrackedExperiment experiment)
    {
        writer.WriteString("experiment_id", experiment.Id.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("name", experiment.Name);
        writer.WriteString("artifact_location", ServerRoom.ArtifactLocation(experiment));
        writer.WriteString("lifecycle_stage", experiment.IsActive ? "active" : "deleted");
        writer.WriteNumber("last_update_time", experiment.Updated);
        writer.WriteNumber("creation_time", experiment.Created);
        writer.WritePairs("tags", experiment.Tags);
        writer.WriteString("workspace", "default");
    }

    /// <summary>A run, whole.</summary>
    public static void WriteRun(this Utf8JsonWriter writer, TrackedRun run, bool clampInfinity)
    {
        writer.WriteStartObject("info");
        writer.WriteRunInfo(run);
        writer.WriteEndObject();
        writer.WriteStartObject("data");
        if (run.Metrics.Count > 0)
        {
            writer.WriteStartArray("metrics");
            foreach (var point in run.Metrics)
                writer.WritePoint(point, null, clampInfinity);
            writer.WriteEndArray();
        }

        writer.WritePairs("params", run.Params);
        writer.WritePairs("tags", Tags(run));
        writer.WriteEndObject();
        writer.WriteStartObject("inputs");
        if (run.Inputs.Count > 0)
        {
            writer.WriteStartArray("dataset_inputs");
            foreach (var input in run.Inputs)
                writer.WriteInput(input);
            writer.WriteEndArray();
        }

        writer.WriteModels("model_inputs", run.Models.Inputs, hasSteps: false);
        writer.WriteEndObject();
        if (run.Models.Outputs.Count == 0)
            return;
        writer.WriteStartObject("outputs");
        writer.WriteModels("model_outputs", run.Models.Outputs, hasSteps: true);
        writer.WriteEndObject();
    }

    /// <summary>What a run is, without its data.</summary>
    public static void WriteRunInfo(this Utf8JsonWriter writer, TrackedRun run)
    {
        writer.WriteString("run_uuid", run.Uid);
        writer.WriteString("experiment_id", run.ExperimentId.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("run_name", run.Name);
        writer.WriteString("user_id", run.User ?? "");
        writer.WriteString("status", WireStatus.Of(run.Status));
        writer.WriteOptional("start_time", run.Started);
        writer.WriteOptional("end_time", run.Ended);
        writer.WriteString("artifact_uri", run.ArtifactUri ?? $"{ServerRoom.ArtifactScheme}{run.ExperimentId}/{run.Uid}/artifacts");
        writer.WriteString("lifecycle_stage", run.IsActive ? "active" : "deleted");
        writer.WriteString("run_id", run.Uid);
    }

    /// <summary>A point of a metric, with its run when that is not clear from elsewhere.</summary>
    public static void WritePoint(this Utf8JsonWriter writer, TrackedPoint point, string? runId, bool clampInfinity)
    {
        writer.WriteStartObject();
        writer.WriteString(Key, point.Key);
        writer.WriteDouble(Value, point.Value, clampInfinity);
        writer.WriteNumber(Timestamp, point.Timestamp);
        writer.WriteNumber(Step, point.Step);
        if (point.Extras is { } extras)
        {
            foreach ((var name, var text) in TextPairs.Read(extras))
                writer.WriteString(name, text);
        }

        if (runId is not null)
            writer.WriteString(RunId, runId);
        writer.WriteEndObject();
    }

    static void WriteModels(this Utf8JsonWriter writer, string name, IReadOnlyList<TrackedModel> models, bool hasSteps)
    {
        if (models.Count == 0)
            return;
        writer.WriteStartArray(name);
        foreach (var model in models)
        {
            writer.WriteStartObject();
            writer.WriteString("model_id", model.Id);
            if (hasSteps)
                writer.WriteNumber(Step, model.Step);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    static void WriteInput(this Utf8JsonWriter writer, TrackedInput input)
    {
        writer.WriteStartObject();
        writer.WritePairs("tags", input.Tags);
        writer.WriteStartObject("dataset");
        writer.WriteString("name", input.Name);
        writer.WriteString("digest", input.Digest);
        writer.WriteString("source_type", input.SourceType);
        writer.WriteString("source", input.Source);
        writer.WriteOptional("schema", input.Schema);
        writer.WriteOptional("profile", input.Profile);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    // The store knows more states than the protocol; the tag tells which one it is.
    static IReadOnlyCollection<KeyValuePair<string, string>> Tags(TrackedRun run) => WireStatus.IsExact(run.Status)
        ? run.Tags
        : [.. run.Tags.Where(tag => tag.Key != WireStatus.RawTag), new(WireStatus.RawTag, run.Status.ToText())];
}
