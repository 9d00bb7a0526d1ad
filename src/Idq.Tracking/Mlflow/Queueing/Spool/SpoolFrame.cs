using System.Buffers.Binary;
using System.Numerics;

namespace Idq.Tracking.Mlflow;

/// <summary>
/// How entries lie in a file of a spool: four bytes of magic (the last is the version), the length and the CRC-32C of the payload as 32-bit
/// little-endian numbers, the payload. The magic never occurs in UTF-8 text, so reading finds its way again behind damage.
/// </summary>
static class SpoolFrame
{
    public const int HeaderLength = 12;
    const int LongestPayload = 1 << 28;
    static readonly byte[] Magic = [0xD1, 0x53, 0x50, 0x01];

    public static byte[] Encode(ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeaderLength + payload.Length];
        Magic.CopyTo(frame.AsSpan());
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), Crc(payload));
        payload.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    /// <summary>Every whole frame: where its payload begins and how long it is.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="damaged">How many bytes belong to no whole frame.</param>
    public static List<(int Offset, int Length)> Scan(ReadOnlySpan<byte> file, out long damaged)
    {
        var frames = new List<(int, int)>();
        damaged = 0;
        for (var at = 0; at < file.Length;)
        {
            if (IsFrame(file[at..], out var length))
            {
                frames.Add((at + HeaderLength, length));
                at += HeaderLength + length;
                continue;
            }

            var next = file[(at + 1)..].IndexOf(Magic);
            var skipped = next < 0 ? file.Length - at : next + 1;
            damaged += skipped;
            at += skipped;
        }

        return frames;
    }

    static bool IsFrame(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length < HeaderLength || !bytes.StartsWith(Magic))
            return false;
        length = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        return length is >= 0 and <= LongestPayload && length <= bytes.Length - HeaderLength &&
               Crc(bytes.Slice(HeaderLength, length)) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
    }

    static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
