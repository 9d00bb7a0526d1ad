using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Idq.Tracking.Tests.Metrics;

public sealed class MetricsQueueTests : StoreFixture
{
    static readonly MetricsQueueOptions Quick = new()
    {
        RetryPause = TimeSpan.FromMilliseconds(1),
        MaxRetryPause = TimeSpan.FromMilliseconds(2),
    };

    long NewRun() => Store.CreateRun(Store.GetOrCreateExperiment("o4").Id, new RunDraft("run")).Id;

    static MetricRow Row(long step, long run = 1) => new(run, step, 0, null, [Metric("a", step)]);

    [Fact]
    public async Task Rows_are_in_the_store_after_a_flush()
    {
        long run = NewRun();
        await using var queue = new MetricsQueue(Store);
        for (var i = 0; i < 1000; i++)
            Assert.True(queue.Enqueue(Row(i, run)));
        await queue.FlushAsync();

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (double)i), Store.ReadMetrics(run).Select(p => p.Value.AsDouble));
        Assert.Equal((1000, 0, 0, 0), (queue.Written, queue.Dropped, queue.Failed, queue.Waiting));
        Assert.Null(queue.LastError);
    }

    [Fact]
    public async Task Closing_writes_what_waits()
    {
        long run = NewRun();
        var queue = new MetricsQueue(Store);
        for (var i = 0; i < 5000; i++)
            queue.Enqueue(Row(i, run));
        await queue.DisposeAsync();
        Assert.Equal(5000, Store.ReadMetrics(run).Count());
        Assert.Equal(5000, queue.Written);
    }

    [Fact]
    public async Task A_closed_queue_takes_no_more_and_may_be_closed_again()
    {
        var queue = new MetricsQueue(_ => { }, null);
        await queue.DisposeAsync();
        await queue.DisposeAsync();
        Assert.False(queue.Enqueue(Row(0)));
        Assert.Equal(1, queue.Dropped);
        await queue.FlushAsync();
    }

    [Fact]
    public async Task Flushing_an_idle_queue_returns_at_once()
    {
        await using var queue = new MetricsQueue(_ => { }, null);
        Assert.True(queue.FlushAsync().IsCompletedSuccessfully);
        queue.Enqueue(Row(0));
        await queue.FlushAsync();
        Assert.True(queue.FlushAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Rows_that_wait_go_in_one_batch_up_to_the_limit()
    {
        var gate = new ManualGate();
        await using var queue = new MetricsQueue(gate.Write, Quick with { BatchSize = 10 });
        queue.Enqueue(Row(0));
        await gate.Reached;
        for (var i = 1; i <= 25; i++)
            queue.Enqueue(Row(i));
        gate.Open();
        await queue.FlushAsync();
        Assert.Equal([1, 10, 10, 5], gate.Batches.Select(batch => batch.Length));
        Assert.Equal(Enumerable.Range(0, 26).Select(i => (long)i), gate.Batches.SelectMany(batch => batch));
    }

    [Fact]
    public async Task A_full_queue_drops_the_oldest_counts_it_and_never_blocks()
    {
        var gate = new ManualGate();
        await using var queue = new MetricsQueue(gate.Write, Quick with { Capacity = 10, BatchSize = 100 });
        queue.Enqueue(Row(0));
        await gate.Reached;
        // The writer is stuck for as long as this test likes; none of these calls may wait for it.
        for (var i = 1; i <= 1000; i++)
            Assert.True(queue.Enqueue(Row(i)));
        Assert.Equal((990, 10, 0), (queue.Dropped, queue.Waiting, queue.Written));

        Task flushed = queue.FlushAsync();
        Assert.False(flushed.IsCompleted);
        gate.Open();
        await flushed;

        Assert.Equal([0, .. Enumerable.Range(991, 10).Select(i => (long)i)], gate.Batches.SelectMany(batch => batch));
        Assert.Equal((990, 11, 0), (queue.Dropped, queue.Written, queue.Failed));
    }

    [Fact]
    public async Task A_flush_waits_for_the_rows_in_the_writers_hands_though_later_ones_are_dropped()
    {
        var gate = new ManualGate();
        await using var queue = new MetricsQueue(gate.Write, Quick with { Capacity = 2, BatchSize = 1 });
        queue.Enqueue(Row(0));
        await gate.Reached;
        Task flushed = queue.FlushAsync();
        for (var i = 1; i <= 50; i++)
            queue.Enqueue(Row(i));
        Assert.Equal(48, queue.Dropped);
        Assert.False(flushed.IsCompleted);
        gate.Open();
        await flushed;
        Assert.Contains(0L, gate.Batches.SelectMany(batch => batch));
    }

    [Fact]
    public async Task A_flush_can_be_given_up_without_harm()
    {
        var gate = new ManualGate();
        await using var queue = new MetricsQueue(gate.Write, Quick);
        queue.Enqueue(Row(0));
        await gate.Reached;
        using var cancel = new CancellationTokenSource();
        Task flushed = queue.FlushAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flushed);
        gate.Open();
        await queue.FlushAsync();
        Assert.Equal(1, queue.Written);
    }

    [Fact]
    public async Task A_malformed_row_is_refused_at_the_door()
    {
        await using var queue = new MetricsQueue(_ => { }, null);
        Assert.ThrowsAny<ArgumentException>(() => queue.Enqueue(new MetricRow(1, 0, double.NaN, null, [Metric("a", 1)])));
        Assert.ThrowsAny<ArgumentException>(() => queue.Enqueue(new MetricRow(1, 0, 0, null, [Metric("gps", 1)])));
        Assert.Equal((0, 0), (queue.Waiting, queue.Dropped));
    }

    [Fact]
    public async Task A_row_that_the_store_refuses_does_not_take_its_neighbours_with_it()
    {
        long run = NewRun();
        Store.AddMetrics(run, 0, 0, null, [Metric("a", 0)]);
        var gate = new ManualGate();
        await using var queue = new MetricsQueue(
            rows =>
            {
                gate.Write(rows);
                Store.AddMetrics(rows);
            },
            Quick);
        queue.Enqueue(Row(1, run));
        await gate.Reached;
        queue.Enqueue(Row(2, run));
        queue.Enqueue(Row(3, run: 99));
        queue.Enqueue(new MetricRow(run, 4, 0, null, [Metric("a", 4)]));
        queue.Enqueue(Row(5, run));
        gate.Open();
        await queue.FlushAsync();

        Assert.Equal([0L, 1, 2, 4, 5], Store.ReadMetrics(run).Select(p => p.Step));
        Assert.Equal((4, 1), (queue.Written, queue.Failed));
        Assert.Equal(TrackerFailure.UnknownReference, Assert.IsType<TrackerException>(queue.LastError).Failure);
    }

    [Fact]
    public async Task A_transient_failure_keeps_the_rows_until_the_store_is_back()
    {
        var attempts = 0;
        var written = new List<long>();
        await using var queue = new MetricsQueue(
            rows =>
            {
                if (++attempts <= 5)
                    throw new TrackerException(TrackerFailure.Busy, "locked");
                written.AddRange(rows.Select(row => row.Step));
            },
            Quick);
        queue.Enqueue(Row(0));
        queue.Enqueue(Row(1));
        await queue.FlushAsync();
        Assert.Equal([0L, 1], written);
        Assert.Equal((2, 0, 0), (queue.Written, queue.Failed, queue.Dropped));
        Assert.Equal("locked", queue.LastError!.Message);
    }

    [Fact]
    public async Task A_store_that_stays_away_does_not_keep_the_queue_from_closing()
    {
        var attempts = 0;
        var queue = new MetricsQueue(
            _ =>
            {
                Interlocked.Increment(ref attempts);
                throw new TrackerException(TrackerFailure.Busy, "locked");
            },
            new MetricsQueueOptions { RetryPause = TimeSpan.FromHours(1), MaxRetryPause = TimeSpan.FromHours(1), BatchSize = 2 });
        for (var i = 0; i < 9; i++)
            queue.Enqueue(Row(i));
        Task flushed = queue.FlushAsync();
        await queue.DisposeAsync();
        await flushed;
        Assert.Equal((0, 9), (queue.Written, queue.Failed));
        Assert.InRange(attempts, 1, 2);
    }

    [Fact]
    public async Task A_locked_store_delays_metrics_but_not_their_caller()
    {
        using var store = TrackerStore.Open(StorePath, Clock, busySeconds: 1);
        long run = NewRun();
        await using var queue = new MetricsQueue(store, Quick);
        await using (var other = new SqliteConnection($"Data Source={StorePath};Pooling=False"))
        {
            other.Open();
            await using SqliteTransaction transaction = other.BeginTransaction(deferred: false);
            long start = Stopwatch.GetTimestamp();
            for (var i = 0; i < 100; i++)
                queue.Enqueue(Row(i, run));
            // Generous: the store's own wait is ten times as long per row.
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
            Assert.Equal(0, queue.Written);
            while (queue.LastError is null)
                await Task.Delay(10);
        }

        await queue.FlushAsync();
        Assert.Equal(100, store.ReadMetrics(run).Count());
        Assert.True(Assert.IsType<TrackerException>(queue.LastError).IsTransient);
    }

    [Fact]
    public async Task Every_row_of_many_callers_is_accounted_for()
    {
        const int Callers = 4, Each = 5000;
        var written = 0L;
        var queue = new MetricsQueue(
            rows =>
            {
                written += rows.Count;
                Thread.Sleep(1);
            },
            Quick with { Capacity = 64, BatchSize = 16 });
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                queue.Enqueue(Row(i));
                if (i % 1000 == 0)
                    await queue.FlushAsync();
            }
        })));
        await queue.DisposeAsync();
        Assert.Equal(written, queue.Written);
        Assert.Equal(Callers * Each, queue.Written + queue.Dropped);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        foreach (var options in (MetricsQueueOptions[])[
            new() { Capacity = 0 },
            new() { BatchSize = 0 },
            new() { RetryPause = TimeSpan.Zero },
            new() { MaxRetryPause = TimeSpan.FromMilliseconds(1) }])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new MetricsQueue(_ => { }, options));
        }

        Assert.Throws<ArgumentNullException>(() => new MetricsQueue((TrackerStore)null!));
    }

    /// <summary>A store that holds its first batch until it is told to go on.</summary>
    sealed class ManualGate
    {
        readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<long[]> Batches { get; } = [];

        public Task Reached => reached.Task;

        public void Open() => open.SetResult();

        public void Write(IReadOnlyList<MetricRow> rows)
        {
            reached.TrySetResult();
            open.Task.Wait();
            Batches.Add([.. rows.Select(row => row.Step)]);
        }
    }
}
