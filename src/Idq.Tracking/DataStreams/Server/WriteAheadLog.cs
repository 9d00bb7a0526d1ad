using System.Buffers.Binary;

namespace Idq.Tracking;

/// <summary>
/// The server's log of accepted messages: written before they are acknowledged, cut when their rows are in a store that keeps them.
/// </summary>
/// <threadsafety>All members may be used from any thread, but one appends and writes.</threadsafety>
sealed class WriteAheadLog(string folder, bool isStoreDurable) : IDisposable
{
    const long SegmentBytes = 64 << 20;
    const long WorthCutting = 4 << 20;

    readonly Lock gate = new();
    readonly SegmentedLog log = new(folder, SegmentBytes);

    // Messages in the log, and those of them that are in the store: equal, and the log can go.
    long logged, stored;
    bool isReplayed;

    /// <summary>Bytes in the log.</summary>
    public long Bytes
    {
        get
        {
            lock (gate) return log.Bytes;
        }
    }

    /// <summary>Files of an earlier server whose end could not be read.</summary>
    public int Damaged => log.Damaged;

    /// <summary>The messages that an earlier server left, oldest first. To be read to its end before anything is appended.</summary>
    public IEnumerable<(MessageHead Head, List<SequenceBatch> Batches)> ReadOld()
    {
        foreach (var (_, body) in log.ReadOld())
        {
            if (body.Length < 8 || Message.Read(body.AsSpan(8), int.MaxValue, [], out var head) != MessageFailure.None) continue;
            var receivedUs = BinaryPrimitives.ReadInt64LittleEndian(body);
            if (Message.ReadRecords(body.AsSpan(8), head, int.MaxValue, receivedUs, out var batches) == MessageFailure.None)
                yield return (head, batches);
        }
    }

    /// <summary>What <see cref="ReadOld"/> gave is in the store.</summary>
    public void ReleaseOld()
    {
        lock (gate)
        {
            isReplayed = true;
            if (isStoreDurable) log.ReleaseAll();
        }
    }

    /// <summary>Adds a message to those that <see cref="Write"/> will write.</summary>
    /// <exception cref="IOException">What was appended since the last <see cref="Write"/> may or may not be there.</exception>
    public LogPosition Append(in IncomingMessage message)
    {
        Span<byte> received = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(received, message.ReceivedUs);
        lock (gate)
        {
            var position = log.Append(received, message.Span);
            logged++;
            return position;
        }
    }

    /// <summary>Writes what was appended down to the disk.</summary>
    /// <exception cref="IOException">Nothing of it counts as written.</exception>
    public void Write()
    {
        lock (gate) log.Write(flush: true);
    }

    /// <summary>So many of the messages that were appended count for nothing.</summary>
    public void Abandon(int messages)
    {
        lock (gate) logged -= messages;
    }

    /// <summary>So many messages more are in the store.</summary>
    /// <param name="messages">How many.</param>
    /// <param name="next">Where the first one lies that is handed over and not in the store; null: there is none.</param>
    public void OnPersisted(int messages, LogPosition? next)
    {
        lock (gate)
        {
            stored += messages;
            if (!isStoreDurable) return;
            if (next is { } position) log.ReleaseBefore(position);
            else if (stored == logged && log.Bytes > WorthCutting) log.ReleaseAll();
        }
    }

    /// <summary>Deletes the log if all of it is in the store, and lets go of it.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (isReplayed && isStoreDurable && logged == stored) log.ReleaseAll();
            log.Dispose();
        }
    }
}
