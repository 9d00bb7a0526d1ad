namespace Idq.Tracking.Mlflow;

/// <summary>How a <see cref="OfflineSpool"/> behaves.</summary>
public sealed record OfflineSpoolOptions
{
    /// <summary>The first pause after the target could not be reached; it doubles up to <see cref="MaxRetryPause"/>.</summary>
    /// <value>The default value is 1 s; more than zero.</value>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between two attempts.</summary>
    /// <value>The default value is 1 minute; not less than <see cref="RetryPause"/>.</value>
    public TimeSpan MaxRetryPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many runs are delivered at the same time at most.</summary>
    /// <value>The default value is 4; at least 1.</value>
    public int Parallelism { get; init; } = 4;

    /// <summary>A file is closed, and goes once all of it is delivered, when it is longer than this; in bytes.</summary>
    /// <value>The default value is 16 MiB; from 1 to 1 GiB.</value>
    public int SegmentBytes { get; init; } = 16 << 20;

    /// <summary>How many bytes may wait on disk; more are refused.</summary>
    /// <value>The default value is 8 GiB; at least 1.</value>
    public long MaxBytes { get; init; } = 8L << 30;

    /// <summary>
    /// Told when the target cannot be reached, is back, or refuses an entry, and about damage in files; null tells nobody.
    /// </summary>
    public Action<string>? Warn { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RetryPause, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRetryPause, RetryPause);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxRetryPause, TimeSpan.FromDays(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(Parallelism, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SegmentBytes, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBytes, 1);
    }
}
