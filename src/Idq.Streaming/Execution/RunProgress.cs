namespace Idq.Streaming;

/// <summary>How far a run has come.</summary>
/// <param name="Job">The job of the last stride.</param>
/// <param name="Now">The end of that stride.</param>
/// <param name="Fraction">Of the range, from 0 to 1; NaN without an end.</param>
public readonly record struct RunProgress(string Job, GpsTime Now, double Fraction);
