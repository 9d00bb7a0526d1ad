using System.Text.Encodings.Web;
using System.Text.Json;

namespace Idq.Tracking.Mlflow;

/// <summary>How answers are written: indented, quotes and apostrophes as clients match them, doubles that JSON lacks as texts.</summary>
static class AnswerText
{
    public static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        // Clients match messages with apostrophes in the raw body; nothing here is ever placed in HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    static readonly JsonEncodedText Nan = JsonEncodedText.Encode("NaN");
    static readonly JsonEncodedText Infinity = JsonEncodedText.Encode("Infinity");
    static readonly JsonEncodedText MinusInfinity = JsonEncodedText.Encode("-Infinity");

    /// <summary>Writes a double; NaN and the infinities as texts.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="name">The member.</param>
    /// <param name="value">Any double.</param>
    /// <param name="clampInfinity">Writes the greatest finite doubles for the infinities, as older servers do.</param>
    public static void WriteDouble(this Utf8JsonWriter writer, JsonEncodedText name, double value, bool clampInfinity)
    {
        if (double.IsFinite(value))
            writer.WriteNumber(name, value);
        else if (double.IsNaN(value))
            writer.WriteString(name, Nan);
        else if (clampInfinity)
            writer.WriteNumber(name, value > 0 ? double.MaxValue : double.MinValue);
        else
            writer.WriteString(name, value > 0 ? Infinity : MinusInfinity);
    }

    /// <summary>Writes a member only when there is something to write.</summary>
    public static void WriteOptional(this Utf8JsonWriter writer, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            writer.WriteString(name, value);
    }

    /// <summary>Writes a number only when there is one.</summary>
    public static void WriteOptional(this Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
    }

    /// <summary>Writes a list of key and value pairs, or nothing when it is empty.</summary>
    public static void WritePairs(this Utf8JsonWriter writer, string name, IReadOnlyCollection<KeyValuePair<string, string>> pairs)
    {
        if (pairs.Count == 0)
            return;
        writer.WriteStartArray(name);
        foreach ((var key, var value) in pairs)
        {
            writer.WriteStartObject();
            writer.WriteString("key", key);
            writer.WriteString("value", value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
