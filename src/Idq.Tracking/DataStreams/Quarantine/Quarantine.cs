using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Idq.Tracking;

/// <summary>Keeps refused messages in a folder for inspection; when it is full, the oldest go.</summary>
/// <remarks>
/// It never makes anybody wait and never fails: what comes faster than it can be written, or what the disk does not take, is counted.
/// </remarks>
/// <threadsafety>All members may be used from any thread.</threadsafety>
sealed partial class Quarantine : IAsyncDisposable
{
    const int MaxWaiting = 256;

    readonly Channel<QuarantinedMessage> waiting = Channel.CreateBounded<QuarantinedMessage>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true }
    );
    readonly SegmentedLog log;
    readonly long limit;
    readonly ServerCounters counters;
    readonly ILogger logger;
    readonly Task writing;

    /// <exception cref="DataStreamException">The folder cannot be used, or another server has it.</exception>
    public Quarantine(string folder, long limit, ServerCounters counters, ILogger logger)
    {
        (this.limit, this.counters, this.logger) = (limit, counters, logger);
        log = new SegmentedLog(folder, Math.Max(limit / 8, QuarantinedMessage.MaxBytes));
        try
        {
            foreach (var _ in log.ReadOld()) Interlocked.Exchange(ref counters.QuarantineBytes, log.Bytes);
        }
        catch
        {
            log.Dispose();
            throw;
        }

        writing = Task.Run(WriteAllAsync);
    }

    public void Add(string reason, IMessageSender sender, long receivedUs, ReadOnlySpan<byte> bytes) =>
        Add(reason, sender.Address, receivedUs, bytes);

    /// <summary>
    /// Keeps rows that the store refuses, as messages of client 0 that can be read one by one;
    /// a row that is longer than what is kept loses its end.
    /// </summary>
    public void Add(SequenceBatch batch)
    {
        var payload = new PayloadWriter();
        var receivedUs = 0L;
        foreach (var row in batch.Rows)
        {
            var record = new StreamRecord(batch.Run, batch.Sequence, row.Idx, row.TimestampUs, row.Values);
            var limit = QuarantinedMessage.MaxBytes - Message.Overhead(false);
            if (payload.Records > 0 && !payload.TryAdd(record, limit)) Flush();
            else if (payload.Records > 0) continue;
            receivedUs = row.ReceivedUs;
            payload.TryAdd(record, int.MaxValue);
        }

        Flush();

        void Flush()
        {
            if (payload.Records == 0) return;
            var bytes = new byte[payload.Length + Message.Overhead(false)];
            Message.Write(
                bytes,
                new MessageHead(MessageKind.Records, false, false, 0, 1, 1, (uint)payload.Records, 0),
                payload.Written,
                []
            );
            Add(QuarantineReason.Store, "", receivedUs, bytes);
            payload.Clear();
        }
    }

    void Add(string reason, string sender, long receivedUs, ReadOnlySpan<byte> bytes)
    {
        var kept = bytes[..Math.Min(bytes.Length, QuarantinedMessage.MaxBytes)].ToArray();
        if (!waiting.Writer.TryWrite(new(StreamValue.Micros(receivedUs).AsInstant(), sender, reason, bytes.Length, kept)))
            Interlocked.Increment(ref counters.QuarantineMissed);
    }

    /// <summary>Writes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await writing;
        log.Dispose();
    }

    async Task WriteAllAsync()
    {
        var body = new ByteWriter();
        while (await waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var count = 0;
            try
            {
                for (; count < MaxWaiting && waiting.Reader.TryRead(out var message); count++)
                {
                    body.Clear();
                    message.Encode(body);
                    log.Append(body.Written, []);
                }

                log.Write(flush: false);
                Interlocked.Add(ref counters.Quarantined, count);
                while (log.Bytes > limit && log.TryReleaseFirst()) Interlocked.Exchange(ref counters.QuarantineBytes, log.Bytes);
                Interlocked.Exchange(ref counters.QuarantineBytes, log.Bytes);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or DataStreamException)
            {
                var missed = Interlocked.Add(ref counters.QuarantineMissed, Math.Max(count, 1));
                if (SparseLog.IsDue(missed)) LogNotKept(logger, missed, e);
            }
        }
    }

    [LoggerMessage(5026, LogLevel.Warning, "Refused messages cannot be kept in quarantine ({Count} so far)")]
    static partial void LogNotKept(ILogger logger, long count, Exception e);
}
