using System.Collections.Concurrent;
using FsCheck.Fluent;

namespace Idq.Streaming.Tests.Execution;

public sealed class BlockExecutorTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static WorkUnit[] Units(int count) => [.. Enumerable.Range(0, count).Select(k => new WorkUnit("job", Gps.Seg(k, k + 1), "n", k))];

    [Fact]
    public void Every_unit_is_done_once_and_no_more_at_a_time_than_allowed() =>
        (from count in Gen.Choose(0, 40) from atOnce in Gen.Choose(1, 6) select (count, atOnce)).CheckAsync(async t =>
        {
            var done = new ConcurrentBag<WorkUnit>();
            var (now, most) = (0, 0);
            var counting = new Lock();
            await new BlockExecutor(t.atOnce).ExecuteAsync(Units(t.count), async (unit, _) =>
            {
                lock (counting) most = Math.Max(most, ++now);
                await Task.Yield();
                done.Add(unit);
                lock (counting) now--;
            }, CancellationToken.None);
            Assert.Equal(Units(t.count), done.OrderBy(u => u.Fold));
            Assert.InRange(most, Math.Min(1, t.count), t.atOnce);
        });

    [Fact]
    public async Task Units_run_at_the_same_time_when_they_may()
    {
        using var together = new Barrier(3);
        await new BlockExecutor(3).ExecuteAsync(Units(3), async (_, token) =>
        {
            await Task.Yield();
            Assert.True(together.SignalAndWait(Patience, token), "the three are there at once");
        }, CancellationToken.None);
    }

    [Fact]
    public void The_first_failure_stops_the_others_and_is_thrown_when_they_have_ended() =>
        Gen.Choose(0, 3).CheckAsync(async bad =>
        {
            var ended = new ConcurrentBag<int>();
            var waiting = 0;
            var othersWait = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var thrown = await Assert.ThrowsAsync<DataException>(() => new BlockExecutor(4).ExecuteAsync(Units(4), async (unit, token) =>
            {
                if (unit.Fold == bad)
                {
                    await othersWait.Task.WaitAsync(Patience, CancellationToken.None);
                    throw new DataException("the first");
                }
                if (Interlocked.Increment(ref waiting) == 3) othersWait.SetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, token);
                }
                finally
                {
                    ended.Add(unit.Fold!.Value);
                }
            }, CancellationToken.None));
            Assert.Equal("the first", thrown.Message);
            Assert.Equal(Enumerable.Range(0, 4).Where(k => k != bad), ended.Order());
        }, runs: 8);

    [Fact]
    public async Task After_a_failure_no_further_unit_is_begun()
    {
        var begun = new List<int>();
        await Assert.ThrowsAsync<InvalidOperationException>(() => new BlockExecutor(1).ExecuteAsync(Units(9), (unit, _) =>
        {
            begun.Add(unit.Fold!.Value);
            return unit.Fold == 3 ? throw new InvalidOperationException("a defect") : Task.CompletedTask;
        }, CancellationToken.None));
        Assert.Equal([0, 1, 2, 3], begun);
    }

    [Fact]
    public async Task Cancelling_reaches_the_units_that_run()
    {
        using var stop = new CancellationTokenSource();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = new BlockExecutor(2).ExecuteAsync(Units(2), async (_, token) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        }, stop.Token);
        await begun.Task.WaitAsync(Patience);
        Assert.False(run.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_unit_that_ends_well_when_it_is_told_to_stop_is_no_failure()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var seen = 0;
        await new BlockExecutor(2).ExecuteAsync(Units(5), (_, token) =>
        {
            if (token.IsCancellationRequested) Interlocked.Increment(ref seen);
            return Task.CompletedTask;
        }, stop.Token);
        Assert.Equal(5, seen);
    }
}
