using System.Globalization;
using NodaTime;

namespace Idq.Tracking.Mlflow;

/// <summary>
/// Collects what is to be logged and sends it in few requests: nothing is sent before a flush. Runs go out in parallel, the operations of
/// one run in their order; all are attempted, and those that fail stay queued for the next flush.
/// </summary>
/// <remarks>
/// Safe to use from many threads. Disposing flushes; <see cref="Abort"/> before that makes it send nothing. Values that are queued are
/// kept in memory: a <see cref="OfflineSpool"/> as the target keeps them on disk.
/// </remarks>
public sealed class QueueingClient : IAsyncDisposable
{
    const string RunNameTag = "mlflow.runName";

    readonly ITrackingTarget target;
    readonly IClock clock;
    readonly QueueingClientOptions options;
    readonly SemaphoreSlim places;
    readonly Lock gate = new();
    readonly Dictionary<RunRef, RunQueue> queues = [];
    long dropped;
    bool isAborted;

    /// <param name="target">Where operations go; it must outlive the client.</param>
    /// <param name="clock">Stamps metrics and ends of runs.</param>
    /// <param name="options">How it behaves; the defaults when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public QueueingClient(ITrackingTarget target, IClock clock, QueueingClientOptions? options = null)
    {
        this.target = target;
        this.clock = clock;
        this.options = options ?? new QueueingClientOptions();
        this.options.Validate();
        places = new SemaphoreSlim(this.options.Parallelism);
    }

