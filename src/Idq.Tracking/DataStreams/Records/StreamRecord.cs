namespace Idq.Tracking;

/// <summary>One row of one sequence of one run, as it travels.</summary>
/// <param name="Run">The run's identifier; as text 32 lower-case hexadecimal digits, <see cref="RunText"/>.</param>
/// <param name="Sequence">The name of the sequence; not empty, at most <see cref="RecordValues.MaxNameBytes"/> bytes.</param>
/// <param name="Idx">The row's number in the sequence: 0, 1, 2… A number that is missing is a lost row.</param>
/// <param name="TimestampUs">When the row was made, microseconds since 1970-01-01T00:00:00Z by the clock of its source.</param>
/// <param name="Values">The columns.</param>
public sealed record StreamRecord(Guid Run, string Sequence, long Idx, long TimestampUs, RecordValues Values)
{
    /// <summary>The run's identifier as text: 32 lower-case hexadecimal digits.</summary>
    public string RunText => Run.ToString("N");
}
