namespace Idq.Tracking;

/// <summary>One row of a sequence.</summary>
/// <param name="Idx">Its number: 0, 1, 2…</param>
/// <param name="TimestampUs">When it was made, microseconds since 1970-01-01T00:00:00Z by the clock of its source.</param>
/// <param name="ReceivedUs">
/// When the server accepted it, by its own clock; the difference tells the clocks' skew. 0 for a row that did not travel.
/// </param>
/// <param name="Values">The columns.</param>
public sealed record SequenceRow(long Idx, long TimestampUs, long ReceivedUs, RecordValues Values);
