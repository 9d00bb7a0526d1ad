namespace Idq.Tracking.Mlflow;

/// <summary>
/// Takes batches and sends them in the background: runs in parallel, the batches of one run strictly in the order in which they came.
/// </summary>
/// <remarks>
/// Safe to use from many threads. Begins idle; <see cref="Activate"/> starts it. What is queued when the process ends in an orderly way is
/// sent first, but never waited for longer than the drain limit. Every batch that was
/// taken is in the end counted as logged, failed or dropped.
/// </remarks>
public sealed class AsyncLoggingQueue : IAsyncDisposable
{
    internal const string NotActivated = "AsyncLoggingQueue is not activated.";

    readonly Func<string, LogBatch, CancellationToken, Task> send;
    readonly AsyncLoggingOptions options;
    readonly Lock gate = new();
    LoggingWorkers? workers;
    AsyncLoggingState state;
    long accepted;
    long logged;
    long failed;
    long dropped;

    /// <param name="target">Where batches go; it must outlive the queue.</param>
    /// <param name="options">How it behaves; the defaults when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public AsyncLoggingQueue(ITrackingTarget target, AsyncLoggingOptions? options = null)
        : this((target ?? throw new ArgumentNullException(nameof(target))).LogBatchAsync, options)
    {
    }

    /// <param name="send">Sends a batch to a run; called for one run one after the other.</param>
    /// <param name="options">How it behaves; the defaults when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public AsyncLoggingQueue(Func<string, LogBatch, CancellationToken, Task> send, AsyncLoggingOptions? options = null)
    {
        this.send = send;
        this.options = options ?? new AsyncLoggingOptions();
        this.options.Validate();
    }

    /// <summary>What it is doing.</summary>
    public AsyncLoggingState State
    {
        get
        {
            lock (gate)
                return state;
        }
    }

    /// <summary>Batches that were taken.</summary>
    public long Accepted => Interlocked.Read(ref accepted);

    /// <summary>Batches that were delivered.</summary>
    public long Logged => Interlocked.Read(ref logged);

    /// <summary>Batches that could not be delivered.</summary>
    public long Failed => Interlocked.Read(ref failed);

    /// <summary>Batches that were given up for want of room or of time, or not taken.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Batches that wait; those being sent do not count.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
                return workers?.Waiting ?? 0;
        }
    }

    /// <summary>Begins to take batches; does nothing when it is active.</summary>
    /// <exception cref="InvalidOperationException">It is being torn down.</exception>
    public void Activate()
    {
        lock (gate)
        {
            if (state == AsyncLoggingState.Active)
                return;
            if (state == AsyncLoggingState.TearDown)
                throw new InvalidOperationException("AsyncLoggingQueue is being torn down: shut it down before activating it again.");
            workers = new LoggingWorkers(send, options, Settled, Warn);
            state = AsyncLoggingState.Active;
            AppDomain.CurrentDomain.ProcessExit += DrainAtExit;
        }
    }

    /// <summary>Queues a batch. Returns at once, unless the queue is full and its policy is to wait.</summary>
    /// <exception cref="InvalidOperationException">The queue is not active.</exception>
    public async ValueTask<LoggingOperation> LogAsync(string runId, LogBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        ArgumentNullException.ThrowIfNull(batch);
        while (true)
        {
            LoggingWorkers? now;
            lock (gate)
                now = workers;
            if (now is null)
                throw new InvalidOperationException(NotActivated);
            if (now.TryAdd(runId, batch, out var room) is { } operation)
            {
                Interlocked.Increment(ref accepted);
                return operation;
            }

            await room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes no more batches; those that were taken are still sent.</summary>
    public void End()
    {
        LoggingWorkers ending;
        lock (gate)
        {
            if (state != AsyncLoggingState.Active)
                return;
            state = AsyncLoggingState.TearDown;
            ending = workers!;
            ending.Close();
        }

        ending.Hurry();
    }

    /// <summary>Takes no more batches, sends those that were taken, and becomes idle.</summary>
    /// <param name="limit">How long to wait; the drain limit when null. What is not delivered then fails and counts as dropped.</param>
    /// <param name="cancellationToken">Gives up earlier, with the same end.</param>
    /// <returns>False when the time was too short.</returns>
    public async Task<bool> ShutDownAsync(TimeSpan? limit = null, CancellationToken cancellationToken = default)
    {
        LoggingWorkers? ending;
        End();
        lock (gate)
            ending = workers;
        if (ending is null)
            return true;
        var isDrained = await ending.DrainAsync(limit ?? options.DrainLimit, cancellationToken);
        lock (gate)
        {
            if (workers != ending)
                return isDrained;
            workers = null;
            state = AsyncLoggingState.Idle;
            AppDomain.CurrentDomain.ProcessExit -= DrainAtExit;
        }

        // A worker that was abandoned may still use what Dispose would free.
        if (isDrained)
            ending.Dispose();
        return isDrained;
    }

    /// <summary>Shuts down, and activates again if it was active.</summary>
    /// <returns>False when the time was too short.</returns>
    public async Task<bool> FlushAsync(TimeSpan? limit = null, CancellationToken cancellationToken = default)
    {
        var wasActive = State == AsyncLoggingState.Active;
        var isDrained = await ShutDownAsync(limit, cancellationToken);
        if (wasActive)
            Activate();
        return isDrained;
    }

    /// <summary>Shuts down within the drain limit.</summary>
    public async ValueTask DisposeAsync() => await ShutDownAsync();

    void Settled(LoggingOutcome outcome, int count) =>
        Interlocked.Add(
            ref outcome == LoggingOutcome.Logged ? ref logged : ref outcome == LoggingOutcome.Failed ? ref failed : ref dropped,
            count
        );

    void Warn(string runId, Exception cause) => options.Warn?.Invoke($"Run Id {runId}: Failed to log run data: Exception: {cause.Message}");

    void DrainAtExit(object? sender, EventArgs e) => ShutDownAsync().GetAwaiter().GetResult();
}
