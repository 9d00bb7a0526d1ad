using System.Diagnostics;
using System.Threading.Channels;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// One classifier of a live job: strides wait here in order and are stepped and committed one by one, so that a slow classifier falls
/// behind alone. When too many wait, the newest are recorded as skipped instead of being worked on.
/// </summary>
sealed class LiveLane
{
    const int MostWaiting = 64;

    readonly Job job;
    readonly Lane lane;
    readonly IGpsClock clock;
    readonly CancellationToken stop;
    readonly Channel<Item> waiting = Channel.CreateUnbounded<Item>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true }
    );
    readonly Task loop;
    int inHand;

    public LiveLane(Job job, Lane lane, IGpsClock clock, CancellationToken stop)
    {
        (this.job, this.lane, this.clock, this.stop) = (job, lane, clock, stop);
        loop = Task.Run(LoopAsync, CancellationToken.None);
    }

    /// <summary>Queues a stride.</summary>
    public void Post(StrideWork work)
    {
        if (loop.IsFaulted) loop.GetAwaiter().GetResult();
        if (Volatile.Read(ref inHand) < MostWaiting)
        {
            Enqueue(new(work, null));
            return;
        }
        LogMessages.LaneFull(job.Log, work.Stride.Segment, lane.Nickname, MostWaiting);
        Enqueue(new(work, Skipped.TooSlow));
    }

    /// <summary>Queues the record of a stride that nobody works on.</summary>
    public void PostSkip(Stride stride, string reason) => Enqueue(new(new StrideWork(stride, null, null), reason));

    /// <summary>Finishes what waits.</summary>
    public async Task FinishAsync()
    {
        waiting.Writer.TryComplete();
        await loop;
    }

    void Enqueue(Item item)
    {
        Interlocked.Increment(ref inHand);
        waiting.Writer.TryWrite(item);
    }

    async Task LoopAsync()
    {
        await foreach (var item in waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            Interlocked.Decrement(ref inHand);
            var (work, skipped) = item;
            var span = work.Stride.Segment;
            if (lane.Cursor.Next >= span.End) continue;
            if (lane.Cursor.Next > span.Start)
                (work, skipped) = (
                    new StrideWork(work.Stride with { Segment = new Segment(lane.Cursor.Next, span.End) }, null, null),
                    Skipped.Partial
                );
            for (var pause = 1L; ; pause = Math.Min(2 * pause, 30))
            {
                try
                {
                    var started = Stopwatch.GetTimestamp();
                    var result = skipped is null ? job.Step(lane, work, CancellationToken.None) : job.Skip(lane, work, skipped);
                    job.Commit([lane], [result], work, started);
                    break;
                }
                catch (Exception e)
                    when (!stop.IsCancellationRequested
                        && (e is IOException || e is TrackerException { IsTransient: true } || e is DataException { IsTransient: true })
                    )
                {
                    // A full disk or a busy store may recover; the stride stays with its lane until then.
                    LogMessages.Retrying(job.Log, work.Stride.Segment, e.Message, pause);
                    await clock.WaitUntilAsync(clock.Now + pause * GpsTime.NanosecondsPerSecond, CancellationToken.None);
                    job.Recover(lane, CancellationToken.None);
                }
            }
        }
    }

    readonly record struct Item(StrideWork Work, string? Skipped);
}
