using System.Collections.Concurrent;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

/// <summary>The behaviours that MLflow's own tests of its asynchronous queue ask for, and the bounds and orders that it lacks.</summary>
public sealed class AsyncLoggingQueueTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly ConcurrentDictionary<string, List<MlflowMetric>> stored = [];
    readonly SemaphoreSlim go = new(0);
    readonly List<string> warnings = [];
    int sent;

    static LogBatch Metrics(int first, int count = 250) =>
        new() { Metrics = [.. Enumerable.Range(first, count).Select(i => new MlflowMetric($"m{i}", i, i, i))] };

    Task StoreAsync(string run, LogBatch batch, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref sent);
        stored.GetOrAdd(run, _ => []).AddRange(batch.Metrics);
        return Task.CompletedTask;
    }

    /// <summary>A target that waits for a sign before every batch.</summary>
    async Task StoreWhenToldAsync(string run, LogBatch batch, CancellationToken cancellationToken)
    {
        await go.WaitAsync(cancellationToken);
        await StoreAsync(run, batch, cancellationToken);
    }

    AsyncLoggingQueue Active(Func<string, LogBatch, CancellationToken, Task> send, AsyncLoggingOptions? options = null)
    {
        var queue = new AsyncLoggingQueue(send, (options ?? new AsyncLoggingOptions()) with { Warn = Warn });
        queue.Activate();
        return queue;
    }

    void Warn(string message)
    {
        lock (warnings)
            warnings.Add(message);
    }

    [Fact]
    public async Task Five_batches_within_the_window_are_two_requests()
    {
        await using var queue = Active(StoreAsync, new AsyncLoggingOptions { Window = TimeSpan.FromHours(1) });
        var operations = new List<LoggingOperation>();
        for (var i = 0; i < 5; i++)
            operations.Add(await queue.LogAsync("r", Metrics(250 * i)));
        Assert.Equal(0, sent);
        Assert.True(await queue.ShutDownAsync(Patience));
        Assert.Equal(2, sent);
        Assert.Equal(Metrics(0, 1250).Metrics, stored["r"]);
        Assert.All(operations, operation => Assert.True(operation.Completion.IsCompletedSuccessfully));
        Assert.Equal((5, 5, 0, 0), (queue.Accepted, queue.Logged, queue.Failed, queue.Dropped));
    }

    [Fact]
    public async Task The_window_ends_by_itself()
    {
        await using var queue = Active(StoreAsync, new AsyncLoggingOptions { Window = TimeSpan.FromMilliseconds(20) });
        await (await queue.LogAsync("r", Metrics(0))).Completion.WaitAsync(Patience);
        Assert.Single(stored);
    }

    [Fact]
    public async Task Batches_of_other_kinds_are_grouped_within_their_limits_and_in_order()
    {
        var seen = new List<LogBatch>();
        await using var queue = Active(
            (_, batch, _) =>
            {
                seen.Add(batch);
                return Task.CompletedTask;
            },
            new AsyncLoggingOptions { Window = TimeSpan.FromHours(1) });
        for (var i = 0; i < 25; i++)
        {
            var first = i * 10;
            await queue.LogAsync("r", new LogBatch
            {
                Params = [.. Enumerable.Range(first, 10).Select(n => new MlflowEntry($"p{n}", "1"))],
                Tags = [new("same", $"{i}")],
                Metrics = Metrics(first, 5).Metrics,
            });
        }

        await queue.FlushAsync();
        Assert.Equal([100, 100, 50], seen.Select(batch => batch.Params.Count));
        Assert.Equal(Enumerable.Range(0, 250).Select(n => $"p{n}"), seen.SelectMany(batch => batch.Params).Select(entry => entry.Key));
        Assert.Equal(Enumerable.Range(0, 25).Select(n => $"{n}"), seen.SelectMany(batch => batch.Tags).Select(entry => entry.Value));
    }

    [Fact]
    public async Task Without_a_window_every_batch_goes_alone()
    {
        await using var queue = Active(StoreAsync);
        for (var i = 0; i < 20; i++)
            await queue.LogAsync("r", Metrics(i, 1));
        await queue.FlushAsync();
        Assert.Equal(20, sent);
        Assert.Equal(Metrics(0, 20).Metrics, stored["r"]);
    }

    [Fact]
    public async Task Only_an_active_queue_takes_batches()
    {
        await using var queue = new AsyncLoggingQueue(StoreAsync);
        Assert.Equal(AsyncLoggingState.Idle, queue.State);
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(async () => await queue.LogAsync("r", Metrics(0)));
        Assert.Equal("AsyncLoggingQueue is not activated.", refusal.Message);
        queue.Activate();
        queue.Activate();
        Assert.Equal(AsyncLoggingState.Active, queue.State);
        await (await queue.LogAsync("r", Metrics(0)));
        Assert.True(await queue.ShutDownAsync());
        Assert.Equal(AsyncLoggingState.Idle, queue.State);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await queue.LogAsync("r", Metrics(0)));
    }

    [Fact]
    public async Task Ending_takes_no_more_but_sends_what_was_taken()
    {
        await using var queue = Active(StoreWhenToldAsync);
        var operation = await queue.LogAsync("r", Metrics(0));
        queue.End();
        Assert.Equal(AsyncLoggingState.TearDown, queue.State);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await queue.LogAsync("r", Metrics(0)));
        Assert.Throws<InvalidOperationException>(queue.Activate);
        Assert.False(operation.Completion.IsCompleted);
        go.Release(10);
        await operation;
        await queue.FlushAsync();
        Assert.Equal(AsyncLoggingState.Idle, queue.State);
    }

    [Fact]
    public async Task A_flush_leaves_an_active_queue_active()
    {
        await using var queue = Active(StoreAsync);
        await queue.LogAsync("r", Metrics(0, 1));
        Assert.True(await queue.FlushAsync());
        Assert.Equal(AsyncLoggingState.Active, queue.State);
        await queue.LogAsync("r", Metrics(1, 1));
        Assert.True(await queue.FlushAsync());
        Assert.Equal(Metrics(0, 2).Metrics, stored["r"]);
    }

    [Fact]
    public async Task Batches_that_fail_say_so_and_the_others_arrive()
    {
        var number = 0;
        await using var queue = Active(
            (run, batch, cancellationToken) =>
                ++number is 3 or 4
                    ? throw new MlflowException("INTERNAL_ERROR", $"batch {number}")
                    : StoreAsync(run, batch, cancellationToken)
        );
        var operations = new List<LoggingOperation>();
        for (var i = 0; i < 5; i++)
            operations.Add(await queue.LogAsync("r", Metrics(i, 1)));
        await queue.FlushAsync();
        Assert.Equal([false, false, true, true, false], operations.Select(operation => operation.Completion.IsFaulted));
        Assert.Contains("batch 3", (await Assert.ThrowsAsync<MlflowException>(async () => await operations[2])).Message);
        Assert.Equal(["m0", "m1", "m4"], stored["r"].Select(metric => metric.Key));
        Assert.Equal((5, 3, 2, 0), (queue.Accepted, queue.Logged, queue.Failed, queue.Dropped));
        Assert.Equal(
            [
                "Run Id r: Failed to log run data: Exception: INTERNAL_ERROR: batch 3",
                "Run Id r: Failed to log run data: Exception: INTERNAL_ERROR: batch 4",
            ],
            warnings
        );
    }

    [Fact]
    public async Task Many_producers_and_runs_keep_the_order_of_every_run()
    {
        await using var queue = Active(async (run, batch, cancellationToken) =>
        {
            await Task.Yield();
            await StoreAsync(run, batch, cancellationToken);
        });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(run => Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
                await queue.LogAsync($"r{run}", Metrics(i, 1));
        })));
        Assert.True(await queue.ShutDownAsync(Patience));
        Assert.Equal((2400, 2400), (queue.Accepted, queue.Logged));
        Assert.All(Enumerable.Range(0, 8), run => Assert.Equal(Metrics(0, 300).Metrics, stored[$"r{run}"]));
    }

    [Fact]
    public async Task So_many_runs_are_sent_at_once_as_the_pool_has_places()
    {
        int now = 0, most = 0;
        await using var queue = Active(
            async (_, _, cancellationToken) =>
            {
                lock (warnings)
                    most = Math.Max(most, ++now);
                await Task.Delay(2, cancellationToken);
                lock (warnings)
                    now--;
            },
            new AsyncLoggingOptions { PoolSize = 3 });
        for (var i = 0; i < 40; i++)
            await queue.LogAsync($"r{i % 10}", Metrics(i, 1));
        await queue.FlushAsync();
        Assert.InRange(most, 2, 3);
    }

    async Task<List<LoggingOperation>> FillAsync(AsyncLoggingQueue queue, int count)
    {
        // The first one is taken to be sent and waits there.
        var operations = new List<LoggingOperation> { await queue.LogAsync("r", Metrics(0, 1)) };
        while (queue.Waiting > 0)
            await Task.Delay(1);
        for (var i = 1; i <= count; i++)
            operations.Add(await queue.LogAsync("r", Metrics(i, 1)));
        return operations;
    }

    async Task<IEnumerable<string>> LeftAsync(AsyncLoggingQueue queue)
    {
        go.Release(100);
        await queue.FlushAsync();
        Assert.Equal(queue.Accepted, queue.Logged + queue.Failed + queue.Dropped);
        return stored["r"].Select(metric => metric.Key);
    }

    [Fact]
    public async Task A_full_queue_that_blocks_lets_its_caller_wait_for_room()
    {
        await using var queue = Active(StoreWhenToldAsync, new AsyncLoggingOptions { Capacity = 2 });
        await FillAsync(queue, 2);
        var blocked = queue.LogAsync("r", Metrics(3, 1)).AsTask();
        Assert.False(blocked.IsCompleted);
        go.Release();
        await blocked.WaitAsync(Patience);
        Assert.Equal(["m0", "m1", "m2", "m3"], await LeftAsync(queue));
    }

    [Fact]
    public async Task A_caller_that_waits_for_room_may_give_up_or_learn_that_the_queue_ends()
    {
        await using var queue = Active(StoreWhenToldAsync, new AsyncLoggingOptions { Capacity = 1 });
        await FillAsync(queue, 1);
        using var patience = new CancellationTokenSource();
        var impatient = queue.LogAsync("r", Metrics(2, 1), patience.Token).AsTask();
        var patient = queue.LogAsync("r", Metrics(3, 1)).AsTask();
        patience.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        queue.End();
        await Assert.ThrowsAsync<InvalidOperationException>(() => patient);
        Assert.Equal(["m0", "m1"], await LeftAsync(queue));
    }

    [Fact]
    public async Task A_full_queue_can_drop_the_oldest()
    {
        await using var queue = Active(StoreWhenToldAsync, new AsyncLoggingOptions { Capacity = 3, Overflow = OverflowPolicy.DropOldest });
        var operations = await FillAsync(queue, 5);
        Assert.Equal(2, queue.Dropped);
        Assert.Equal("RESOURCE_EXHAUSTED", (await Assert.ThrowsAsync<MlflowException>(async () => await operations[1])).ErrorCode);
        Assert.Equal(["m0", "m3", "m4", "m5"], await LeftAsync(queue));
        Assert.Equal(2, warnings.Count);
    }

    [Fact]
    public async Task A_full_queue_can_drop_the_newest()
    {
        await using var queue = Active(StoreWhenToldAsync, new AsyncLoggingOptions { Capacity = 3, Overflow = OverflowPolicy.DropNewest });
        var operations = await FillAsync(queue, 5);
        Assert.True(operations[4].Completion.IsFaulted);
        Assert.Equal(["m0", "m1", "m2", "m3"], await LeftAsync(queue));
    }

    [Fact]
    public async Task A_full_queue_can_thin_out_what_waits_but_never_parameters()
    {
        await using var queue = Active(StoreWhenToldAsync, new AsyncLoggingOptions { Capacity = 5, Overflow = OverflowPolicy.Sample });
        await FillAsync(queue, 4);
        var parameter = await queue.LogAsync("r", new LogBatch { Params = [new("p", "1")] });
        await queue.LogAsync("r", Metrics(5, 1));
        // 1 and 3 went; 2, 4, p, 5 wait.
        Assert.Equal((2, 4), (queue.Dropped, queue.Waiting));
        Assert.Equal(["m0", "m2", "m4", "m5"], await LeftAsync(queue));
        await parameter;
    }

    [Fact]
    public async Task A_full_queue_without_samples_takes_no_more()
    {
        await using var queue = Active(StoreWhenToldAsync, new AsyncLoggingOptions { Capacity = 1, Overflow = OverflowPolicy.Sample });
        await FillAsync(queue, 0);
        await queue.LogAsync("r", new LogBatch { Tags = [new("t", "1")] });
        Assert.True((await queue.LogAsync("r", Metrics(9, 1))).Completion.IsFaulted);
        Assert.Equal(["m0"], await LeftAsync(queue));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Draining_ends_at_its_limit_even_when_the_target_does_not_listen(bool obeysCancellation)
    {
        var never = new TaskCompletionSource();
        var queue = Active(obeysCancellation ? StoreWhenToldAsync : (_, _, _) => never.Task);
        var operations = await FillAsync(queue, 3);
        Assert.False(await queue.ShutDownAsync(TimeSpan.FromMilliseconds(20)));
        Assert.Equal(AsyncLoggingState.Idle, queue.State);
        Assert.All(operations, operation => Assert.True(operation.Completion.IsFaulted));
        Assert.Equal(4, queue.Dropped + queue.Failed);
        // It begins a new life, whatever the old one still does.
        queue.Activate();
        go.Release(10);
        var late = await queue.LogAsync("other", Metrics(7, 1));
        if (obeysCancellation)
            await late;
        never.SetResult();
        Assert.True(await queue.ShutDownAsync(Patience));
        Assert.Equal(4, queue.Dropped + queue.Failed);
    }

    [Fact]
    public void Options_come_from_MLflows_variables()
    {
        var options = AsyncLoggingOptions.FromEnvironment(name => name switch
        {
            "MLFLOW_ASYNC_LOGGING_THREADPOOL_SIZE" => "3",
            "MLFLOW_ASYNC_LOGGING_BUFFERING_SECONDS" => "1.5",
            _ => null,
        });
        Assert.Equal((3, TimeSpan.FromSeconds(1.5)), (options.PoolSize, options.Window));
        Assert.Equal(new AsyncLoggingOptions(), AsyncLoggingOptions.FromEnvironment(_ => null));
        Assert.Throws<ArgumentOutOfRangeException>(() => AsyncLoggingOptions.FromEnvironment(_ => "0"));
        Assert.Throws<ArgumentException>(() => AsyncLoggingOptions.FromEnvironment(_ => "x"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AsyncLoggingQueue(StoreAsync, new AsyncLoggingOptions { Capacity = 0 }));
    }

    public void Dispose() => go.Dispose();
}
