using Microsoft.Extensions.Logging;

namespace Idq.Tracking;

/// <summary>Decides whether bytes are a message that this server takes; what it refuses it counts, sparingly logs, and puts into quarantine when there is one.</summary>
/// <threadsafety>All members may be used from any thread.</threadsafety>
sealed partial class MessageAdmission(byte[] key, ServerCounters counters, Quarantine? quarantine, ILogger logger)
{
    /// <summary>Checks the frame of a message: everything but the records.</summary>
    public MessageFailure Check(ReadOnlySpan<byte> bytes, int limit, out MessageHead head)
    {
        if (bytes.Length > limit)
        {
            head = default;
            return MessageFailure.TooBig;
        }

        var failure = Message.Read(bytes, limit, key, out head);
        if (failure != MessageFailure.None) return failure;
        // Before anybody believes what it says about its client.
        return head.Kind == MessageKind.Records && head.Number is > 0 and < ulong.MaxValue && head.Edge <= head.Number
            ? MessageFailure.None
            : MessageFailure.Content;
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
        long count = counters.Refuse(failure);
        if (SparseLog.IsDue(count)) LogRefused(logger, failure, count);
    }

    /// <summary>Keeps a message of records that have no run.</summary>
    public void SetAside(in IncomingMessage message) => quarantine?.Add(QuarantineReason.UnknownRun, message.Sender, message.ReceivedUs, message.Span);

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
