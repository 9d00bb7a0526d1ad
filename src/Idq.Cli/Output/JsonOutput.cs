using System.Text.Encodings.Web;
using System.Text.Json;

namespace Idq.Cli;

/// <summary>Writes one JSON document to standard output; GPS times as exact decimal numbers, infinities and NaN as strings.</summary>
static class JsonOutput
{
    static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes what <paramref name="write"/> writes, and a line end.</summary>
    public static void Write(TextWriter output, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options)) write(writer);
        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>A GPS time as a number with as many decimals as needed; the unbounded ends as "-inf" and "inf".</summary>
    public static void Gps(this Utf8JsonWriter json, GpsTime time)
    {
        if (time.IsFinite) json.WriteRawValue(time.ToString());
        else json.WriteStringValue(time.ToString());
    }

    /// <summary>A named GPS time.</summary>
    public static void Gps(this Utf8JsonWriter json, string name, GpsTime time)
    {
        json.WritePropertyName(name);
        json.Gps(time);
    }

    /// <summary>A named duration of nanoseconds as seconds.</summary>
    public static void Seconds(this Utf8JsonWriter json, string name, long nanoseconds)
    {
        json.WritePropertyName(name);
        if (nanoseconds == long.MaxValue) json.WriteStringValue("inf");
        else json.WriteRawValue(GpsSeconds.Format(nanoseconds));
    }

    /// <summary>A named number; NaN is null, infinities are strings.</summary>
    public static void Number(this Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        json.Number(value);
    }

    /// <summary>A number; NaN is null, infinities are strings.</summary>
    public static void Number(this Utf8JsonWriter json, double value)
    {
        if (double.IsNaN(value)) json.WriteNullValue();
        else if (double.IsInfinity(value)) json.WriteStringValue(value > 0 ? "inf" : "-inf");
        else json.WriteNumberValue(value);
    }

    /// <summary>Any value of a table.</summary>
    public static void Any(this Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case double number: json.Number(number); break;
            case float number: json.Number(number); break;
            case decimal number: json.WriteRawValue(Plain(number)); break;
            case GpsTime time: json.Gps(time); break;
            case System.Numerics.BigInteger number: json.WriteRawValue(number.ToString()); break;
            case sbyte or byte or short or ushort or int or uint or long: json.WriteNumberValue(Convert.ToInt64(value)); break;
            case ulong number: json.WriteNumberValue(number); break;
            case string text: json.WriteStringValue(text); break;
            case JsonElement element: element.WriteTo(json); break;
            case IReadOnlyDictionary<string, object?> members:
                json.WriteStartObject();
                foreach (var (name, member) in members)
                {
                    json.WritePropertyName(name);
                    json.Any(member);
                }
                json.WriteEndObject();
                break;
            case System.Collections.IEnumerable list:
                json.WriteStartArray();
                foreach (var item in list) json.Any(item);
                json.WriteEndArray();
                break;
            default: json.WriteStringValue(value.ToString()); break;
        }
    }

    /// <summary>A decimal without trailing zeros.</summary>
    public static string Plain(decimal number)
    {
        var text = number.ToString();
        return text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
    }
}
