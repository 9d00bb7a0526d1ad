namespace Idq.Tracking.Mlflow;

/// <summary>
/// A directory between the queueing client and a server: every operation is on disk before the caller goes on, and is delivered from there
/// in the background, in the order of its run, as soon as the server can be reached. The network never makes the caller wait.
/// </summary>
/// <remarks>
/// What was kept survives the failure of the process and of the machine; opening the directory again goes on where it ended. An operation
/// may reach the server twice, which changes nothing there: metrics keep their timestamps, steps and values, and runs are found again by
/// their client key. What the server refuses for good is set aside in <c>refused.log</c> with the reason; of a refused batch only the
/// entries that are to blame. A directory has one owner at a time. Safe to use from many threads.
/// </remarks>
public sealed class OfflineSpool : ITrackingTarget, IAsyncDisposable
{
    const string OwnName = "spooled-";

    // So many entries of a run go out before the next round looks for other runs.
    const int EntriesPerRound = 64;

    readonly SpoolDirectory directory;
    readonly ITrackingTarget target;
    readonly OfflineSpoolOptions options;
    readonly Lock gate = new();
    readonly Dictionary<string, Queue<SpoolPointer>> lanes = [];
    readonly CancellationTokenSource closing = new();
    readonly Task delivery;
    TaskCompletionSource stirred = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource urged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int waiting;
    long delivered;
    long refused;
    volatile Exception? lastError;

    OfflineSpool(SpoolDirectory directory, ITrackingTarget target, OfflineSpoolOptions options)
    {
        this.directory = directory;
        this.target = target;
        this.options = options;
        foreach (var (pointer, entry) in directory.Found)
            Enqueue(entry.Run, pointer);
        directory.Found.Clear();
        if (directory.Damaged > 0)
            options.Warn?.Invoke(
                $"spool: {directory.Damaged} bytes belong to no whole entry and are left out; a process that was killed while it wrote "
                    + "leaves such an end"
            );
        delivery = Task.Run(DeliverAllAsync);
    }

    /// <summary>Opens a directory, which is made when it is not there, and begins to deliver what waits in it.</summary>
    /// <param name="path">The directory; a process has it for itself.</param>
    /// <param name="target">Where operations go in the end; it must outlive the spool.</param>
    /// <param name="options">How it behaves; the defaults when null.</param>
    /// <exception cref="InvalidOperationException">Another process uses the directory.</exception>
    public static OfflineSpool Open(string path, ITrackingTarget target, OfflineSpoolOptions? options = null)
    {
        options ??= new OfflineSpoolOptions();
        options.Validate();
        return new OfflineSpool(new SpoolDirectory(path, options.SegmentBytes), target, options);
    }

    /// <summary>What a directory holds, also while a process uses it.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    public static SpoolContents Inspect(string path) => SpoolDirectory.Look(path);

    /// <summary>As <see cref="RetryRefused()"/>, of a directory that nobody uses: its next owner delivers.</summary>
    /// <returns>How many operations are attempted again.</returns>
    /// <exception cref="InvalidOperationException">A process uses the directory.</exception>
    public static int RetryRefused(string path)
    {
        using var directory = new SpoolDirectory(path, new OfflineSpoolOptions().SegmentBytes);
        return directory.TakeRefusedBack().Count;
    }

    /// <summary>Operations that wait on disk.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>Operations that were delivered since the spool was opened.</summary>
    public long Delivered => Interlocked.Read(ref delivered);

    /// <summary>Operations, or parts of them, that the target refused since the spool was opened; see <see cref="ReadRefused"/>.</summary>
    public long Refused => Interlocked.Read(ref refused);

    /// <summary>Why the newest attempt failed; null when it did not.</summary>
    public Exception? LastError => lastError;

    /// <summary>
    /// The id that the target gave to a run; null while the run was not made there. An id that is the target's is returned as it is.
    /// </summary>
    public string? TargetRunId(string runId)
    {
        lock (gate)
            return directory.RunIds.GetValueOrDefault(runId) ?? (runId.StartsWith(OwnName, StringComparison.Ordinal) ? null : runId);
    }

    /// <summary>What the target refused, also before the spool was opened: the run and the reason.</summary>
    public IReadOnlyList<(string RunId, string Reason)> ReadRefused()
    {
        lock (gate)
            return [.. directory.ReadRefused().Select(entry => (entry.Run, entry.Refusal ?? ""))];
    }

