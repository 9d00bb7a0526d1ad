using System.Threading.Channels;

namespace Idq.Tracking;

/// <summary>
/// Metrics on their way to the store. A caller never waits: rows wait in a bounded queue, one background writer merges whatever waits in
/// one transaction, and when the store cannot keep up the oldest rows are dropped and counted.
/// </summary>
/// <remarks>
/// Every row that was accepted is either written, counted in <see cref="Dropped"/> or counted in <see cref="Failed"/>. A transient
/// failure keeps its batch and is retried until it succeeds or the queue is disposed (which tries once more). Rows of one caller are
/// written in its order. The store must outlive the queue.
/// </remarks>
public sealed class MetricsQueue : IAsyncDisposable
{
    readonly Action<IReadOnlyList<MetricRow>> write;
    readonly MetricsQueueOptions options;
    readonly Channel<Ticket> channel;
    readonly Lock gate = new();
    readonly CancellationTokenSource closing = new();
    readonly Task writer;
    readonly List<(long Number, TaskCompletionSource Done)> waiting = [];
    long accepted;
    long settled;
    long written;
    long dropped;
    long failed;
    volatile Exception? lastError;

    /// <summary>A queue that writes into a store.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public MetricsQueue(TrackerStore store, MetricsQueueOptions? options = null)
        : this((store ?? throw new ArgumentNullException(nameof(store))).AddMetrics, options)
    {
    }

    internal MetricsQueue(Action<IReadOnlyList<MetricRow>> write, MetricsQueueOptions? options)
    {
        this.write = write;
        this.options = options ?? new MetricsQueueOptions();
        this.options.Validate();
        channel = Channel.CreateBounded<Ticket>(
            new BoundedChannelOptions(this.options.Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref dropped));
        writer = Task.Run(WriteAllAsync);
    }

    /// <summary>Rows in the store.</summary>
    public long Written => Interlocked.Read(ref written);

    /// <summary>Rows given up because the queue was full or closed.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Rows that the store refused for good.</summary>
    public long Failed => Interlocked.Read(ref failed);

    /// <summary>Rows that wait.</summary>
    public int Waiting => channel.Reader.Count;

    /// <summary>The newest failure of the writer, transient or not; null when there was none.</summary>
    public Exception? LastError => lastError;

    /// <summary>Hands a row over. Returns at once, also when the store is slow, locked or gone.</summary>
    /// <returns>False when the queue is closed; the row is then counted as dropped.</returns>
    /// <exception cref="ArgumentException">The row is malformed.</exception>
    public bool Enqueue(MetricRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        // The lock makes the order of numbers the order in the channel.
        lock (gate)
        {
            if (channel.Writer.TryWrite(new Ticket(accepted + 1, row)))
            {
                accepted++;
                return true;
            }
        }

        Interlocked.Increment(ref dropped);
        return false;
    }

    /// <summary>Completes when every row that was accepted before the call is written, dropped or refused.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (settled >= accepted)
                return Task.CompletedTask;
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((accepted, done));
            return done.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Accepts no more rows, writes those that wait, and ends the writer. Calling it again only waits for that.</summary>
    public async ValueTask DisposeAsync()
    {
        if (channel.Writer.TryComplete())
            await closing.CancelAsync();
        await writer;
        closing.Dispose();
    }

    async Task WriteAllAsync()
    {
        var batch = new List<MetricRow>(options.BatchSize);
        var isGivenUp = false;
        while (await channel.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < options.BatchSize && channel.Reader.TryRead(out Ticket ticket))
                batch.Add(ticket.Row);
            isGivenUp = isGivenUp || await WriteAsync(batch) == Outcome.GivenUp;
            if (isGivenUp)
                Interlocked.Add(ref failed, batch.Count);
            batch.Clear();
            Settle();
        }
    }

    async Task<Outcome> WriteAsync(List<MetricRow> rows)
    {
        Outcome outcome = await AttemptAsync(rows);
        if (outcome == Outcome.Refused && rows.Count == 1)
        {
            Interlocked.Increment(ref failed);
        }
        else if (outcome == Outcome.Refused)
        {
            // One bad row must not take its neighbours with it.
            for (var i = 0; i < rows.Count; i++)
            {
                if (await WriteAsync([rows[i]]) != Outcome.GivenUp)
                    continue;
                rows.RemoveRange(0, i);
                return Outcome.GivenUp;
            }
        }

        return outcome;
    }

    async Task<Outcome> AttemptAsync(List<MetricRow> rows)
    {
        var pause = options.RetryPause;
        while (true)
        {
            // Read before the attempt: what is closed now has this attempt and no other.
            var isLast = closing.IsCancellationRequested;
            try
            {
                write(rows);
                Interlocked.Add(ref written, rows.Count);
                return Outcome.Written;
            }
            catch (Exception e)
            {
                lastError = e;
                if (e is not TrackerException { IsTransient: true })
                    return Outcome.Refused;
                if (isLast)
                    return Outcome.GivenUp;
            }

            await Task.Delay(pause, closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < options.MaxRetryPause ? pause * 2 : options.MaxRetryPause;
        }
    }

    void Settle()
    {
        lock (gate)
        {
            settled = channel.Reader.TryPeek(out Ticket next) ? next.Number - 1 : accepted;
            this.waiting.RemoveAll(waiting =>
            {
                if (waiting.Number > settled)
                    return false;
                waiting.Done.SetResult();
                return true;
            });
        }
    }

    enum Outcome
    {
        Written,

        // For good: the store does not want the rows.
        Refused,

        // Closing, and the store could not be reached at the last attempt.
        GivenUp,
    }

    readonly record struct Ticket(long Number, MetricRow Row);
}
