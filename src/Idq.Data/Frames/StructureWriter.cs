using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Idq.Data.Frames;

/// <summary>Writes the fields of a structure one after the other into memory.</summary>
/// <param name="isLittleEndian">The order of bytes.</param>
sealed class StructureWriter(bool isLittleEndian)
{
    readonly ArrayBufferWriter<byte> buffer = new(256);

    /// <summary>The bytes so far.</summary>
    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    /// <summary>Begins again.</summary>
    public void Clear() => buffer.ResetWrittenCount();

    /// <summary>The bytes so far, as an array.</summary>
    public byte[] ToArray() => buffer.WrittenSpan.ToArray();

    /// <summary>CHAR_U.</summary>
    public StructureWriter Byte(int value)
    {
        buffer.GetSpan(1)[0] = checked((byte)value);
        buffer.Advance(1);
        return this;
    }

    /// <summary>INT_2S and INT_2U.</summary>
    public StructureWriter Int16(long value)
    {
        var word = unchecked((ushort)value);
        if (isLittleEndian) BinaryPrimitives.WriteUInt16LittleEndian(buffer.GetSpan(2), word);
        else BinaryPrimitives.WriteUInt16BigEndian(buffer.GetSpan(2), word);
        buffer.Advance(2);
        return this;
    }

    /// <summary>INT_4S and INT_4U.</summary>
    public StructureWriter Int32(long value)
    {
        var word = unchecked((uint)value);
        if (isLittleEndian) BinaryPrimitives.WriteUInt32LittleEndian(buffer.GetSpan(4), word);
        else BinaryPrimitives.WriteUInt32BigEndian(buffer.GetSpan(4), word);
        buffer.Advance(4);
        return this;
    }

    /// <summary>INT_8S and INT_8U.</summary>
    public StructureWriter Int64(long value)
    {
        if (isLittleEndian) BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(8), value);
        else BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(8), value);
        buffer.Advance(8);
        return this;
    }

    /// <summary>REAL_4.</summary>
    public StructureWriter Single(double value) => Int32(BitConverter.SingleToInt32Bits((float)value));

    /// <summary>REAL_8.</summary>
    public StructureWriter Double(double value) => Int64(BitConverter.DoubleToInt64Bits(value));

    /// <summary>STRING.</summary>
    /// <exception cref="ArgumentException">It has more than 65 534 bytes or a zero in it.</exception>
    public StructureWriter Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        if (length >= ushort.MaxValue || value.Contains('\0'))
            throw new ArgumentException($"a text of a frame has fewer than {ushort.MaxValue} bytes and no zero in it", nameof(value));
        Int16(length + 1);
        Encoding.UTF8.GetBytes(value, buffer.GetSpan(length + 1));
        buffer.Advance(length);
        return Byte(0);
    }

    /// <summary>PTR_STRUCT.</summary>
    public StructureWriter Pointer(FramePointer pointer) => Int16(pointer.ClassId).Int32(pointer.Instance);

    /// <summary>A pointer to nothing.</summary>
    public StructureWriter Null(int count = 1)
    {
        for (var i = 0; i < count; i++) Pointer(default);
        return this;
    }

    /// <summary>Bytes as they are.</summary>
    public StructureWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        buffer.Write(bytes);
        return this;
    }
}
