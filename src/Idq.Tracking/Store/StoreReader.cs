using System.Data.Common;
using NodaTime;

namespace Idq.Tracking;

/// <summary>Values of a row, whichever engine it comes from.</summary>
static class StoreReader
{
    /// <summary>Text, or null for NULL.</summary>
    public static string? TextOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>A whole number, or null for NULL.</summary>
    public static long? LongOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    /// <summary>A JSON object in its kept form.</summary>
    public static string Json(this DbDataReader reader, int column) =>
        reader.GetDataTypeName(column) == "jsonb" ? Tracking.Json.Kept(reader.GetString(column)) : reader.GetString(column);

    /// <summary>A wall-clock time.</summary>
    public static Instant Time(this DbDataReader reader, int column) => reader.GetValue(column) switch
    {
        DateTime time => Instant.FromDateTimeUtc(time),
        var text => Timestamps.Parse((string)text),
    };

    /// <summary>A wall-clock time, or null for NULL.</summary>
    public static Instant? TimeOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Time(column);

    /// <summary>A double as it was given, NaN included; null for NULL and for what is no number.</summary>
    public static double? Double(this DbDataReader reader, int column) => reader.GetValue(column) switch
    {
        double value => value,
        long value => value,
        "NaN" => double.NaN,
        _ => null,
    };
}
