namespace Idq.Streaming;

/// <summary>Why nobody worked on a stride, as the ledger says it.</summary>
static class Skipped
{
    /// <summary>The job was too far behind to catch up.</summary>
    public const string TooLate = "too late";

    /// <summary>The data is there and cannot be read.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>A classifier failed.</summary>
    public const string Failed = "failed";

    /// <summary>There was no model yet.</summary>
    public const string Untrained = "untrained";

    /// <summary>There was no map yet, or none with samples of both classes.</summary>
    public const string Uncalibrated = "uncalibrated";

    /// <summary>
    /// The file of the model or map that was due is missing or damaged: an older one stood in for it, or none. Or that of a quiver, of
    /// which calibration then knows nothing.
    /// </summary>
    public const string Damaged = "damaged";

    /// <summary>Published for now as it could be, and filled in later under a version number.</summary>
    public const string Waiting = "waiting";

    /// <summary>One classifier was too far behind its job.</summary>
    public const string TooSlow = "classifier too slow";

    /// <summary>What training remembers would be more than max_memory: the stride was one of those that were left out at random.</summary>
    public const string LeftOut = "left out";

    /// <summary>The stride alone is more than max_memory.</summary>
    public const string TooLarge = "larger than max_memory";
}
