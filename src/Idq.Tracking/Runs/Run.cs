using NodaTime;

namespace Idq.Tracking;

/// <summary>One execution of a job.</summary>
/// <param name="Id">Its number.</param>
/// <param name="ExperimentId">The experiment that it belongs to.</param>
/// <param name="Experiment">That experiment's name.</param>
/// <param name="Name">Its name; need not be unique.</param>
/// <param name="Status">Its state.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Started">When it was started last.</param>
/// <param name="Updated">The last sign of life: start, heartbeat, metrics or end.</param>
/// <param name="Ended">When it reached a final state; null while it has not.</param>
public sealed record Run(
    long Id,
    long ExperimentId,
    string Experiment,
    string Name,
    RunStatus Status,
    Instant Created,
    Instant? Started,
    Instant? Updated,
    Instant? Ended)
{
    /// <summary>A remark.</summary>
    public string? Comment { get; init; }

    /// <summary>Tags: a JSON object.</summary>
    public string Tags { get; init; } = "{}";

    /// <summary>What it was called with: a JSON object.</summary>
    public string Args { get; init; } = "{}";

    /// <summary>What it ran in: a JSON object.</summary>
    public string Env { get; init; } = "{}";

    /// <summary>Its name outside of the store: 32 lower-case hexadecimal digits.</summary>
    public string Uid { get; init; } = "";
}

/// <summary>A run about to be made.</summary>
/// <param name="Name">Its name; not empty.</param>
public sealed record RunDraft(string Name)
{
    /// <summary>A remark.</summary>
    public string? Comment { get; init; }

    /// <summary>Tags: a JSON object.</summary>
    public string Tags { get; init; } = "{}";

    /// <summary>What it is called with: a JSON object.</summary>
    public string Args { get; init; } = "{}";

    /// <summary>What it runs in: a JSON object. Everything given is stored; the caller leaves secrets out.</summary>
    public string Env { get; init; } = "{}";

    /// <summary>Its name outside of the store, 32 lower-case hexadecimal digits; null draws one.</summary>
    public string? Uid { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Name);
        Json.RequireObject(Tags, nameof(Tags));
        Json.RequireObject(Args, nameof(Args));
        Json.RequireObject(Env, nameof(Env));
        if (Uid is not null && !RunUid.IsValid(Uid))
            throw new ArgumentException($"a run's uid has 32 lower-case hexadecimal digits, unlike '{Uid}'");
    }
}

/// <summary>A run in a list, with its newest metrics.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Experiment">Its experiment's name.</param>
/// <param name="Name">Its name.</param>
/// <param name="Status">Its state.</param>
/// <param name="Started">When it was started last.</param>
/// <param name="Updated">The last sign of life.</param>
/// <param name="Metrics">Of every metric that it has, the value at the highest (step, progress).</param>
public sealed record RunSummary(
    long Id,
    string Experiment,
    string Name,
    RunStatus Status,
    Instant? Started,
    Instant? Updated,
    IReadOnlyDictionary<string, MetricValue> Metrics);
