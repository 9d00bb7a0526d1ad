using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace Idq.Tracking;

/// <summary>
/// Receives records over datagrams (UNIX or UDP) and, for what does not fit one, over a stream socket beside them; writes what it accepts
/// to a log on disk, acknowledges it only then, and brings it into a store.
/// </summary>
/// <remarks>
/// What was acknowledged survives the death of the process and of the machine. Nothing that comes from the network ends the server: bad
/// messages are counted and, sparingly, logged. Without traffic it does nothing at all.
/// </remarks>
/// <threadsafety>All members may be used from any thread.</threadsafety>
public sealed partial class DataStreamServer : IAsyncDisposable
{
    const int MaxLargeMessages = 4;

    readonly DataStreamOptions options;
    readonly IClock clock;
    readonly ILogger logger;
    readonly ServerCounters counters = new();
    readonly Channel<IncomingMessage> queue;
    readonly ClientTable clients = new();
    readonly KnownRuns runs;
    readonly WriteAheadLog log;
    readonly SequencePersister persister;
    readonly Quarantine? quarantine;
    readonly MessageAdmission admission;
    readonly MessageIntake intake;
    readonly long started = Stopwatch.GetTimestamp();
    readonly SemaphoreSlim largeMessages = new(MaxLargeMessages);
    readonly CancellationTokenSource stopListening = new();
    readonly CancellationTokenSource giveUp = new();
    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource persisted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock stopGate = new();
    DatagramReceiver? receiver;
    Socket? listener;
    Task takingIn = Task.CompletedTask, persisting = Task.CompletedTask, accepting = Task.CompletedTask;
    Task<StopOutcome>? stopping;

    DataStreamServer(DataStreamOptions options, ISequenceStore store, IClock clock, ILogger logger)
    {
        options.Validate();
        (this.options, this.clock, this.logger) = (options, clock, logger);
        var key = options.KeyBytes();
        queue = Channel.CreateBounded<IncomingMessage>(new BoundedChannelOptions(options.SrvQueue) { SingleReader = true });
        runs = new KnownRuns(store);
        log = new WriteAheadLog(options.SrvWal, store.IsDurable);
        quarantine = OpenQuarantine();
        persister = new SequencePersister(store, quarantine, counters, options.SrvThrottlePersist, logger) { OnPersisted = OnPersisted };
        admission = new MessageAdmission(key, counters, quarantine, logger);
        intake = new MessageIntake(queue.Reader, admission, clients, runs, log, persister, counters, options, key, logger);
    }

    /// <summary>Where the server listens; of port 0 the port that it got.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Completes when the server listens.</summary>
    public Task Ready => ready.Task;

    /// <summary>Completes when the first message has been accepted.</summary>
    public Task Received => intake.Received;

    /// <summary>Completes when the first rows are in the store.</summary>
    public Task Persisted => persisted.Task;

    /// <summary>What the server has counted.</summary>
    public DataStreamServerStatistics Statistics => counters.Read(clients.Totals, log.Bytes, Stopwatch.GetElapsedTime(started));

