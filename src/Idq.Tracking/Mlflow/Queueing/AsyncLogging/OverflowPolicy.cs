namespace Idq.Tracking.Mlflow;

/// <summary>What a full queue does with one batch or metric more.</summary>
public enum OverflowPolicy
{
    /// <summary>The caller waits until there is room.</summary>
    Block,

    /// <summary>What has waited longest goes.</summary>
    DropOldest,

    /// <summary>The new one is not taken.</summary>
    DropNewest,

    /// <summary>
    /// Of the waiting batches that are metrics only, every second one goes: what is left still covers the whole time, the thinner the
    /// older. When there are none, the new batch is not taken.
    /// </summary>
    Sample,
}
