using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace Idq.Tracking;

/// <summary>
/// Receives records over datagrams (UNIX or UDP) and, for what does not fit one, over a stream socket beside them; writes what it accepts to a
/// log on disk, acknowledges it only then, and brings it into a store.
/// </summary>
/// <remarks>
/// What was acknowledged survives the death of the process and of the machine. Nothing that comes from the network ends the server: bad messages are counted
/// and, sparingly, logged. Without traffic it does nothing at all.
/// </remarks>
/// <threadsafety>All members may be used from any thread.</threadsafety>
public sealed partial class DataStreamServer : IAsyncDisposable
{
    const int MaxGroup = 512;
    const int MaxClients = 16_384;
    const int MaxConnections = 64;
    const long SegmentBytes = 64 << 20;
    const long LogWorthCutting = 4 << 20;
    static readonly TimeSpan MessageLimit = TimeSpan.FromSeconds(30);

    readonly DataStreamOptions options;
    readonly ISequenceStore store;
    readonly IClock clock;
    readonly ILogger logger;
    readonly byte[] key;
    readonly ServerCounters counters = new();
    readonly Channel<IncomingMessage> queue;
    readonly SequencePersister persister;
    readonly KnownRuns runs;
    readonly Dictionary<ulong, ClientProgress> clients = [];
    readonly Dictionary<ulong, Action<ReadOnlyMemory<byte>>> touched = [];
    readonly List<IncomingMessage> group = [];
    readonly List<Accepted> accepted = [];
    readonly SegmentedLog log;
    readonly object logGate = new();
    readonly long started = Stopwatch.GetTimestamp();
    readonly SemaphoreSlim connections = new(MaxConnections);
    readonly SemaphoreSlim largeMessages = new(4);
    readonly CancellationTokenSource stopListening = new();
    readonly CancellationTokenSource giveUp = new();
    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource persisted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock stopGate = new();
    Socket? datagrams;
    Socket? answers;
    Socket? listener;
    Thread? receiver;
    Task writing = Task.CompletedTask, persisting = Task.CompletedTask, accepting = Task.CompletedTask;
    Task<StopOutcome>? stopping;
    volatile bool isStopping;
    readonly List<(ClientProgress Client, ulong Number, ulong Refused)> settled = [];
    readonly HashSet<(ulong Client, ulong Number)> inGroup = [];
    bool isGroupLost;

    // Messages in the log, and those of them that are in the store: equal, and the log can go.
    long logged, stored;

    DataStreamServer(DataStreamOptions options, ISequenceStore store, IClock clock, ILogger logger)
    {
        options.Validate();
        (this.options, this.store, this.clock, this.logger) = (options, store, clock, logger);
        key = options.KeyBytes();
        queue = Channel.CreateBounded<IncomingMessage>(new BoundedChannelOptions(options.SrvQueue) { SingleReader = true });
        persister = new SequencePersister(store, counters, options.SrvThrottlePersist, logger) { OnPersisted = OnPersisted };
        runs = new KnownRuns(store);
        log = new SegmentedLog(options.SrvWal, SegmentBytes);
    }

    /// <summary>Where the server listens; of port 0 the port that it got.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Completes when the server listens.</summary>
    public Task Ready => ready.Task;

    /// <summary>Completes when the first message has been accepted.</summary>
    public Task Received => received.Task;

    /// <summary>Completes when the first rows are in the store.</summary>
    public Task Persisted => persisted.Task;

