using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Idq.Tracking;

/// <summary>Brings accepted rows into the store, many at once; what fails for a while is tried again until it is in.</summary>
sealed partial class SequencePersister(
    ISequenceStore store,
    Quarantine? quarantine,
    ServerCounters counters,
    TimeSpan throttle,
    ILogger logger
) : IDisposable
{
    const int MaxRows = 65_536;
    const long MaxWaitingBytes = 64 << 20;
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    readonly Channel<Accepted> channel = Channel.CreateUnbounded<Accepted>(new() { SingleReader = true, SingleWriter = true });
    readonly CancellationTokenSource hurry = new();
    readonly SemaphoreSlim progress = new(0);
    readonly List<(long Rows, TaskCompletionSource Done)> waiting = [];
    readonly Lock gate = new();
    long waitingBytes;

    /// <summary>
    /// Told how many messages more are in the store, and where the first one lies in the log that is not; null: none waits here.
    /// </summary>
    public Action<int, LogPosition?>? OnPersisted { get; set; }

    /// <summary>Hands rows over; waits while too much waits already.</summary>
    public async ValueTask AddAsync(Accepted accepted, CancellationToken cancellationToken)
    {
        while (Interlocked.Read(ref waitingBytes) > MaxWaitingBytes) await progress.WaitAsync(cancellationToken);
        Interlocked.Add(ref waitingBytes, accepted.Bytes);
        channel.Writer.TryWrite(accepted);
    }

    public void Complete()
    {
        channel.Writer.TryComplete();
        hurry.Cancel();
    }

    /// <summary>Completes when so many rows have come to the store, duplicates included, since the start.</summary>
    public Task WaitAsync(long rows, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (Settled >= rows) return Task.CompletedTask;
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((rows, done));
            return done.Task.WaitAsync(cancellationToken);
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var taken = new List<Accepted>();
        while (await channel.Reader.WaitToReadAsync(cancellationToken))
        {
            if (throttle > TimeSpan.Zero) await Task.Delay(throttle, hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            long rows = 0, bytes = 0;
            while (rows < MaxRows && channel.Reader.TryRead(out var accepted))
            {
                taken.Add(accepted);
                rows += accepted.Rows;
                bytes += accepted.Bytes;
            }

            await PersistAsync(Merge(taken.SelectMany(accepted => accepted.Batches)), cancellationToken);
            var messages = taken.Count;
            taken.Clear();
            Interlocked.Add(ref counters.WaitingRecords, -rows);
            Interlocked.Add(ref waitingBytes, -bytes);
            if (progress.CurrentCount == 0) progress.Release();
            OnPersisted?.Invoke(messages, channel.Reader.TryPeek(out var next) ? next.Position : null);
            Settle();
        }
    }

    /// <summary>Brings rows into the store now, however often it takes.</summary>
    public async Task PersistAsync(IReadOnlyList<SequenceBatch> batches, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        for (long attempt = 1; ; attempt++)
        {
            try
            {
                var outcome = await store.AppendAsync(batches, cancellationToken);
                Interlocked.Add(ref counters.Persisted, outcome.Added);
                Interlocked.Add(ref counters.DuplicateRecords, outcome.Duplicates);
                Interlocked.Add(ref counters.UnknownRunRecords, outcome.UnknownRuns);
                return;
            }
            catch (TrackerException e) when (!e.IsTransient)
            {
                if (batches.Count > 1)
                {
                    // One bad sequence must not take its neighbours with it.
                    foreach (var batch in batches) await PersistAsync([batch], cancellationToken);
                    return;
                }

                var failed = Interlocked.Add(ref counters.FailedRecords, batches[0].Rows.Count);
                quarantine?.Add(batches[0]);
                LogRefused(logger, batches[0].Run, batches[0].Sequence, batches[0].Rows.Count, failed, e);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                if (SparseLog.IsDue(attempt)) LogWaiting(logger, attempt, e);
            }

            await Task.Delay(pause, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Batches of one sequence as one, in order.</summary>
    public static IReadOnlyList<SequenceBatch> Merge(IEnumerable<SequenceBatch> batches)
    {
        var merged = new Dictionary<(Guid Run, string Sequence), List<SequenceRow>>();
        foreach (var batch in batches)
        {
            if (merged.TryGetValue((batch.Run, batch.Sequence), out var rows)) rows.AddRange(batch.Rows);
            else merged.Add((batch.Run, batch.Sequence), [.. batch.Rows]);
        }

        return merged.Select(pair => new SequenceBatch(pair.Key.Run, pair.Key.Sequence, pair.Value)).ToArray();
    }

    public void Dispose()
    {
        hurry.Dispose();
        progress.Dispose();
    }

    long Settled =>
        Interlocked.Read(ref counters.Persisted)
        + Interlocked.Read(ref counters.DuplicateRecords)
        + Interlocked.Read(ref counters.FailedRecords);

    void Settle()
    {
        lock (gate) waiting.RemoveAll(wait => wait.Rows <= Settled && wait.Done.TrySetResult());
    }

    [LoggerMessage(5020, LogLevel.Error, "The store refuses {Rows} rows of run {Run:N}, sequence '{Sequence}' ({Failed} in all)")]
    static partial void LogRefused(ILogger logger, Guid run, string sequence, int rows, long failed, Exception e);

    [LoggerMessage(5021, LogLevel.Warning, "The store takes no rows now (attempt {Attempt}); they wait in the log")]
    static partial void LogWaiting(ILogger logger, long attempt, Exception e);
}
