using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Idq.Tracking;

/// <summary>
/// The free-form JSON columns. Objects are kept in one form, members in the order of their names and no space between them, so that
/// both engines give the same text back.
/// </summary>
static class Json
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text when it is one JSON object, in its kept form.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static string RequireObject(string text, string parameter)
    {
        ArgumentNullException.ThrowIfNull(text, parameter);
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return Kept(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"{parameter} is not JSON: {e.Message}", parameter, e);
        }
        throw new ArgumentException($"{parameter} must be a JSON object", parameter);
    }

    /// <summary>An object in its kept form.</summary>
    public static string Kept(string text)
    {
        using var document = JsonDocument.Parse(text);
        return Kept(document.RootElement);
    }

    static string Kept(JsonElement element)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options)) Write(writer, element);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                // When a name is given twice, the last value counts.
                foreach (
                    var member in element
                        .EnumerateObject()
                        .GroupBy(m => m.Name, StringComparer.Ordinal)
                        .Select(g => g.Last())
                        .OrderBy(m => m.Name, StringComparer.Ordinal)
                )
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray()) Write(writer, item);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(JsonNumber.Kept(element.GetRawText()), skipInputValidation: true);
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
