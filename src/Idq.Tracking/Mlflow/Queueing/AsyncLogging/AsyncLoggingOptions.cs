namespace Idq.Tracking.Mlflow;

/// <summary>How an <see cref="AsyncLoggingQueue"/> behaves.</summary>
public sealed record AsyncLoggingOptions
{
    /// <summary>
    /// How many batches are sent at the same time at most, each for another run. <c>MLFLOW_ASYNC_LOGGING_THREADPOOL_SIZE</c>.
    /// </summary>
    /// <value>The default value is 10; at least 1.</value>
    public int PoolSize { get; init; } = 10;

    /// <summary>
    /// How long the first batch of a run waits for others to go with it in one request; zero sends every batch alone.
    /// <c>MLFLOW_ASYNC_LOGGING_BUFFERING_SECONDS</c>.
    /// </summary>
    /// <value>The default value is zero.</value>
    public TimeSpan Window { get; init; }

    /// <summary>How many batches may wait.</summary>
    /// <value>The default value is 10 000; at least 1.</value>
    public int Capacity { get; init; } = 10_000;

    /// <summary>What happens when more come.</summary>
    /// <value>The default value is <see cref="OverflowPolicy.Block"/>.</value>
    public OverflowPolicy Overflow { get; init; }

    /// <summary>How long shutting down waits for what is queued, also at the exit of the process.</summary>
    /// <value>The default value is 30 s; more than zero.</value>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Told about batches that failed or were dropped; null tells nobody.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>The defaults with what the environment changes.</summary>
    /// <param name="variable">Where variables are read; the process's environment when null.</param>
    /// <exception cref="ArgumentException">A variable cannot be understood.</exception>
    public static AsyncLoggingOptions FromEnvironment(Func<string, string?>? variable = null)
    {
        var environment = new MlflowEnvironment(variable ?? Environment.GetEnvironmentVariable);
        var options = new AsyncLoggingOptions
        {
            PoolSize = environment.Count("MLFLOW_ASYNC_LOGGING_THREADPOOL_SIZE", 10),
            Window = TimeSpan.FromSeconds(environment.Number("MLFLOW_ASYNC_LOGGING_BUFFERING_SECONDS", 0)),
        };
        options.Validate();
        return options;
    }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PoolSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Window, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Window, TimeSpan.FromDays(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(Capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(DrainLimit, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(DrainLimit, TimeSpan.FromDays(1));
    }
}
