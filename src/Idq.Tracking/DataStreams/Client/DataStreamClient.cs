using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Idq.Tracking;

/// <summary>
/// Streams records to a <see cref="DataStreamServer"/>. Appending never waits for the network: records are packed into messages, which are kept
/// until the server has acknowledged them and sent again when it misses them.
/// </summary>
/// <remarks>
/// The first record after a pause is sent at once; while messages are on their way, records gather to fill a datagram. Records of one caller reach the server in
/// messages of ascending numbers; what is repaired arrives later, the store orders by idx.
/// </remarks>
/// <threadsafety>All members may be used from any thread.</threadsafety>
public sealed partial class DataStreamClient : IAsyncDisposable
{
    [ThreadStatic]
    static ByteWriter? body;

    readonly object gate = new();
    readonly DataStreamOptions options;
    readonly byte[] key;
    readonly ILogger logger;
    readonly ulong id;
    readonly int payloadLimit;
    readonly long started = Stopwatch.GetTimestamp();
    readonly PayloadWriter open = new();
    readonly OutgoingMessages messages;
    readonly List<(ulong Through, TaskCompletionSource Done)> waiting = [];
    readonly Spool? spool;
    readonly Socket? socket;
    readonly SocketAddress? target;
    readonly StreamLane? lane;
    readonly Thread? sender;
    readonly Thread? receiver;
    readonly TokenBucket throttle;
    readonly byte[] outgoing;
    Task<FlushOutcome>? closing;
    bool isSenderIdle;
    bool isStopping;
    volatile bool isEnded;
    long retryAt;
    long records, dropped, sent, sentByStream, errors, badAnswers;
    ulong refused;

