using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodaTime.Text;

namespace Idq.Tracking;

/// <summary>Values as JSON that loses nothing and that SQL's JSON functions can read.</summary>
/// <remarks>
/// Booleans, text, lists and maps are themselves. A number with a point or an exponent is a double, one without is a 64-bit integer.
/// Everything else is an object with one key that starts with a dollar: <c>{"$double": "NaN"}</c> (NaN, Infinity, -Infinity, or the 16
/// hexadecimal digits of an unusual NaN), <c>{"$bytes": base64}</c>, <c>{"$instant": "2026-01-02T03:04:05.000006Z"}</c>, <c>{"$uuid": 32
/// digits}</c>, <c>{"$set": […]}</c>, <c>{"$array": {"type", "shape", "data": base64}}</c>, <c>{"$table": {column: […]}}</c>. A map's
/// name that starts with a dollar is written with one more.
/// </remarks>
public static class StreamValueJson
{
    // Every level of a value takes at most three of JSON.
    const int MaxJsonDepth = (3 * StreamValue.MaxDepth) + 8;

    static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxJsonDepth,
    };
    static readonly InstantPattern Instants = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.ffffff'Z'");

    /// <summary>A value as JSON.</summary>
    /// <exception cref="DataStreamException">A text is not Unicode.</exception>
    public static string Text(StreamValue value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions)) Write(writer, value);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A row's columns as one JSON object.</summary>
    public static string Text(RecordValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            for (var i = 0; i < values.Count; i++)
            {
                writer.WritePropertyName(Unicode(Escaped(values.Names[i])));
                Write(writer, values[i]);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The value that <see cref="Text(StreamValue)"/> wrote.</summary>
    /// <exception cref="DataStreamException">It is not such a text.</exception>
    public static StreamValue Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxJsonDepth });
            return Read(document.RootElement);
        }
        catch (Exception e)
            when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            throw new DataStreamException(DataStreamFailure.Malformed, $"not a value in JSON: {e.Message}", e);
        }
    }

    /// <summary>The columns that <see cref="Text(RecordValues)"/> wrote.</summary>
    /// <exception cref="DataStreamException">It is not such a text.</exception>
    public static RecordValues ParseRow(string json) => Parse(json) is { Kind: StreamValueKind.Map } map
        ? RecordValues.Of(map.AsMap())
        : throw new DataStreamException(DataStreamFailure.Malformed, "a row in JSON is an object");

    /// <summary>Writes a value.</summary>
    public static void Write(Utf8JsonWriter writer, StreamValue value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        switch (value.Kind)
        {
            case StreamValueKind.Null: writer.WriteNullValue(); break;
            case StreamValueKind.Bool: writer.WriteBooleanValue(value.AsBool()); break;
            case StreamValueKind.Int64: writer.WriteNumberValue(value.AsInt64()); break;
            case StreamValueKind.Double: WriteDouble(writer, value.AsDouble()); break;
            case StreamValueKind.Text: writer.WriteStringValue(Unicode(value.AsText())); break;
            case StreamValueKind.List: WriteAll(writer, value.AsList()); break;
            case StreamValueKind.Map:
                writer.WriteStartObject();
                foreach (var (name, member) in value.AsMap())
                {
                    writer.WritePropertyName(Unicode(Escaped(name)));
                    Write(writer, member);
                }

                writer.WriteEndObject();
                break;
            default: WriteTagged(writer, value); break;
        }
    }

    static void WriteTagged(Utf8JsonWriter writer, StreamValue value)
    {
        writer.WriteStartObject();
        switch (value.Kind)
        {
            case StreamValueKind.Bytes: writer.WriteBase64String("$bytes", value.AsBytes().Span); break;
            case StreamValueKind.Instant: writer.WriteString("$instant", Instants.Format(value.AsInstant())); break;
            case StreamValueKind.Uuid: writer.WriteString("$uuid", value.AsUuid().ToString("N")); break;
            case StreamValueKind.Set:
                writer.WritePropertyName("$set");
                WriteAll(writer, value.AsList());
                break;
            case StreamValueKind.Array:
                var array = value.AsArray();
                writer.WriteStartObject("$array");
                writer.WriteString("type", array.Type.ToString());
                writer.WriteStartArray("shape");
                foreach (var length in array.Shape) writer.WriteNumberValue(length);
                writer.WriteEndArray();
                writer.WriteBase64String("data", array.Data);
                writer.WriteEndObject();
                break;
            default:
                writer.WriteStartObject("$table");
                foreach (var (name, column) in value.AsTable().Columns)
                {
                    writer.WritePropertyName(Unicode(name));
                    WriteAll(writer, column);
                }

                writer.WriteEndObject();
                break;
        }

        writer.WriteEndObject();
    }

    static void WriteAll(Utf8JsonWriter writer, IReadOnlyList<StreamValue> values)
    {
        writer.WriteStartArray();
        foreach (var value in values) Write(writer, value);
        writer.WriteEndArray();
    }

    static void WriteDouble(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            var text = value.ToString("R", CultureInfo.InvariantCulture);
            // What has neither point nor exponent would come back as an integer.
            writer.WriteRawValue(text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0", skipInputValidation: true);
            return;
        }

        var isUsual = !double.IsNaN(value) || BitConverter.DoubleToInt64Bits(value) == BitConverter.DoubleToInt64Bits(double.NaN);
        writer.WriteStartObject();
        writer.WriteString(
            "$double",
            isUsual
                ? value.ToString(CultureInfo.InvariantCulture)
                : BitConverter.DoubleToInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture)
        );
        writer.WriteEndObject();
    }

    // The writer would put a question mark where half of a character is.
    static string Unicode(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[++i]))
                throw new DataStreamException(DataStreamFailure.InvalidValue, $"a text is not Unicode: it has half of a character at {i}");
        }

        return text;
    }

    static string Escaped(string name) => name.StartsWith('$') ? "$" + name : name;

    static StreamValue Read(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Null => default,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String => element.GetString(),
            JsonValueKind.Number => element.GetRawText().AsSpan().ContainsAny('.', 'e', 'E')
                ? (StreamValue)element.GetDouble()
                : element.GetInt64(),
            JsonValueKind.Array => StreamValue.List(element.EnumerateArray().Select(Read).ToArray()),
            _ => ReadObject(element),
        };

    static StreamValue ReadObject(JsonElement element)
    {
        var members = element.EnumerateObject().ToArray();
        if (members is [var only] && only.Name.StartsWith('$') && !only.Name.StartsWith("$$", StringComparison.Ordinal))
            return ReadTagged(only.Name, only.Value);
        return StreamValue.Map(
            members
                .Select(member =>
                    KeyValuePair.Create(
                        member.Name.StartsWith("$$", StringComparison.Ordinal) ? member.Name[1..] : member.Name,
                        Read(member.Value)
                    )
                )
                .ToArray()
        );
    }

    static StreamValue ReadTagged(string tag, JsonElement element)
    {
        switch (tag)
        {
            case "$double": return ReadDouble(element.GetString()!);
            case "$bytes": return element.GetBytesFromBase64();
            case "$instant": return Instants.Parse(element.GetString()!).Value;
            case "$uuid": return Guid.ParseExact(element.GetString()!, "N");
            case "$set": return StreamValue.Set(element.EnumerateArray().Select(Read).ToArray());
            case "$array":
                var shape = element.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32()).ToArray();
                return NumericArray.Create(
                    Enum.Parse<NumericType>(element.GetProperty("type").GetString()!),
                    shape,
                    element.GetProperty("data").GetBytesFromBase64()
                );
            case "$table":
                return new StreamTable(
                    element
                        .EnumerateObject()
                        .Select(column =>
                            KeyValuePair.Create(
                                column.Name,
                                (IReadOnlyList<StreamValue>)column.Value.EnumerateArray().Select(Read).ToArray()
                            )
                        )
                        .ToArray()
                );
            default:
                throw new FormatException($"'{tag}' is not a type of value");
        }
    }

    static double ReadDouble(string text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => BitConverter.Int64BitsToDouble(long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
    };
}
