using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using System.Security.Cryptography;

namespace Idq.Tracking;

/// <summary>What a message is for.</summary>
enum MessageKind : byte
{
    Records = 1,
    Acknowledgement = 2,
}

/// <summary>The head of a message.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="IsCompressed">Whether the payload is four bytes of length and a zlib stream.</param>
/// <param name="IsSigned">Whether an HMAC-SHA256 follows the payload.</param>
/// <param name="Client">Who sends records, or whose records are acknowledged.</param>
/// <param name="Number">Of records: 1, 2, 3… within the client. Of an acknowledgement: everything up to here has arrived.</param>
/// <param name="Edge">
/// Of records: the first number that the client still keeps; nothing before it will come again. Of an acknowledgement: the largest number
/// that it speaks about.
/// </param>
/// <param name="Count">How many records, or how many missing ranges.</param>
/// <param name="PayloadLength">How many bytes the payload has as sent.</param>
readonly record struct MessageHead(
    MessageKind Kind, bool IsCompressed, bool IsSigned, ulong Client, ulong Number, ulong Edge, uint Count, int PayloadLength)
{
    public int MessageLength => Message.HeadBytes + PayloadLength + (IsSigned ? Message.SignatureBytes : 0) + Message.ChecksumBytes;
}

/// <summary>
/// The frame around a payload, on datagrams, streams and in the write-ahead log. Little-endian: mark (4), version (1), kind (1), flags (2),
/// client (8), number (8), edge (8), count (4), length of the payload (4), payload, HMAC-SHA256 of all before it when signed (32), CRC-32C
/// of all before it (4).
/// </summary>
static class Message
{
    public const uint Mark = 0x4D_47_53_89;
    public const byte Version = 1;
    public const int HeadBytes = 40;
    public const int SignatureBytes = 32;
    public const int ChecksumBytes = 4;

    /// <summary>What a datagram may unpack to.</summary>
    public const int MaxUnpackedDatagram = 1 << 20;

    const ushort Compressed = 1;
    const ushort Signed = 2;

    /// <summary>The bytes of a message beside its payload.</summary>
    public static int Overhead(bool signed) => HeadBytes + ChecksumBytes + (signed ? SignatureBytes : 0);

