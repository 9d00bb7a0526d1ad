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
}
