using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>What a call did.</summary>
/// <param name="Range">The range that it ran over; of a call that was stopped, the newest part that its summary speaks of.</param>
/// <param name="Jobs">Counts by job.</param>
/// <param name="Classifiers">The summary of every classifier over the rows evaluated in the range.</param>
/// <param name="Products">
/// Entries of the ledger of this call, in order, read from the store as they are asked for, because of a long call there are many; of a
/// call that was stopped, the newest.
/// </param>
/// <param name="Interrupted">True when it was stopped before its end.</param>
public sealed record RunReport(
    Segment Range,
    IReadOnlyDictionary<string, JobCounts> Jobs,
    IReadOnlyList<ClassifierSummary> Classifiers,
    IEnumerable<Product> Products,
    bool Interrupted);
