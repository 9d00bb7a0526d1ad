using System.Text.Encodings.Web;
using System.Text.Json;
using NodaTime;

namespace Idq.Tracking;

/// <summary>
/// Writes records as JSON lines: a header with the version of the format, one record a line, and a last line with their number, so that
/// a file that was cut short is known. The same records give the same bytes.
/// </summary>
/// <remarks>
/// Numbers are exact: those without point and exponent are 64-bit integers, others doubles. NaN and the infinities are <c>{"double":
/// "NaN"}</c> among the wide metrics, whose values may be text, and plain <c>"NaN"</c>, <c>"Infinity"</c>, <c>"-Infinity"</c> in histories.
/// Times are ISO 8601 UTC with six decimals. Members that are null, false or an empty object are
/// left out. Readers ignore members that they do not know.
/// </remarks>
public sealed class ExchangeWriter : IDisposable
{
    /// <summary>The name of the format, in its header.</summary>
    public const string Format = "tracker-export";

    /// <summary>The version of the format that this program writes; it reads this and older ones.</summary>
    public const int Version = 1;

    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    readonly Stream output;
    readonly bool leaveOpen;
    readonly MemoryStream line = new();
    readonly Utf8JsonWriter json;
    long count;

    /// <summary>Writes the header.</summary>
    public ExchangeWriter(Stream output, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(output);
        (this.output, this.leaveOpen) = (output, leaveOpen);
        json = new Utf8JsonWriter(line, Options);
        Line("header", () =>
        {
            json.WriteString("format", Format);
            json.WriteNumber("version", Version);
        });
    }

    /// <summary>Writes a record.</summary>
    public void Write(ExchangeRecord record)
    {
        switch (record)
        {
            case ExportedExperiment e:
                Line("experiment", () => Experiment(e));
                break;
            case ExportedDataset d:
                Line("dataset", () => Dataset(d));
                break;
            case ExportedRun r:
                Line("run", () => Run(r));
                break;
            case ExportedMetrics m:
                Line("metrics", () => Metrics(m));
                break;
            case ExportedHistory h:
                Line("history", () => History(h));
                break;
            case ExportedRollups r:
                Line("rollups", () => Rollups(r));
                break;
            case ExportedSequence s:
                Line("sequence", () => Sequence(s));
                break;
            case ExportedInput i:
                Line("input", () => Input(i));
                break;
            case ExportedObject o:
                Line("object", () => Object(o));
                break;
            case ExportedArtifact a:
                Line("artifact", () => Artifact(a));
                break;
            case ExportedContent c:
                Line("content", () => json.WriteBase64String("data", c.Data.Span));
                break;
            case ExportedExperimentLink l:
                Line("experiment_link", () => Link(l.From, l.Kind, l.To));
                break;
            case ExportedRunLink l:
                Line("run_link", () => Link(l.From, l.Kind, l.To));
                break;
            default:
                throw new ArgumentException(
                    $"a record of type {record?.GetType().Name ?? "null"} has no place in an export",
                    nameof(record)
                );
        }
        count++;
    }

    /// <summary>Writes the last line: without it the file counts as cut short.</summary>
    public void Complete()
    {
        Line("end", () => json.WriteNumber("records", count));
        output.Flush();
    }

    /// <summary>Closes the output unless it is left open.</summary>
    public void Dispose()
    {
        json.Dispose();
        line.Dispose();
        if (!leaveOpen) output.Dispose();
    }

    void Line(string record, Action members)
    {
        line.SetLength(0);
        json.Reset();
        json.WriteStartObject();
        json.WriteString("record", record);
        members();
        json.WriteEndObject();
        json.Flush();
        line.WriteByte((byte)'\n');
        output.Write(line.GetBuffer(), 0, (int)line.Length);
    }

    void Experiment(ExportedExperiment e)
    {
        json.WriteString("name", e.Name);
        Time("created", e.Created);
        Time("updated", e.Updated);
        Optional("comment", e.Comment);
        Object("tags", e.Tags);
        Object("extras", e.Extras);
        if (e.IsDeleted) json.WriteBoolean("deleted", true);
        Optional("artifact_location", e.ArtifactLocation);
    }

    void Dataset(ExportedDataset d)
    {
        json.WriteString("experiment", d.Experiment);
        json.WriteString("name", d.Name);
        json.WriteString("digest", d.Digest);
        json.WriteString("source_type", d.SourceType);
        json.WriteString("source", d.Source);
        Optional("schema", d.Schema);
        Optional("profile", d.Profile);
    }

