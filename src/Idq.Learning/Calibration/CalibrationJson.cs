using System.Text.Json;

namespace Idq.Learning;

/// <summary>One object of a calibration document: its properties, or a message that says which is missing or wrong.</summary>
sealed class CalibrationJson
{
    readonly JsonElement element;
    readonly string document;
    readonly string prefix;

    public CalibrationJson(JsonElement element, string document, string prefix = "")
    {
        (this.element, this.document, this.prefix) = (element, document, prefix);
        if (element.ValueKind != JsonValueKind.Object)
            throw new DataException($"{document}: {(prefix.Length == 0 ? "the document" : prefix[..^1])} is not a JSON object");
    }

    public DataException Malformed(string property, string problem, Exception? cause = null) =>
        new($"{document}: {prefix}{property} {problem}", cause: cause);

    public CalibrationJson Object(string property) => new(Required(property), document, $"{prefix}{property}.");

    public string Text(string property) => Text(property, Required(property));

    public double Number(string property) => Number(property, Required(property));

    public double? NumberIfPresent(string property) => element.TryGetProperty(property, out var value) ? Number(property, value) : null;

    public int Count(string property)
    {
        var value = Required(property);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0
            ? count
            : throw Malformed(property, "is not a whole number of at least 0");
    }

    public long Duration(string property) => Nanoseconds(property, Required(property));

    public double[] Numbers(string property) => [.. Items(property).Select(item => Number(property, item))];

    public string[] Texts(string property) => [.. Items(property).Select(item => Text(property, item))];

    public Segment Segment(string property) => Segment(property, Required(property));

    public SegmentList Segments(string property) => SegmentList.Coalesce(Items(property).Select(item => Segment(property, item)));

    Segment Segment(string property, JsonElement pair) => pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2
        ? new(new GpsTime(Nanoseconds(property, pair[0])), new GpsTime(Nanoseconds(property, pair[1])))
        : throw Malformed(property, "is not made of [start, end]");

    JsonElement Required(string property) =>
        element.TryGetProperty(property, out var value) ? value : throw Malformed(property, "is missing");

    JsonElement.ArrayEnumerator Items(string property)
    {
        var value = Required(property);
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Malformed(property, "is not an array");
    }

    string Text(string property, JsonElement value) =>
        value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Malformed(property, $"holds {value.GetRawText()} where a text belongs");

    double Number(string property, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw Malformed(property, $"holds {value.GetRawText()} where a finite number belongs");

    long Nanoseconds(string property, JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return GpsSeconds.TryParseDuration(text, out var nanoseconds)
            ? nanoseconds
            : throw Malformed(property, $"holds {value.GetRawText()} where a number of seconds belongs");
    }
}
