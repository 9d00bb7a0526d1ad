using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Idq.Data;

/// <summary>
/// Segments as JSON: the answer of a segment server ({"ifo", "name", "version", "known", "active"}), several of them in an array or by
/// name in an object, the output of <c>stream segments</c> ({"segments"}), or a bare array of pairs.
/// </summary>
static class SegmentJson
{
    public static IReadOnlyList<StatedSegments> Read(string path, ReadOnlyMemory<byte> text)
    {
        if (!Utf8.IsValid(text.Span)) throw new DataException($"'{path}' is no UTF-8 text");
        try
        {
            text = JsonWords.Quote(text);
            JsonWords.RequireTexts(text.Span);
            using var document = JsonDocument.Parse(text, new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array)
            {
                if (root.GetArrayLength() == 0 || root[0].ValueKind == JsonValueKind.Array)
                    return [new(null, null, Pairs(path, "the array", root))];
                return root.EnumerateArray().Select(flag => Flag(path, null, flag)).ToArray();
            }
            if (root.ValueKind != JsonValueKind.Object) throw new DataException($"'{path}' is JSON but holds no segments");
            if (HasSegments(root)) return [Flag(path, null, root)];
            if (root.TryGetProperty("flags", out var flags) && flags.ValueKind == JsonValueKind.Array)
                return flags.EnumerateArray().Select(f => Flag(path, null, f)).ToArray();
            var named = root.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Object && HasSegments(p.Value)).ToArray();
            if (named.Length == 0)
                throw new DataException($"'{path}' has no segments; expected \"active\" and \"known\" (as a segment server answers), "
                    + "several such objects, or \"segments\"");
            return named.Select(p => Flag(path, p.Name, p.Value)).ToArray();
        }
        catch (JsonException e)
        {
            throw new DataException($"'{path}' is no well-formed JSON: {e.Message}", cause: e);
        }
    }

    static bool HasSegments(JsonElement element) =>
        element.TryGetProperty("active", out _) || element.TryGetProperty("known", out _) || element.TryGetProperty("segments", out _);

    static StatedSegments Flag(string path, string? name, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || !HasSegments(element))
            throw new DataException($"'{path}': {Describe(element)} has neither \"active\" nor \"known\"");
        FlagName? flag = null;
        if (element.TryGetProperty("ifo", out var ifo) && element.TryGetProperty("name", out var flagName))
        {
            flag = new(ifo.ToString(), flagName.ToString(), Version(path, element));
        }
        else if (name is not null && !FlagName.TryParse(name, out flag))
            throw new DataException($"'{path}': '{name}' is no flag; expected IFO:NAME or IFO:NAME:VERSION");

        return new(flag, Named("known"), Named("active") ?? Named("segments") ?? SegmentList.Empty);

        SegmentList? Named(string key) =>
            element.TryGetProperty(key, out var list) && list.ValueKind != JsonValueKind.Null ? Pairs(path, $"\"{key}\"", list) : null;
    }

    // A number or its digits as text; null when there is none, which is all versions together.
    static int? Version(string path, JsonElement flag)
    {
        if (!flag.TryGetProperty("version", out var version) || version.ValueKind == JsonValueKind.Null) return null;
        return decimal.TryParse(version.ToString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number <= int.MaxValue && decimal.IsInteger(number) ? (int)number
            : throw new DataException($"'{path}': the version {Describe(version)} is no whole number");
    }

    static SegmentList Pairs(string path, string what, JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array)
            throw new DataException($"'{path}': {what} is {Describe(list)}; expected [[start, end], …]");
        var segments = new List<Segment>(list.GetArrayLength());
        foreach (var pair in list.EnumerateArray())
        {
            if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2 || !Time(pair[0], out var start)
                || !Time(pair[1], out var end) || end < start)
                throw new DataException($"'{path}': {Describe(pair)} in {what} is no segment; expected [start, end] in GPS seconds");
            segments.Add(new(new(start), new(end)));
        }
        return SegmentList.Coalesce(segments);
    }

    // Parses the digits as they are written, because a floating-point number would round them.
    static bool Time(JsonElement element, out long nanoseconds)
    {
        nanoseconds = 0;
        return element.ValueKind switch
        {
            JsonValueKind.Number => GpsText.TryParse(JsonMarshal.GetRawUtf8Value(element), out nanoseconds),
            JsonValueKind.String => GpsText.TryParse(element.GetString(), out nanoseconds),
            _ => false,
        };
    }

    static string Describe(JsonElement element)
    {
        var text = Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element));
        return text.Length > 80 ? text[..77] + "…" : text;
    }
}
