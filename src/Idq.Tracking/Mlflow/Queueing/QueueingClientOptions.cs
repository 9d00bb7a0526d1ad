namespace Idq.Tracking.Mlflow;

/// <summary>How a <see cref="QueueingClient"/> behaves.</summary>
public sealed record QueueingClientOptions
{
    /// <summary>How long names and values may be.</summary>
    public LengthLimits Limits { get; init; } = new();

    /// <summary>How many runs are sent at the same time at most.</summary>
    /// <value>The default value is twice the processors, at most 8; at least 1.</value>
    public int Parallelism { get; init; } = Math.Min(2 * Environment.ProcessorCount, 8);

    /// <summary>How many metrics of one run may wait: what waits for a server that is away must not fill the memory.</summary>
    /// <value>The default value is 1 000 000, some 100 MB; at least 16.</value>
    public int Capacity { get; init; } = 1_000_000;

    /// <summary>What happens when more come. <see cref="OverflowPolicy.Block"/> is none of the choices: logging never waits.</summary>
    /// <value>The default value is <see cref="OverflowPolicy.Sample"/>.</value>
    public OverflowPolicy Overflow { get; init; } = OverflowPolicy.Sample;

    /// <summary>Whether a made run carries a tag with its client key, so that a lost answer never makes it twice.</summary>
    /// <value>The default value is true.</value>
    public bool IsCreationIdempotent { get; init; } = true;

    /// <summary>Told about values that were cut and metrics that were given up; null tells nobody.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>The defaults with what the environment changes: <c>MLFLOW_TRUNCATE_LONG_VALUES</c>.</summary>
    /// <param name="variable">Where variables are read; the process's environment when null.</param>
    /// <exception cref="ArgumentException">A variable cannot be understood.</exception>
    public static QueueingClientOptions FromEnvironment(Func<string, string?>? variable = null) => new()
    {
        Limits = new LengthLimits
        {
            Truncate = new MlflowEnvironment(variable ?? Environment.GetEnvironmentVariable).Flag("MLFLOW_TRUNCATE_LONG_VALUES", true),
        },
    };

    internal void Validate()
    {
        Limits.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(Parallelism, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Capacity, 16);
        if (Overflow == OverflowPolicy.Block)
            throw new ArgumentOutOfRangeException(nameof(Overflow), "a queueing client never makes its caller wait: choose another policy");
    }
}