    /// <summary>Entries that wait: parameters, tags, metrics and inputs that were not delivered yet.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
                return queues.Values.Distinct().Sum(queue => queue.Queued.Count + queue.Sending.Count);
        }
    }

    /// <summary>Metrics that were given up because too many waited; see <see cref="QueueingClientOptions.Overflow"/>.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Queues the making of a run.</summary>
    /// <param name="experimentId">The experiment that it will belong to.</param>
    /// <param name="startTime">Milliseconds since 1970; now when null.</param>
    /// <param name="tags">Its first tags.</param>
    /// <param name="runName">Its name; the server makes one up when null.</param>
    /// <returns>What stands for the run's id.</returns>
    /// <exception cref="ArgumentException">The name contradicts the tag that means the same.</exception>
    public PendingRun CreateRun(
        string experimentId, long? startTime = null, IEnumerable<KeyValuePair<string, object?>>? tags = null, string? runName = null)
    {
        var entries = Entries("Tag", tags ?? [], options.Limits.TagValue);
        if (runName is not null && entries.Find(tag => tag.Key == RunNameTag) is { } tag && tag.Value != runName)
            throw new ArgumentException(
                $"the run's name '{runName}' differs from its tag {RunNameTag} '{tag.Value}': give one of them",
                nameof(runName)
            );
        var run = new PendingRun(Guid.NewGuid().ToString("n"));
        var draft = new MlflowRunDraft(experimentId)
        {
            Name = runName,
            StartTime = startTime ?? Now(),
            Tags = entries,
            ClientKey = options.IsCreationIdempotent ? run.Key : null,
        };
        lock (gate)
            Queue(run).Queued.Creation = draft;
        return run;
    }

    /// <summary>Queues the end of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="status">Its last status.</param>
    /// <param name="endTime">Milliseconds since 1970; now when null.</param>
    /// <exception cref="InvalidOperationException">Its end is queued already.</exception>
    public void SetTerminated(RunRef run, MlflowRunStatus status = MlflowRunStatus.Finished, long? endTime = null)
    {
        lock (gate)
        {
            var operations = Queue(run).Queued;
            if (operations.Termination is not null)
                throw new InvalidOperationException($"the end of run {run} is queued already");
            operations.Termination = (status, endTime ?? Now());
        }
    }

    /// <summary>Queues parameters. Their values become text: numbers without any country's customs, null as <c>None</c>.</summary>
    /// <exception cref="MlflowException">A name or value is too long and may not be cut; nothing of the call is queued.</exception>
    public void LogParams(RunRef run, IEnumerable<KeyValuePair<string, object?>> parameters)
    {
        var entries = Entries("Param", parameters, options.Limits.ParamValue);
        lock (gate)
            Queue(run).Queued.Params.AddRange(entries);
    }

    /// <summary>Queues tags; see <see cref="LogParams"/> for values.</summary>
    /// <exception cref="MlflowException">A name or value is too long and may not be cut; nothing of the call is queued.</exception>
    public void SetTags(RunRef run, IEnumerable<KeyValuePair<string, object?>> tags)
    {
        var entries = Entries("Tag", tags, options.Limits.TagValue);
        lock (gate)
            Queue(run).Queued.Tags.AddRange(entries);
    }

    /// <summary>Queues values of metrics, all with the time of the call.</summary>
    /// <param name="run">The run.</param>
    /// <param name="metrics">Names and values.</param>
    /// <param name="step">Their step; 0 when null.</param>
    /// <param name="dataset">The data set that they were measured on.</param>
    /// <param name="modelId">The logged model that they belong to.</param>
    /// <exception cref="MlflowException">A name is too long and may not be cut; nothing of the call is queued.</exception>
    public void LogMetrics(
        RunRef run,
        IEnumerable<KeyValuePair<string, double>> metrics,
        long? step = null,
        MlflowDatasetInput? dataset = null,
        string? modelId = null
    )
    {
        var now = Now();
        var entries = Collapsed(
            metrics.Select(metric =>
                KeyValuePair.Create(options.Limits.Apply("Metric key", metric.Key, options.Limits.Key, options.Warn), metric.Value)
            ),
            (key, value) =>
                new MlflowMetric(key, value, now, step ?? 0)
                {
                    DatasetName = dataset?.Name,
                    DatasetDigest = dataset?.Digest,
                    ModelId = modelId,
                }
        );
        Add(run, entries);
    }

    /// <summary>Queues values of metrics that have times of their own, in their order.</summary>
    /// <exception cref="MlflowException">A name is too long and may not be cut; nothing of the call is queued.</exception>
    public void LogTimedMetrics(RunRef run, IEnumerable<MlflowMetric> metrics)
    {
        var entries = metrics
            .Select(metric => metric with { Key = options.Limits.Apply("Metric key", metric.Key, options.Limits.Key, options.Warn) })
            .ToList();
        Add(run, entries);
    }

    /// <summary>Queues data sets that a run uses.</summary>
    public void LogInputs(RunRef run, IEnumerable<MlflowDatasetInput> inputs)
    {
        var entries = inputs.ToList();
        lock (gate)
            Queue(run).Queued.Inputs.AddRange(entries);
    }

    /// <summary>Begins to send everything that is queued, and returns at once.</summary>
    /// <returns>An operation that can be awaited, or left alone: what fails stays queued.</returns>
    public FlushOperation Flush(CancellationToken cancellationToken = default)
    {
        var sending = new List<Task<RunFailure?>>();
        lock (gate)
        {
            foreach (var queue in queues.Values.Distinct().ToList())
            {
                queue.Sending.Append(queue.Queued);
                queue.Queued = new RunOperations();
                if (queue.Sending.IsEmpty && queue.Tail.IsCompleted)
                    continue;
                queue.Tail = SendAfterAsync(queue.Tail, queue, cancellationToken);
                sending.Add(queue.Tail);
            }
        }

        return new FlushOperation(CombineAsync(sending));
    }

    /// <summary>Sends everything that is queued.</summary>
    /// <exception cref="FlushException">Some operations failed. All were attempted; those that failed are queued still.</exception>
    public Task FlushAsync(CancellationToken cancellationToken = default) => Flush(cancellationToken).Completion;

    /// <summary>Forgets what is queued for a run, also what failed earlier.</summary>
    /// <returns>How many entries were forgotten.</returns>
    public int Discard(RunRef run)
    {
        lock (gate)
        {
            if (!queues.TryGetValue(run, out var queue))
                return 0;
            var count = queue.Queued.Count + queue.Sending.Count;
            queue.Queued = new RunOperations();
            queue.Sending = new RunOperations();
            return count;
        }
    }

    /// <summary>Forgets everything that no flush has begun to send; disposing then sends nothing.</summary>
    public void Abort()
    {
        lock (gate)
        {
            isAborted = true;
            foreach (var queue in queues.Values)
                queue.Queued = new RunOperations();
        }
    }

    /// <summary>
    /// Runs a block of work and flushes when it ends well; when it throws, what it has queued is forgotten and nothing is sent.
    /// </summary>
    public async Task UseAsync(Func<QueueingClient, Task> work, CancellationToken cancellationToken = default)
    {
        try
        {
            await work(this);
        }
        catch
        {
            Abort();
            throw;
        }

        await FlushAsync(cancellationToken);
    }

    /// <summary>Flushes, unless it was aborted, and waits for flushes under way.</summary>
    /// <exception cref="FlushException">Some operations failed.</exception>
    public async ValueTask DisposeAsync()
    {
        Task pending;
        lock (gate)
            pending = isAborted ? Task.WhenAll(queues.Values.Select(queue => queue.Tail)) : Task.CompletedTask;
        await pending;
        if (!isAborted)
            await FlushAsync();
    }

    void Add(RunRef run, List<MlflowMetric> metrics)
    {
        int gone;
        lock (gate)
        {
            var queue = Queue(run);
            queue.Queued.Metrics.AddRange(metrics);
            gone = queue.Fit(options.Capacity, options.Overflow, metrics.Count);
        }

        if (gone == 0)
            return;
        Interlocked.Add(ref dropped, gone);
        options.Warn?.Invoke(
            $"{gone} metrics of run {run} were given up ({options.Overflow}): more than {options.Capacity} wait to be sent"
        );
    }

    RunQueue Queue(RunRef run)
    {
        if (queues.TryGetValue(run, out var queue))
            return queue;
        // Once a run is made, its id and what stood for it are one run.
        if (run.Pending is not null && run.Id is { } id && queues.TryGetValue(id, out queue))
            return queue;
        queue = new RunQueue(run);
        queues.Add(run, queue);
        return queue;
    }

    async Task<RunFailure?> SendAfterAsync(Task before, RunQueue queue, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        await places.WaitAsync(CancellationToken.None);
        try
        {
            RunOperations operations;
            lock (gate)
            {
                operations = queue.Sending;
                queue.Sending = new RunOperations();
            }

            var (left, failures) = await SendAsync(queue, operations, cancellationToken);
            lock (gate)
            {
                left.Append(queue.Sending);
                queue.Sending = left;
                return failures.Count == 0 ? null : new RunFailure(queue.Run.ToString(), failures);
            }
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>Attempts everything; returns what is to be attempted again, and why.</summary>
    async Task<(RunOperations Left, List<Exception> Failures)> SendAsync(
        RunQueue queue,
        RunOperations operations,
        CancellationToken cancellationToken
    )
    {
        var left = new RunOperations();
        var failures = new List<Exception>();
        var tags = (IReadOnlyList<MlflowEntry>)operations.Tags;
        if (operations.Creation is { } creation)
        {
            (creation, tags) = WithTags(creation, operations.Tags);
            if (!await AttemptAsync(async () => Made(queue, await target.CreateRunAsync(creation, operations.IsResent, cancellationToken))))
            {
                operations.IsResent = true;
                return (operations, failures);
            }
        }

        if (operations.IsEmpty)
            return (left, failures);
        if (queue.Run.Id is not { } runId)
        {
            failures.Add(new InvalidOperationException("the run was never made"));
            return (operations, failures);
        }

        // One parameter twice in a batch would be refused, even with one value.
        foreach (var packed in Packing.Batches([.. operations.Params.Distinct()], tags, operations.Metrics))
        {
            var batch = packed with { IsResent = operations.IsResent };
            if (await AttemptAsync(() => target.LogBatchAsync(runId, batch, cancellationToken)))
                left.Forget(batch.Tags);
            else
                left.Append(batch);
        }

        foreach (var inputs in Packing.Inputs(operations.Inputs))
        {
            if (!await AttemptAsync(() => target.LogInputsAsync(runId, inputs, cancellationToken)))
                left.Inputs.AddRange(inputs);
        }

        if (
            operations.Termination is { } end
            && !await AttemptAsync(() => target.TerminateRunAsync(runId, end.Status, end.EndTime, cancellationToken))
        )
            left.Termination = end;
        return (left, failures);

        async Task<bool> AttemptAsync(Func<Task> operation)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                await operation();
                return true;
            }
            catch (Exception e)
            {
                failures.Add(e);
                return false;
            }
        }
    }

    void Made(RunQueue queue, string runId)
    {
        lock (gate)
        {
            queue.Run.Pending!.Made(runId);
            queues.TryAdd(runId, queue);
        }
    }

    /// <summary>A run begins with its own tags and those that were queued, up to 1000 of them, each key once.</summary>
    static (MlflowRunDraft Creation, IReadOnlyList<MlflowEntry> Later) WithTags(MlflowRunDraft creation, List<MlflowEntry> queued)
    {
        var all = creation.Tags.Concat(queued).ToList();
        var first = all.Take(Packing.CreationTags(all)).ToList();
        var last = first.Select((tag, index) => (tag.Key, index)).GroupBy(tag => tag.Key).Select(group => group.Last().index).ToHashSet();
        var kept = first.Where((_, index) => last.Contains(index)).ToList();
        // The tag means the name; servers refuse two names.
        var name = kept.Find(tag => tag.Key == RunNameTag)?.Value ?? creation.Name;
        return (creation with { Tags = kept, Name = name }, all.Skip(first.Count).ToList());
    }

    static async Task CombineAsync(List<Task<RunFailure?>> sending)
    {
        var failures = await Task.WhenAll(sending);
        if (failures.OfType<RunFailure>().ToList() is { Count: > 0 } runs)
            throw new FlushException(runs);
    }

    List<MlflowEntry> Entries(string what, IEnumerable<KeyValuePair<string, object?>> pairs, int valueLimit) => Collapsed(
        pairs.Select(pair => KeyValuePair.Create(
            options.Limits.Apply(what + " key", pair.Key, options.Limits.Key, options.Warn),
            options.Limits.Apply(what + " value", Text(pair.Value), valueLimit, options.Warn))),
        (key, value) => new MlflowEntry(key, value));

    /// <summary>Of names that are equal, perhaps because they were cut, the last value counts; it takes the first one's place.</summary>
    static List<T> Collapsed<TValue, T>(IEnumerable<KeyValuePair<string, TValue>> pairs, Func<string, TValue, T> entry)
    {
        var places = new Dictionary<string, int>();
        var entries = new List<T>();
        foreach (var (key, value) in pairs)
        {
            if (places.TryAdd(key, entries.Count))
                entries.Add(entry(key, value));
            else
                entries[places[key]] = entry(key, value);
        }

        return entries;
    }

    static string Text(object? value) => value switch
    {
        null => "None",
        string text => text,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    long Now() => clock.GetCurrentInstant().ToUnixTimeMilliseconds();

    /// <summary>A run's operations: those that wait for a flush, and those that a flush is to deliver, new ones or once more.</summary>
    sealed class RunQueue(RunRef run)
    {
        public RunRef Run { get; } = run;

        public RunOperations Queued { get; set; } = new();

        public RunOperations Sending { get; set; } = new();

        public Task<RunFailure?> Tail { get; set; } = Task.FromResult<RunFailure?>(null);

        /// <summary>Gives metrics up until at most so many wait; returns how many went. <paramref name="added"/> of them are new.</summary>
        public int Fit(int capacity, OverflowPolicy overflow, int added)
        {
            var (older, newer) = (Sending.Metrics, Queued.Metrics);
            var before = older.Count + newer.Count;
            if (before <= capacity)
                return 0;
            switch (overflow)
            {
                case OverflowPolicy.DropNewest:
                    var refused = Math.Min(before - capacity, added);
                    newer.RemoveRange(newer.Count - refused, refused);
                    break;
                case OverflowPolicy.DropOldest:
                    // More than must be, so that a full queue is not moved for every call.
                    var gone = Math.Min(before, Math.Max(before - capacity, capacity / 16));
                    var first = Math.Min(gone, older.Count);
                    older.RemoveRange(0, first);
                    newer.RemoveRange(0, gone - first);
                    break;
                default:
                    while (older.Count + newer.Count > capacity)
                    {
                        // Counted from the end, so that the newest stays.
                        var place = older.Count + newer.Count;
                        older.RemoveAll(_ => place-- % 2 == 0);
                        newer.RemoveAll(_ => place-- % 2 == 0);
                    }

                    break;
            }

            return before - older.Count - newer.Count;
        }
    }
}
