using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Idq.Tracking;

/// <summary>Bytes that grow: little-endian numbers, variable-length integers and names.</summary>
sealed class ByteWriter(int capacity = 256)
{
    // Text that is not Unicode is refused, not replaced.
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    byte[] buffer = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);

    public Span<byte> WrittenForPatching => buffer.AsSpan(0, Length);

    public byte[] Buffer => buffer;

    public void Clear() => Length = 0;

    public void Truncate(int length) => Length = length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Byte(byte value)
    {
        if (Length == buffer.Length) Grow(1);
        buffer[Length++] = value;
    }

    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Take(8), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>Seven bits a byte, lowest first; the shortest form.</summary>
    public void VarUInt(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    /// <summary>Small numbers of either sign take few bytes.</summary>
    public void VarInt(long value) => VarUInt((ulong)((value << 1) ^ (value >> 63)));

    public void Uuid(Guid value) => value.TryWriteBytes(Take(16), bigEndian: true, out _);

    /// <exception cref="DataStreamException">The text is not Unicode.</exception>
    public void Text(string value)
    {
        int length;
        try
        {
            length = Utf8.GetByteCount(value);
        }
        catch (EncoderFallbackException e)
        {
            throw new DataStreamException(
                DataStreamFailure.InvalidValue,
                $"a text is not Unicode: it has half of a character at {e.Index}",
                e
            );
        }

        VarUInt((ulong)length);
        Utf8.GetBytes(value, Take(length));
    }

    public Span<byte> Take(int count)
    {
        if (buffer.Length - Length < count) Grow(count);
        var span = buffer.AsSpan(Length, count);
        Length += count;
        return span;
    }

    void Grow(int count)
    {
        var needed = (long)Length + count;
        if (needed > Array.MaxLength) throw new DataStreamException(DataStreamFailure.TooBig, "a record has more than 2 GB");
        Array.Resize(ref buffer, (int)Math.Min(Math.Max(needed, 2L * buffer.Length), Array.MaxLength));
    }
}
