using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Idq.Tracking;

/// <summary>
/// The types that a <see cref="NumericArray"/>'s elements can have. The numbers are those of the wire: they never change.
/// </summary>
public enum NumericType : byte
{
    Bool = 0,
    Int8 = 1,
    Int16 = 2,
    Int32 = 3,
    Int64 = 4,
    UInt8 = 5,
    UInt16 = 6,
    UInt32 = 7,
    UInt64 = 8,
    Float16 = 9,
    Float32 = 10,
    Float64 = 11,
    Complex64 = 12,
    Complex128 = 13,
}

/// <summary>An n-dimensional array of numbers, rows first (C order), elements little-endian: what an NPY file holds.</summary>
/// <remarks>No dimension: one element. A dimension of length 0: none. Immutable.</remarks>
public sealed class NumericArray : IEquatable<NumericArray>
{
    /// <summary>How many dimensions there may be.</summary>
    public const int MaxRank = 32;

    readonly byte[] data;

    NumericArray(NumericType type, ImmutableArray<int> shape, byte[] data) => (Type, Shape, this.data) = (type, shape, data);

    /// <summary>The type of the elements.</summary>
    public NumericType Type { get; }

    /// <summary>The lengths of the dimensions, outermost first.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>How many elements there are.</summary>
    public int Count => data.Length / SizeOf(Type);

    /// <summary>The elements, little-endian, rows first.</summary>
    public ReadOnlySpan<byte> Data => data;

    /// <summary>An array over a copy of bytes.</summary>
    /// <exception cref="DataStreamException">
    /// The type is unknown, there are too many dimensions, or type, shape and length do not agree.
    /// </exception>
    public static NumericArray Create(NumericType type, ReadOnlySpan<int> shape, ReadOnlySpan<byte> littleEndian) =>
        Fits(type, shape, littleEndian.Length)
            ? new NumericArray(type, [.. shape], littleEndian.ToArray())
            : throw new DataStreamException(
                DataStreamFailure.InvalidValue,
                $"{littleEndian.Length} bytes are not an array of {type} of shape ({string.Join(", ", shape.ToArray())})"
            );

    /// <summary>A one-dimensional array.</summary>
    public static NumericArray Of(ReadOnlySpan<double> values) => FromSpan(NumericType.Float64, values);

    /// <summary>A one-dimensional array.</summary>
    public static NumericArray Of(ReadOnlySpan<long> values) => FromSpan(NumericType.Int64, values);

    /// <summary>The elements as doubles, rows first; 64-bit integers are rounded, of complex numbers the real part is taken.</summary>
    public double[] ToDoubles()
    {
        var values = new double[Count];
        var size = SizeOf(Type);
        for (var i = 0; i < values.Length; i++) values[i] = Element(data.AsSpan(i * size));
        return values;
    }

    /// <inheritdoc/>
    public bool Equals(NumericArray? other) =>
        other is not null
        && Type == other.Type
        && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan())
        && data.AsSpan().SequenceEqual(other.data);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NumericArray);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, data.Length, Shape.Length);

    /// <summary>How many bytes one element takes.</summary>
    public static int SizeOf(NumericType type) => type switch
    {
        NumericType.Bool or NumericType.Int8 or NumericType.UInt8 => 1,
        NumericType.Int16 or NumericType.UInt16 or NumericType.Float16 => 2,
        NumericType.Int32 or NumericType.UInt32 or NumericType.Float32 => 4,
        NumericType.Complex128 => 16,
        _ => 8,
    };

    internal static bool Fits(NumericType type, ReadOnlySpan<int> shape, int bytes)
    {
        if (type > NumericType.Complex128 || shape.Length > MaxRank) return false;
        var isEmpty = shape.Contains(0);
        long size = SizeOf(type);
        foreach (var length in shape)
        {
            if (length < 0) return false;
            // A product that overflows is refused, unless another dimension makes it nothing.
            if (!isEmpty && (size *= length) > int.MaxValue) return false;
        }

        return bytes == (isEmpty ? 0 : size);
    }

    // Null when the elements are no numbers, or bytes: those are a value of their own.
    internal static NumericArray? TryOf(Array array)
    {
        // A runtime type test would take an int[] for a uint[].
        var element = array.GetType().GetElementType();
        NumericType? type =
            element == typeof(double) ? NumericType.Float64
            : element == typeof(float) ? NumericType.Float32
            : element == typeof(Half) ? NumericType.Float16
            : element == typeof(long) ? NumericType.Int64
            : element == typeof(int) ? NumericType.Int32
            : element == typeof(short) ? NumericType.Int16
            : element == typeof(sbyte) ? NumericType.Int8
            : element == typeof(ulong) ? NumericType.UInt64
            : element == typeof(uint) ? NumericType.UInt32
            : element == typeof(ushort) ? NumericType.UInt16
            : element == typeof(byte) ? NumericType.UInt8
            : element == typeof(bool) ? NumericType.Bool
            : element == typeof(System.Numerics.Complex) ? NumericType.Complex128
            : null;
        if (type is not { } known) return null;
        var shape = new int[array.Rank];
        for (var i = 0; i < shape.Length; i++) shape[i] = array.GetLength(i);
        var size = SizeOf(known);
        if ((long)array.Length * size > int.MaxValue)
            throw new DataStreamException(DataStreamFailure.TooBig, "an array has more than 2 GB");
        var bytes = new byte[array.Length * size];
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(array), bytes.Length).CopyTo(bytes);
        return new NumericArray(known, [.. shape], LittleEndian(bytes, known));
    }

    static NumericArray FromSpan<T>(NumericType type, ReadOnlySpan<T> values)
        where T : unmanaged =>
        new(type, [values.Length], LittleEndian(MemoryMarshal.AsBytes(values).ToArray(), type));

    static byte[] LittleEndian(byte[] bytes, NumericType type)
    {
        if (BitConverter.IsLittleEndian) return bytes;
        Swap(bytes, type);
        return bytes;
    }

    // Complex numbers are two numbers.
    internal static void Swap(Span<byte> bytes, NumericType type)
    {
        var size = type switch { NumericType.Complex64 => 4, NumericType.Complex128 => 8, _ => SizeOf(type) };
        for (var i = 0; i + size <= bytes.Length; i += size) bytes.Slice(i, size).Reverse();
    }

    double Element(ReadOnlySpan<byte> at) => Type switch
    {
        NumericType.Bool => at[0] == 0 ? 0 : 1,
        NumericType.Int8 => (sbyte)at[0],
        NumericType.UInt8 => at[0],
        NumericType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(at),
        NumericType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(at),
        NumericType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(at),
        NumericType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(at),
        NumericType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(at),
        NumericType.Float32 or NumericType.Complex64 => BinaryPrimitives.ReadSingleLittleEndian(at),
        NumericType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(at),
        NumericType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(at),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(at),
    };
}