    /// <summary>What the server has counted.</summary>
    public DataStreamServerStatistics Statistics
    {
        get
        {
            long missing = 0, lost = 0, bytes;
            lock (clients)
            {
                foreach (var client in clients.Values) (missing, lost) = (missing + (long)client.Missing, lost + (long)client.Lost);
            }

            lock (logGate) bytes = log.Bytes;
            return new DataStreamServerStatistics
            {
                Messages = Interlocked.Read(ref counters.Messages),
                StreamMessages = Interlocked.Read(ref counters.StreamMessages),
                Records = Interlocked.Read(ref counters.Records),
                Persisted = Interlocked.Read(ref counters.Persisted),
                DuplicateMessages = Interlocked.Read(ref counters.DuplicateMessages),
                DuplicateRecords = Interlocked.Read(ref counters.DuplicateRecords),
                UnknownRunRecords = Interlocked.Read(ref counters.UnknownRunRecords),
                Refused = counters.Refused(),
                Deferred = Interlocked.Read(ref counters.Deferred),
                MissingMessages = missing,
                LostMessages = lost,
                FailedRecords = Interlocked.Read(ref counters.FailedRecords),
                ReplayedRecords = Interlocked.Read(ref counters.ReplayedRecords),
                WaitingRecords = Interlocked.Read(ref counters.WaitingRecords),
                Acknowledgements = Interlocked.Read(ref counters.Acknowledgements),
                Errors = Interlocked.Read(ref counters.Errors),
                LogBytes = bytes,
                Elapsed = Stopwatch.GetElapsedTime(started),
            };
        }
    }

    /// <summary>Brings what an earlier server left in the log into the store, and listens.</summary>
    /// <param name="options">Null: those in force, <see cref="DataStreamOptions.Current"/>.</param>
    /// <param name="store">Where rows go; it must outlive the server.</param>
    /// <param name="clock">Stamps what is received.</param>
    /// <param name="logger">Told about listening, refused messages (sparingly) and the end.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="DataStreamException">An option is wrong, the address is taken or may not be used, or another server has the log.</exception>
    /// <exception cref="TrackerException">The store does not take what is in the log.</exception>
    public static async Task<DataStreamServer> StartAsync(
        DataStreamOptions? options, ISequenceStore store, IClock clock, ILogger? logger = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(clock);
        var server = new DataStreamServer(options ?? DataStreamOptions.Current, store, clock, logger ?? NullLogger.Instance);
        try
        {
            await server.ReplayAsync(cancellationToken);
            server.Listen();
            return server;
        }
        catch
        {
            server.CloseSockets();
            server.log.Dispose();
            throw;
        }
    }

    /// <summary>Completes when so many rows have come to the store since the start, duplicates included.</summary>
    public Task PersistedAsync(long rows, CancellationToken cancellationToken = default) => persister.WaitAsync(rows, cancellationToken);

