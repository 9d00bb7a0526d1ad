namespace Idq;

/// <summary>Labelled times in ascending order, with the livetime that they stand for.</summary>
/// <param name="Times">GPS nanoseconds, ascending; at equal times glitches come first.</param>
/// <param name="Labels">Parallel to <paramref name="Times"/>: <see cref="Label.Glitch"/> or <see cref="Label.Clean"/>.</param>
/// <param name="Segments">The segments in which the times were looked for.</param>
/// <param name="CleanSegments">The part of them outside the dirty windows.</param>
/// <param name="Candidates">Target triggers inside the bounds over the span before segments are applied.</param>
public sealed record SampleTimes(
    long[] Times, byte[] Labels, SegmentList Segments, SegmentList CleanSegments, int Candidates);

/// <summary>The two classes of a sample, as they are stored.</summary>
public static class Label
{
    /// <summary>A clean (random) time.</summary>
    public const byte Clean = 0;

    /// <summary>A glitch (target) time.</summary>
    public const byte Glitch = 1;
}
