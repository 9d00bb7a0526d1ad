using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace Idq.Streaming;

/// <summary>
/// Strides of one or more lanes, stepped and committed one by one in their order by a task of its own. The lanes of one queue are
/// stepped at the same time and committed in one transaction.
/// </summary>
/// <remarks>
/// At most <see cref="Capacity"/> strides of the present wait, and as many that are caught up, so that a lane which comes out of a long
/// catch-up has all its room for the present. Only the first few keep their data in memory. A stride is not given up before it is
/// committed, unless the trouble cannot pass. A classifier that fails loses the stride, and nobody else does.
/// </remarks>
/// <threadsafety>For one producer.</threadsafety>
sealed class LaneQueue : IAsyncDisposable
{
    /// <summary>Strides that wait at most, of the present and of the past.</summary>
    public const int Capacity = 64;

    readonly Job job;
    readonly IReadOnlyList<Lane> lanes;
    readonly JobCommit commit;
    readonly Retry retry;
    readonly Inquiry<StrideWork> inquiry;
    readonly Channel<Item> waiting = Channel.CreateUnbounded<Item>(new() { SingleReader = true, SingleWriter = true });
    readonly SemaphoreSlim present = new(Capacity, Capacity), past = new(Capacity, Capacity);
    readonly Task loop;
    int unfinished;

    // Strides that keep their data while they wait. Of the others it is prepared again, so that a lane that falls behind costs no memory.
    const int WithData = 4;

    /// <summary>A queue that is empty.</summary>
    public LaneQueue(Job job, IReadOnlyList<Lane> lanes, JobCommit commit, Retry retry)
    {
        (this.job, this.lanes, this.commit, this.retry) = (job, lanes, commit, retry);
        inquiry = new(job.Context.Clock, Timeout.InfiniteTimeSpan);
        loop = Task.Run(LoopAsync, CancellationToken.None);
    }

    /// <summary>Is told whenever a stride was finished, or the queue has failed.</summary>
    public Action Advanced { get; init; } = () => { };

    /// <summary>The classifiers, for the log.</summary>
    public string Nicknames => string.Join(", ", lanes.Select(l => l.Nickname));

    /// <summary>True when everything that was queued is committed.</summary>
    public bool IsIdle
    {
        get
        {
            ThrowIfFailed();
            return Volatile.Read(ref unfinished) == 0;
        }
    }

    /// <summary>Queues a stride of the present; false when too many wait.</summary>
    public bool TryPost(StrideWork work)
    {
        ThrowIfFailed();
        if (!present.Wait(0)) return false;
        Write(new(work, null, null, present));
        return true;
    }

    /// <summary>Queues a stride of the past as soon as there is room, to be done or, for a reason, to be skipped.</summary>
    public async Task PostAsync(StrideWork work, CancellationToken cancellationToken, string? skipped = null)
    {
        var free = past.WaitAsync(cancellationToken);
        await Task.WhenAny(free, loop);
        ThrowIfFailed();
        await free;
        Write(new(work, skipped, null, past));
    }

    /// <summary>Queues the record of a stride that nobody works on.</summary>
    public void PostSkip(StrideWork work, string reason)
    {
        ThrowIfFailed();
        Write(new(work, reason, null, null));
    }

    /// <summary>Completes when everything that was queued so far is committed.</summary>
    public async Task IdleAsync()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.Writer.TryWrite(new(null, null, reached, null));
        await Task.WhenAny(reached.Task, loop);
        ThrowIfFailed();
    }

    /// <summary>Finishes what waits; when the run is stopped, only the stride in hand.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        try
        {
            await loop;
        }
        finally
        {
            present.Dispose();
            past.Dispose();
        }
    }

    void Write(Item item)
    {
        var isFar = Interlocked.Increment(ref unfinished) > WithData && job.CanPrepareAgain;
        waiting.Writer.TryWrite(isFar && item.Work is { Data: not null } work ? item with { Work = work.Bare() } : item);
    }

    void ThrowIfFailed()
    {
        if (loop.IsFaulted) loop.GetAwaiter().GetResult();
    }

    async Task LoopAsync()
    {
        try
        {
            await foreach (var item in waiting.Reader.ReadAllAsync(CancellationToken.None))
            {
                item.Reached?.TrySetResult();
                if (item.Work is null) continue;
                item.Room?.Release();
                // What waits when the run is stopped is not consumed: the next call begins with it.
                if (retry.IsStopped || !await FinishAsync(item.Work, item.Skipped)) return;
                Interlocked.Decrement(ref unfinished);
                Advanced();
            }
        }
        finally
        {
            Advanced();
        }
    }

    // False when it was stopped before it was done.
    async Task<bool> FinishAsync(StrideWork work, string? skipped)
    {
        var span = work.Stride.Segment;
        var open = lanes
            .Where(l => work.Pass == Pass.FilledIn ? l.Backlog.VersionOf(span) is not null : l.Cursor.Next < span.End)
            .Where(l => work.Pass is Pass.FilledIn or Pass.SetAside || l.Cursor.Next <= span.Start)
            .ToArray();
        if (open.Length == 0) return true;
        try
        {
            if (work.IsBare && skipped is null) work = await PrepareAgainAsync(work);
            await retry.RunAsync(span, () => Do(open, work, skipped), () => Recover(open));
            return true;
        }
        catch (DataException e) when (work.IsBare && !e.IsTransient)
        {
            LogMessages.Unreadable(job.Log, span, e.Message);
            await retry.RunAsync(span, () => Do(open, work, Skipped.Unreadable), () => Recover(open));
            return true;
        }
        catch (OperationCanceledException) when (retry.IsStopped)
        {
            return false;
        }
    }

    async Task<StrideWork> PrepareAgainAsync(StrideWork bare)
    {
        async ValueTask<StrideWork> AskAsync(CancellationToken token) =>
            await inquiry.WaitAsync(bare.Stride, job.PrepareAgainAsync, _ => { }, token);
        var again = await retry.RunAsync(bare.Stride.Segment, AskAsync, retry.Stop);
        return again with { Pass = bare.Pass, Losses = bare.Losses, Position = bare.Position, Metrics = bare.Metrics };
    }

    void Do(Lane[] open, StrideWork work, string? skipped)
    {
        var started = Stopwatch.GetTimestamp();
        var results = new StepResult[open.Length];
        void Step(int i) => results[i] = Of(open[i], work, skipped);
        if (open.Length == 1) Step(0);
        else InParallel(open.Length, Step);
        commit.Commit(open, results, work, started);
    }

    StepResult Of(Lane lane, StrideWork work, string? skipped)
    {
        if (skipped is not null) return job.Skip(lane, work, skipped, lane.Nickname);
        if (work.Pass == Pass.SetAside) return new() { State = lane.Cursor.State };
        try
        {
            return job.Step(lane, work, retry.Stop);
        }
        catch (ClassifierException e)
        {
            LogMessages.ClassifierFailed(job.Log, e, work.Stride.Segment, e.Message);
            return job.Skip(lane, work, Skipped.Failed, e.Message);
        }
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

    void Recover(Lane[] open)
    {
        foreach (var lane in open) job.Recover(lane, CancellationToken.None);
    }

    readonly record struct Item(StrideWork? Work, string? Skipped, TaskCompletionSource? Reached, SemaphoreSlim? Room);
}
