using System.Globalization;
using System.Text.Json;

namespace Idq.Tracking.Mlflow;

/// <summary>
/// Reads what requests log: points, parameters, tags, data sets; all rules of names, lengths and numbers hold for what it gives.
/// </summary>
static class RequestEntities
{
    static readonly string[] Extras = ["model_id", "dataset_name", "dataset_digest"];

    /// <summary>The single point of a log-metric request.</summary>
    public static TrackedPoint Point(RequestFields fields, ServerLimits limits)
    {
        var key = fields.RequiredText("key");
        var value = fields.RequiredDouble("value");
        var timestamp = fields.RequiredLong("timestamp");
        var step = fields.Long("step") ?? 0;
        var extras = ExtrasOf(name => fields.Text(name));
        return Checked(new TrackedPoint(key, value, timestamp, step, extras), "", limits);
    }

    /// <summary>The points of a batch.</summary>
    public static List<TrackedPoint> Points(RequestFields fields, ServerLimits limits)
    {
        IReadOnlyList<JsonElement> items = fields.Objects("metrics");
        var points = new List<TrackedPoint>(items.Count);
        var keys = new KeyTable(limits.Key);
        for (var i = 0; i < items.Count; i++)
        {
            string? key = null;
            double? value = null;
            long? timestamp = null;
            var step = 0L;
            List<KeyValuePair<string, string>>? extras = null;
            // One pass over the members; a thousand points must be read in about a millisecond.
            foreach (var member in items[i].EnumerateObject())
            {
                if (member.Value.ValueKind == JsonValueKind.Null)
                    continue;
                if (member.NameEquals("key"u8))
                    key = keys.Find(member.Value) ?? RequestFields.TextOf(member.Value, $"metrics[{i}].key");
                else if (member.NameEquals("value"u8))
                    value =
                        member.Value.ValueKind == JsonValueKind.Number
                        && member.Value.TryGetDouble(out var number)
                        && double.IsFinite(number)
                            ? number
                            : RequestFields.DoubleOf(member.Value, $"metrics[{i}].value");
                else if (member.NameEquals("timestamp"u8))
                    timestamp =
                        member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt64(out var whole)
                            ? whole
                            : RequestFields.LongOf(member.Value, $"metrics[{i}].timestamp");
                else if (member.NameEquals("step"u8))
                    step =
                        member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt64(out var whole)
                            ? whole
                            : RequestFields.LongOf(member.Value, $"metrics[{i}].step");
                else if (
                    ExtraOf(member) is { } extra
                    && (RequestFields.GoodText(member.Value) ?? RequestFields.TextOf(member.Value, $"metrics[{i}].{extra}"))
                        is { Length: > 0 } text
                )
                    (extras ??= []).Add(new(extra, text));
            }

            points.Add(Checked(
                new TrackedPoint(
                    key is { Length: > 0 } ? key : throw Refusal.Missing($"metrics[{i}].key"),
                    value ?? throw Refusal.Missing($"metrics[{i}].value"),
                    timestamp ?? throw Refusal.Missing($"metrics[{i}].timestamp"),
                    step,
                    extras is null ? null : TextPairs.Merge("{}", extras)),
                i,
                keys,
                limits));
        }

        return points;
    }

    /// <summary>The parameters of a batch.</summary>
    /// <exception cref="Refusal">Also when a key comes twice.</exception>
    public static List<KeyValuePair<string, string>> Params(RequestFields fields, ServerLimits limits)
    {
        var pairs = Pairs(fields, "params", (key, value, path) => Param(key, value, path, limits));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string[] doubled = [.. pairs.Where(pair => !seen.Add(pair.Key)).Select(pair => pair.Key)];
        return doubled.Length == 0
            ? pairs
            : throw Refusal.Invalid(
                $"Duplicate parameter keys have been submitted: {PythonText.Repr(doubled)}. Please ensure the request contains only one "
                    + "param value per param key."
            );
    }

    /// <summary>The tags of a run in a request.</summary>
    public static List<KeyValuePair<string, string>> Tags(RequestFields fields, ServerLimits limits) =>
        Pairs(fields, "tags", (key, value, path) => Tag(key, value, path, limits));