    /// <summary>Brings what an earlier server left in the log into the store, and listens.</summary>
    /// <param name="options">Null: those in force, <see cref="DataStreamOptions.Current"/>.</param>
    /// <param name="store">Where rows go; it must outlive the server.</param>
    /// <param name="clock">Stamps what is received.</param>
    /// <param name="logger">Told about listening, refused messages (sparingly) and the end.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="DataStreamException">
    /// An option is wrong, the address is taken or may not be used, or another server has the log.
    /// </exception>
    /// <exception cref="TrackerException">The store does not take what is in the log.</exception>
    public static async Task<DataStreamServer> StartAsync(
        DataStreamOptions? options,
        ISequenceStore store,
        IClock clock,
        ILogger? logger = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(clock);
        var server = new DataStreamServer(options ?? DataStreamOptions.Current, store, clock, logger ?? NullLogger.Instance);
        try
        {
            await LogReplay.RunAsync(
                server.log,
                server.clients,
                server.runs,
                server.persister,
                server.counters,
                server.options.SrvWal,
                server.logger,
                cancellationToken
            );
            server.Listen();
            return server;
        }
        catch
        {
            await server.ReleaseAsync();
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
    /// <param name="limit">
    /// How long at most; null: <see cref="DataStreamOptions.SrvStopTimeout"/>. What is not in the store by then stays in the log.
    /// </param>
    /// <returns>The same for every call.</returns>
    public Task<StopOutcome> StopAsync(TimeSpan? limit = null)
    {
        lock (stopGate) return stopping ??= Task.Run(() => EndAsync(limit ?? options.SrvStopTimeout));
    }

    /// <summary><see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    void Listen()
    {
        var endPoint = StreamAddress.Resolve(options.Kind, options.SrvAddress);
        (var datagrams, listener) = ServerSockets.Bind(endPoint, options.SrvAddress, options.Stream, logger);
        Address = datagrams.LocalEndPoint is IPEndPoint ip ? ip.ToString() : options.SrvAddress;
        receiver = new DatagramReceiver(datagrams, options, admission, queue.Writer, counters, clock, logger, giveUp.Token);
        takingIn = Task.Run(() => intake.RunAsync(giveUp.Token));
        persisting = Task.Run(() => persister.RunAsync(giveUp.Token));
        if (listener is not null)
            accepting = Task.Run(() =>
                new StreamListener(listener.AcceptAsync, Connection, counters, logger).RunAsync(stopListening.Token)
            );
        receiver.Start();
        LogListening(logger, Address, options.Kind == DataStreamKind.Unix ? "UNIX" : "INET");
        ready.TrySetResult();
    }

    Quarantine? OpenQuarantine()
    {
        try
        {
            return options.SrvQuarantine is { } folder ? new Quarantine(folder, options.SrvQuarantineLimit, counters, logger) : null;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    StreamConnection Connection(Socket socket) =>
        new(socket, options, admission, queue.Writer, largeMessages, counters, clock, giveUp.Token);

    void OnPersisted(int messages, LogPosition? next)
    {
        persisted.TrySetResult();
        log.OnPersisted(messages, next);
    }

    async Task<StopOutcome> EndAsync(TimeSpan limit)
    {
        giveUp.CancelAfter(limit);
        // Without the name nobody can send any more; what was sent lies in the sockets.
        RemoveSocketFiles();
        await stopListening.CancelAsync();
        receiver!.Stop();
        await accepting;
        queue.Writer.TryComplete();
        var isComplete = true;
        try
        {
            await takingIn;
            persister.Complete();
            await persisting;
        }
        catch (OperationCanceledException)
        {
            isComplete = false;
        }

        var left = isComplete ? 0 : Interlocked.Read(ref counters.WaitingRecords);
        await ReleaseAsync();
        var statistics = Statistics;
        LogStopped(logger, statistics.Messages, statistics.Rate, left);
        return new StopOutcome(left);
    }

    async ValueTask ReleaseAsync()
    {
        receiver?.Close();
        if (listener is not null) ServerSockets.CloseAndLeaveFile(listener);
        if (quarantine is not null) await quarantine.DisposeAsync();
        persister.Dispose();
        log.Dispose();
        largeMessages.Dispose();
        stopListening.Dispose();
        giveUp.Dispose();
    }

    // Once: by the time that everything is in the store, another server may have the address.
    void RemoveSocketFiles()
    {
        if (options.Kind != DataStreamKind.Unix) return;
        File.Delete(options.SrvAddress);
        if (listener is not null) File.Delete(options.SrvAddress + ".stream");
    }

    [LoggerMessage(5010, LogLevel.Debug, "Listening on '{Address}' ({Kind})")]
    static partial void LogListening(ILogger logger, string address, string kind);

    [LoggerMessage(5017, LogLevel.Debug, "DataStreamServer: Stats: count_messages={Messages} rate={Rate:F2} messages/s unpersisted={Left}")]
    static partial void LogStopped(ILogger logger, long messages, double rate, long left);
}