    /// <summary>
    /// Puts everything that was refused back among what waits, because its cause is gone: an experiment was restored, a limit raised.
    /// </summary>
    /// <returns>How many operations are attempted again.</returns>
    public int RetryRefused()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closing.IsCancellationRequested, this);
            var again = directory.TakeRefusedBack();
            foreach (var (pointer, entry) in again)
                Enqueue(entry.Run, pointer);
            Stir();
            return again.Count;
        }
    }

    /// <summary>
    /// Keeps the making of a run. The id is the spool's; all other operations take it, and <see cref="TargetRunId"/> tells the target's.
    /// </summary>
    public Task<string> CreateRunAsync(MlflowRunDraft draft, bool isResent, CancellationToken cancellationToken)
    {
        var key = draft.ClientKey ?? Guid.NewGuid().ToString("n");
        var run = OwnName + key;
        lock (gate)
        {
            if (isResent && (directory.RunIds.ContainsKey(run) || lanes.ContainsKey(run)))
                return Task.FromResult(run);
        }

        Keep(new SpoolEntry(0, run) { Creation = draft with { ClientKey = key } });
        return Task.FromResult(run);
    }

    /// <summary>Keeps a batch.</summary>
    public Task LogBatchAsync(string runId, LogBatch batch, CancellationToken cancellationToken) =>
        Kept(new SpoolEntry(0, runId) { Batch = batch });

    /// <summary>Keeps data sets.</summary>
    public Task LogInputsAsync(string runId, IReadOnlyList<MlflowDatasetInput> inputs, CancellationToken cancellationToken) =>
        Kept(new SpoolEntry(0, runId) { Inputs = inputs });

    /// <summary>Keeps the end of a run.</summary>
    public Task TerminateRunAsync(string runId, MlflowRunStatus status, long endTime, CancellationToken cancellationToken) =>
        Kept(new SpoolEntry(0, runId) { Termination = (status, endTime) });

    /// <summary>Attempts to deliver at once, and waits until everything is delivered or refused.</summary>
    /// <param name="limit">How long to wait.</param>
    /// <param name="cancellationToken">Gives up earlier.</param>
    /// <returns>False when the time was too short; what waits stays on disk.</returns>
    public async Task<bool> DrainAsync(TimeSpan limit, CancellationToken cancellationToken = default)
    {
        Task empty;
        lock (gate)
        {
            if (waiting == 0)
                return true;
            empty = drained.Task;
            urged.TrySetResult();
            urged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        try
        {
            await empty.WaitAsync(limit, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Ends the delivery. What waits stays on disk for the next time.</summary>
    public async ValueTask DisposeAsync()
    {
        if (closing.IsCancellationRequested)
            return;
        await closing.CancelAsync();
        await delivery;
        lock (gate)
            directory.Dispose();
        closing.Dispose();
    }

    Task Kept(SpoolEntry entry)
    {
        Keep(entry);
        return Task.CompletedTask;
    }

    void Keep(SpoolEntry entry)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closing.IsCancellationRequested, this);
            if (directory.Bytes > options.MaxBytes)
                throw new MlflowException(
                    "RESOURCE_EXHAUSTED",
                    $"{directory.Bytes} bytes wait in the spool, more than its limit of {options.MaxBytes}"
                );
            Enqueue(entry.Run, directory.Append(entry with { Sequence = directory.LastSequence + 1 }));
            Stir();
        }
    }

    void Enqueue(string run, SpoolPointer pointer)
    {
        if (!lanes.TryGetValue(run, out var lane))
            lanes.Add(run, lane = new Queue<SpoolPointer>());
        lane.Enqueue(pointer);
        waiting++;
        if (drained.Task.IsCompleted)
            drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    void Stir()
    {
        stirred.TrySetResult();
        stirred = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    async Task DeliverAllAsync()
    {
        var pause = TimeSpan.Zero;
        while (!closing.IsCancellationRequested)
        {
            List<string> runs;
            Task stir, urge;
            lock (gate)
            {
                runs = [.. lanes.Keys];
                (stir, urge) = (stirred.Task, urged.Task);
            }

            var isReached = runs.Count == 0 || await DeliverRoundAsync(runs);
            if (isReached == (pause > TimeSpan.Zero))
                options.Warn?.Invoke(
                    isReached
                        ? "spool: the tracking server is reached again"
                        : $"spool: operations wait on disk for the tracking server: {lastError?.Message}"
                );
            pause =
                isReached ? TimeSpan.Zero
                : pause == TimeSpan.Zero ? options.RetryPause
                : Shorter(pause * 2, options.MaxRetryPause);
            lock (gate)
            {
                if (isReached && lanes.Count > 0)
                    continue;
            }

            // A new operation ends the sleep of an idle spool, but is no reason to believe that a lost server is back.
            Task sleep = Task.WhenAny(isReached ? stir : Task.Delay(pause, closing.Token), urge);
            await sleep.WaitAsync(closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>A turn for every run; false when the target could not be reached, which ends the round.</summary>
    async Task<bool> DeliverRoundAsync(List<string> runs)
    {
        var isReached = true;
        await Parallel.ForEachAsync(
            runs,
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism },
            async (run, _) =>
            {
                for (
                    var i = 0;
                    i < EntriesPerRound && Volatile.Read(ref isReached) && !closing.IsCancellationRequested && Head(run) is { } pointer;
                    i++
                )
                {
                    if (!await DeliverAsync(run, pointer))
                        Volatile.Write(ref isReached, false);
                }
            }
        );
        return isReached;
    }

    SpoolPointer? Head(string run)
    {
        lock (gate)
            return lanes.TryGetValue(run, out var lane) ? lane.Peek() : null;
    }

    async Task<bool> DeliverAsync(string run, SpoolPointer pointer)
    {
        try
        {
            var entry = directory.Read(pointer);
            if (entry.Creation is { } creation)
                await CreateAsync(entry, creation, pointer.IsResent);
            else if (TargetRunId(run) is { } runId)
                await SendAsync(entry, runId, pointer.IsResent);
            else
                Refuse(entry, "its run could not be made");
            lastError = null;
            Done(run, pointer);
            return true;
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e)
        {
            lastError = e;
            pointer.IsResent = true;
            return false;
        }
    }

    async Task CreateAsync(SpoolEntry entry, MlflowRunDraft creation, bool isResent)
    {
        try
        {
            var id = await target.CreateRunAsync(creation, isResent, closing.Token);
            lock (gate)
                directory.Made(entry.Run, id);
            Interlocked.Increment(ref delivered);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            Refuse(entry, e.Message);
        }
    }

    async Task SendAsync(SpoolEntry entry, string runId, bool isResent)
    {
        try
        {
            if (entry.Batch is { } batch)
                await target.LogBatchAsync(runId, batch with { IsResent = isResent }, closing.Token);
            if (entry.Inputs is { } inputs)
                await target.LogInputsAsync(runId, inputs, closing.Token);
            if (entry.Termination is { } end)
                await target.TerminateRunAsync(runId, end.Status, end.EndTime, closing.Token);
            Interlocked.Increment(ref delivered);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            if (Halves(entry) is not var (first, second) || await IsRunRefusedAsync(runId))
            {
                Refuse(entry, e.Message);
                return;
            }

            await SendAsync(first, runId, isResent: true);
            await SendAsync(second, runId, isResent: true);
        }
    }

    /// <summary>Where nothing at all can be logged, no entry is to blame.</summary>
    async Task<bool> IsRunRefusedAsync(string runId)
    {
        try
        {
            await target.LogBatchAsync(runId, new LogBatch(), closing.Token);
            return false;
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return true;
        }
    }

    /// <summary>One bad entry must not take its neighbours with it; null when it is alone.</summary>
    static (SpoolEntry, SpoolEntry)? Halves(SpoolEntry entry)
    {
        if (entry.Inputs is { Count: > 1 } inputs)
            return (entry with { Inputs = [.. inputs.Take(inputs.Count / 2)] }, entry with { Inputs = [.. inputs.Skip(inputs.Count / 2)] });
        if (entry.Batch is not { Count: > 1 } batch)
            return null;
        if (batch.Metrics.Count > 0 && batch.Metrics.Count < batch.Count)
            return (entry with { Batch = batch with { Metrics = [] } }, entry with { Batch = new LogBatch { Metrics = batch.Metrics } });
        int p = batch.Params.Count / 2, t = batch.Tags.Count / 2, m = batch.Metrics.Count / 2;
        // Of one parameter and one tag each is a half.
        if (p + t + m == 0)
            t = batch.Tags.Count;
        return (
            entry with
            {
                Batch = new LogBatch
                {
                    Params = [.. batch.Params.Take(p)],
                    Tags = [.. batch.Tags.Take(t)],
                    Metrics = [.. batch.Metrics.Take(m)],
                },
            },
            entry with
            {
                Batch = new LogBatch
                {
                    Params = [.. batch.Params.Skip(p)],
                    Tags = [.. batch.Tags.Skip(t)],
                    Metrics = [.. batch.Metrics.Skip(m)],
                },
            }
        );
    }

    static bool IsRefusal(Exception e) => e is
        MlflowException { IsRefusal: true } or TrackerException { Failure: TrackerFailure.UnknownReference } or ArgumentException;

    void Refuse(SpoolEntry entry, string reason)
    {
        lock (gate)
            directory.Refuse(entry with { Refusal = reason });
        Interlocked.Increment(ref refused);
        options.Warn?.Invoke($"spool: an operation of run {entry.Run} was refused and set aside: {reason}");
    }

    void Done(string run, SpoolPointer pointer)
    {
        lock (gate)
        {
            directory.Done(pointer);
            var lane = lanes[run];
            lane.Dequeue();
            if (lane.Count == 0)
                lanes.Remove(run);
            if (--waiting == 0)
                drained.TrySetResult();
        }
    }
}
