namespace Idq.Tracking.Mlflow;

/// <summary>What is to be sent for one run, each kind in its order.</summary>
sealed class RunOperations
{
    public MlflowRunDraft? Creation { get; set; }

    public List<MlflowEntry> Params { get; private set; } = [];

    public List<MlflowEntry> Tags { get; private set; } = [];

    public List<MlflowMetric> Metrics { get; private set; } = [];

    public List<MlflowDatasetInput> Inputs { get; private set; } = [];

    public (MlflowRunStatus Status, long EndTime)? Termination { get; set; }

    /// <summary>True when some of it may have reached the server.</summary>
    public bool IsResent { get; set; }

    public bool IsEmpty => Creation is null && Termination is null && Count == 0;

    /// <summary>Entries of all kinds.</summary>
    public int Count => Params.Count + Tags.Count + Metrics.Count + Inputs.Count;

    /// <summary>Adds what was queued after this.</summary>
    public void Append(RunOperations later)
    {
        Creation ??= later.Creation;
        Params.AddRange(later.Params);
        Tags.AddRange(later.Tags);
        Metrics.AddRange(later.Metrics);
        Inputs.AddRange(later.Inputs);
        Termination = later.Termination ?? Termination;
        IsResent |= later.IsResent;
    }

    /// <summary>Adds a batch that was not stored.</summary>
    public void Append(LogBatch batch)
    {
        Params.AddRange(batch.Params);
        Tags.AddRange(batch.Tags);
        Metrics.AddRange(batch.Metrics);
        IsResent = true;
    }

    /// <summary>Forgets tags that a later batch has overwritten: sent again they would undo it.</summary>
    public void Forget(IReadOnlyList<MlflowEntry> overwritten)
    {
        if (Tags.Count == 0 || overwritten.Count == 0)
            return;
        var keys = overwritten.Select(tag => tag.Key).ToHashSet();
        Tags.RemoveAll(tag => keys.Contains(tag.Key));
    }
}
