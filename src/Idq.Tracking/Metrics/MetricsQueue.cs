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
    readonly Action<IReadOnlyList<MetricRow>> _write;
    readonly MetricsQueueOptions _options;
    readonly Channel<Ticket> _channel;
    readonly Lock _gate = new();
    readonly CancellationTokenSource _closing = new();
    readonly Task _writer;
    readonly List<(long Number, TaskCompletionSource Done)> _waiting = [];
    long _accepted;
    long _settled;
    long _written;
    long _dropped;
    long _failed;
    volatile Exception? _lastError;

    /// <summary>A queue that writes into a store.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public MetricsQueue(TrackerStore store, MetricsQueueOptions? options = null)
        : this((store ?? throw new ArgumentNullException(nameof(store))).AddMetrics, options)
    {
    }

    internal MetricsQueue(Action<IReadOnlyList<MetricRow>> write, MetricsQueueOptions? options)
    {
        _write = write;
        _options = options ?? new MetricsQueueOptions();
        _options.Validate();
        _channel = Channel.CreateBounded<Ticket>(
            new BoundedChannelOptions(_options.Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
        _writer = Task.Run(WriteAllAsync);
    }

    /// <summary>Rows in the store.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Rows given up because the queue was full or closed.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Rows that the store refused for good.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Rows that wait.</summary>
    public int Waiting => _channel.Reader.Count;

    /// <summary>The newest failure of the writer, transient or not; null when there was none.</summary>
    public Exception? LastError => _lastError;

    /// <summary>Hands a row over. Returns at once, also when the store is slow, locked or gone.</summary>
    /// <returns>False when the queue is closed; the row is then counted as dropped.</returns>
    /// <exception cref="ArgumentException">The row is malformed.</exception>
    public bool Enqueue(MetricRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        // The lock makes the order of numbers the order in the channel.
        lock (_gate)
        {
            if (_channel.Writer.TryWrite(new Ticket(_accepted + 1, row)))
            {
                _accepted++;
                return true;
            }
        }

        Interlocked.Increment(ref _dropped);
        return false;
    }

    /// <summary>Completes when every row that was accepted before the call is written, dropped or refused.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_settled >= _accepted)
                return Task.CompletedTask;
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((_accepted, done));
            return done.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Accepts no more rows, writes those that wait, and ends the writer. Calling it again only waits for that.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_channel.Writer.TryComplete())
            await _closing.CancelAsync();
        await _writer;
        _closing.Dispose();
    }

    async Task WriteAllAsync()
    {
        var batch = new List<MetricRow>(_options.BatchSize);
        bool isGivenUp = false;
        while (await _channel.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < _options.BatchSize && _channel.Reader.TryRead(out Ticket ticket))
                batch.Add(ticket.Row);
            isGivenUp = isGivenUp || await WriteAsync(batch) == Outcome.GivenUp;
            if (isGivenUp)
                Interlocked.Add(ref _failed, batch.Count);
            batch.Clear();
            Settle();
        }
    }

    async Task<Outcome> WriteAsync(List<MetricRow> rows)
    {
        Outcome outcome = await AttemptAsync(rows);
        if (outcome == Outcome.Refused && rows.Count == 1)
        {
            Interlocked.Increment(ref _failed);
        }
        else if (outcome == Outcome.Refused)
        {
            // One bad row must not take its neighbours with it.
            for (int i = 0; i < rows.Count; i++)
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
        TimeSpan pause = _options.RetryPause;
        while (true)
        {
            // Read before the attempt: what is closed now has this attempt and no other.
            bool isLast = _closing.IsCancellationRequested;
            try
            {
                _write(rows);
                Interlocked.Add(ref _written, rows.Count);
                return Outcome.Written;
            }
            catch (Exception e)
            {
                _lastError = e;
                if (e is not TrackerException { IsTransient: true })
                    return Outcome.Refused;
                if (isLast)
                    return Outcome.GivenUp;
            }

            await Task.Delay(pause, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < _options.MaxRetryPause ? pause * 2 : _options.MaxRetryPause;
        }
    }

    void Settle()
    {
        lock (_gate)
        {
            _settled = _channel.Reader.TryPeek(out Ticket next) ? next.Number - 1 : _accepted;
            _waiting.RemoveAll(waiting =>
            {
                if (waiting.Number > _settled)
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
