namespace Idq.Streaming;

/// <summary>Why nobody worked on a stride, as the ledger says it.</summary>
static class Skipped
{
    /// <summary>The job was too far behind to catch up.</summary>
    public const string TooLate = "too late";

    /// <summary>The data is there and cannot be read.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>One classifier was too far behind its job.</summary>
    public const string TooSlow = "classifier too slow";

    /// <summary>What training remembers would be more than max_memory: the stride was one of those that were left out at random.</summary>
    public const string LeftOut = "left out";

    /// <summary>The stride alone is more than max_memory.</summary>
    public const string TooLarge = "larger than max_memory";
}
