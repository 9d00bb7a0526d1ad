namespace Idq.Tracking.Mlflow;

/// <summary>What became of a batch.</summary>
enum LoggingOutcome
{
    Logged,
    Failed,
    Dropped,
}

/// <summary>
/// One life of an <see cref="AsyncLoggingQueue"/>, from its activation to its end: the waiting batches and who sends them.
/// </summary>
sealed class LoggingWorkers(
    Func<string, LogBatch, CancellationToken, Task> send,
    AsyncLoggingOptions options,
    Action<LoggingOutcome, int> settled,
    Action<string, Exception> warn
) : IDisposable
{
    readonly Lock gate = new();
    readonly SemaphoreSlim places = new(options.PoolSize);
    readonly CancellationTokenSource hurry = new();
    readonly CancellationTokenSource abandon = new();
    readonly Dictionary<string, Lane> lanes = [];

    // All lanes together, the longest waiting first.
    readonly LinkedList<LoggingOperation> waiting = [];
    readonly HashSet<LoggingOperation> sending = [];
    bool isEnded;
    TaskCompletionSource room = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Waiting
    {
        get
        {
            lock (gate)
                return waiting.Count;
        }
    }

    /// <summary>The batch on its way, also when it was dropped at once; null when the caller must wait until there is room.</summary>
    /// <exception cref="InvalidOperationException">No more batches are taken.</exception>
    public LoggingOperation? TryAdd(string runId, LogBatch batch, out Task hasRoom)
    {
        List<LoggingOperation> victims = [];
        var operation = new LoggingOperation(runId, batch);
        lock (gate)
        {
            if (isEnded)
                throw new InvalidOperationException(AsyncLoggingQueue.NotActivated);
            hasRoom = room.Task;
            if (waiting.Count >= options.Capacity)
            {
                if (options.Overflow == OverflowPolicy.Block)
                    return null;
                victims = Victims();
                victims.ForEach(Remove);
            }

            if (waiting.Count < options.Capacity)
                Add(operation);
            else
                victims.Add(operation);
        }

        foreach (var victim in victims)
            Drop(victim, "the queue of batches is full");
        return operation;
    }

    /// <summary>Takes no more; callers that wait for room learn that there will be none.</summary>
    public void Close()
    {
        lock (gate)
        {
            isEnded = true;
            FreeRoom();
        }
    }

    /// <summary>Nothing waits for its window any longer. Not to be called under a lock: it may begin to send.</summary>
    public void Hurry() => hurry.Cancel();

    /// <summary>Sends what waits; after the limit what is left is dropped. True when nothing was.</summary>
    public async Task<bool> DrainAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        Hurry();
        Task[] pumps;
        lock (gate)
            pumps = [.. lanes.Values.Select(lane => lane.Pump)];
        try
        {
            await Task.WhenAll(pumps).WaitAsync(limit, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            await abandon.CancelAsync();
            List<LoggingOperation> left;
            lock (gate)
            {
                left = [.. sending, .. waiting];
                waiting.Clear();
                foreach (var lane in lanes.Values)
                    lane.Waiting.Clear();
            }

            foreach (var operation in left)
                Drop(operation, "it was not delivered within the time limit of shutting down");
            return left.Count == 0;
        }
    }

    /// <summary>To be called when everything is drained.</summary>
    public void Dispose()
    {
        places.Dispose();
        hurry.Dispose();
        abandon.Dispose();
    }

    void Add(LoggingOperation operation)
    {
        operation.InQueue = waiting.AddLast(operation);
        if (lanes.TryGetValue(operation.RunId, out var lane))
        {
            operation.InLane = lane.Waiting.AddLast(operation);
            return;
        }

        lanes.Add(operation.RunId, lane = new Lane());
        operation.InLane = lane.Waiting.AddLast(operation);
        lane.Pump = Task.Run(() => PumpAsync(operation.RunId, lane));
    }

    void Remove(LoggingOperation operation)
    {
        waiting.Remove(operation.InQueue!);
        operation.InLane!.List!.Remove(operation.InLane);
    }

    /// <summary>Who goes so that a full queue can take one more.</summary>
    List<LoggingOperation> Victims() =>
        options.Overflow switch
        {
            OverflowPolicy.DropOldest => [waiting.First!.Value],
            OverflowPolicy.Sample =>
            [
                .. waiting.Where(item => item.Batch.Params.Count + item.Batch.Tags.Count == 0).Where((_, index) => index % 2 == 0),
            ],
            _ => [],
        };

    async Task PumpAsync(string runId, Lane lane)
    {
        if (options.Window > TimeSpan.Zero)
            await Task.Delay(options.Window, hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (true)
        {
            await places.WaitAsync();
            try
            {
                var group = Next(runId, lane);
                if (group.Count == 0)
                    return;
                await SendAsync(runId, group);
            }
            finally
            {
                places.Release();
            }
        }
    }

    /// <summary>The next batch of a run, with its neighbours when there is a window; when there is none the lane is closed.</summary>
    List<LoggingOperation> Next(string runId, Lane lane)
    {
        var group = new List<LoggingOperation>();
        lock (gate)
        {
            int metrics = 0, parameters = 0, tags = 0;
            while (lane.Waiting.First?.Value is { } next)
            {
                metrics += next.Batch.Metrics.Count;
                parameters += next.Batch.Params.Count;
                tags += next.Batch.Tags.Count;
                var fits =
                    metrics + parameters + tags <= LogBatch.MaxMetrics && parameters <= LogBatch.MaxParams && tags <= LogBatch.MaxTags;
                if (group.Count > 0 && (options.Window == TimeSpan.Zero || !fits))
                    break;
                Remove(next);
                group.Add(next);
                sending.Add(next);
            }

            if (group.Count == 0)
                lanes.Remove(runId);
            else
                FreeRoom();
        }

        return group;
    }

    async Task SendAsync(string runId, List<LoggingOperation> group)
    {
        Exception? cause = null;
        try
        {
            var batches = Packing.Batches(
                [.. group.SelectMany(item => item.Batch.Params).Distinct()],
                [.. group.SelectMany(item => item.Batch.Tags)],
                [.. group.SelectMany(item => item.Batch.Metrics)]);
            var isResent = group.Exists(item => item.Batch.IsResent);
            foreach (var batch in batches)
                await send(runId, batch with { IsResent = isResent }, abandon.Token);
        }
        catch (Exception e)
        {
            cause = e;
        }

        int count;
        // Count before leaving the lane, so that a caller that drains sees the operation either in the lane or in the count.
        lock (gate)
        {
            sending.ExceptWith(group);
            count = group.Count(item => cause is null ? item.Succeed() : item.Fail(cause));
            settled(cause is null ? LoggingOutcome.Logged : LoggingOutcome.Failed, count);
        }

        if (count > 0 && cause is not null)
            warn(runId, cause);
    }

    void FreeRoom()
    {
        if (options.Overflow != OverflowPolicy.Block)
            return;
        room.TrySetResult();
        room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    void Drop(LoggingOperation operation, string why)
    {
        var cause = new MlflowException(
            "RESOURCE_EXHAUSTED",
            $"a batch of {operation.Batch.Count} entries was dropped: {why}",
            attempts: 0
        );
        lock (gate)
        {
            if (!operation.Fail(cause))
                return;
            settled(LoggingOutcome.Dropped, 1);
        }

        warn(operation.RunId, cause);
    }

    sealed class Lane
    {
        public LinkedList<LoggingOperation> Waiting { get; } = [];

        public Task Pump { get; set; } = Task.CompletedTask;
    }
}
