using System.Text.Json;

namespace Idq.Learning;

/// <summary>
/// Values in JSON without loss: GPS times and durations as decimal seconds, doubles so that they read back as they were, and what is
/// not finite as text.
/// </summary>
static class ExactJsonWriter
{
    public static void WriteDuration(this Utf8JsonWriter writer, string name, long nanoseconds)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(GpsSeconds.Format(nanoseconds), skipInputValidation: true);
    }

    public static void WriteSegment(this Utf8JsonWriter writer, string name, Segment segment)
    {
        writer.WritePropertyName(name);
        WriteSegment(writer, segment);
    }

    public static void WriteSegments(this Utf8JsonWriter writer, string name, SegmentList segments)
    {
        writer.WriteStartArray(name);
        foreach (var segment in segments) WriteSegment(writer, segment);
        writer.WriteEndArray();
    }

    public static void WriteDouble(this Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value)) writer.WriteNumber(name, value);
        else writer.WriteString(name, double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");
    }

    /// <summary>Writes finite numbers.</summary>
    public static void WriteNumbers(this Utf8JsonWriter writer, string name, ReadOnlySpan<double> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }

    public static void WriteTexts(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    static void WriteSegment(Utf8JsonWriter writer, Segment segment)
    {
        writer.WriteStartArray();
        WriteTime(writer, segment.Start);
        WriteTime(writer, segment.End);
        writer.WriteEndArray();
    }

    static void WriteTime(Utf8JsonWriter writer, GpsTime time)
    {
        if (time.IsFinite) writer.WriteRawValue(GpsSeconds.Format(time), skipInputValidation: true);
        else writer.WriteStringValue(GpsSeconds.Format(time));
    }
}
