namespace Idq.Tracking.Mlflow;

/// <summary>What a full queue does with one batch more.</summary>
public enum OverflowPolicy
{
    /// <summary>The caller waits until there is room.</summary>
    Block,

    /// <summary>The batch that has waited longest goes.</summary>
    DropOldest,

    /// <summary>The new batch is not taken.</summary>
    DropNewest,

    /// <summary>
    /// Of the waiting batches that are metrics only, every second one goes: what is left still covers the whole time, the thinner the older.
    /// When there are none, the new batch is not taken.
    /// </summary>
    Sample,
}
