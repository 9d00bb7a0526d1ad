using System.Numerics;
using DuckDB.NET.Native;

namespace Idq.Data.DuckDb;

/// <summary>Converts vectors of any numeric type to doubles.</summary>
static class DuckNumbers
{
    static readonly double[] PowersOfTen = [.. Enumerable.Range(0, 23).Select(n => double.Parse($"1e{n}"))];

    /// <summary>NULL becomes NaN; timestamps and dates become Unix seconds.</summary>
    internal static void ToDoubles(DuckVector vector, DuckColumnType type, Span<double> target)
    {
        switch (type.Id)
        {
            case DuckDBType.Double: vector.Span<double>(0, target.Length).CopyTo(target); break;
            case DuckDBType.Float: Convert<float>(vector, target); break;
            case DuckDBType.Boolean or DuckDBType.UnsignedTinyInt: Convert<byte>(vector, target); break;
            case DuckDBType.TinyInt: Convert<sbyte>(vector, target); break;
            case DuckDBType.SmallInt: Convert<short>(vector, target); break;
            case DuckDBType.UnsignedSmallInt: Convert<ushort>(vector, target); break;
            case DuckDBType.Integer: Convert<int>(vector, target); break;
            case DuckDBType.UnsignedInteger: Convert<uint>(vector, target); break;
            case DuckDBType.BigInt: Convert<long>(vector, target); break;
            case DuckDBType.UnsignedBigInt: Convert<ulong>(vector, target); break;
            case DuckDBType.HugeInt: Convert<Int128>(vector, target); break;
            case DuckDBType.UnsignedHugeInt: Convert<UInt128>(vector, target); break;
            case var _ when type.IsTimestamp: Convert<long>(vector, target, type.UnitsPerSecond); break;
            case DuckDBType.Date:
                Convert<int>(vector, target);
                foreach (ref var days in target) days *= 86400;
                break;
            case DuckDBType.Decimal:
                for (var row = 0; row < target.Length; row++) target[row] = ToDouble(vector.Integer(type.Storage, row), type.Scale);
                break;
            case DuckDBType.SqlNull: target.Fill(double.NaN); break;
            default: throw new InvalidOperationException($"A column of type {type} does not convert to numbers.");
        }
        if (!vector.MayHaveNulls) return;
        for (var row = 0; row < target.Length; row++)
            if (!vector.IsValid(row)) target[row] = double.NaN;
    }

    // Both are exact up to 2^53 and 10^22, so that the quotient is the double nearest to the decimal; text is the way beyond.
    static double ToDouble(Int128 unscaled, int scale) => Int128.Abs(unscaled) <= 1L << 53 && scale < PowersOfTen.Length
        ? (double)unscaled / PowersOfTen[scale]
        : double.Parse($"{unscaled}e-{scale}");

    static void Convert<T>(DuckVector vector, Span<double> target, double unitsPerOne = 1) where T : unmanaged, INumberBase<T>
    {
        var source = vector.Span<T>(0, target.Length);
        for (var row = 0; row < target.Length; row++) target[row] = double.CreateTruncating(source[row]) / unitsPerOne;
    }
}
