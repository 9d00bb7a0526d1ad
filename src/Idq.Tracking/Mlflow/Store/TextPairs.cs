using System.Text.Encodings.Web;
using System.Text.Json;

namespace Idq.Tracking.Mlflow;

/// <summary>The JSON objects of tags and parameters as pairs of texts. Members of other types are shown as their JSON.</summary>
static class TextPairs
{
    static readonly JsonSerializerOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The members of a JSON object, in the order of their names.</summary>
    public static SortedDictionary<string, string> Read(string json)
    {
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (json == "{}")
            return pairs;
        using JsonDocument document = JsonDocument.Parse(json);
        foreach (var member in document.RootElement.EnumerateObject())
            pairs[member.Name] = Text(member.Value);
        return pairs;
    }

    /// <summary>The text of one member, or null.</summary>
    public static string? Find(string json, string name)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty(name, out JsonElement value) ? Text(value) : null;
    }

    /// <summary>
    /// The JSON object with some members set to texts and some taken away. Members that are not touched keep their JSON as it is.
    /// </summary>
    public static string Merge(string json, IEnumerable<KeyValuePair<string, string>> set, string? remove = null)
    {
        Dictionary<string, JsonElement> members = json == "{}" ? [] : JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
        foreach ((var key, var value) in set)
            members[key] = JsonSerializer.SerializeToElement(value);
        if (remove is not null)
            members.Remove(remove);
        return JsonSerializer.Serialize(members, Writing);
    }

    static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
