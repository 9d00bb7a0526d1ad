using System.Collections;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Idq.Cli;

/// <summary>Writes one JSON document to standard output; GPS times as exact decimal numbers, infinities as strings, NaN as null.</summary>
static class JsonOutput
{
    static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    const int MostPending = 1 << 16;

    public static void Print(object value)
    {
        Console.Out.Flush();
        using var output = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(output, Options)) writer.Any(value);
        output.WriteByte((byte)'\n');
    }

    public static void Any(this Utf8JsonWriter json, string name, object? value)
    {
        json.WritePropertyName(name);
        json.Any(value);
    }

    /// <summary>A value of any kind: numbers, text, times, tables, members of an object, lists.</summary>
    public static void Any(this Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null or double.NaN: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case double.PositiveInfinity: json.WriteStringValue("inf"); break;
            case double.NegativeInfinity: json.WriteStringValue("-inf"); break;
            case double number: json.WriteNumberValue(number); break;
            case float number: json.Any((double)number); break;
            case decimal number: json.WriteRawValue(Plain(number)); break;
            case BigInteger number: json.WriteRawValue(number.ToString()); break;
            case sbyte or byte or short or ushort or int or uint or long: json.WriteNumberValue(Convert.ToInt64(value)); break;
            case ulong number: json.WriteNumberValue(number); break;
            case GpsTime { IsFinite: true } or Seconds { IsFinite: true }: json.WriteRawValue(value.ToString()!); break;
            case string text: json.WriteStringValue(text); break;
            case JsonElement element: element.WriteTo(json); break;
            case Table table: table.WriteTo(json); break;
            case IReadOnlyDictionary<string, object?> members:
                json.WriteStartObject();
                foreach (var (name, member) in members) json.Any(name, member);
                json.WriteEndObject();
                break;
            case IEnumerable list:
                json.WriteStartArray();
                foreach (var item in list)
                {
                    json.Any(item);
                    if (json.BytesPending > MostPending) json.Flush();
                }
                json.WriteEndArray();
                break;
            default: json.WriteStringValue(value.ToString()); break;
        }
    }

    public static string Plain(decimal number) => number.ToString("0.############################");
}
