using System.Numerics;

namespace Idq.Data.DuckDb.Native;

/// <summary>Converts vectors of any numeric type to doubles and 64-bit integers.</summary>
static class VectorNumbers
{
    const long MicrosecondsPerSecond = 1_000_000;
    static readonly double[] PowersOfTen = [.. Enumerable.Range(0, 39).Select(n => double.Parse($"1e{n}"))];

    /// <summary>Null becomes NaN; timestamps become Unix seconds, dates too.</summary>
    internal static void ToDoubles(VectorView vector, DuckColumnType type, int count, Span<double> target)
    {
        switch (type.Id)
        {
            case DuckType.Double: vector.Span<double>(0, count).CopyTo(target); break;
            case DuckType.Float: Convert<float>(vector, count, target, static v => v); break;
            case DuckType.Boolean: Convert<byte>(vector, count, target, static v => v); break;
            case DuckType.TinyInt: Convert<sbyte>(vector, count, target, static v => v); break;
            case DuckType.UTinyInt: Convert<byte>(vector, count, target, static v => v); break;
            case DuckType.SmallInt: Convert<short>(vector, count, target, static v => v); break;
            case DuckType.USmallInt: Convert<ushort>(vector, count, target, static v => v); break;
            case DuckType.Integer: Convert<int>(vector, count, target, static v => v); break;
            case DuckType.UInteger: Convert<uint>(vector, count, target, static v => v); break;
            case DuckType.BigInt: Convert<long>(vector, count, target, static v => v); break;
            case DuckType.UBigInt: Convert<ulong>(vector, count, target, static v => v); break;
            case DuckType.HugeInt: Convert<Int128>(vector, count, target, static v => (double)v); break;
            case DuckType.UHugeInt: Convert<UInt128>(vector, count, target, static v => (double)v); break;
            case DuckType.Date: Convert<int>(vector, count, target, static v => v * 86400.0); break;
            case DuckType.TimestampSeconds: Convert<long>(vector, count, target, static v => v); break;
            case DuckType.TimestampMilliseconds: Convert<long>(vector, count, target, static v => v / 1e3); break;
            case DuckType.Timestamp or DuckType.TimestampWithZone:
                Convert<long>(vector, count, target, static v => v / (double)MicrosecondsPerSecond);
                break;
            case DuckType.TimestampNanoseconds: Convert<long>(vector, count, target, static v => v / 1e9); break;
            case DuckType.Decimal:
                for (var row = 0; row < count; row++)
                    target[row] = DecimalToDouble(Unscaled(vector, type, row), type.Scale);
                break;
            case DuckType.Null: target[..count].Fill(double.NaN); break;
            default: throw new InvalidOperationException($"A column of type {type} does not convert to numbers.");
        }

        if (!vector.MayHaveNulls)
            return;
        for (var row = 0; row < count; row++)
        {
            if (!vector.IsValid(row))
                target[row] = double.NaN;
        }
    }

    /// <summary>Fractions round to the nearest integer, ties to even; timestamps become Unix nanoseconds, dates too.</summary>
    internal static void ToLongs(VectorView vector, DuckColumnType type, int count, Span<long> target, long? whereNull)
    {
        if (type.Id == DuckType.BigInt && !vector.MayHaveNulls)
        {
            vector.Span<long>(0, count).CopyTo(target);
            return;
        }

        for (var row = 0; row < count; row++)
        {
            target[row] = vector.IsValid(row) && type.Id != DuckType.Null
                ? ToLong(vector, type, row)
                : whereNull ?? throw new InvalidOperationException("A column that is read as integers holds a NULL.");
        }
    }

    /// <summary>The integer of a DECIMAL before its point is set.</summary>
    internal static Int128 Unscaled(VectorView vector, DuckColumnType type, long row) => type.Storage switch
    {
        DuckType.SmallInt => vector.At<short>(row),
        DuckType.Integer => vector.At<int>(row),
        DuckType.BigInt => vector.At<long>(row),
        _ => vector.At<Int128>(row),
    };

    static long ToLong(VectorView vector, DuckColumnType type, int row) => type.Id switch
    {
        DuckType.Boolean or DuckType.UTinyInt => vector.At<byte>(row),
        DuckType.TinyInt => vector.At<sbyte>(row),
        DuckType.SmallInt => vector.At<short>(row),
        DuckType.USmallInt => vector.At<ushort>(row),
        DuckType.Integer => vector.At<int>(row),
        DuckType.UInteger => vector.At<uint>(row),
        DuckType.BigInt or DuckType.TimestampNanoseconds => vector.At<long>(row),
        DuckType.UBigInt => checked((long)vector.At<ulong>(row)),
        DuckType.HugeInt => checked((long)vector.At<Int128>(row)),
        DuckType.UHugeInt => checked((long)vector.At<UInt128>(row)),
        DuckType.Float => checked((long)Math.Round((double)vector.At<float>(row), MidpointRounding.ToEven)),
        DuckType.Double => checked((long)Math.Round(vector.At<double>(row), MidpointRounding.ToEven)),
        DuckType.Date => checked(vector.At<int>(row) * 86_400_000_000_000L),
        DuckType.TimestampSeconds => checked(vector.At<long>(row) * 1_000_000_000),
        DuckType.TimestampMilliseconds => checked(vector.At<long>(row) * MicrosecondsPerSecond),
        DuckType.Timestamp or DuckType.TimestampWithZone => checked(vector.At<long>(row) * 1000),
        DuckType.Decimal => DecimalToLong(Unscaled(vector, type, row), type.Scale),
        _ => throw new InvalidOperationException($"A column of type {type} does not convert to integers."),
    };

    // Both are exact up to 2^53 and 10^22, so that the quotient is the double nearest to the decimal; text is the way beyond.
    static double DecimalToDouble(Int128 unscaled, int scale) => Int128.Abs(unscaled) <= 1L << 53 && scale <= 22
        ? (double)unscaled / PowersOfTen[scale]
        : double.Parse($"{unscaled}e-{scale}");

    static long DecimalToLong(Int128 unscaled, int scale)
    {
        var power = (Int128)BigInteger.Pow(10, scale);
        var (quotient, remainder) = Int128.DivRem(unscaled, power);
        var twice = Int128.Abs(remainder) * 2;
        if (twice > power || (twice == power && Int128.IsOddInteger(quotient)))
            quotient += Int128.Sign(unscaled);
        return checked((long)quotient);
    }

    static void Convert<T>(VectorView vector, int count, Span<double> target, Func<T, double> convert)
        where T : unmanaged
    {
        var source = vector.Span<T>(0, count);
        for (var row = 0; row < count; row++)
            target[row] = convert(source[row]);
    }
}