    void Run(ExportedRun r)
    {
        json.WriteString("uid", r.Uid);
        json.WriteString("experiment", r.Experiment);
        json.WriteString("name", r.Name);
        json.WriteString("status", r.Status.ToText());
        Time("created", r.Created);
        Time("started", r.Started);
        Time("updated", r.Updated);
        Time("ended", r.Ended);
        Time("time_deleted", r.Deleted);
        Optional("comment", r.Comment);
        Object("tags", r.Tags);
        Object("args", r.Args);
        Object("env", r.Env);
        Object("extras", r.Extras);
        Optional("user", r.User);
        if (r.IsDeleted) json.WriteBoolean("deleted", true);
        Optional("artifact_uri", r.ArtifactUri);
    }

    void Metrics(ExportedMetrics m)
    {
        json.WriteString("run", m.Run);
        json.WriteNumber("step", m.Step);
        json.WriteNumber("progress", m.Progress + 0.0);
        if (m.GpsNs is { } gps) json.WriteNumber("gps_ns", gps);
        json.WriteStartObject("values");
        foreach (var (key, value) in m.Values)
        {
            json.WritePropertyName(key);
            // The same number is the same text, whether its column holds integers or doubles.
            if (value.As(typeof(long)) is { Boxed: long whole }) json.WriteNumberValue(whole);
            else if (value.AsText is { } text) json.WriteStringValue(text);
            else if (double.IsFinite(value.AsDouble)) json.WriteNumberValue(value.AsDouble);
            else
            {
                json.WriteStartObject();
                json.WriteString("double", NotFinite(value.AsDouble));
                json.WriteEndObject();
            }
        }
        json.WriteEndObject();
    }

    void History(ExportedHistory h) => Series(h.Run, "key", h.Key, "points", h.Points, point =>
    {
        json.WriteNumberValue(point.Step);
        json.WriteNumberValue(point.TimestampMs);
        // A negative zero is zero to SQLite's columns, so it is one everywhere.
        if (double.IsFinite(point.Value)) json.WriteNumberValue(point.Value + 0.0);
        else json.WriteStringValue(NotFinite(point.Value));
        if (point.Extras is not null) json.WriteStringValue(point.Extras);
    });

    void Rollups(ExportedRollups r) => Series(r.Run, "key", r.Key, "rows", r.Rows, row =>
    {
        json.WriteNumberValue(row.StartMs);
        json.WriteNumberValue(row.WidthMs);
        json.WriteNumberValue(row.Points);
        json.WriteNumberValue(row.Total + 0.0);
        json.WriteNumberValue(row.Least + 0.0);
        json.WriteNumberValue(row.Greatest + 0.0);
        json.WriteNumberValue(row.FirstStep);
        json.WriteNumberValue(row.LastStep);
        json.WriteNumberValue(row.FirstMs);
        json.WriteNumberValue(row.LastMs);
    });

    void Sequence(ExportedSequence s) => Series(s.Run, "name", s.Name, "rows", s.Rows, row =>
    {
        json.WriteNumberValue(row.Idx);
        json.WriteNumberValue(row.TimestampUs);
        json.WriteNumberValue(row.ReceivedUs);
        if (IsOneLineObject(row.Value)) json.WriteRawValue(row.Value, skipInputValidation: true);
        else json.WriteStringValue(row.Value);
    });

    void Series<T>(string run, string label, string name, string list, IReadOnlyList<T> items, Action<T> item)
    {
        json.WriteString("run", run);
        json.WriteString(label, name);
        json.WriteStartArray(list);
        foreach (var one in items)
        {
            json.WriteStartArray();
            item(one);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    void Object(ExportedObject o)
    {
        json.WriteString("experiment", o.Experiment);
        Optional("run", o.Run);
        json.WriteString("name", o.Name);
        json.WriteString("media_type", o.MediaType);
        Time("created", o.Created);
        File(o);
    }

    void Artifact(ExportedArtifact a)
    {
        json.WriteString("run", a.Run);
        json.WriteString("path", a.Path);
        File(a);
    }

    void File(ExportedFile file)
    {
        json.WriteNumber("bytes", file.Bytes);
        json.WriteString("sha256", file.Sha256);
    }

    void Input(ExportedInput i)
    {
        json.WriteString("run", i.Run);
        json.WriteString("dataset", i.Dataset);
        json.WriteString("digest", i.Digest);
        Object("tags", i.Tags);
    }

    void Link(string from, string kind, string to)
    {
        json.WriteString("from", from);
        json.WriteString("kind", kind);
        json.WriteString("to", to);
    }

    void Optional(string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    void Time(string name, Instant? time)
    {
        if (time is { } t) json.WriteString(name, Timestamps.Text(t));
    }

    void Object(string name, string text)
    {
        var kept = Json.Kept(text);
        if (kept == "{}") return;
        json.WritePropertyName(name);
        json.WriteRawValue(kept, skipInputValidation: true);
    }

    static string NotFinite(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

    static bool IsOneLineObject(string text)
    {
        if (!text.StartsWith('{') || !text.EndsWith('}') || text.AsSpan().ContainsAny('\n', '\r')) return false;
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = ExchangeReader.MaxDepth - 4 });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
