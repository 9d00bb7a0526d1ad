namespace Idq.Tracking.Mlflow;

/// <summary>What one request may hold. The defaults are the protocol's; lengths are in characters, sizes in bytes.</summary>
public sealed record ServerLimits
{
    /// <summary>Points in one batch.</summary>
    /// <value>The default value is 1000.</value>
    public int Metrics { get; init; } = 1000;

    /// <summary>Parameters in one batch.</summary>
    /// <value>The default value is 100.</value>
    public int Params { get; init; } = 100;

    /// <summary>Tags in one batch.</summary>
    /// <value>The default value is 100.</value>
    public int Tags { get; init; } = 100;

    /// <summary>Points, parameters and tags together in one batch.</summary>
    /// <value>The default value is 1000.</value>
    public int Entities { get; init; } = 1000;

    /// <summary>Data sets in one request.</summary>
    /// <value>The default value is 1000.</value>
    public int Datasets { get; init; } = 1000;

    /// <summary>A key of a metric, parameter or tag.</summary>
    /// <value>The default value is 250.</value>
    public int Key { get; init; } = 250;

    /// <summary>A parameter's value.</summary>
    /// <value>The default value is 6000.</value>
    public int ParamValue { get; init; } = 6000;

    /// <summary>The value of a run's tag.</summary>
    /// <value>The default value is 8000.</value>
    public int TagValue { get; init; } = 8000;

    /// <summary>The value of an experiment's tag; never cut.</summary>
    /// <value>The default value is 100000.</value>
    public int ExperimentTagValue { get; init; } = 100_000;

    /// <summary>An experiment's name.</summary>
    /// <value>The default value is 500.</value>
    public int ExperimentName { get; init; } = 500;

    /// <summary>Whether parameter and tag values that are too long are cut to the limit (true) or refused.</summary>
    /// <value>The default value is true.</value>
    public bool TruncateLongValues { get; init; } = true;

    /// <summary>The body of a log-batch request.</summary>
    /// <value>The default value is 1000000.</value>
    public int BatchBytes { get; init; } = 1_000_000;

    /// <summary>The body of any other JSON request except log-inputs, whose data sets have limits of their own.</summary>
    /// <value>The default value is 4000000.</value>
    public int RequestBytes { get; init; } = 4_000_000;

    /// <summary>The body of a log-inputs request.</summary>
    /// <value>The default value is 32000000.</value>
    public int InputsBytes { get; init; } = 32_000_000;

    /// <summary>One uploaded artifact.</summary>
    /// <value>The default value is 5 GiB.</value>
    public long ArtifactBytes { get; init; } = 5L << 30;

    /// <summary>The limits that the environment asks for: <c>MLFLOW_TRUNCATE_LONG_VALUES</c>.</summary>
    /// <param name="variable">Where variables are read; the process's environment when null.</param>
    /// <exception cref="ArgumentException">The variable cannot be understood.</exception>
    public static ServerLimits FromEnvironment(Func<string, string?>? variable = null) =>
        new()
        {
            TruncateLongValues = new MlflowEnvironment(variable ?? Environment.GetEnvironmentVariable).Flag(
                "MLFLOW_TRUNCATE_LONG_VALUES",
                true
            ),
        };
}
