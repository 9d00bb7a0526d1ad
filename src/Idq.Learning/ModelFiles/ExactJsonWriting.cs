using System.Text.Json;

namespace Idq.Learning;

/// <summary>Numbers in JSON without loss: GPS times as decimals, doubles so that they read back as they were, non-finite ones as text.</summary>
static class ExactJsonWriting
{
    public static void WriteTime(this Utf8JsonWriter writer, GpsTime time)
    {
        if (time.IsFinite) writer.WriteRawValue(GpsSeconds.Format(time), skipInputValidation: true);
        else writer.WriteStringValue(GpsSeconds.Format(time));
    }

    public static void WriteDuration(this Utf8JsonWriter writer, string name, long nanoseconds)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(GpsSeconds.Format(nanoseconds), skipInputValidation: true);
    }

    public static void WriteSegment(this Utf8JsonWriter writer, Segment segment)
    {
        writer.WriteStartArray();
        writer.WriteTime(segment.Start);
        writer.WriteTime(segment.End);
        writer.WriteEndArray();
    }

    public static void WriteSegment(this Utf8JsonWriter writer, string name, Segment segment)
    {
        writer.WritePropertyName(name);
        writer.WriteSegment(segment);
    }

    public static void WriteSegments(this Utf8JsonWriter writer, string name, SegmentList segments)
    {
        writer.WriteStartArray(name);
        foreach (var segment in segments) writer.WriteSegment(segment);
        writer.WriteEndArray();
    }

    public static void WriteDouble(this Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value)) writer.WriteNumberValue(value);
        else writer.WriteStringValue(double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");
    }

    public static void WriteDouble(this Utf8JsonWriter writer, string name, double value)
    {
        writer.WritePropertyName(name);
        writer.WriteDouble(value);
    }

    public static void WriteDoubles(this Utf8JsonWriter writer, string name, ReadOnlySpan<double> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteDouble(value);
        writer.WriteEndArray();
    }

    public static void WriteStrings(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
