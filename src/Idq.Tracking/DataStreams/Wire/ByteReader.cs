using System.Buffers.Binary;
using System.Text;

namespace Idq.Tracking;

/// <summary>
/// Reads what <see cref="ByteWriter"/> wrote and distrusts it: whatever does not fit the
/// bytes that are there makes <see cref="IsGood"/> false.
/// </summary>
ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    ReadOnlySpan<byte> rest = bytes;

    /// <summary>False once something was wrong; every later answer is then meaningless.</summary>
    public bool IsGood { get; private set; } = true;

    public readonly int Remaining => rest.Length;

    public readonly bool IsAtEnd => rest.IsEmpty;

    public void Fail()
    {
        IsGood = false;
        rest = [];
    }

    public byte Byte()
    {
        if (rest.IsEmpty)
        {
            Fail();
            return 0;
        }

        var value = rest[0];
        rest = rest[1..];
        return value;
    }

    public double Double() => Take(8) is { Length: 8 } at ? BinaryPrimitives.ReadDoubleLittleEndian(at) : 0;

    public long Int64() => Take(8) is { Length: 8 } at ? BinaryPrimitives.ReadInt64LittleEndian(at) : 0;

    public uint UInt32() => Take(4) is { Length: 4 } at ? BinaryPrimitives.ReadUInt32LittleEndian(at) : 0;

    public ulong VarUInt()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (rest.IsEmpty) break;
            var next = rest[0];
            rest = rest[1..];
            // The tenth byte has one bit left, and a longer form than needed is not what a writer writes.
            if ((shift == 63 && next > 1) || (next == 0 && shift > 0)) break;
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }

        Fail();
        return 0;
    }

    public long VarInt()
    {
        var value = VarUInt();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A count of things that take at least <paramref name="least"/> bytes each: never more than there can be.</summary>
    public int Count(int least)
    {
        var count = VarUInt();
        if (count <= (ulong)(rest.Length / least)) return (int)count;
        Fail();
        return 0;
    }

    public Guid Uuid() => Take(16) is { Length: 16 } at ? new Guid(at, bigEndian: true) : default;

    public string Text()
    {
        var bytes = Take(Count(1));
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            Fail();
            return "";
        }
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)rest.Length)
        {
            Fail();
            return default;
        }

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
