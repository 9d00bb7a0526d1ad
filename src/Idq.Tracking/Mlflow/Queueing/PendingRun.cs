namespace Idq.Tracking.Mlflow;

/// <summary>A run that is going to be made: stands for its id until there is one.</summary>
public sealed class PendingRun
{
    volatile string? runId;

    internal PendingRun(string key) => Key = key;

    /// <summary>32 hexadecimal digits that no other run has; with idempotent creation also the run's client key.</summary>
    public string Key { get; }

    /// <summary>The id that the server gave; null until a flush has made the run.</summary>
    public string? RunId => runId;

    public override string ToString() => runId ?? $"(pending run {Key})";

    internal void Made(string id) => runId = id;
}

/// <summary>A run, by its id or by what stands for it.</summary>
public readonly record struct RunRef
{
    readonly object? run;

    RunRef(object? run) => this.run = run;

    internal PendingRun? Pending => run as PendingRun;

    internal string? Id => run as string ?? Pending?.RunId;

    /// <summary>The run of this id.</summary>
    public static implicit operator RunRef(string runId)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        return new RunRef(runId);
    }

    /// <summary>The run that this stands for.</summary>
    public static implicit operator RunRef(PendingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new RunRef(run);
    }

    public override string ToString() => run?.ToString() ?? "(no run)";
}