    DataStreamClient(DataStreamOptions options, ILogger logger, ulong id)
    {
        options.Validate();
        this.options = options;
        this.logger = logger;
        this.id = id;
        key = options.KeyBytes();
        payloadLimit = options.DatagramLimit - Message.Overhead(key.Length > 0);
        outgoing = new byte[options.DatagramLimit];
        throttle = new TokenBucket(options.CliThrottleSend);
        messages = new OutgoingMessages(Stopwatch.Frequency, options.Kind == DataStreamKind.Unix ? 1024 : 256);
        if (options.Disable) return;

        var endPoint = StreamAddress.Resolve(options.Kind, options.CliAddress);
        target = endPoint.Serialize();
        if (options.CliSpool is not null)
        {
            spool = new Spool(options.CliSpool, options.CliSpoolLimit);
            foreach (var (position, payload, count, isCompressed) in spool.TakeOver()) Keep(payload, count, isCompressed, position);
        }

        socket = StreamAddress.Datagrams(endPoint);
        // The server answers to this address; the abstract name space leaves no file behind.
        socket.Bind(endPoint is UnixDomainSocketEndPoint
            ? new UnixDomainSocketEndPoint($"\0datastream-{id:x16}")
            : new IPEndPoint(endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
        socket.SendTimeout = 100;
        if (options.Kind == DataStreamKind.Inet) socket.ReceiveBufferSize = 1 << 20;
        lane = new StreamLane(StreamAddress.StreamBeside(endPoint), OnAnswer, OnLaneFailed);
        LogStreaming(logger, options.CliAddress);
        sender = new Thread(SendAll) { IsBackground = true, Name = "datastream send" };
        receiver = new Thread(ReceiveAll) { IsBackground = true, Name = "datastream answers" };
        sender.Start();
        receiver.Start();
    }

    /// <summary>What the client has counted.</summary>
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
                    Elapsed = Stopwatch.GetElapsedTime(started),
                };
            }
        }
    }

    /// <summary>Makes a client. No server need be there yet: records wait for it.</summary>
    /// <param name="options">Null: those in force, <see cref="DataStreamOptions.Current"/>.</param>
    /// <param name="logger">Told when streaming starts and ends, and, sparingly, what goes wrong.</param>
    /// <exception cref="DataStreamException">An option is wrong, the host is not known, the key file cannot be read, or another client has the spool.</exception>
    public static DataStreamClient Connect(DataStreamOptions? options = null, ILogger? logger = null)
    {
        Span<byte> id = stackalloc byte[8];
        RandomNumberGenerator.Fill(id);
        return new DataStreamClient(options ?? DataStreamOptions.Current, logger ?? NullLogger.Instance, BitConverter.ToUInt64(id));
    }

    /// <summary>Streams whatever is appended to these sequences until the answer is disposed.</summary>
    /// <exception cref="InvalidOperationException">One of them is linked to a client already.</exception>
    public IDisposable Link(params IReadOnlyList<Sequence> sequences)
    {
        var links = new Links();
        try
        {
            foreach (var sequence in sequences)
            {
                sequence.LinkTo(this);
                links.Sequences.Add(sequence);
                LogLinked(logger, sequence.Name);
            }

            return links;
        }
        catch
        {
            links.Dispose();
            throw;
        }
    }

    /// <summary>Takes a record to be sent.</summary>
    /// <returns>False when it was given up: the buffer is full and the policy is to drop the newest, or streaming is disabled.</returns>
    /// <exception cref="DataStreamException">
    /// The caller's mistake: the record does not fit a message (<see cref="DataStreamFailure.TooBig"/>), idx is negative, a text is not Unicode.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public bool Append(StreamRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return Append(record.Run, record.Sequence, record.Idx, record.TimestampUs, record.Values);
    }

    /// <summary>Takes a record to be sent.</summary>
    /// <returns>False when it was given up: the buffer is full and the policy is to drop the newest, or streaming is disabled.</returns>
    /// <exception cref="DataStreamException">As for a <see cref="StreamRecord"/>.</exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public bool Append(Guid run, string sequence, long idx, long timestampUs, RecordValues values)
    {
        RecordValues.CheckName(sequence, "sequence");
        ArgumentNullException.ThrowIfNull(values);
        if (idx < 0) throw new DataStreamException(DataStreamFailure.InvalidValue, $"idx {idx} of sequence '{sequence}' is negative: rows are numbered from 0");
        var encoded = body ??= new ByteWriter();
        encoded.Clear();
        foreach (ref readonly var value in values.Values) ValueCodec.Write(encoded, value);
        try
        {
            lock (gate) return AppendEncoded(run, sequence, idx, timestampUs, values.NameArray, encoded.Written);
        }
        finally
        {
            // One large record must not keep its memory for ever.
            if (encoded.Buffer.Length > 1 << 20) body = null;
        }
    }

    /// <summary>Sends what waits, and waits until everything that was appended before the call is acknowledged.</summary>
    /// <param name="limit">How long at most; null: as long as it takes.</param>
    /// <param name="cancellationToken">Ends the wait with an exception.</param>
    public async Task<FlushOutcome> FlushAsync(TimeSpan? limit = null, CancellationToken cancellationToken = default)
    {
        Task done;
        ulong through;
        lock (gate)
        {
            SealOpen();
            through = messages.Next - 1;
            Wake();
            if (messages.First > through) return Outcome(0);
            var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((through, source));
            done = source.Task;
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

    /// <summary>Accepts no more records, waits for acknowledgements, and ends. What is not acknowledged in time stays in the spool when there is one.</summary>
    /// <param name="limit">How long to wait; null: <see cref="DataStreamOptions.CliCloseTimeout"/>.</param>
    /// <returns>What was not acknowledged. The same for every call.</returns>
    public Task<FlushOutcome> CloseAsync(TimeSpan? limit = null)
    {
        lock (gate) return closing ??= Task.Run(() => EndAsync(limit ?? options.CliCloseTimeout));
    }

    /// <summary><see cref="CloseAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync();

    async Task<FlushOutcome> EndAsync(TimeSpan limit)
    {
        if (socket is null) return default;
        var outcome = await FlushAsync(limit);
        lock (gate)
        {
            isStopping = true;
            Monitor.PulseAll(gate);
        }

        sender!.Join();
        await lane!.DisposeAsync();
        isEnded = true;
        WakeReceiver();
        receiver!.Join();
        socket.Dispose();
        if (messages.IsEmpty) spool?.Clear();
        spool?.Dispose();
        var statistics = Statistics;
        LogEnded(logger, statistics.Messages, statistics.Rate, statistics.Errors, outcome.Unacknowledged);
        return outcome;
    }

    bool AppendEncoded(Guid run, string sequence, long idx, long timestampUs, string[] names, ReadOnlySpan<byte> encoded)
    {
        ObjectDisposedException.ThrowIf(closing is not null, this);
        if (socket is null) return false;
        if (!MakeRoom(encoded.Length)) return false;
        int length = open.Add(run, sequence, idx, timestampUs, names, encoded, payloadLimit);
        if (length > payloadLimit)
        {
            SealOpen();
            length = open.Add(run, sequence, idx, timestampUs, names, encoded, payloadLimit);
        }

        if (length > payloadLimit) AppendLarge(run, sequence, idx, timestampUs, names, encoded, length);
        records++;
        if (isSenderIdle) Wake();
        return true;
    }

    // Alone in its message: compressed into a datagram, or over the stream.
    void AppendLarge(Guid run, string sequence, long idx, long timestampUs, string[] names, ReadOnlySpan<byte> encoded, int length)
    {
        int overhead = Message.Overhead(key.Length > 0);
        bool mayFit = options.Stream && length + overhead <= options.LimitStream;
        if (!mayFit && !(options.Compress && length <= Message.MaxUnpackedDatagram)) throw TooBig();
        open.Add(run, sequence, idx, timestampUs, names, encoded, length);
        byte[]? packed = options.Compress ? Message.Pack(open.Written) : null;
        byte[] payload = packed ?? open.Written.ToArray();
        open.Clear();
        if (!mayFit && payload.Length > payloadLimit) throw TooBig();
        Keep(payload, 1, packed is not null);

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
                    dropped++;
                    return false;
                case StreamOverflow.Block:
                    Wake();
                    Monitor.Wait(gate);
                    ObjectDisposedException.ThrowIf(closing is not null, this);
                    break;
                default:
                    var oldest = messages.DropOldest();
                    // Nothing is kept, and still there is no room: the record alone is larger than the buffer.
                    if (oldest is null) return true;
                    dropped += oldest.Records;
                    spool?.Release(messages.Oldest?.SpoolPosition);
                    Settle();
                    break;
            }
        }

        return true;
    }

    bool IsFull(int bytes) => spool is null
        ? messages.Bytes + open.Length + bytes > options.CliBuffer && !(messages.IsEmpty && open.Records == 0)
        : spool.IsFull && !messages.IsEmpty;

    void SealOpen()
    {
        if (open.Records == 0) return;
        byte[]? packed = options.Compress ? Message.Pack(open.Written) : null;
        Keep(packed ?? open.Written.ToArray(), open.Records, packed is not null);
        open.Clear();
    }

    void Keep(byte[] payload, int count, bool isCompressed, LogPosition? spooled = null)
    {
        var message = new OutgoingMessage
        {
            Number = messages.Next,
            Payload = payload,
            Length = payload.Length,
            Records = count,
            IsCompressed = isCompressed,
            NeedsStream = payload.Length > payloadLimit,
            SpoolPosition = spooled ?? spool?.Add(payload, count, isCompressed),
        };
        messages.Add(message);
        if (spool is not null && messages.Bytes > options.CliBuffer) messages.ForgetPayload(message);
    }

    void Wake() => Monitor.PulseAll(gate);

    void SendAll()
    {
        while (true)
        {
            OutgoingMessage? message;
            int length;
            byte[]? large = null;
            lock (gate)
            {
                while ((message = TakeNext()) is null)
                {
                    if (isStopping) return;
                    isSenderIdle = true;
                    Monitor.Wait(gate, Pause());
                    isSenderIdle = false;
                }

                byte[] to = message.NeedsStream ? large = new byte[message.Length + Message.Overhead(key.Length > 0)] : outgoing;
                var payload = message.Payload ?? spool!.Read(message.SpoolPosition!.Value);
                var head = new MessageHead(MessageKind.Records, message.IsCompressed, false, id, message.Number, messages.First, (uint)message.Records, 0);
                length = Message.Write(to, head, payload, key);
                sent++;
                if (large is not null) sentByStream++;
            }

            if (large is not null) lane!.Send(message, large);
            else SendDatagram(message, length);
        }
    }

    OutgoingMessage? TakeNext()
    {
        long now = Stopwatch.GetTimestamp();
        if (isStopping || now < retryAt || !throttle.TryTake(now)) return null;
        var message = messages.Take(now);
        // Nothing on its way: what has gathered goes at once. Otherwise it waits until it fills a datagram.
        if (message is null && open.Records > 0 && messages.InFlight == 0 && !messages.HasUnsent)
        {
            SealOpen();
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

    void SendDatagram(OutgoingMessage message, int length)
    {
        try
        {
            socket!.SendTo(outgoing.AsSpan(0, length), SocketFlags.None, target!);
        }
        catch (SocketException e)
        {
            lock (gate)
            {
                messages.PutBack(message);
                // A full queue is not an error: the server is there and busy.
                if (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock) return;
                errors++;
                retryAt = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 5);
                if (SparseLog.IsDue(errors)) LogUnreachable(logger, options.CliAddress, e.SocketErrorCode, errors);
            }
        }
    }

    void ReceiveAll()
    {
        byte[] buffer = new byte[Acknowledgement.MaxBytes];
        while (!isEnded)
        {
            try
            {
                int length = socket!.Receive(buffer);
                if (!isEnded) OnAnswer(buffer.AsSpan(0, length));
            }
            catch (SocketException e)
            {
                lock (gate) errors++;
                if (e.SocketErrorCode is SocketError.Interrupted or SocketError.OperationAborted) return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    void OnAnswer(ReadOnlySpan<byte> bytes)
    {
        var failure = Message.Read(bytes, Acknowledgement.MaxBytes, key, out var head);
        var acknowledgement = failure == MessageFailure.None && head.Client == id ? Acknowledgement.Read(bytes, head) : null;
        lock (gate)
        {
            if (acknowledgement is null)
            {
                badAnswers++;
                return;
            }

            messages.Acknowledge(acknowledgement, Stopwatch.GetTimestamp());
            refused = Math.Max(refused, acknowledgement.Refused);
            spool?.Release(messages.Oldest?.SpoolPosition);
            Settle();
            Wake();
        }
    }

    void OnLaneFailed(OutgoingMessage message)
    {
        lock (gate)
        {
            errors++;
            messages.PutBack(message);
            Wake();
        }
    }

    // Ends the waits of those whose messages are acknowledged or given up.
    void Settle()
    {
        waiting.RemoveAll(wait => wait.Through < messages.First && wait.Done.TrySetResult());
    }

    // A datagram to oneself is the one thing that ends a blocking receive for sure.
    void WakeReceiver()
    {
        try
        {
            var own = socket!.LocalEndPoint!;
            if (own is IPEndPoint ip) own = new IPEndPoint(ip.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, ip.Port);
            using var waker = StreamAddress.Datagrams(own);
            waker.SendTo([0], own);
        }
        catch (SocketException)
        {
            // Its queue is full, then: it is not waiting.
            lock (gate) errors++;
        }
    }

    [LoggerMessage(5001, LogLevel.Debug, "Streaming to '{Address}'")]
    static partial void LogStreaming(ILogger logger, string address);

    [LoggerMessage(5002, LogLevel.Debug, "Linking field '{Sequence}' to datastream")]
    static partial void LogLinked(ILogger logger, string sequence);

    [LoggerMessage(5003, LogLevel.Debug, "DataStreamClient: Stats: count_messages={Messages} rate={Rate:F2} messages/s count_errors={Errors} unacknowledged={Unacknowledged}")]
    static partial void LogEnded(ILogger logger, long messages, double rate, long errors, long unacknowledged);

    [LoggerMessage(5004, LogLevel.Warning, "Nobody takes datagrams at '{Address}' ({Error}, {Count} attempts): records wait")]
    static partial void LogUnreachable(ILogger logger, string address, SocketError error, long count);

    sealed class Links : IDisposable
    {
        public List<Sequence> Sequences { get; } = [];

        public void Dispose()
        {
            foreach (var sequence in Sequences) sequence.LinkTo(null);
            Sequences.Clear();
        }
    }
}
