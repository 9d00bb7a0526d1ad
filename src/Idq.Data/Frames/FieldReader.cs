using System.Buffers.Binary;
using System.Text;

namespace Idq.Data.Frames;

/// <summary>Reads the fields of a structure one after the other. What would reach beyond its end is damage.</summary>
/// <param name="bytes">The structure after its head.</param>
/// <param name="isLittleEndian">The byte order of the file.</param>
/// <param name="place">Where the structure is, for messages.</param>
ref struct FieldReader(ReadOnlySpan<byte> bytes, bool isLittleEndian, FramePlace place)
{
    readonly ReadOnlySpan<byte> bytes = bytes;
    int at;

    /// <summary>Bytes read so far.</summary>
    public readonly int Position => at;

    /// <summary>Bytes that are left.</summary>
    public readonly int Left => bytes.Length - at;

    /// <summary>CHAR_U.</summary>
    public byte Byte() => Bytes(1)[0];

    /// <summary>INT_2U.</summary>
    public ushort UInt16() =>
        isLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)) : BinaryPrimitives.ReadUInt16BigEndian(Bytes(2));

    /// <summary>INT_4U.</summary>
    public uint UInt32() =>
        isLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)) : BinaryPrimitives.ReadUInt32BigEndian(Bytes(4));

    /// <summary>INT_8U.</summary>
    public ulong UInt64() =>
        isLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8)) : BinaryPrimitives.ReadUInt64BigEndian(Bytes(8));

    /// <summary>REAL_4.</summary>
    public float Single() => BitConverter.UInt32BitsToSingle(UInt32());

    /// <summary>REAL_8.</summary>
    public double Double() => BitConverter.UInt64BitsToDouble(UInt64());

    /// <summary>STRING: a length of two bytes, which counts the zero at the end, and the text.</summary>
    public string Text() => Encoding.UTF8.GetString(Bytes(UInt16()).TrimEnd((byte)0));

    /// <summary>PTR_STRUCT.</summary>
    public FramePointer Pointer() => new(UInt16(), UInt32());

    /// <summary>So many bytes as they are.</summary>
    public ReadOnlySpan<byte> Bytes(long count)
    {
        if (count < 0 || count > Left) throw place.Damage($"ends before its fields do: {count} bytes are wanted and {Left} are left");
        at += (int)count;
        return bytes.Slice(at - (int)count, (int)count);
    }
}
