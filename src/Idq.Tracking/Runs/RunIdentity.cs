namespace Idq.Tracking;

/// <summary>A run to be found or made: by its number, its uid, or as a new run of an experiment.</summary>
public sealed record RunIdentity
{
    /// <summary>The experiment's number; null when the run's own is enough.</summary>
    public long? ExperimentId { get; init; }

    /// <summary>The run's number; one that is not there is made with this number.</summary>
    public long? Id { get; init; }

    /// <summary>The run's uid; one that is not there is made with this uid.</summary>
    public string? Uid { get; init; }

    /// <summary>What a new run is made of; what is given here is merged into one that is there.</summary>
    public RunDraft Draft { get; init; } = new("run");
}
