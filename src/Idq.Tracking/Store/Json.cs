using System.Text.Json;

namespace Idq.Tracking;

/// <summary>Checks the free-form JSON columns before they are written.</summary>
internal static class Json
{
    /// <summary>Returns the text when it is one JSON object.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static string RequireObject(string text, string parameter)
    {
        ArgumentNullException.ThrowIfNull(text, parameter);
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return text;
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"{parameter} is not JSON: {e.Message}", parameter, e);
        }

        throw new ArgumentException($"{parameter} must be a JSON object", parameter);
    }
}