    /// <summary>The tags of an experiment in a request.</summary>
    public static List<KeyValuePair<string, string>> ExperimentTags(RequestFields fields, ServerLimits limits) =>
        Pairs(fields, "tags", (key, value, path) => ExperimentTag(key, value, path, limits));

    /// <summary>A parameter; its value is cut or refused when too long.</summary>
    public static KeyValuePair<string, string> Param(string key, string value, string path, ServerLimits limits)
    {
        EntityNames.Require(key, Join(path, "key"), limits.Key);
        return new(key, Cut(value, Join(path, "value"), limits.ParamValue, limits.TruncateLongValues));
    }

    /// <summary>A tag of a run; its value is cut or refused when too long.</summary>
    public static KeyValuePair<string, string> Tag(string key, string value, string path, ServerLimits limits)
    {
        EntityNames.Require(key, Join(path, "key"), limits.Key);
        return new(key, Cut(value, Join(path, "value"), limits.TagValue, limits.TruncateLongValues));
    }

    /// <summary>A tag of an experiment; its value is refused when too long.</summary>
    public static KeyValuePair<string, string> ExperimentTag(string key, string value, string path, ServerLimits limits)
    {
        EntityNames.Require(key, Join(path, "key"), limits.Key);
        return new(key, Cut(value, Join(path, "value"), limits.ExperimentTagValue, truncate: false));
    }

    /// <summary>Refuses more of something than one batch may hold.</summary>
    public static void RequireAtMost(int count, int limit, string what)
    {
        if (count > limit)
        {
            throw Refusal.Invalid(
                $"A batch logging request can contain at most {limit} {what}. Got {count} {what}. Please split up {what} across multiple "
                    + "requests and try again."
            );
        }
    }

    /// <summary>The data sets of a request.</summary>
    public static List<TrackedInput> Inputs(RequestFields fields, ServerLimits limits)
    {
        IReadOnlyList<JsonElement> items = fields.Objects("datasets");
        RequireAtMost(items.Count, limits.Datasets, "datasets");
        var inputs = new List<TrackedInput>(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            var path = $"datasets[{i}]";
            if (!items[i].TryGetProperty("dataset", out JsonElement dataset) || dataset.ValueKind == JsonValueKind.Null)
                throw Refusal.Missing($"{path}.dataset");
            if (dataset.ValueKind != JsonValueKind.Object)
                throw Refusal.WrongType($"{path}.dataset", dataset);
            string? Member(string name) => dataset.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
                ? RequestFields.TextOf(value, $"{path}.dataset.{name}")
                : null;
            var tags = new List<KeyValuePair<string, string>>();
            if (items[i].TryGetProperty("tags", out JsonElement list) && list.ValueKind != JsonValueKind.Null)
            {
                if (list.ValueKind != JsonValueKind.Array)
                    throw Refusal.WrongType($"{path}.tags", list);
                foreach ((var index, JsonElement tag) in list.EnumerateArray().Index())
                {
                    tags.Add(PairOf(tag, $"{path}.tags[{index}]", (key, value, _) => new(key, value)));
                }
            }

            inputs.Add(
                Input(
                    new TrackedInput(
                        Member("name") ?? "",
                        Member("digest") ?? "",
                        Member("source_type") ?? "",
                        Member("source") ?? "",
                        Member("schema"),
                        Member("profile"),
                        tags
                    ),
                    path
                )
            );
        }

        return inputs;
    }

    /// <summary>The logged models of a request.</summary>
    /// <param name="fields">The request.</param>
    /// <param name="limits">As many as data sets.</param>
    /// <param name="hasSteps">Models that a run makes have a step, 0 when absent; those that it uses have none.</param>
    public static IReadOnlyList<TrackedModel> Models(RequestFields fields, ServerLimits limits, bool hasSteps)
    {
        IReadOnlyList<JsonElement> items = fields.Objects("models");
        RequireAtMost(items.Count, limits.Datasets, "models");
        var models = new List<TrackedModel>(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            var id =
                items[i].TryGetProperty("model_id", out JsonElement text) && text.ValueKind != JsonValueKind.Null
                    ? RequestFields.TextOf(text, $"models[{i}].model_id")
                    : null;
            if (string.IsNullOrEmpty(id))
                throw Refusal.Missing($"models[{i}].model_id");
            if (id.Length > limits.Key)
                throw Refusal.TooLong($"models[{i}].model_id", limits.Key);
            var isAt = hasSteps && items[i].TryGetProperty("step", out JsonElement step) && step.ValueKind != JsonValueKind.Null;
            models.Add(new TrackedModel(id, isAt ? RequestFields.LongOf(items[i].GetProperty("step"), $"models[{i}].step") : 0));
        }

        return models;
    }

