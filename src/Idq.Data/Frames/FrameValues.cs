using System.Numerics;
using System.Runtime.InteropServices;

namespace Idq.Data.Frames;

/// <summary>What the types of samples are in this program: arrays, and the words that they consist of.</summary>
static class FrameValues
{
    /// <summary>Bytes of a word, the unit of byte order and of differences: half a complex number; 0 for text.</summary>
    public static int WordSize(FrameValueType type) => type switch
    {
        FrameValueType.Int8 or FrameValueType.UInt8 => 1,
        FrameValueType.Int16 or FrameValueType.UInt16 => 2,
        FrameValueType.Int32 or FrameValueType.UInt32 or FrameValueType.Single or FrameValueType.ComplexSingle => 4,
        FrameValueType.Text => 0,
        _ => 8,
    };

    /// <summary>Bytes of a sample; 0 for text.</summary>
    public static int Size(FrameValueType type) =>
        WordSize(type) * (type is FrameValueType.ComplexSingle or FrameValueType.ComplexDouble ? 2 : 1);

    /// <summary>True for whole numbers.</summary>
    public static bool IsWhole(FrameValueType type) =>
        type is not (FrameValueType.Single or FrameValueType.Double or FrameValueType.ComplexSingle or FrameValueType.ComplexDouble
            or FrameValueType.Text);

    /// <summary>The type of an array of samples.</summary>
    /// <exception cref="ArgumentException">Frames have no such type.</exception>
    public static FrameValueType TypeOf(Array values) => values switch
    {
        // The runtime takes an array of signed numbers for one of unsigned numbers; the type itself tells.
        _ when values.GetType() == typeof(sbyte[]) => FrameValueType.Int8,
        _ when values.GetType() == typeof(byte[]) => FrameValueType.UInt8,
        _ when values.GetType() == typeof(short[]) => FrameValueType.Int16,
        _ when values.GetType() == typeof(ushort[]) => FrameValueType.UInt16,
        _ when values.GetType() == typeof(int[]) => FrameValueType.Int32,
        _ when values.GetType() == typeof(uint[]) => FrameValueType.UInt32,
        _ when values.GetType() == typeof(long[]) => FrameValueType.Int64,
        _ when values.GetType() == typeof(ulong[]) => FrameValueType.UInt64,
        float[] => FrameValueType.Single,
        double[] => FrameValueType.Double,
        ComplexSingle[] => FrameValueType.ComplexSingle,
        Complex[] => FrameValueType.ComplexDouble,
        string[] => FrameValueType.Text,
        _ => throw new ArgumentException($"frames hold no samples of type {values.GetType().GetElementType()}", nameof(values)),
    };

    /// <summary>An array of so many samples, whose values are not set.</summary>
    public static Array Allocate(FrameValueType type, int count) => type switch
    {
        FrameValueType.Int8 => GC.AllocateUninitializedArray<sbyte>(count),
        FrameValueType.UInt8 => GC.AllocateUninitializedArray<byte>(count),
        FrameValueType.Int16 => GC.AllocateUninitializedArray<short>(count),
        FrameValueType.UInt16 => GC.AllocateUninitializedArray<ushort>(count),
        FrameValueType.Int32 => GC.AllocateUninitializedArray<int>(count),
        FrameValueType.UInt32 => GC.AllocateUninitializedArray<uint>(count),
        FrameValueType.Int64 => GC.AllocateUninitializedArray<long>(count),
        FrameValueType.UInt64 => GC.AllocateUninitializedArray<ulong>(count),
        FrameValueType.Single => GC.AllocateUninitializedArray<float>(count),
        FrameValueType.Double => GC.AllocateUninitializedArray<double>(count),
        FrameValueType.ComplexSingle => GC.AllocateUninitializedArray<ComplexSingle>(count),
        FrameValueType.ComplexDouble => GC.AllocateUninitializedArray<Complex>(count),
        _ => new string[count],
    };

    /// <summary>The bytes of an array of numbers, in the order of this machine.</summary>
    public static Span<byte> Bytes(Array values, FrameValueType type) =>
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(values), values.Length * Size(type));
}
