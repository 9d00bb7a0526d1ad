using System.Globalization;
using System.Numerics;
using DuckDB.NET.Native;
using NodaTime;
using NodaTime.Text;

namespace Idq.Data.DuckDb;

/// <summary>Makes numbers and, for printing, objects of single values.</summary>
static class DuckValues
{
    static readonly LocalDateTimePattern TimestampPattern =
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss;FFFFFFFFF");

    /// <summary>The double nearest to a value of a numeric type; of points in time and dates the Unix seconds.</summary>
    internal static double Number(DuckVector vector, DuckColumnType type, long row) => type.Id switch
    {
        DuckDBType.Float => vector.At<float>(row),
        DuckDBType.Double => vector.At<double>(row),
        DuckDBType.Boolean => vector.At<byte>(row),
        DuckDBType.UnsignedHugeInt => (double)vector.At<UInt128>(row),
        DuckDBType.Decimal => double.Parse($"{vector.Integer(type.Storage, row)}e-{type.Scale}"),
        DuckDBType.Date => vector.At<int>(row) * 86400.0,
        DuckDBType.SqlNull => double.NaN,
        _ => (double)vector.Integer(type.Id, row) / Math.Max(type.UnitsPerSecond, 1),
    };

    internal static object? Value(DuckVector vector, DuckColumnType type, long row) => !vector.IsValid(row) ? null : type.Id switch
    {
        DuckDBType.Boolean => vector.At<byte>(row) != 0,
        DuckDBType.UnsignedHugeInt => Whole(vector.At<UInt128>(row)),
        DuckDBType.HugeInt => Whole(vector.Integer(type.Id, row)),
        _ when type.IsInteger => Whole(vector.Integer(type.Id, row)),
        // The double that prints as the float does.
        DuckDBType.Float => double.Parse(vector.At<float>(row).ToString("R")),
        DuckDBType.Double => vector.At<double>(row),
        DuckDBType.Decimal => Decimal(vector.Integer(type.Storage, row), type.Scale),
        DuckDBType.Varchar => vector.Text(row),
        DuckDBType.Blob => Convert.ToHexStringLower(vector.Utf8(row)),
        DuckDBType.Enum => type.EnumNames[(int)vector.Integer(type.Storage, row)],
        DuckDBType.List => Elements(vector.ListChild, type.Element!, vector.Entry(row)),
        DuckDBType.Array => Elements(vector.ArrayChild, type.Element!, (row * type.ArrayLength, type.ArrayLength)),
        DuckDBType.Struct => Enumerable.Range(0, type.Fields.Count)
            .ToDictionary(i => type.Fields[i].Name, i => Value(vector.StructChild(i), type.Fields[i].Type, row)),
        DuckDBType.Map => Map(vector, type, row),
        DuckDBType.Uuid => Uuid(vector.At<Int128>(row)),
        DuckDBType.Date => Date(vector.At<int>(row)),
        DuckDBType.Time => LocalTime.FromTicksSinceMidnight(vector.At<long>(row) * 10)
            .ToString("HH:mm:ss;FFFFFF", CultureInfo.InvariantCulture),
        // Months, days and microseconds are kept apart, as in ISO 8601: P1M2DT3.5S.
        DuckDBType.Interval =>
            $"P{vector.At<int>(row * 4)}M{vector.At<int>(row * 4 + 1)}DT{vector.At<long>(row * 2 + 1) / 1_000_000m:0.######}S",
        _ when type.IsTimestamp => Timestamp(vector.At<long>(row), type.UnitsPerSecond, type.Id == DuckDBType.TimestampTz ? "Z" : ""),
        DuckDBType.SqlNull => null,
        _ => throw new DuckException($"Values of type {type} are not read: cast the column to VARCHAR in the query."),
    };

    static object Whole<T>(T value) where T : IBinaryInteger<T> =>
        long.CreateSaturating(value) is var n && T.CreateSaturating(n) == value ? (object)n : BigInteger.CreateChecked(value);

    // System.Decimal holds 28 digits; a longer one stays exact as text.
    static object Decimal(Int128 unscaled, int scale)
    {
        var digits = Int128.Abs(unscaled).ToString().PadLeft(scale + 1, '0');
        var text = (unscaled < 0 ? "-" : "") + (scale == 0 ? digits : $"{digits[..^scale]}.{digits[^scale..]}");
        return Int128.Abs(unscaled) < Int128.CreateChecked(decimal.MaxValue) && scale <= 28 ? decimal.Parse(text) : text;
    }

    static object?[] Elements(DuckVector child, DuckColumnType type, (long Offset, int Count) entry) =>
        [.. Enumerable.Range(0, entry.Count).Select(i => Value(child, type, entry.Offset + i))];

    static Dictionary<string, object?> Map(DuckVector vector, DuckColumnType type, long row)
    {
        var (entries, entry) = (vector.ListChild, vector.Entry(row));
        return Elements(entries.StructChild(0), type.Fields[0].Type, entry)
            .Zip(Elements(entries.StructChild(1), type.Fields[1].Type, entry))
            .ToDictionary(e => Convert.ToString(e.First, CultureInfo.InvariantCulture)!, e => e.Second);
    }

    // DuckDB stores a UUID with its top bit flipped, so that it sorts as a signed integer.
    static string Uuid(Int128 value) => Guid.ParseExact(((UInt128)value ^ (UInt128.One << 127)).ToString("x32"), "N").ToString();

    static string Date(int days) => days is int.MaxValue or -int.MaxValue
        ? Infinity(days)
        : new LocalDate(1970, 1, 1).PlusDays(days).ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);

    static string Timestamp(long value, long unitsPerSecond, string zone)
    {
        if (value is long.MaxValue or -long.MaxValue) return Infinity(value);
        var seconds = Math.DivRem(value, unitsPerSecond, out var rest);
        var instant = Instant.FromUnixTimeSeconds(seconds).PlusNanoseconds(rest * (1_000_000_000 / unitsPerSecond));
        return TimestampPattern.Format(instant.InUtc().LocalDateTime) + zone;
    }

    static string Infinity(long sign) => sign > 0 ? "infinity" : "-infinity";
}
