using Microsoft.Extensions.Logging;

namespace Idq.Tracking;

/// <summary>
/// Decides whether bytes are a message that this server takes; what it refuses it counts,
/// sparingly logs, and puts into quarantine when there is one.
/// </summary>
/// <threadsafety>All members may be used from any thread.</threadsafety>
sealed partial class MessageAdmission(byte[] key, ServerCounters counters, Quarantine? quarantine, ILogger logger)
{
    // Of what a head can say; no client sends more.
    const int LongestSkipped = int.MaxValue - 1024;

    /// <summary>Checks the frame of a message: everything but the records.</summary>
    public MessageFailure Check(ReadOnlySpan<byte> bytes, int limit, out MessageHead head)
    {
        if (bytes.Length > limit)
        {
            head = default;
            return MessageFailure.TooBig;
        }

        var failure = Message.Read(bytes, limit, key, out head);
        return failure == MessageFailure.None && !IsConsistent(head) ? MessageFailure.Content : failure;
    }

    /// <summary>
    /// Whether something too long is a good message all the same, but for its length: its client can be told then not to send it again.
    /// </summary>
    public bool IsGoodButTooBig(ReadOnlySpan<byte> bytes, out MessageHead head) =>
        Message.Read(bytes, bytes.Length, key, out head) == MessageFailure.None && IsConsistent(head);

    /// <summary>Reads over a message of a stream that is too long to be kept.</summary>
    /// <param name="stream">Behind the head.</param>
    /// <param name="start">The bytes of the head.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its head when it is a good message but for its length, and the stream is behind it; null otherwise.</returns>
    public async ValueTask<MessageHead?> SkipAsync(Stream stream, byte[] start, CancellationToken cancellationToken)
    {
        if (Message.ReadHead(start, LongestSkipped, out var head) != MessageFailure.None || !IsConsistent(head)) return null;
        return await MessageStream.SkipAsync(stream, start, head, key, cancellationToken) == MessageFailure.None ? head : null;
    }

    /// <summary>Decodes the records of a message whose frame is good; null when it was refused.</summary>
    public List<SequenceBatch>? Records(in IncomingMessage message, int unpackedLimit)
    {
        var failure = Read(message, unpackedLimit, out var batches);
        if (failure == MessageFailure.None) return batches;
        Refuse(failure, message.Sender, message.ReceivedUs, message.Span);
        return null;
    }

    /// <summary>Counts a message that is not taken.</summary>
    public void Refuse(MessageFailure failure, IMessageSender sender, long receivedUs, ReadOnlySpan<byte> bytes)
    {
        quarantine?.Add(QuarantineReason.Of(failure), sender, receivedUs, bytes);
        var count = counters.Refuse(failure);
        if (SparseLog.IsDue(count)) LogRefused(logger, failure, count);
    }

    /// <summary>Keeps a message of records that have no run.</summary>
    public void SetAside(in IncomingMessage message) =>
        quarantine?.Add(QuarantineReason.UnknownRun, message.Sender, message.ReceivedUs, message.Span);

    // Before anybody believes what it says about its client.
    static bool IsConsistent(in MessageHead head) =>
        head.Kind == MessageKind.Records && head.Number is > 0 and < ulong.MaxValue && head.Edge <= head.Number;

    MessageFailure Read(in IncomingMessage message, int unpackedLimit, out List<SequenceBatch> batches)
    {
        try
        {
            return Message.ReadRecords(message.Span, message.Head, unpackedLimit, message.ReceivedUs, out batches);
        }
        catch (Exception e)
        {
            // A defect of the reader must not end the server.
            LogUnreadable(logger, e);
            batches = [];
            return MessageFailure.Content;
        }
    }

    [LoggerMessage(5011, LogLevel.Warning, "Refused a message: {Failure} ({Count} so far)")]
    static partial void LogRefused(ILogger logger, MessageFailure failure, long count);

    [LoggerMessage(5023, LogLevel.Error, "A message could not be read: please report this")]
    static partial void LogUnreadable(ILogger logger, Exception e);
}
