namespace Idq.Tracking;

/// <summary>How a <see cref="MetricsQueue"/> behaves.</summary>
public sealed record MetricsQueueOptions
{
    /// <summary>How many rows may wait; one more drops the oldest.</summary>
    /// <value>The default value is 8192; at least 1.</value>
    public int Capacity { get; init; } = 8192;

    /// <summary>How many rows are written in one transaction at most.</summary>
    /// <value>The default value is 512; at least 1.</value>
    public int BatchSize { get; init; } = 512;

    /// <summary>The first pause after a transient failure; it doubles up to <see cref="MaxRetryPause"/>.</summary>
    /// <value>The default value is 100 ms; more than zero.</value>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between two attempts.</summary>
    /// <value>The default value is 5 s; not less than <see cref="RetryPause"/>.</value>
    public TimeSpan MaxRetryPause { get; init; } = TimeSpan.FromSeconds(5);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RetryPause, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRetryPause, RetryPause);
    }
}
