using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Idq.Tracking.Mlflow;

/// <summary>MLflow's JSON: snake_case, 64-bit integers as numbers or text, NaN and ±Infinity as text.</summary>
static class MlflowJson
{
    // Text of other alphabets stays as it is: escaped it would be up to three times as long, and requests have a limit.
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Object(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static void Optional(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    /// <summary>Both names of a run: servers of the first generation know only the second.</summary>
    public static void RunId(this Utf8JsonWriter json, string runId)
    {
        json.WriteString("run_id", runId);
        json.WriteString("run_uuid", runId);
    }

    public static void Array<T>(this Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var item in items)
            write(json, item);
        json.WriteEndArray();
    }

    public static void Entries(this Utf8JsonWriter json, string name, IReadOnlyList<MlflowEntry> entries) =>
        json.Array(
            name,
            entries,
            static (json, entry) =>
            {
                json.WriteStartObject();
                json.WriteString("key", entry.Key);
                json.WriteString("value", entry.Value);
                json.WriteEndObject();
            }
        );

    public static void Metric(Utf8JsonWriter json, MlflowMetric metric)
    {
        json.WriteStartObject();
        MetricMembers(json, metric);
        json.WriteEndObject();
    }

    public static void MetricMembers(Utf8JsonWriter json, MlflowMetric metric)
    {
        json.WriteString("key", metric.Key);
        json.Double("value", metric.Value);
        json.WriteNumber("timestamp", metric.Timestamp);
        json.WriteNumber("step", metric.Step);
        json.Optional("dataset_name", metric.DatasetName);
        json.Optional("dataset_digest", metric.DatasetDigest);
        json.Optional("model_id", metric.ModelId);
    }

    public static void Input(Utf8JsonWriter json, MlflowDatasetInput input)
    {
        json.WriteStartObject();
        json.Entries("tags", input.Tags);
        json.WriteStartObject("dataset");
        json.WriteString("name", input.Name);
        json.WriteString("digest", input.Digest);
        json.WriteString("source_type", input.SourceType);
        json.WriteString("source", input.Source);
        json.Optional("schema", input.Schema);
        json.Optional("profile", input.Profile);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Batch(this Utf8JsonWriter json, LogBatch batch)
    {
        json.Array("metrics", batch.Metrics, Metric);
        json.Entries("params", batch.Params);
        json.Entries("tags", batch.Tags);
    }

    public static void Draft(this Utf8JsonWriter json, MlflowRunDraft draft)
    {
        json.WriteString("experiment_id", draft.ExperimentId);
        json.Optional("user_id", draft.UserId);
        json.Optional("run_name", draft.Name);
        if (draft.StartTime is { } start)
            json.WriteNumber("start_time", start);
        json.Entries("tags", draft.ClientKey is { } key ? [.. draft.Tags, new MlflowEntry(MlflowRunDraft.ClientKeyTag, key)] : draft.Tags);
    }

    public static void Double(this Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteString(name, double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }

    public static string Text(this JsonElement json, string name) =>
        json.OptionalText(name) ?? throw new FormatException($"'{name}' is missing");

    public static string? OptionalText(this JsonElement json, string name) =>
        !json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.GetRawText();

    public static long? OptionalInteger(this JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
            ? integer
            : throw new FormatException($"'{name}' is not a 64-bit integer");
    }

    public static double ReadDouble(this JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value))
            return 0;
        return (value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()) switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            { } text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw new FormatException($"'{name}' is not a number"),
        };
    }

    public static IReadOnlyList<T> List<T>(this JsonElement json, string name, Func<JsonElement, T> read) =>
        json.TryGetProperty(name, out var array) && array.ValueKind == JsonValueKind.Array ? [.. array.EnumerateArray().Select(read)] : [];

    public static MlflowPage<T> ReadPage<T>(this JsonElement json, string name, Func<JsonElement, T> read) =>
        new(json.List(name, read), json.OptionalText("next_page_token") is { Length: > 0 } token ? token : null);

    public static MlflowEntry ReadEntry(JsonElement json) => new(json.Text("key"), json.OptionalText("value") ?? "");

    public static MlflowMetric ReadMetric(JsonElement json) =>
        new(json.Text("key"), json.ReadDouble("value"), json.OptionalInteger("timestamp") ?? 0, json.OptionalInteger("step") ?? 0)
        {
            DatasetName = json.OptionalText("dataset_name"),
            DatasetDigest = json.OptionalText("dataset_digest"),
            ModelId = json.OptionalText("model_id"),
        };

    public static MlflowDatasetInput ReadInput(JsonElement json)
    {
        var dataset = json.GetProperty("dataset");
        return new MlflowDatasetInput(
            dataset.Text("name"),
            dataset.OptionalText("digest") ?? "",
            dataset.OptionalText("source_type") ?? "",
            dataset.OptionalText("source") ?? ""
        )
        {
            Schema = dataset.OptionalText("schema"),
            Profile = dataset.OptionalText("profile"),
            Tags = json.List("tags", ReadEntry),
        };
    }

    public static LogBatch ReadBatch(JsonElement json) => new()
    {
        Metrics = json.List("metrics", ReadMetric),
        Params = json.List("params", ReadEntry),
        Tags = json.List("tags", ReadEntry),
    };

    public static MlflowExperiment ReadExperiment(JsonElement json) => new(json.Text("experiment_id"), json.OptionalText("name") ?? "")
    {
        ArtifactLocation = json.OptionalText("artifact_location"),
        IsActive = json.OptionalText("lifecycle_stage") is null or "active",
        CreationTime = json.OptionalInteger("creation_time"),
        LastUpdateTime = json.OptionalInteger("last_update_time"),
        Tags = json.List("tags", ReadEntry),
    };

    public static MlflowRun ReadRun(JsonElement json)
    {
        var info = json.GetProperty("info");
        var data = json.TryGetProperty("data", out var found) && found.ValueKind == JsonValueKind.Object ? found : default(JsonElement?);
        var inputs =
            json.TryGetProperty("inputs", out var given) && given.ValueKind == JsonValueKind.Object ? given : default(JsonElement?);
        return ReadRunInfo(info) with
        {
            Metrics = data?.List("metrics", ReadMetric) ?? [],
            Params = data?.List("params", ReadEntry) ?? [],
            Tags = data?.List("tags", ReadEntry) ?? [],
            Inputs = inputs?.List("dataset_inputs", ReadInput) ?? [],
        };
    }

    public static MlflowRun ReadRunInfo(JsonElement info) =>
        new(info.OptionalText("run_id") ?? info.Text("run_uuid"), info.OptionalText("experiment_id") ?? "")
        {
            Name = info.OptionalText("run_name") ?? "",
            Status =
                MlflowRunStatusText.Parse(info.OptionalText("status") ?? "RUNNING")
                ?? throw new FormatException("'status' is no state of a run"),
            UserId = info.OptionalText("user_id"),
            StartTime = info.OptionalInteger("start_time") ?? 0,
            EndTime = info.OptionalInteger("end_time") is { } end and > 0 ? end : null,
            ArtifactUri = info.OptionalText("artifact_uri"),
            IsActive = info.OptionalText("lifecycle_stage") is null or "active",
        };
}
