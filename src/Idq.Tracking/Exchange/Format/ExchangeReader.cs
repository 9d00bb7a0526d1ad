using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace Idq.Tracking;

/// <summary>Reads what <see cref="ExchangeWriter"/> writes, one line at a time: memory does not grow with the file.</summary>
public static class ExchangeReader
{
    /// <summary>How deep JSON may be nested.</summary>
    internal const int MaxDepth = 256;

    static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>The records of a stream, in its order.</summary>
    /// <param name="input">JSON lines.</param>
    /// <param name="name">What messages call the stream.</param>
    /// <exception cref="TrackerException">
    /// It is no export, of a newer version, or damaged (<see cref="TrackerFailure.BadExchange"/>); thrown when the enumeration comes to it.
    /// </exception>
    public static IEnumerable<ExchangeRecord> Read(Stream input, string name)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var reader = new StreamReader(input, new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true), leaveOpen: true);
        long number = 0, records = 0;
        var isComplete = false;
        while (Next() is { } line)
        {
            number++;
            if (line.Length == 0) continue;
            if (isComplete) throw Bad("something follows the last line");
            var (record, end) = Parse(line, number);
            if (end is { } expected)
            {
                if (expected != records) throw Bad($"it has {records} records, but says {expected}");
                isComplete = true;
            }
            else if (number > 1)
            {
                records++;
                // One of a kind that this version does not know counts too.
                if (record is not null) yield return record;
            }
        }
        if (!isComplete) throw Bad(number == 0 ? "it is empty" : "it was cut short: its last line is missing");

        string? Next()
        {
            try
            {
                return reader.ReadLine();
            }
            catch (Exception e) when (e is System.Text.DecoderFallbackException or InvalidDataException)
            {
                throw Bad(e.Message, e);
            }
        }

        (ExchangeRecord? Record, long? End) Parse(string text, long at)
        {
            try
            {
                using var document = JsonDocument.Parse(text, Options);
                var json = document.RootElement;
                var kind = Text(json, "record");
                if (at == 1 || kind == "header")
                {
                    if (at != 1 || kind != "header" || Text(json, "format") != ExchangeWriter.Format)
                        throw Bad("it does not begin with the header of an export");
                    var version = Long(json, "version");
                    if (version is < 1 or > ExchangeWriter.Version)
                        throw Bad($"it is of version {version}, newer than {ExchangeWriter.Version} of this program: update the program");
                    return default;
                }
                return kind == "end" ? (null, Long(json, "records")) : (Record(kind, json), null);
            }
            catch (Exception e)
                when (e
                        is JsonException
                            or FormatException
                            or InvalidOperationException
                            or KeyNotFoundException
                            or UnparsableValueException
                            or OverflowException
                )
            {
                throw Bad($"line {at}: {e.Message}", e);
            }
        }

        TrackerException Bad(string why, Exception? inner = null) =>
            new(TrackerFailure.BadExchange, $"'{name}' cannot be read as an export of a tracker: {why}", inner);
    }

    // A kind that this version does not know may be left out.
    static ExchangeRecord? Record(string kind, JsonElement json) =>
        kind switch
        {
            "experiment" => new ExportedExperiment(Text(json, "name"))
            {
                Created = Time(json, "created")!.Value,
                Updated = Time(json, "updated") ?? Time(json, "created")!.Value,
                Comment = Optional(json, "comment"),
                Tags = Object(json, "tags"),
                Extras = Object(json, "extras"),
                IsDeleted = Flag(json, "deleted"),
                ArtifactLocation = Optional(json, "artifact_location"),
            },
            "dataset" => new ExportedDataset(
                Text(json, "experiment"),
                Text(json, "name"),
                Text(json, "digest"),
                Text(json, "source_type"),
                Text(json, "source"),
                Optional(json, "schema"),
                Optional(json, "profile")
            ),
            "run" => new ExportedRun(Uid(json, "uid"), Text(json, "experiment"), Text(json, "name"))
            {
                Status = RunStatusText.Parse(Text(json, "status")),
                Created = Time(json, "created")!.Value,
                Started = Time(json, "started"),
                Updated = Time(json, "updated"),
                Ended = Time(json, "ended"),
                Deleted = Time(json, "time_deleted"),
                Comment = Optional(json, "comment"),
                Tags = Object(json, "tags"),
                Args = Object(json, "args"),
                Env = Object(json, "env"),
                Extras = Object(json, "extras"),
                User = Optional(json, "user"),
                IsDeleted = Flag(json, "deleted"),
                ArtifactUri = Optional(json, "artifact_uri"),
            },
            "metrics" => new ExportedMetrics(
                Uid(json, "run"),
                Long(json, "step"),
                Finite(json.GetProperty("progress").GetDouble()),
                json.TryGetProperty("gps_ns", out var gps) ? gps.GetInt64() : null,
                [.. json.GetProperty("values").EnumerateObject().Select(v => KeyValuePair.Create(v.Name, Value(v.Value)))]
            ),
            "history" => new ExportedHistory(
                Uid(json, "run"),
                Text(json, "key"),
                [.. json.GetProperty("points").EnumerateArray().Select(Point)]
            ),
            "rollups" => new ExportedRollups(
                Uid(json, "run"),
                Text(json, "key"),
                [.. json.GetProperty("rows").EnumerateArray().Select(Rollup)]
            ),
            "sequence" => new ExportedSequence(
                Uid(json, "run"),
                Text(json, "name"),
                [.. json.GetProperty("rows").EnumerateArray().Select(Row)]
            ),
            "input" => new ExportedInput(Uid(json, "run"), Text(json, "dataset"), Text(json, "digest"), Object(json, "tags")),
            "object" => new ExportedObject(
                Text(json, "experiment"),
                json.TryGetProperty("run", out _) ? Uid(json, "run") : null,
                Text(json, "name"),
                Text(json, "media_type"),
                Long(json, "bytes"),
                Text(json, "sha256"),
                Time(json, "created")!.Value
            ),
            "artifact" => new ExportedArtifact(Uid(json, "run"), Text(json, "path"), Long(json, "bytes"), Text(json, "sha256")),
            "content" => new ExportedContent(json.GetProperty("data").GetBytesFromBase64()),
            "experiment_link" => new ExportedExperimentLink(Text(json, "from"), Text(json, "kind"), Text(json, "to")),
            "run_link" => new ExportedRunLink(Uid(json, "from"), Text(json, "kind"), Uid(json, "to")),
            _ => null,
        };

    static HistoryPoint Point(JsonElement json) =>
        new(
            json[0].GetInt64(),
            json[1].GetInt64(),
            json[2].ValueKind == JsonValueKind.String ? NotFinite(json[2].GetString()!) : json[2].GetDouble() + 0.0,
            json.GetArrayLength() > 3 ? json[3].GetString() : null
        );

    static ExportedRollup Rollup(JsonElement json) =>
        json[1].GetInt64() > 0 && json[2].GetInt64() > 0
            ? new(
                json[0].GetInt64(),
                json[1].GetInt64(),
                json[2].GetInt64(),
                Finite(json[3].GetDouble()),
                Finite(json[4].GetDouble()),
                Finite(json[5].GetDouble()),
                json[6].GetInt64(),
                json[7].GetInt64(),
                json[8].GetInt64(),
                json[9].GetInt64()
            )
            : throw new FormatException("a bucket of thinned points has a width and points");

    static ExportedRow Row(JsonElement json) =>
        new(
            json[0].GetInt64(),
            json[1].GetInt64(),
            json[2].GetInt64(),
            json[3].ValueKind == JsonValueKind.String ? json[3].GetString()! : json[3].GetRawText()
        );

    static MetricValue Value(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.Number when json.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') => json.GetDouble() + 0.0,
        JsonValueKind.Number => json.GetInt64(),
        JsonValueKind.Object => NotFinite(Text(json, "double")),
        _ => throw new FormatException($"{json.GetRawText()} is no value of a metric"),
    };

    static double NotFinite(string text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => throw new FormatException($"'{text}' is none of NaN, Infinity and -Infinity"),
    };

    static double Finite(double value) => double.IsFinite(value) ? value + 0.0 : throw new FormatException($"{value} must be finite");

    static string Uid(JsonElement json, string name) =>
        Text(json, name) is var uid && RunUid.IsValid(uid)
            ? uid
            : throw new FormatException($"{name} must have 32 lower-case hexadecimal digits, unlike '{uid}'");

    static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    static string? Optional(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    static long Long(JsonElement json, string name) => json.GetProperty(name).GetInt64();

    static bool Flag(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.GetBoolean();

    static Instant? Time(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? Timestamps.Parse(value.GetString()!) : null;

    static string Object(JsonElement json, string name) => !json.TryGetProperty(name, out var value)
        ? "{}"
        : value.ValueKind == JsonValueKind.Object ? Json.Kept(value.GetRawText()) : throw new FormatException($"{name} must be an object");
}
