using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Idq.Tracking;

/// <summary>
/// What a client has to send: gathers records, keeps messages until they are acknowledged,
/// makes room when there is too much, and says what goes next.
/// </summary>
/// <threadsafety>All members may be used from any thread; one takes what is to be sent.</threadsafety>
sealed partial class Outbox : IDisposable
{
    readonly object gate = new();
    readonly DataStreamOptions options;
    readonly ILogger logger;
    readonly RecordGatherer open;
    readonly OutgoingMessages messages;
    readonly TokenBucket throttle;
    readonly FlushWaits waits = new();
    readonly SampleLanes lanes = new();
    readonly SpoolGuard spool;
    bool isClosed;
    bool isSenderIdle;
    bool isStopping;
    long retryAt;
    long records, dropped, sent, sentByStream, errors, badAnswers;
    ulong refused;

    /// <exception cref="DataStreamException">The spool cannot be used, or another client has it.</exception>
    public Outbox(DataStreamOptions options, int overhead, ILogger logger)
    {
        (this.options, this.logger) = (options, logger);
        open = new RecordGatherer(options, overhead, payload => Keep(payload));
        throttle = new TokenBucket(options.CliThrottleSend);
        messages = new OutgoingMessages(Stopwatch.Frequency, options.Kind == DataStreamKind.Unix ? 1024 : 256);
        spool = new SpoolGuard(options, logger);
        foreach (var (position, payload) in spool.TakeOver()) Keep(payload, position);
    }

    /// <summary>The counters; the elapsed time is the caller's.</summary>
    public DataStreamClientStatistics Statistics
    {
        get
        {
            lock (gate)
            {
                return new DataStreamClientStatistics
                {
                    Records = records,
                    AcknowledgedRecords = messages.AcknowledgedRecords,
                    WaitingRecords = messages.Records + open.Records,
                    DroppedRecords = dropped,
                    RefusedRecords = (long)refused,
                    Messages = sent,
                    StreamMessages = sentByStream,
                    LostMessages = messages.Lost,
                    Errors = errors + spool.Errors,
                    BadAnswers = badAnswers,
                };
            }
        }
    }

    /// <summary>Takes an encoded record.</summary>
    /// <returns>False when it was given up for want of room.</returns>
    /// <exception cref="DataStreamException">It does not fit a message.</exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public bool Append(Guid run, string sequence, long idx, long timestampUs, string[] names, ReadOnlySpan<byte> values)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isClosed, typeof(DataStreamClient));
            if (lanes.Skips(run, sequence) || !MakeRoom(values.Length) || lanes.Skips(run, sequence))
            {
                dropped++;
                return false;
            }

