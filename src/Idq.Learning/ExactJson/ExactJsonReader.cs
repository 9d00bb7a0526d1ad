using System.Text.Json;

namespace Idq.Learning;

/// <summary>
/// One object of a document that <see cref="ExactJsonWriter"/> wrote; a problem is a <see cref="DataException"/> that names document and
/// property.
/// </summary>
sealed class ExactJsonReader
{
    readonly JsonElement element;
    readonly string document;
    readonly string path;

    /// <summary>Reads an object.</summary>
    /// <param name="element">The object.</param>
    /// <param name="document">What messages call the document.</param>
    /// <param name="path">Where the object lies in the document; empty for the document itself.</param>
    public ExactJsonReader(JsonElement element, string document, string path = "")
    {
        (this.element, this.document, this.path) = (element, document, path);
        if (element.ValueKind != JsonValueKind.Object)
            throw new DataException($"{document}: {(path.Length == 0 ? "the document" : $"\"{path}\"")} is not a JSON object");
    }

    /// <summary>Reads the body of a model.</summary>
    public static ExactJsonReader OfBody(JsonElement body) => new(body, "the body of the model");

    /// <summary>Parses a document and hands over its object.</summary>
    /// <exception cref="DataException">It is not JSON, a text in it is not Unicode, or it is no object.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> utf8, string document, Func<ExactJsonReader, T> read)
    {
        try
        {
            ThrowIfNotUnicode(utf8.Span);
            using var json = JsonDocument.Parse(utf8);
            return read(new(json.RootElement, document));
        }
        catch (JsonException e)
        {
            throw new DataException($"{document} is not valid JSON: {e.Message}", cause: e);
        }
    }

    /// <summary>The bytes of a document from where its stream stands to the end.</summary>
    public static ReadOnlyMemory<byte> Bytes(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.GetBuffer().AsMemory(0, (int)copy.Length);
    }

    public DataException Malformed(string property, string problem, Exception? cause = null) =>
        new($"{document}: \"{PathOf(property)}\" {problem}", cause: cause);

    /// <summary>An object as an element, for a reader of its own.</summary>
    public JsonElement Element(string property) => Required(property) is { ValueKind: JsonValueKind.Object } value
        ? value
        : throw Unexpected(property, "an object");

    public ExactJsonReader Object(string property) => new(Element(property), document, PathOf(property));

    /// <summary>The same object when it is there.</summary>
    public ExactJsonReader? ObjectIfPresent(string property) => element.TryGetProperty(property, out _) ? Object(property) : null;

    public ExactJsonReader[] Objects(string property) =>
        [.. Items(property).Select((item, i) => new ExactJsonReader(item, document, $"{PathOf(property)}[{i}]"))];

    public string Text(string property) => Text(property, Required(property));

    public string[] Texts(string property) => [.. Items(property).Select(item => Text(property, item))];

    public bool Flag(string property) => Required(property) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value
        ? value.GetBoolean()
        : throw Unexpected(property, "true or false");

    /// <summary>A whole number of at least 0 that fits in 32 bits.</summary>
    public int Count(string property) => Required(property) is { ValueKind: JsonValueKind.Number } value
        && value.TryGetInt32(out var count) && count >= 0
            ? count
            : throw Unexpected(property, $"a whole number from 0 to {int.MaxValue}");

    /// <summary>A whole number of at least 0 that fits in 63 bits.</summary>
    public long LongCount(string property) => Unsigned(property) is <= long.MaxValue and var count
        ? (long)count
        : throw Unexpected(property, $"a whole number from 0 to {long.MaxValue}");

    /// <summary>A whole number of at least 0 that fits in 64 bits.</summary>
    public ulong Unsigned(string property) => Required(property) is { ValueKind: JsonValueKind.Number } value
        && value.TryGetUInt64(out var number)
            ? number
            : throw Unexpected(property, "a whole number of at least 0");

    /// <summary>A finite number.</summary>
    public double Number(string property) => Number(property, Required(property));

    /// <summary>A finite number, or null when there is no such property.</summary>
    public double? NumberIfPresent(string property) => element.TryGetProperty(property, out var value) ? Number(property, value) : null;

    /// <summary>Finite numbers.</summary>
    public double[] Numbers(string property) => [.. Items(property).Select(item => Number(property, item))];

    /// <summary>A number, or one of the texts "nan", "inf" and "-inf".</summary>
    public double Double(string property) => Required(property) switch
    {
        { ValueKind: JsonValueKind.String } text when text.ValueEquals("nan") => double.NaN,
        { ValueKind: JsonValueKind.String } text when text.ValueEquals("inf") => double.PositiveInfinity,
        { ValueKind: JsonValueKind.String } text when text.ValueEquals("-inf") => double.NegativeInfinity,
        var value => Number(property, value),
    };

    /// <summary>A number of seconds as nanoseconds.</summary>
    public long Duration(string property) => Nanoseconds(property, Required(property));

    public Segment Segment(string property) => Segment(property, Required(property));

    public SegmentList Segments(string property) => SegmentList.Coalesce(Items(property).Select(item => Segment(property, item)));

    Segment Segment(string property, JsonElement pair) => pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2
        ? new(Time(property, pair[0]), Time(property, pair[1]))
        : throw Unexpected(property, "made of [start, end]", pair);

    GpsTime Time(string property, JsonElement value) => value switch
    {
        { ValueKind: JsonValueKind.String } when value.ValueEquals("inf") => GpsTime.MaxValue,
        { ValueKind: JsonValueKind.String } when value.ValueEquals("-inf") => GpsTime.MinValue,
        _ => new(Nanoseconds(property, value)),
    };

    // From the text, never through a double: nine decimals of a GPS second do not fit in one.
    long Nanoseconds(string property, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && GpsSeconds.TryParseDuration(value.GetRawText(), out var nanoseconds)
            ? nanoseconds
            : throw Unexpected(property, "a number of seconds in the range of GPS times", value);

    string Text(string property, JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw Unexpected(property, "a text", value);

    double Number(string property, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw Unexpected(property, "a finite number", value);

    JsonElement.ArrayEnumerator Items(string property) => Required(property) is { ValueKind: JsonValueKind.Array } value
        ? value.EnumerateArray()
        : throw Unexpected(property, "a list");

    JsonElement Required(string property) =>
        element.TryGetProperty(property, out var value) ? value : throw Malformed(property, "is missing");

    string PathOf(string property) => path.Length == 0 ? property : $"{path}.{property}";

    DataException Unexpected(string property, string expected, JsonElement? found = null)
    {
        const int longest = 40;
        var text = (found ?? element.GetProperty(property)).GetRawText();
        return Malformed(property, $"must be {expected}, not {(text.Length <= longest ? text : text[..longest] + "…")}");
    }

    static void ThrowIfNotUnicode(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName)) continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException e)
            {
                throw new JsonException($"the text at byte {reader.TokenStartIndex} is not Unicode", e);
            }
        }
    }
}
