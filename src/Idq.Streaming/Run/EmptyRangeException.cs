namespace Idq.Streaming;

/// <summary>A call that asks for a range which ends before it starts.</summary>
/// <param name="job">The job that would start.</param>
/// <param name="start">Where it would start: what was asked for, where it stands, or now.</param>
/// <param name="end">The end that was asked for.</param>
public sealed class EmptyRangeException(string job, GpsTime start, GpsTime end)
    : Exception($"{job}: the end {end} lies before the start {start}; without a start a job goes on where it stands, or begins now");
