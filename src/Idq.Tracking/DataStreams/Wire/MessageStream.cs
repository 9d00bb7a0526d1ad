namespace Idq.Tracking;

/// <summary>Messages one after the other on a stream: their heads say how long they are.</summary>
internal static class MessageStream
{
    const int Step = 1 << 16;

    /// <summary>The next message; null at the end. What is not a message is not read further: its bytes are those that came.</summary>
    /// <remarks>Memory grows with what has arrived, not with what a head claims.</remarks>
    public static async ValueTask<(MessageFailure Failure, byte[] Bytes)?> ReadAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[Message.HeadBytes];
        int there = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        if (there == 0) return null;
        if (there < bytes.Length) return (MessageFailure.NotAMessage, bytes[..there]);
        var failure = Message.ReadHead(bytes, limit, out var head);
        if (failure != MessageFailure.None) return (failure, bytes);
        while (there < head.MessageLength)
        {
            Array.Resize(ref bytes, Math.Min(head.MessageLength, Math.Max(2 * bytes.Length, Step)));
            int read = await stream.ReadAtLeastAsync(bytes.AsMemory(there), bytes.Length - there, throwOnEndOfStream: false, cancellationToken);
            there += read;
            if (there < bytes.Length) return (MessageFailure.NotAMessage, bytes[..there]);
        }

        return (MessageFailure.None, bytes);
    }
}