    /// <summary>Runs until cancelled, then stops without loss.</summary>
    public async Task<StopOutcome> RunAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await StopAsync();
    }

    /// <summary>Takes in what has come to the sockets, listens no more, and brings everything that was accepted into the store.</summary>
    /// <param name="limit">How long at most; null: <see cref="DataStreamOptions.SrvStopTimeout"/>. What is not in the store by then stays in the log.</param>
    /// <returns>The same for every call.</returns>
    public Task<StopOutcome> StopAsync(TimeSpan? limit = null)
    {
        lock (stopGate) return stopping ??= Task.Run(() => EndAsync(limit ?? options.SrvStopTimeout));
    }

    /// <summary><see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    async Task<StopOutcome> EndAsync(TimeSpan limit)
    {
        giveUp.CancelAfter(limit);
        isStopping = true;
        Wake();
        // Without the name nobody can send any more; what was sent lies in the sockets.
        RemoveSocketFiles();
        await stopListening.CancelAsync();
        receiver?.Join();
        await accepting;
        queue.Writer.TryComplete();
        bool isComplete = true;
        try
        {
            await writing;
            persister.Complete();
            await persisting;
        }
        catch (OperationCanceledException)
        {
            isComplete = false;
        }

        CloseSockets();
        persister.Dispose();
        long left = isComplete ? 0 : Interlocked.Read(ref counters.WaitingRecords);
        lock (logGate)
        {
            if (store.IsDurable && logged == stored) log.ReleaseAll();
            log.Dispose();
        }

        var statistics = Statistics;
        LogStopped(logger, statistics.Messages, statistics.Rate, left);
        return new StopOutcome(left);
    }

    async Task ReplayAsync(CancellationToken cancellationToken)
    {
        var batches = new List<SequenceBatch>();
        long rows = 0, total = 0;
        foreach (var (_, body) in log.ReadOld())
        {
            if (body.Length < 8 || Message.Read(body.AsSpan(8), int.MaxValue, [], out var head) != MessageFailure.None) continue;
            long receivedUs = BinaryPrimitives.ReadInt64LittleEndian(body);
            if (Message.ReadRecords(body.AsSpan(8), head, int.MaxValue, receivedUs, out var read) != MessageFailure.None) continue;
            var progress = Progress(head);
            if (progress.Has(head.Number)) continue;
            progress.Add(head.Number);
            foreach (var batch in read)
            {
                if (!await runs.KnowsAsync(batch.Run, cancellationToken))
                {
                    progress.Refused += (ulong)batch.Rows.Count;
                    continue;
                }

                batches.Add(batch);
                rows += batch.Rows.Count;
            }

            if (rows < 50_000) continue;
            await FlushAsync();
        }

        await FlushAsync();
        if (total > 0) LogReplayed(logger, total, options.SrvWal);
        if (log.Damaged > 0) LogDamaged(logger, log.Damaged, options.SrvWal);
        if (store.IsDurable) log.ReleaseAll();

        async Task FlushAsync()
        {
            if (rows > 0) await persister.PersistAsync(SequencePersister.Merge(batches), cancellationToken);
            Interlocked.Add(ref counters.ReplayedRecords, rows);
            total += rows;
            rows = 0;
            batches.Clear();
        }
    }

    void Listen()
    {
        var endPoint = StreamAddress.Resolve(options.Kind, options.SrvAddress);
        (datagrams, listener) = ServerSockets.Bind(endPoint, options.SrvAddress, options.Stream, logger);
        Address = datagrams.LocalEndPoint is IPEndPoint ip ? ip.ToString() : options.SrvAddress;
        if (endPoint is UnixDomainSocketEndPoint)
        {
            // Of its own: one that does not wait for a client that does not listen.
            answers = StreamAddress.Datagrams(endPoint);
            answers.Blocking = false;
        }
        else
        {
            answers = datagrams;
            datagrams.ReceiveBufferSize = 4 << 20;
            datagrams.SendTimeout = 100;
        }

        writing = Task.Run(WriteAllAsync);
        persisting = Task.Run(() => persister.RunAsync(giveUp.Token));
        if (listener is not null) accepting = Task.Run(AcceptAllAsync);
        receiver = new Thread(ReceiveAll) { IsBackground = true, Name = "datastream receive" };
        receiver.Start();
        LogListening(logger, Address, options.Kind == DataStreamKind.Unix ? "UNIX" : "INET");
        ready.TrySetResult();
    }

    void ReceiveAll()
    {
        byte[] buffer = new byte[Math.Max(options.DatagramLimit, 1 << 16) + 1];
        var family = datagrams!.AddressFamily;
        var from = new SocketAddress(family, SocketAddress.GetMaximumAddressSize(family));
        var throttle = new TokenBucket(options.SrvThrottleRecv);
        long drainUntil = 0;
        while (true)
        {
            if (isStopping)
            {
                if (drainUntil == 0) drainUntil = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 2);
                if (Stopwatch.GetTimestamp() > drainUntil || !datagrams.Poll(0, SelectMode.SelectRead)) return;
            }

            try
            {
                from.Size = SocketAddress.GetMaximumAddressSize(family);
                int length = datagrams.ReceiveFrom(buffer, SocketFlags.None, from);
                // The datagram that only ends the wait.
                if (isStopping && length == 1) continue;
                Pass(throttle);
                ReceiveDatagram(buffer.AsSpan(0, length), from);
            }
            catch (Exception e)
            {
                // Whatever it is, it must neither end the server nor cost a processor.
                long count = Interlocked.Increment(ref counters.Errors);
                if (SparseLog.IsDue(count)) LogReceiveFailed(logger, count, e);
                Thread.Sleep(10);
            }
        }
    }

    void Pass(TokenBucket throttle)
    {
        for (long now = Stopwatch.GetTimestamp(); !isStopping && !throttle.TryTake(now); now = Stopwatch.GetTimestamp())
            Thread.Sleep(TimeSpan.FromSeconds(Math.Max(0, (throttle.NextAt(now) ?? now) - now) / (double)Stopwatch.Frequency));
    }

    void ReceiveDatagram(ReadOnlySpan<byte> bytes, SocketAddress from)
    {
        Interlocked.Increment(ref counters.Messages);
        var failure = Check(bytes, options.DatagramLimit, out var head);
        if (failure != MessageFailure.None)
        {
            Refuse(failure);
            return;
        }

        byte[] copy = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(copy);
        var message = new IncomingMessage(head, copy, Now(), AnswerTo(from), () => ArrayPool<byte>.Shared.Return(copy));
        if (!queue.Writer.TryWrite(message)) queue.Writer.WriteAsync(message).AsTask().Wait();
    }

    Action<ReadOnlyMemory<byte>> AnswerTo(SocketAddress from)
    {
        // A sender of the Unix domain need not have an address; it gets no answer then.
        if (from.Size <= sizeof(ushort)) return static _ => { };
        var to = new SocketAddress(from.Family, from.Size);
        from.Buffer.Span[..from.Size].CopyTo(to.Buffer.Span);
        return answer => AnswerDatagram(to, answer);
    }

    MessageFailure Check(ReadOnlySpan<byte> bytes, int limit, out MessageHead head)
    {
        if (bytes.Length > limit)
        {
            head = default;
            return MessageFailure.TooBig;
        }

        var failure = Message.Read(bytes, limit, key, out head);
        return failure == MessageFailure.None && head.Kind != MessageKind.Records ? MessageFailure.Content : failure;
    }

    void Refuse(MessageFailure failure)
    {
        long count = counters.Refuse(failure);
        if (SparseLog.IsDue(count)) LogRefusedMessage(logger, failure, count);
    }

    void AnswerDatagram(SocketAddress to, ReadOnlyMemory<byte> answer)
    {
        try
        {
            answers!.SendTo(answer.Span, SocketFlags.None, to);
            Interlocked.Increment(ref counters.Acknowledgements);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client is gone, or so busy that it will ask again.
            Interlocked.Increment(ref counters.Errors);
        }
    }

    async Task AcceptAllAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                await connections.WaitAsync(stopListening.Token);
                var socket = await listener!.AcceptAsync(stopListening.Token);
                open.RemoveAll(task => task.IsCompleted);
                open.Add(Task.Run(() => ServeAsync(socket), CancellationToken.None));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var answers = new StreamAnswers(stream, counters);
        try
        {
            while (await NextAsync(stream) is var (failure, bytes))
            {
                Interlocked.Increment(ref counters.Messages);
                Interlocked.Increment(ref counters.StreamMessages);
                MessageHead head = default;
                if (failure == MessageFailure.None) failure = Check(bytes, options.LimitStream, out head);
                if (failure != MessageFailure.None)
                {
                    // Where the next message starts is anybody's guess now.
                    Refuse(failure);
                    return;
                }

                await largeMessages.WaitAsync(giveUp.Token);
                await queue.Writer.WriteAsync(
                    new IncomingMessage(head, bytes, Now(), answers.Send, () => largeMessages.Release()), giveUp.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ChannelClosedException)
        {
            Interlocked.Increment(ref counters.Errors);
        }
        finally
        {
            await answers.EndAsync();
            connections.Release();
        }
    }

    // A connection may be idle for as long as it likes, but a message that has begun must come to its end.
    async ValueTask<(MessageFailure Failure, byte[] Bytes)?> NextAsync(NetworkStream stream)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(giveUp.Token, stopListening.Token);
        await stream.Socket.ReceiveAsync(Memory<byte>.Empty, limit.Token);
        limit.CancelAfter(MessageLimit);
        return await MessageStream.ReadAsync(stream, options.LimitStream, limit.Token);
    }

    async Task WriteAllAsync()
    {
        byte[] answer = new byte[Acknowledgement.MaxBytes];
        while (await queue.Reader.WaitToReadAsync(giveUp.Token))
        {
            long bytes = 0;
            while (group.Count < MaxGroup && bytes < 8 << 20 && queue.Reader.TryRead(out var message))
            {
                group.Add(message);
                bytes += message.Head.MessageLength;
            }

            await ConsiderAllAsync();
            if (TryWriteLog())
            {
                lock (clients)
                {
                    foreach (var message in group) touched[message.Head.Client] = message.Answer;
                }
            }

            await HandOverAsync(answer);
        }
    }

    async ValueTask ConsiderAllAsync()
    {
        for (int i = 0; i < group.Count; i++)
        {
            var message = group[i];
            ClientProgress progress;
            lock (clients) progress = Progress(message.Head);
            if (progress.Has(message.Head.Number) || !inGroup.Add((message.Head.Client, message.Head.Number)))
            {
                Interlocked.Increment(ref counters.DuplicateMessages);
                continue;
            }

            if (!progress.HasRoomFor(message.Head.Number))
            {
                Interlocked.Increment(ref counters.Deferred);
                continue;
            }

            var failure = ReadRecords(message, out var batches);
            if (failure != MessageFailure.None)
            {
                // It would be as wrong the next time: it counts as arrived, and its records as refused.
                Refuse(failure);
                settled.Add((progress, message.Head.Number, message.Head.Count));
                continue;
            }

            await ConsiderAsync(message, progress, batches);
        }
    }

    MessageFailure ReadRecords(IncomingMessage message, out List<SequenceBatch> batches)
    {
        try
        {
            int limit = message.Head.MessageLength > options.DatagramLimit ? options.LimitStream : Message.MaxUnpackedDatagram;
            return Message.ReadRecords(message.Span, message.Head, limit, message.ReceivedUs, out batches);
        }
        catch (Exception e)
        {
            // A defect of the reader must not end the server.
            LogUnreadable(logger, e);
            batches = [];
            return MessageFailure.Content;
        }
    }

    async ValueTask ConsiderAsync(IncomingMessage message, ClientProgress progress, List<SequenceBatch> batches)
    {
        long unknown = 0, rows = 0;
        try
        {
            for (int i = batches.Count - 1; i >= 0; i--)
            {
                if (await runs.KnowsAsync(batches[i].Run, giveUp.Token))
                {
                    rows += batches[i].Rows.Count;
                    continue;
                }

                unknown += batches[i].Rows.Count;
                if (SparseLog.IsDue(Interlocked.Add(ref counters.UnknownRunRecords, batches[i].Rows.Count)))
                    LogUnknownRun(logger, batches[i].Run, batches[i].Sequence);
                batches.RemoveAt(i);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whether the run is there cannot be told now; the message comes again.
            long count = Interlocked.Increment(ref counters.Deferred);
            if (SparseLog.IsDue(count)) LogDeferred(logger, count, e);
            return;
        }

        try
        {
            if (rows > 0) accepted.Add(new Accepted(batches, rows, message.Head.MessageLength, AppendToLog(message)));
            settled.Add((progress, message.Head.Number, (ulong)unknown));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What of the group was written before cannot be told: all of it comes again.
            isGroupLost = true;
        }
    }

    LogPosition AppendToLog(IncomingMessage message)
    {
        Span<byte> received = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(received, message.ReceivedUs);
        lock (logGate)
        {
            var position = log.Append(received, message.Span);
            logged++;
            return position;
        }
    }

    // False: nothing of the group counts.
    bool TryWriteLog()
    {
        try
        {
            lock (logGate)
            {
                if (isGroupLost) throw new IOException("an entry could not be added");
                if (accepted.Count > 0) log.Write(flush: true);
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            long count = Interlocked.Add(ref counters.Deferred, group.Count);
            if (SparseLog.IsDue(count)) LogNotWritten(logger, group.Count, count, e);
            lock (logGate) logged -= accepted.Count;
            isGroupLost = false;
            settled.Clear();
            accepted.Clear();
            Thread.Sleep(100);
            return false;
        }
    }

    async ValueTask HandOverAsync(byte[] answer)
    {
        lock (clients)
        {
            foreach (var (client, number, refused) in settled)
            {
                client.Add(number);
                client.Refused += refused;
            }
        }

        long rows = accepted.Sum(one => one.Rows);
        Interlocked.Add(ref counters.Records, rows);
        Interlocked.Add(ref counters.WaitingRecords, rows);
        foreach (var (client, reply) in touched)
        {
            Acknowledgement acknowledgement;
            lock (clients)
            {
                if (!clients.TryGetValue(client, out var progress)) continue;
                acknowledgement = progress.Acknowledge();
            }

            reply(answer.AsMemory(0, acknowledgement.Write(answer, key)));
        }

        if (rows > 0) received.TrySetResult();
        foreach (var message in group) message.Done?.Invoke();
        group.Clear();
        touched.Clear();
        settled.Clear();
        inGroup.Clear();
        foreach (var one in accepted) await persister.AddAsync(one, giveUp.Token);
        accepted.Clear();
    }

    void OnPersisted(int messages, LogPosition? next)
    {
        persisted.TrySetResult();
        lock (logGate)
        {
            stored += messages;
            if (!store.IsDurable) return;
            if (next is { } position) log.ReleaseBefore(position);
            else if (stored == logged && log.Bytes > LogWorthCutting) log.ReleaseAll();
        }
    }

    ClientProgress Progress(MessageHead head)
    {
        bool isNew = !clients.TryGetValue(head.Client, out var progress);
        if (progress is null)
        {
            // Forgetting a client costs nothing but the recognition of its repetitions: their rows are kept once all the same.
            if (clients.Count >= MaxClients) clients.Remove(clients.Keys.First());
            clients.Add(head.Client, progress = new ClientProgress(head.Client));
        }

        progress.Forget(head.Edge, isNew);
        return progress;
    }

    long Now() => StreamValue.MicrosOf(clock.GetCurrentInstant());

    void Wake()
    {
        if (datagrams?.LocalEndPoint is not { } own) return;
        try
        {
            if (own is IPEndPoint { Address: var ip } at && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)))
                own = new IPEndPoint(at.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, at.Port);
            using var waker = StreamAddress.Datagrams(own);
            waker.SendTimeout = 100;
            waker.SendTo([0], own);
        }
        catch (SocketException)
        {
            // Its queue is full, then: it is not waiting.
            Interlocked.Increment(ref counters.Errors);
        }
    }

    void CloseSockets()
    {
        RemoveSocketFiles();
        listener?.Dispose();
        if (answers != datagrams) answers?.Dispose();
        datagrams?.Dispose();
    }

    void RemoveSocketFiles()
    {
        if (datagrams is not { AddressFamily: AddressFamily.Unix }) return;
        File.Delete(options.SrvAddress);
        if (listener is not null) File.Delete(options.SrvAddress + ".stream");
    }

    [LoggerMessage(5010, LogLevel.Debug, "Listening on '{Address}' ({Kind})")]
    static partial void LogListening(ILogger logger, string address, string kind);

    [LoggerMessage(5011, LogLevel.Warning, "Refused a message: {Failure} ({Count} so far)")]
    static partial void LogRefusedMessage(ILogger logger, MessageFailure failure, long count);

    [LoggerMessage(5022, LogLevel.Warning, "Receiving failed ({Count} so far)")]
    static partial void LogReceiveFailed(ILogger logger, long count, Exception e);

    [LoggerMessage(5023, LogLevel.Error, "A message could not be read: please report this")]
    static partial void LogUnreadable(ILogger logger, Exception e);

    [LoggerMessage(5012, LogLevel.Error, "Invalid message: id_run='{Run:N}' field_name='{Sequence}'")]
    static partial void LogUnknownRun(ILogger logger, Guid run, string sequence);

    [LoggerMessage(5013, LogLevel.Warning, "The store cannot say whether a run is there; messages have to come again ({Count} so far)")]
    static partial void LogDeferred(ILogger logger, long count, Exception e);

    [LoggerMessage(5014, LogLevel.Error, "{Messages} messages could not be written to the log; they have to come again ({Count} so far)")]
    static partial void LogNotWritten(ILogger logger, int messages, long count, Exception e);

    [LoggerMessage(5015, LogLevel.Information, "Brought {Rows} rows of the log in '{Folder}' into the store")]
    static partial void LogReplayed(ILogger logger, long rows, string folder);

    [LoggerMessage(5016, LogLevel.Warning, "{Files} files of the log in '{Folder}' end in the middle of an entry, which was not acknowledged")]
    static partial void LogDamaged(ILogger logger, int files, string folder);

    [LoggerMessage(5017, LogLevel.Debug, "DataStreamServer: Stats: count_messages={Messages} rate={Rate:F2} messages/s unpersisted={Left}")]
    static partial void LogStopped(ILogger logger, long messages, double rate, long left);
}
