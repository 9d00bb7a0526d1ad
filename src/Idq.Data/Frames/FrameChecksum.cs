using System.Buffers.Binary;

namespace Idq.Data.Frames;

/// <summary>The checksum of frame files: the CRC of POSIX cksum (polynomial 04C11DB7, highest bit first, the length appended).</summary>
struct FrameChecksum
{
    const uint Polynomial = 0x04C11DB7;
    const int Slices = 16;

    // Table[256 k + b]: what byte b does to the remainder when k more bytes follow it.
    static readonly uint[] Table = MakeTable();

    uint remainder;
    ulong length;

    /// <summary>The checksum of these bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var checksum = default(FrameChecksum);
        checksum.Append(bytes);
        return checksum.Value;
    }

    /// <summary>Adds what follows.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        length += (ulong)bytes.Length;
        var (crc, table) = (remainder, Table);
        for (; bytes.Length >= Slices; bytes = bytes[Slices..])
        {
            var a = BinaryPrimitives.ReadUInt64BigEndian(bytes) ^ ((ulong)crc << 32);
            var b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
            crc = table[15 * 256 + (int)(a >> 56)] ^ table[14 * 256 + (byte)(a >> 48)]
                ^ table[13 * 256 + (byte)(a >> 40)] ^ table[12 * 256 + (byte)(a >> 32)]
                ^ table[11 * 256 + (byte)(a >> 24)] ^ table[10 * 256 + (byte)(a >> 16)]
                ^ table[9 * 256 + (byte)(a >> 8)] ^ table[8 * 256 + (byte)a]
                ^ table[7 * 256 + (int)(b >> 56)] ^ table[6 * 256 + (byte)(b >> 48)]
                ^ table[5 * 256 + (byte)(b >> 40)] ^ table[4 * 256 + (byte)(b >> 32)]
                ^ table[3 * 256 + (byte)(b >> 24)] ^ table[2 * 256 + (byte)(b >> 16)]
                ^ table[256 + (byte)(b >> 8)] ^ table[(byte)b];
        }
        foreach (var next in bytes) crc = Step(crc, next);
        remainder = crc;
    }

    /// <summary>The checksum of what was added so far.</summary>
    public readonly uint Value
    {
        get
        {
            var crc = remainder;
            for (var rest = length; rest != 0; rest >>= 8) crc = Step(crc, (byte)rest);
            return ~crc;
        }
    }

    static uint Step(uint crc, byte next) => (crc << 8) ^ Table[(byte)(crc >> 24) ^ next];

    static uint[] MakeTable()
    {
        var table = new uint[Slices * 256];
        for (var b = 0; b < 256; b++)
        {
            var crc = (uint)b << 24;
            for (var bit = 0; bit < 8; bit++) crc = (crc << 1) ^ ((crc & 0x80000000) != 0 ? Polynomial : 0);
            table[b] = crc;
        }
        for (var i = 256; i < table.Length; i++) table[i] = (table[i - 256] << 8) ^ table[table[i - 256] >> 24];
        return table;
    }
}
