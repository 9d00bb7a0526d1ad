using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Idq.Tracking;

/// <summary>Messages one after the other on a stream: their heads say how long they are.</summary>
static class MessageStream
{
    const int Step = 1 << 16;

    /// <summary>The next message; null at the end. What is not a message is not read further: its bytes are those that came.</summary>
    /// <remarks>Memory grows with what has arrived, not with what a head claims.</remarks>
    public static async ValueTask<(MessageFailure Failure, byte[] Bytes)?> ReadAsync(
        Stream stream,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var bytes = new byte[Message.HeadBytes];
        var there = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        if (there == 0) return null;
        if (there < bytes.Length) return (MessageFailure.NotAMessage, bytes[..there]);
        var failure = Message.ReadHead(bytes, limit, out var head);
        if (failure != MessageFailure.None) return (failure, bytes);
        while (there < head.MessageLength)
        {
            Array.Resize(ref bytes, Math.Min(head.MessageLength, Math.Max(2 * bytes.Length, Step)));
            var read = await stream.ReadAtLeastAsync(
                bytes.AsMemory(there),
                bytes.Length - there,
                throwOnEndOfStream: false,
                cancellationToken
            );
            there += read;
            if (there < bytes.Length) return (MessageFailure.NotAMessage, bytes[..there]);
        }

        return (MessageFailure.None, bytes);
    }

    /// <summary>Reads over the rest of a message that is too long to be kept, and judges it by checksum and signature.</summary>
    /// <param name="stream">Behind the head of the message.</param>
    /// <param name="start">The bytes of the head.</param>
    /// <param name="head">The head.</param>
    /// <param name="key">The key of the signature; empty: none is needed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async ValueTask<MessageFailure> SkipAsync(
        Stream stream,
        byte[] start,
        MessageHead head,
        byte[] key,
        CancellationToken cancellationToken
    )
    {
        using var hmac = key.Length > 0 ? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key) : null;
        hmac?.AppendData(start);
        var checksum = Message.Checksum(start);
        var buffer = new byte[Step];
        for (var left = head.PayloadLength; left > 0;)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(0, Math.Min(left, buffer.Length)), cancellationToken);
            if (read == 0) return MessageFailure.NotAMessage;
            hmac?.AppendData(buffer, 0, read);
            checksum = Message.Checksum(buffer.AsSpan(0, read), checksum);
            left -= read;
        }

        var end = head.MessageLength - Message.HeadBytes - head.PayloadLength;
        if (await stream.ReadAtLeastAsync(buffer.AsMemory(0, end), end, throwOnEndOfStream: false, cancellationToken) < end)
            return MessageFailure.NotAMessage;
        var signature = end - Message.ChecksumBytes;
        if (BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(signature)) != Message.Checksum(buffer.AsSpan(0, signature), checksum))
            return MessageFailure.Checksum;
        if (hmac is null)
            return MessageFailure.None;
        return CryptographicOperations.FixedTimeEquals(hmac.GetHashAndReset(), buffer.AsSpan(0, signature))
            ? MessageFailure.None
            : MessageFailure.Signature;
    }
}