    /// <summary>A data set within the limits; refused when something of it is missing or too long.</summary>
    public static TrackedInput Input(TrackedInput input, string path)
    {
        Require("name", input.Name, 500);
        Require("digest", input.Digest, 36);
        Require("source_type", input.SourceType, 65_535);
        Require("source", input.Source, 65_535);
        AtMost($"{path}.dataset.schema", input.Schema, 1_048_575);
        AtMost($"{path}.dataset.profile", input.Profile, 16_777_215);
        foreach ((var index, (var key, var value)) in input.Tags.Index())
        {
            AtMost($"{path}.tags[{index}].key", key, 255);
            AtMost($"{path}.tags[{index}].value", value, 500);
        }

        return input;

        void Require(string name, string value, int limit)
        {
            if (value.Length == 0)
                throw Refusal.Missing($"{path}.dataset.{name}");
            AtMost($"{path}.dataset.{name}", value, limit);
        }

        static void AtMost(string at, string? value, int limit)
        {
            if (value?.Length > limit)
                throw Refusal.TooLong(at, limit);
        }
    }

    static List<KeyValuePair<string, string>> Pairs(
        RequestFields fields,
        string name,
        Func<string, string, string, KeyValuePair<string, string>> check
    )
    {
        IReadOnlyList<JsonElement> items = fields.Objects(name);
        var pairs = new List<KeyValuePair<string, string>>(items.Count);
        for (var i = 0; i < items.Count; i++)
            pairs.Add(PairOf(items[i], $"{name}[{i}]", check));
        return pairs;
    }

    static KeyValuePair<string, string> PairOf(
        JsonElement item,
        string path,
        Func<string, string, string, KeyValuePair<string, string>> check
    )
    {
        if (item.ValueKind != JsonValueKind.Object)
            throw Refusal.WrongType(path, item);
        string? Member(string name) => item.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? RequestFields.TextOf(value, $"{path}.{name}")
            : null;
        return check(Member("key") is { Length: > 0 } key ? key : throw Refusal.Missing($"{path}.key"), Member("value") ?? "", path);
    }

    static string? ExtrasOf(Func<string, string?> member)
    {
        List<KeyValuePair<string, string>> pairs =
        [
            .. Extras.Select(name => new KeyValuePair<string, string>(name, member(name) ?? "")).Where(pair => pair.Value.Length > 0),
        ];
        return pairs.Count == 0 ? null : TextPairs.Merge("{}", pairs);
    }

    // The path is only made when it is told.
    static TrackedPoint Checked(TrackedPoint point, int index, KeyTable keys, ServerLimits limits) =>
        point.Timestamp >= 0 && keys.IsGood(point.Key) ? point : Checked(point, $"metrics[{index}]", limits);

    static string? ExtraOf(JsonProperty member)
    {
        foreach (var name in Extras)
            if (member.NameEquals(name)) return name;
        return null;
    }

    static TrackedPoint Checked(TrackedPoint point, string path, ServerLimits limits)
    {
        EntityNames.Require(point.Key, Join(path, "name"), limits.Key);
        return point.Timestamp >= 0
            ? point
            : throw Refusal.BadValue(
                Join(path, "timestamp"),
                point.Timestamp,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"for metric '{point.Key}' (value={point.Value}). Timestamp must be a nonnegative long (64-bit integer)"
                )
            );
    }

    static string Cut(string value, string path, int limit, bool truncate)
    {
        if (value.Length <= limit)
            return value;
        if (!truncate)
            throw Refusal.TooLong(path, limit);
        return value[..(char.IsHighSurrogate(value[limit - 1]) ? limit - 1 : limit)];
    }

    static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
