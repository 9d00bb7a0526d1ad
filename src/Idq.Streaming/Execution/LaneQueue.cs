using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace Idq.Streaming;

/// <summary>
/// Strides of one or more lanes, stepped and committed one by one in their order by a task of its own. The lanes of one queue are
/// stepped at the same time and committed in one transaction.
/// </summary>
/// <remarks>
/// At most <see cref="Capacity"/> strides wait with their data. Records of strides that nobody works on need no data, and always find
/// room. A stride is not given up before it is committed, unless the trouble cannot pass.
/// </remarks>
/// <threadsafety>For one producer.</threadsafety>
sealed class LaneQueue : IAsyncDisposable
{
    /// <summary>Strides that wait with their data at most.</summary>
    public const int Capacity = 64;

    readonly Job job;
    readonly IReadOnlyList<Lane> lanes;
    readonly JobCommit commit;
    readonly Retry retry;
    readonly Channel<Item> waiting = Channel.CreateUnbounded<Item>(new() { SingleReader = true, SingleWriter = true });
    readonly SemaphoreSlim room = new(Capacity, Capacity);
    readonly Task loop;

    /// <summary>A queue that is empty.</summary>
    public LaneQueue(Job job, IReadOnlyList<Lane> lanes, JobCommit commit, Retry retry)
    {
        (this.job, this.lanes, this.commit, this.retry) = (job, lanes, commit, retry);
        loop = Task.Run(LoopAsync, CancellationToken.None);
    }

    /// <summary>The classifiers, for the log.</summary>
    public string Nicknames => string.Join(", ", lanes.Select(l => l.Nickname));

    /// <summary>Queues a stride; false when too many wait.</summary>
    public bool TryPost(StrideWork work)
    {
        ThrowIfFailed();
        if (!room.Wait(0)) return false;
        waiting.Writer.TryWrite(new(work, null, null));
        return true;
    }

    /// <summary>Queues a stride as soon as there is room.</summary>
    public async Task PostAsync(StrideWork work, CancellationToken cancellationToken)
    {
        var free = room.WaitAsync(cancellationToken);
        await Task.WhenAny(free, loop);
        ThrowIfFailed();
        await free;
        waiting.Writer.TryWrite(new(work, null, null));
    }

    /// <summary>Queues the record of a stride that nobody works on.</summary>
    public void PostSkip(StrideWork work, string reason)
    {
        ThrowIfFailed();
        waiting.Writer.TryWrite(new(work, reason, null));
    }

    /// <summary>Completes when everything that was queued so far is committed.</summary>
    public async Task IdleAsync()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.Writer.TryWrite(new(null, null, reached));
        await Task.WhenAny(reached.Task, loop);
        ThrowIfFailed();
    }

    /// <summary>Finishes what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        try
        {
            await loop;
        }
        finally
        {
            room.Dispose();
        }
    }

    void ThrowIfFailed()
    {
        if (loop.IsFaulted) loop.GetAwaiter().GetResult();
    }

    async Task LoopAsync()
    {
        await foreach (var (work, skipped, reached) in waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            reached?.TrySetResult();
            if (work is null) continue;
            if (skipped is null) room.Release();
            var behind = lanes.Where(l => l.Cursor.Next <= work.Stride.Segment.Start).ToArray();
            if (behind.Length == 0) continue;
            try
            {
                await retry.RunAsync(work.Stride.Segment, () => Do(behind, work, skipped), () => Recover(behind));
            }
            catch (OperationCanceledException) when (retry.IsStopped)
            {
                // Stopped while it waited for trouble to pass: the stride is not consumed, and the next call begins with it.
                return;
            }
        }
    }

    void Do(Lane[] behind, StrideWork work, string? skipped)
    {
        var started = Stopwatch.GetTimestamp();
        var results = new StepResult[behind.Length];
        void Step(int i) =>
            results[i] = skipped is null ? job.Step(behind[i], work, CancellationToken.None) : job.Skip(behind[i], work, skipped);
        if (behind.Length == 1) Step(0);
        else InParallel(behind.Length, Step);
        commit.Commit(behind, results, work, started);
    }

    // What failed is told as it failed, not wrapped.
    static void InParallel(int count, Action<int> step)
    {
        try
        {
            Parallel.For(0, count, step);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    void Recover(Lane[] behind)
    {
        foreach (var lane in behind) job.Recover(lane, CancellationToken.None);
    }

    readonly record struct Item(StrideWork? Work, string? Skipped, TaskCompletionSource? Reached);
}
