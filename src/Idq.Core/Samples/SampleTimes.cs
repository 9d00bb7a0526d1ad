namespace Idq;

/// <summary>Labelled times in ascending order, with the livetime that they stand for.</summary>
/// <param name="Times">GPS nanoseconds, ascending; at equal times glitches come first.</param>
/// <param name="Labels">Parallel to <paramref name="Times"/>: <see cref="Label.Glitch"/> or <see cref="Label.Clean"/>.</param>
/// <param name="Segments">The segments in which the times were looked for.</param>
/// <param name="CleanSegments">The part of them outside the dirty windows.</param>
/// <param name="Candidates">Target triggers inside the bounds over the stride (without its padding) before segments are applied.</param>
public sealed partial record SampleTimes(
    long[] Times, byte[] Labels, SegmentList Segments, SegmentList CleanSegments, int Candidates)
{
    /// <summary>Parallel to <see cref="Times"/>: how many like it a row stands for; all 1 unless the samples were thinned.</summary>
    public double[] Weights { get; init; } = Ones(Times.Length);

    /// <summary>Number of rows.</summary>
    public int Count => Times.Length;

    /// <summary>The samples of one stride.</summary>
    /// <remarks>
    /// Glitches are the target times inside the segments of the stride; clean times are drawn inside what the dirty windows leave of
    /// them. When the data reaches one dirty window beyond the stride on either side, the samples of a range are the samples of its
    /// strides one after the other, however it is cut.
    /// </remarks>
    /// <param name="data">Triggers over the stride and, as padding, over a dirty window on either side.</param>
    /// <param name="stride">Where samples are wanted.</param>
    /// <param name="definition">What counts as glitch, dirty and clean.</param>
    /// <exception cref="ArgumentException">The source has no such target channel, or no column that a bound names.</exception>
    public static SampleTimes Draw(ClassifierData data, Segment stride, SampleDefinition definition)
    {
        var segments = data.Segments.Clip(stride);
        var candidates = SegmentList.Of(stride).Keep(TargetTimes.Candidates(data, definition));
        var clean = segments - DirtySegments.Find(data, definition);
        return Merge(
            segments.Keep(candidates),
            RandomTimes.Draw(clean, definition.RandomRate, definition.Seed),
            segments,
            clean,
            candidates.Length
        );
    }

    /// <summary>The samples of a labelled table: its rows inside the segments, sorted.</summary>
    /// <param name="times">GPS nanoseconds in any order.</param>
    /// <param name="labels">Parallel to <paramref name="times"/>: zero is clean, everything else a glitch.</param>
    /// <param name="segments">Where samples are wanted; clean segments are the same.</param>
    /// <exception cref="ArgumentException">The two are not of equal length.</exception>
    public static SampleTimes FromLabels(ReadOnlySpan<long> times, ReadOnlySpan<byte> labels, SegmentList segments)
    {
        if (times.Length != labels.Length) throw new ArgumentException($"{times.Length} times have {labels.Length} labels", nameof(labels));
        var glitches = new List<long>();
        var cleans = new List<long>();
        for (var i = 0; i < times.Length; i++) (labels[i] == Label.Clean ? cleans : glitches).Add(times[i]);
        glitches.Sort();
        cleans.Sort();
        return Merge(segments.Keep([.. glitches]), segments.Keep([.. cleans]), segments, segments, glitches.Count);
    }

    static SampleTimes Merge(long[] glitches, long[] cleans, SegmentList segments, SegmentList cleanSegments, int candidates)
    {
        var times = new long[glitches.Length + cleans.Length];
        var labels = new byte[times.Length];
        int g = 0, c = 0;
        for (var i = 0; i < times.Length; i++)
        {
            var isGlitch = c == cleans.Length || (g < glitches.Length && glitches[g] <= cleans[c]);
            (times[i], labels[i]) = isGlitch ? (glitches[g++], Label.Glitch) : (cleans[c++], Label.Clean);
        }
        return new(times, labels, segments, cleanSegments, candidates);
    }

    static double[] Ones(int count)
    {
        var ones = new double[count];
        Array.Fill(ones, 1);
        return ones;
    }
}
