using System.Globalization;
using System.Text.Json;

namespace Idq.Learning;

/// <summary>Reads what <see cref="ExactJsonWriting"/> wrote; anything else is a <see cref="DataException"/> that names the property.</summary>
static class ExactJsonReading
{
    public static JsonElement Member(this JsonElement json, string name, JsonValueKind kind)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var member))
            throw new DataException($"\"{name}\" is missing");
        if (member.ValueKind != kind) throw new DataException($"\"{name}\" must be {Describe(kind)}, not {Describe(member.ValueKind)}");
        return member;
    }

    public static string GetText(this JsonElement json, string name) => json.Member(name, JsonValueKind.String).GetString()!;

    public static int GetInt(this JsonElement json, string name) =>
        json.Member(name, JsonValueKind.Number).TryGetInt32(out var value)
            ? value
            : throw new DataException($"\"{name}\" must be a whole number");

    public static long GetLong(this JsonElement json, string name) =>
        json.Member(name, JsonValueKind.Number).TryGetInt64(out var value)
            ? value
            : throw new DataException($"\"{name}\" must be a whole number");

    public static ulong GetUnsigned(this JsonElement json, string name) =>
        json.Member(name, JsonValueKind.Number).TryGetUInt64(out var value)
            ? value
            : throw new DataException($"\"{name}\" must be a whole number of at least 0");

    public static bool GetFlag(this JsonElement json, string name) => json.TryGetProperty(name, out var member) && member.ValueKind
        is JsonValueKind.True or JsonValueKind.False ? member.GetBoolean() : throw new DataException($"\"{name}\" must be true or false");

    public static double GetDouble(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) ? ToDouble(member, name) : throw new DataException($"\"{name}\" is missing");

    public static double[] GetDoubles(this JsonElement json, string name) =>
        json.Member(name, JsonValueKind.Array).EnumerateArray().Select(v => ToDouble(v, name)).ToArray();

    public static string[] GetTexts(this JsonElement json, string name) =>
        json.Member(name, JsonValueKind.Array)
            .EnumerateArray()
            .Select(v => v.ValueKind == JsonValueKind.String ? v.GetString()! : throw new DataException($"\"{name}\" must hold texts"))
            .ToArray();

    public static long GetDuration(this JsonElement json, string name) => ToNanoseconds(json.Member(name, JsonValueKind.Number), name);

    public static Segment GetSegment(this JsonElement json, string name) => ToSegment(json.Member(name, JsonValueKind.Array), name);

    public static SegmentList GetSegments(this JsonElement json, string name) =>
        SegmentList.Coalesce(json.Member(name, JsonValueKind.Array).EnumerateArray().Select(s => ToSegment(s, name)));

    static Segment ToSegment(JsonElement json, string name) => json.ValueKind == JsonValueKind.Array && json.GetArrayLength() == 2
        ? new Segment(ToTime(json[0], name), ToTime(json[1], name))
        : throw new DataException($"\"{name}\": a segment is [start, end]");

    static GpsTime ToTime(JsonElement json, string name) => json.ValueKind switch
    {
        JsonValueKind.String when json.ValueEquals("inf") => GpsTime.MaxValue,
        JsonValueKind.String when json.ValueEquals("-inf") => GpsTime.MinValue,
        JsonValueKind.Number => new GpsTime(ToNanoseconds(json, name)),
        _ => throw new DataException($"\"{name}\": a GPS time is a number, \"inf\" or \"-inf\""),
    };

    // Never through a double: nine decimals of a GPS second do not fit in one.
    static long ToNanoseconds(JsonElement json, string name) =>
        decimal.TryParse(json.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs(seconds) < 9_223_372_036m
            ? GpsTime.FromSeconds(seconds).Nanoseconds
            : throw new DataException($"\"{name}\": {json.GetRawText()} is out of the range of GPS times");

    static double ToDouble(JsonElement json, string name) => json.ValueKind switch
    {
        JsonValueKind.Number when json.TryGetDouble(out var value) && double.IsFinite(value) => value,
        JsonValueKind.String when json.ValueEquals("nan") => double.NaN,
        JsonValueKind.String when json.ValueEquals("inf") => double.PositiveInfinity,
        JsonValueKind.String when json.ValueEquals("-inf") => double.NegativeInfinity,
        _ => throw new DataException($"\"{name}\" must be a number, \"nan\", \"inf\" or \"-inf\""),
    };

    static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
