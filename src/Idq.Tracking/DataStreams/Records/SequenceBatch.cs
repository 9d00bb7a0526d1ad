namespace Idq.Tracking;

/// <summary>Rows of one sequence.</summary>
/// <param name="Run">The run's identifier.</param>
/// <param name="Sequence">The sequence's name.</param>
/// <param name="Rows">The rows, in the order in which they came.</param>
public sealed record SequenceBatch(Guid Run, string Sequence, IReadOnlyList<SequenceRow> Rows);
