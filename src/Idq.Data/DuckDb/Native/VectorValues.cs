using System.Globalization;
using System.Numerics;
using NodaTime;
using NodaTime.Text;

namespace Idq.Data.DuckDb.Native;

/// <summary>Makes objects of single values, for printing.</summary>
static class VectorValues
{
    static readonly LocalDateTimePattern TimestampPattern = LocalDateTimePattern.CreateWithInvariantCulture(
        "uuuu-MM-dd'T'HH:mm:ss;FFFFFFFFF"
    );

    internal static object? Value(VectorView vector, DuckColumnType type, long row) =>
        vector.IsValid(row)
            ? type.Id switch
            {
                DuckType.Boolean => vector.At<byte>(row) != 0,
                DuckType.TinyInt => (long)vector.At<sbyte>(row),
                DuckType.UTinyInt => (long)vector.At<byte>(row),
                DuckType.SmallInt => (long)vector.At<short>(row),
                DuckType.USmallInt => (long)vector.At<ushort>(row),
                DuckType.Integer => (long)vector.At<int>(row),
                DuckType.UInteger => (long)vector.At<uint>(row),
                DuckType.BigInt => vector.At<long>(row),
                DuckType.UBigInt => Whole((Int128)vector.At<ulong>(row)),
                DuckType.HugeInt => Whole(vector.At<Int128>(row)),
                DuckType.UHugeInt => Whole(vector.At<UInt128>(row)),
                DuckType.Float => Single(vector.At<float>(row)),
                DuckType.Double => vector.At<double>(row),
                DuckType.Decimal => Decimal(VectorNumbers.Unscaled(vector, type, row), type.Scale),
                DuckType.Varchar => vector.Text(row),
                DuckType.Blob => Convert.ToHexStringLower(vector.Utf8(row)),
                DuckType.Enum => type.EnumNames[EnumCode(vector, type, row)],
                DuckType.List => List(vector, type, row),
                DuckType.Array => Elements(vector.ArrayChild(), type.Element!, row * type.ArrayLength, type.ArrayLength),
                DuckType.Struct => Struct(vector, type, row),
                DuckType.Map => Map(vector, type, row),
                DuckType.Uuid => Uuid(vector.At<Int128>(row)),
                DuckType.Date => Date(vector.At<int>(row)),
                DuckType.Time => LocalTime
                    .FromTicksSinceMidnight(vector.At<long>(row) * 10)
                    .ToString("HH:mm:ss;FFFFFF", CultureInfo.InvariantCulture),
                DuckType.Interval => Interval(vector, row),
                DuckType.Timestamp => Timestamp(vector.At<long>(row), 1_000_000, 1_000, ""),
                DuckType.TimestampWithZone => Timestamp(vector.At<long>(row), 1_000_000, 1_000, "Z"),
                DuckType.TimestampSeconds => Timestamp(vector.At<long>(row), 1, 1_000_000_000, ""),
                DuckType.TimestampMilliseconds => Timestamp(vector.At<long>(row), 1_000, 1_000_000, ""),
                DuckType.TimestampNanoseconds => Timestamp(vector.At<long>(row), 1_000_000_000, 1, ""),
                DuckType.Null => null,
                _ => throw new DuckException($"Values of type {type} are not read: cast the column to VARCHAR in the query."),
            }
            : null;

    internal static int EnumCode(VectorView vector, DuckColumnType type, long row) =>
        type.Storage switch
        {
            DuckType.UTinyInt => vector.At<byte>(row),
            DuckType.USmallInt => vector.At<ushort>(row),
            _ => (int)vector.At<uint>(row),
        };

    static object Whole(Int128 value) => value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : (BigInteger)value;

    static object Whole(UInt128 value) => value <= (UInt128)long.MaxValue ? (object)(long)value : (BigInteger)value;

    // The double that prints as the float does.
    static double Single(float value) => float.IsFinite(value) ? double.Parse(value.ToString("R")) : value;

    // System.Decimal holds 28 digits; a longer one stays exact as text.
    static object Decimal(Int128 unscaled, int scale)
    {
        var digits = Int128.Abs(unscaled).ToString().PadLeft(scale + 1, '0');
        var text = (unscaled < 0 ? "-" : "") + (scale == 0 ? digits : $"{digits[..^scale]}.{digits[^scale..]}");
        return Int128.Abs(unscaled) < Int128.CreateChecked(79228162514264337593543950335m) && scale <= 28 ? decimal.Parse(text) : text;
    }

    static object?[] List(VectorView vector, DuckColumnType type, long row)
    {
        var (offset, count) = vector.Entry(row);
        return Elements(vector.ListChild(), type.Element!, offset, count);
    }

    static object?[] Elements(VectorView child, DuckColumnType type, long offset, int count)
    {
        var values = new object?[count];
        for (var i = 0; i < count; i++)
            values[i] = Value(child, type, offset + i);
        return values;
    }

    static Dictionary<string, object?> Struct(VectorView vector, DuckColumnType type, long row)
    {
        var fields = new Dictionary<string, object?>(type.Fields.Count);
        for (var i = 0; i < type.Fields.Count; i++)
            fields[type.Fields[i].Name] = Value(vector.StructChild(i), type.Fields[i].Type, row);
        return fields;
    }

    static Dictionary<string, object?> Map(VectorView vector, DuckColumnType type, long row)
    {
        var (offset, count) = vector.Entry(row);
        var entries = vector.ListChild();
        var (keys, values) = (entries.StructChild(0), entries.StructChild(1));
        var map = new Dictionary<string, object?>(count);
        for (var i = 0; i < count; i++)
        {
            var key = Value(keys, type.Element!.Fields[0].Type, offset + i);
            map[Convert.ToString(key, CultureInfo.InvariantCulture) ?? ""] = Value(values, type.Element.Fields[1].Type, offset + i);
        }

        return map;
    }

    // DuckDB stores a UUID with its top bit flipped, so that it sorts as a signed integer.
    static string Uuid(Int128 value)
    {
        var hex = ((UInt128)value ^ (UInt128.One << 127)).ToString("x32");
        return $"{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}";
    }

    static string Date(int days) => days switch
    {
        int.MaxValue => "infinity",
        -int.MaxValue => "-infinity",
        _ => new LocalDate(1970, 1, 1).PlusDays(days).ToString("uuuu-MM-dd", CultureInfo.InvariantCulture),
    };

    // Months, days and microseconds are kept apart, as in ISO 8601: P1M2DT3.5S.
    static string Interval(VectorView vector, long row)
    {
        var (months, days, microseconds) = (vector.At<int>(row * 4), vector.At<int>((row * 4) + 1), vector.At<long>((row * 2) + 1));
        return $"P{months}M{days}DT{microseconds / 1_000_000m:0.######}S";
    }

    static string Timestamp(long value, long unitsPerSecond, long nanosecondsPerUnit, string zone)
    {
        if (value is long.MaxValue or -long.MaxValue)
            return value > 0 ? "infinity" : "-infinity";
        var seconds = Math.DivRem(value, unitsPerSecond, out var rest);
        return TimestampPattern.Format(Instant.FromUnixTimeSeconds(seconds).PlusNanoseconds(rest * nanosecondsPerUnit).InUtc().LocalDateTime)
            + zone;
    }
}