    /// <summary>Writes a message; <paramref name="to"/> is long enough.</summary>
    /// <returns>Its length.</returns>
    public static int Write(Span<byte> to, MessageHead head, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> key)
    {
        head = head with { IsSigned = !key.IsEmpty, PayloadLength = payload.Length };
        BinaryPrimitives.WriteUInt32LittleEndian(to, Mark);
        to[4] = Version;
        to[5] = (byte)head.Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(to[6..], (ushort)((head.IsCompressed ? Compressed : 0) | (head.IsSigned ? Signed : 0)));
        BinaryPrimitives.WriteUInt64LittleEndian(to[8..], head.Client);
        BinaryPrimitives.WriteUInt64LittleEndian(to[16..], head.Number);
        BinaryPrimitives.WriteUInt64LittleEndian(to[24..], head.Edge);
        BinaryPrimitives.WriteUInt32LittleEndian(to[32..], head.Count);
        BinaryPrimitives.WriteInt32LittleEndian(to[36..], payload.Length);
        payload.CopyTo(to[HeadBytes..]);
        var length = HeadBytes + payload.Length;
        if (head.IsSigned)
        {
            HMACSHA256.HashData(key, to[..length], to[length..]);
            length += SignatureBytes;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(to[length..], Checksum(to[..length]));
        return length + ChecksumBytes;
    }

    /// <summary>Reads a head, without judging what follows it.</summary>
    /// <param name="limit">How long the whole message may be.</param>
    public static MessageFailure ReadHead(ReadOnlySpan<byte> bytes, int limit, out MessageHead head)
    {
        head = default;
        if (bytes.Length < HeadBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Mark) return MessageFailure.NotAMessage;
        if (bytes[4] != Version) return MessageFailure.Version;
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
        var payload = BinaryPrimitives.ReadInt32LittleEndian(bytes[36..]);
        if (
            bytes[5] is not ((byte)MessageKind.Records or (byte)MessageKind.Acknowledgement)
            || flags > (Compressed | Signed)
            || payload < 0
        )
            return MessageFailure.NotAMessage;
        if (payload > limit) return MessageFailure.TooBig;
        head = new MessageHead(
            (MessageKind)bytes[5],
            (flags & Compressed) != 0,
            (flags & Signed) != 0,
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]),
            payload);
        return head.MessageLength > limit ? MessageFailure.TooBig : MessageFailure.None;
    }

    /// <summary>Checks a whole message: head, length, checksum and, with a key, signature.</summary>
    public static MessageFailure Read(ReadOnlySpan<byte> bytes, int limit, ReadOnlySpan<byte> key, out MessageHead head)
    {
        var failure = ReadHead(bytes, limit, out head);
        if (failure != MessageFailure.None)
            return failure;
        if (head.MessageLength != bytes.Length)
            return MessageFailure.NotAMessage;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[^ChecksumBytes..]) != Checksum(bytes[..^ChecksumBytes]))
            return MessageFailure.Checksum;
        if (key.IsEmpty)
            return MessageFailure.None;
        if (!head.IsSigned)
            return MessageFailure.Signature;
        Span<byte> signature = stackalloc byte[SignatureBytes];
        var signed = HeadBytes + head.PayloadLength;
        HMACSHA256.HashData(key, bytes[..signed], signature);
        return CryptographicOperations.FixedTimeEquals(signature, bytes.Slice(signed, SignatureBytes))
            ? MessageFailure.None
            : MessageFailure.Signature;
    }

    /// <summary>The records of a message that was checked.</summary>
    public static MessageFailure ReadRecords(
        ReadOnlySpan<byte> message, MessageHead head, int unpackedLimit, long receivedUs, out List<SequenceBatch> batches)
    {
        batches = [];
        var payload = message.Slice(HeadBytes, head.PayloadLength);
        if (head.IsCompressed)
        {
            var failure = Unpack(payload, unpackedLimit, out var unpacked);
            if (failure != MessageFailure.None) return failure;
            payload = unpacked;
        }

        if (head.Number == 0 || head.Edge > head.Number || PayloadReader.Read(payload, head.Count, receivedUs) is not { } read)
            return MessageFailure.Content;
        batches = read;
        return MessageFailure.None;
    }

    /// <summary>A payload as zlib, when that is shorter; null otherwise.</summary>
    public static byte[]? Pack(ReadOnlySpan<byte> payload)
    {
        using var packed = new MemoryStream(payload.Length);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, payload.Length);
        packed.Write(length);
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(payload);
        return packed.Length < payload.Length ? packed.ToArray() : null;
    }

    /// <summary>Reverses <see cref="Pack"/>; what unpacks to more than it says, or than is allowed, is not unpacked further.</summary>
    public static MessageFailure Unpack(ReadOnlySpan<byte> packed, int limit, out byte[] payload)
    {
        payload = [];
        if (packed.Length < 4) return MessageFailure.Content;
        var length = BinaryPrimitives.ReadInt32LittleEndian(packed);
        if (length < 0) return MessageFailure.Content;
        if (length > limit) return MessageFailure.TooBig;
        // Deflate shrinks by 1:1032 at most, so a short message that claims a longer content is damaged.
        if (length / 1040 > packed.Length) return MessageFailure.Content;
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(packed[4..].ToArray()), CompressionMode.Decompress);
            var unpacked = new byte[length];
            zlib.ReadExactly(unpacked);
            if (zlib.ReadByte() >= 0) return MessageFailure.Content;
            payload = unpacked;
            return MessageFailure.None;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return MessageFailure.Content;
        }
    }

    /// <summary>CRC-32C (Castagnoli), by the processor's instruction where there is one.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="before">The checksum of what lies before them; 0: nothing does.</param>
    public static uint Checksum(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        var crc = ~before;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (var next in bytes) crc = BitOperations.Crc32C(crc, next);
        return ~crc;
    }
}
