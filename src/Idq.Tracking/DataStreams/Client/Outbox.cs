using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Idq.Tracking;

/// <summary>
/// What a client has to send: gathers records, keeps messages until they are acknowledged, makes room when there is too much, and says what goes next.
/// </summary>
/// <threadsafety>All members may be used from any thread; one takes what is to be sent.</threadsafety>
sealed partial class Outbox : IDisposable
{
    readonly object gate = new();
    readonly DataStreamOptions options;
    readonly ILogger logger;
    readonly int overhead;
    readonly int payloadLimit;
    readonly PayloadWriter open = new();
    readonly ByteWriter encoded = new();
    readonly DatagramPacker packer;
    readonly OutgoingMessages messages;
    readonly TokenBucket throttle;
    readonly FlushWaits waits = new();
    readonly SampleLanes lanes = new();
    readonly Spool? spool;
    bool isClosed;
    bool isSenderIdle;
    bool isStopping;
    bool isSpoolBroken;
    long retryAt;
    long records, dropped, sent, sentByStream, errors, badAnswers;
    ulong refused;

    /// <exception cref="DataStreamException">The spool cannot be used, or another client has it.</exception>
    public Outbox(DataStreamOptions options, int overhead, ILogger logger)
    {
        (this.options, this.overhead, this.logger) = (options, overhead, logger);
        payloadLimit = options.DatagramLimit - overhead;
        packer = new DatagramPacker(payloadLimit, options.Compress);
        throttle = new TokenBucket(options.CliThrottleSend);
        messages = new OutgoingMessages(Stopwatch.Frequency, options.Kind == DataStreamKind.Unix ? 1024 : 256);
        if (options.CliSpool is null || options.Disable) return;
        spool = new Spool(options.CliSpool, options.CliSpoolLimit);
        foreach (var (position, payload, count, isCompressed) in spool.TakeOver()) Keep(new(payload, count, isCompressed), position);
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
                    Errors = errors,
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
            Gather(run, sequence, idx, timestampUs, names, values);
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
            Seal();
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
            // A full queue is not an error: the server is there and busy.
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
            if (messages.IsEmpty) TrySpool(log => log.Clear());
            spool?.Dispose();
        }
    }

    void Gather(Guid run, string sequence, long idx, long timestampUs, string[] names, ReadOnlySpan<byte> values)
    {
        // What might not fit a datagram without compression begins a payload of its own.
        bool mayBeLong = options.Compress && PayloadWriter.MostAlone(sequence, names) + values.Length > payloadLimit;
        if (mayBeLong) Seal();
        int limit = mayBeLong ? payloadLimit : packer.Target;
        int length = open.Add(run, sequence, idx, timestampUs, names, values, limit);
        if (length <= limit) return;
        Seal();
        length = open.Add(run, sequence, idx, timestampUs, names, values, payloadLimit);
        if (length > payloadLimit) AppendLarge(run, sequence, idx, timestampUs, names, values, length);
    }

    // Alone in its message: compressed into a datagram, or over the stream.
    void AppendLarge(Guid run, string sequence, long idx, long timestampUs, string[] names, ReadOnlySpan<byte> values, int length)
    {
        bool mayFit = options.Stream && length + overhead <= options.LimitStream;
        if (!mayFit && !(options.Compress && length <= Message.MaxUnpackedDatagram)) throw TooBig();
        open.Add(run, sequence, idx, timestampUs, names, values, length);
        byte[]? packed = options.Compress ? Message.Pack(open.Written) : null;
        byte[] payload = packed ?? open.Written.ToArray();
        open.Clear();
        if (!mayFit && payload.Length > payloadLimit) throw TooBig();
        Keep(new(payload, 1, packed is not null));

        DataStreamException TooBig() => new(
            DataStreamFailure.TooBig,
            $"Too much data to send: {length + overhead} > {(options.Stream ? options.LimitStream : options.DatagramLimit)} (solution: reduce the contents of the sequence)");
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
                case StreamOverflow.Sample when spool is null:
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
        Seal();
        var unsent = messages.TakeUnsent();
        var waiting = unsent.SelectMany(message => Records(message)).ToArray();
        var kept = lanes.Thin(waiting);
        bool isThinner = kept.Count < waiting.Length;
        if (isThinner) Repack(kept);
        else unsent.ForEach(messages.Add);
        dropped += waiting.Length - kept.Count;
        waits.Lower(messages.Next - 1);
        waits.Settle(messages.First);
        return isThinner;
    }

    IEnumerable<StreamRecord> Records(OutgoingMessage message)
    {
        byte[] payload = message.Payload!;
        if (message.IsCompressed && Message.Unpack(payload, Math.Max(options.LimitStream, Message.MaxUnpackedDatagram), out payload) != MessageFailure.None)
            throw new InvalidOperationException("a payload does not unpack as it was packed");
        return PayloadReader.Records(payload, message.Records);
    }

    void Repack(List<StreamRecord> kept)
    {
        foreach (var record in kept)
        {
            encoded.Clear();
            foreach (ref readonly var value in record.Values.Values) ValueCodec.Write(encoded, value);
            Gather(record.Run, record.Sequence, record.Idx, record.TimestampUs, record.Values.NameArray, encoded.Written);
        }

        Seal();
    }

    bool IsFull(int bytes)
    {
        bool hasNoMemory = messages.Bytes + open.Length + bytes > options.CliBuffer && !(messages.IsEmpty && open.Records == 0);
        return spool is null || isSpoolBroken ? hasNoMemory : spool.IsFull && !messages.IsEmpty;
    }

    void Seal()
    {
        if (open.Records == 0) return;
        foreach (var payload in packer.Pack(open)) Keep(payload);
        open.Clear();
    }

    void Keep(PackedPayload packed, LogPosition? spooled = null)
    {
        var position = spooled;
        if (spool is not null && position is null) TrySpool(log => position = log.Add(packed.Payload, packed.Records, packed.IsCompressed));
        var message = new OutgoingMessage
        {
            Number = messages.Next,
            Payload = packed.Payload,
            Length = packed.Payload.Length,
            Records = packed.Records,
            IsCompressed = packed.IsCompressed,
            NeedsStream = packed.Payload.Length > payloadLimit,
            SpoolPosition = position,
        };
        messages.Add(message);
        if (position is not null && messages.Bytes > options.CliBuffer) messages.ForgetPayload(message);
    }

    // What a disk does must neither end the program nor lose what memory can keep.
    void TrySpool(Action<Spool> use)
    {
        if (spool is null) return;
        try
        {
            use(spool);
            isSpoolBroken = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors++;
            isSpoolBroken = true;
            if (SparseLog.IsDue(errors)) LogSpoolFailed(logger, errors, e);
        }
    }

    // Null: it cannot be read again, and was given up.
    byte[]? PayloadOf(OutgoingMessage message)
    {
        if (message.Payload is { } payload) return payload;
        try
        {
            return spool!.Read(message.SpoolPosition!.Value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DataStreamException)
        {
            errors++;
            dropped += message.Records;
            messages.GiveUp(message);
            AfterRemoval();
            LogSpoolFailed(logger, errors, e);
            return null;
        }
    }

    OutgoingMessage? TakeNext()
    {
        long now = Stopwatch.GetTimestamp();
        if (now < retryAt || !throttle.TryTake(now)) return null;
        var message = messages.Take(now);
        // Nothing on its way: what has gathered goes at once. Otherwise it waits until it fills a datagram.
        if (message is null && open.Records > 0 && messages.InFlight == 0 && !messages.HasUnsent)
        {
            Seal();
            message = messages.Take(now);
        }

        if (message is null) throttle.GiveBack();
        return message;
    }

    TimeSpan Pause()
    {
        long now = Stopwatch.GetTimestamp();
        long until = messages.NextExpiry() ?? long.MaxValue;
        bool hasWork = open.Records > 0 || !messages.IsEmpty;
        if (hasWork && retryAt > now) until = Math.Max(retryAt, now);
        else if (hasWork && throttle.NextAt(now) is { } next) until = Math.Min(until, next);
        if (until == long.MaxValue) return Timeout.InfiniteTimeSpan;
        // Rounded up: waking too early would spin.
        return TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling((until - now) * 1000.0 / Stopwatch.Frequency), 1, 60_000));
    }

    void AfterRemoval()
    {
        // Where the oldest message is not in the spool, what lies before the next one that is cannot be told.
        if (messages.Oldest is not { SpoolPosition: null }) TrySpool(log => log.Release(messages.Oldest?.SpoolPosition));
        waits.Settle(messages.First);
        if (messages.IsEmpty && open.Records == 0) lanes.Reset();
    }

    void Wake() => Monitor.PulseAll(gate);

    [LoggerMessage(5004, LogLevel.Warning, "Nobody takes datagrams at '{Address}' ({Error}, {Count} attempts): records wait")]
    static partial void LogUnreachable(ILogger logger, string address, SocketError error, long count);

    [LoggerMessage(5005, LogLevel.Error, "The spool cannot be used ({Count} failures so far): records wait in memory")]
    static partial void LogSpoolFailed(ILogger logger, long count, Exception e);
}