            lanes.Take(run, sequence);
            open.Add(run, sequence, idx, timestampUs, names, values);
            records++;
            if (isSenderIdle) Wake();
            return true;
        }
    }

    /// <summary>Sends what has gathered; waits until all that was appended before the call is acknowledged or given up.</summary>
    public async Task<FlushOutcome> FlushAsync(TimeSpan? limit, CancellationToken cancellationToken)
    {
        Task done;
        ulong through;
        lock (gate)
        {
            open.Seal();
            through = messages.Next - 1;
            Wake();
            if (messages.First > through) return Outcome(0);
            done = waits.Add(through);
        }

        try
        {
            await done.WaitAsync(limit ?? Timeout.InfiniteTimeSpan, cancellationToken);
        }
        catch (TimeoutException)
        {
            lock (gate) return Outcome(messages.RecordsThrough(through));
        }

        lock (gate) return Outcome(0);

        FlushOutcome Outcome(long unacknowledged) => new(unacknowledged, dropped, (long)refused);
    }

    /// <summary>Takes no more records; callers that wait for room learn that there will be none.</summary>
    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
            Wake();
        }
    }

    /// <summary>Nothing is to be sent any more.</summary>
    public void Stop()
    {
        lock (gate)
        {
            isStopping = true;
            Wake();
        }
    }

    /// <summary>What is to be sent next; waits until there is something. Null when nothing is to be sent any more.</summary>
    public (OutgoingMessage Message, byte[] Payload, ulong First)? Next()
    {
        lock (gate)
        {
            while (true)
            {
                if (isStopping) return null;
                if (TakeNext() is not { } message)
                {
                    isSenderIdle = true;
                    Monitor.Wait(gate, Pause());
                    isSenderIdle = false;
                }
                else if (PayloadOf(message) is { } payload)
                {
                    sent++;
                    if (message.NeedsStream) sentByStream++;
                    return (message, payload, messages.First);
                }
            }
        }
    }

    /// <summary>A message could not be sent.</summary>
    /// <param name="message">The message.</param>
    /// <param name="error">Why; null: not known here.</param>
    /// <param name="pause">Whether to wait a little before anything is sent: nobody is there.</param>
    public void PutBack(OutgoingMessage message, SocketError? error, bool pause)
    {
        lock (gate)
        {
            messages.PutBack(message);
            // A full socket queue is not an error: the server is busy.
            if (error is SocketError.TimedOut or SocketError.WouldBlock) return;
            errors++;
            if (pause) retryAt = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 5);
            if (error is not null && SparseLog.IsDue(errors)) LogUnreachable(logger, options.CliAddress, error.Value, errors);
            Wake();
        }
    }

    /// <summary>What the server has; null: an answer that is none.</summary>
    public void Acknowledge(Acknowledgement? acknowledgement)
    {
        lock (gate)
        {
            if (acknowledgement is null)
            {
                badAnswers++;
                return;
            }

            messages.Acknowledge(acknowledgement, Stopwatch.GetTimestamp());
            refused = Math.Max(refused, acknowledgement.Refused);
            AfterRemoval();
            Wake();
        }
    }

    /// <summary>Counts a failure of a socket.</summary>
    public void CountError()
    {
        lock (gate) errors++;
    }

    /// <summary>Lets go of the spool; nothing is left in it when everything is acknowledged.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (messages.IsEmpty) spool.Clear();
            spool.Dispose();
        }
    }

    // False: the new record is given up.
    bool MakeRoom(int bytes)
    {
        while (IsFull(bytes))
        {
            switch (options.CliOverflow)
            {
                case StreamOverflow.DropNewest:
                    return false;
                case StreamOverflow.Sample when !spool.IsThere:
                    if (!Thin()) return false;
                    break;
                case StreamOverflow.Block:
                    Wake();
                    Monitor.Wait(gate);
                    ObjectDisposedException.ThrowIf(isClosed, typeof(DataStreamClient));
                    break;
                default:
                    var oldest = messages.DropOldest();
                    // Nothing is kept, and still there is no room: the record alone is larger than the buffer.
                    if (oldest is null) return true;
                    dropped += oldest.Records;
                    AfterRemoval();
                    break;
            }
        }

        return true;
    }

    // Of what was never sent; false when there is nothing to leave out.
    bool Thin()
    {
        open.Seal();
        var unsent = messages.TakeUnsent();
        var waiting = unsent.SelectMany(open.RecordsOf).ToArray();
        var kept = lanes.Thin(waiting);
        var isThinner = kept.Count < waiting.Length;
        if (isThinner) open.AddAgain(kept);
        else unsent.ForEach(messages.Add);
        dropped += waiting.Length - kept.Count;
        waits.Lower(messages.Next - 1);
        waits.Settle(messages.First);
        return isThinner;
    }

    bool IsFull(int bytes)
    {
        var hasNoMemory = messages.Bytes + open.Length + bytes > options.CliBuffer && !(messages.IsEmpty && open.Records == 0);
        return spool.IsUsable ? spool.IsFull && !messages.IsEmpty : hasNoMemory;
    }

    void Keep(PackedPayload packed, LogPosition? spooled = null)
    {
        var position = spooled ?? spool.Add(packed);
        var message = new OutgoingMessage
        {
            Number = messages.Next,
            Payload = packed.Payload,
            Length = packed.Payload.Length,
            Records = packed.Records,
            IsCompressed = packed.IsCompressed,
            NeedsStream = packed.Payload.Length > open.PayloadLimit,
            SpoolPosition = position,
        };
        messages.Add(message);
        if (position is not null && messages.Bytes > options.CliBuffer) messages.ForgetPayload(message);
    }

    // Null: it cannot be read again, and was given up.
    byte[]? PayloadOf(OutgoingMessage message)
    {
        if ((message.Payload ?? spool.Read(message.SpoolPosition!.Value)) is { } payload) return payload;
        dropped += message.Records;
        messages.GiveUp(message);
        AfterRemoval();
        return null;
    }

    OutgoingMessage? TakeNext()
    {
        var now = Stopwatch.GetTimestamp();
        if (now < retryAt || !throttle.TryTake(now)) return null;
        var message = messages.Take(now);
        // Nothing on its way: what has gathered goes at once. Otherwise it waits until it fills a datagram.
        if (message is null && open.Records > 0 && messages.InFlight == 0 && !messages.HasUnsent)
        {
            open.Seal();
            message = messages.Take(now);
        }

        if (message is null) throttle.GiveBack();
        return message;
    }

    TimeSpan Pause()
    {
        var now = Stopwatch.GetTimestamp();
        var until = messages.NextExpiry() ?? long.MaxValue;
        var hasWork = open.Records > 0 || !messages.IsEmpty;
        if (hasWork && retryAt > now) until = Math.Max(retryAt, now);
        else if (hasWork && throttle.NextAt(now) is { } next) until = Math.Min(until, next);
        if (until == long.MaxValue) return Timeout.InfiniteTimeSpan;
        // Rounded up: a wait that ends too early would start again at once, many times.
        return TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling((until - now) * 1000.0 / Stopwatch.Frequency), 1, 60_000));
    }

    void AfterRemoval()
    {
        spool.Release(messages.Oldest);
        waits.Settle(messages.First);
        if (messages.IsEmpty && open.Records == 0) lanes.Reset();
    }

    void Wake() => Monitor.PulseAll(gate);

    [LoggerMessage(5004, LogLevel.Warning, "Nobody takes datagrams at '{Address}' ({Error}, {Count} attempts): records wait")]
    static partial void LogUnreachable(ILogger logger, string address, SocketError error, long count);
}
