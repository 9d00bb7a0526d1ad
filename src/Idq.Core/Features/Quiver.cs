namespace Idq;

/// <summary>
/// An ordered set of labelled rows over segments, with the triggers around them. Features are made on first use, so that a classifier
/// that reads triggers directly never pays for them.
/// </summary>
/// <threadsafety>Immutable; the features are made once, by the first who asks.</threadsafety>
public sealed class Quiver
{
    readonly Lazy<FeatureMatrix> features;

    /// <summary>A quiver of rows in ascending time.</summary>
    /// <param name="data">The triggers around the rows, padded by the widest window.</param>
    /// <param name="segments">Where the rows were drawn.</param>
    /// <param name="cleanSegments">Where clean rows could be drawn.</param>
    /// <param name="times">GPS nanoseconds, ascending.</param>
    /// <param name="labels">Parallel to times.</param>
    /// <param name="weights">Parallel to times; how many like it a row stands for.</param>
    /// <param name="features">Makes the features on first use.</param>
    public Quiver(ClassifierData data, SegmentList segments, SegmentList cleanSegments,
        long[] times, byte[] labels, double[] weights, Func<FeatureMatrix> features)
    {
        (Data, Segments, CleanSegments) = (data, segments, cleanSegments);
        (Times, Labels, Weights) = (times, labels, weights);
        Blind = new byte[times.Length];
        this.features = new(features);
        foreach (var label in labels) GlitchCount += label == Label.Glitch ? 1 : 0;
    }

    /// <summary>The triggers around the rows.</summary>
    public ClassifierData Data { get; }

    /// <summary>Where the rows were drawn.</summary>
    public SegmentList Segments { get; }

    /// <summary>Where clean rows could be drawn.</summary>
    public SegmentList CleanSegments { get; }

    /// <summary>Number of rows.</summary>
    public int Count => Times.Length;

    /// <summary>Rows labelled as glitches.</summary>
    public int GlitchCount { get; }

    /// <summary>Rows labelled as clean.</summary>
    public int CleanCount => Count - GlitchCount;

    /// <summary>GPS nanoseconds, ascending.</summary>
    public long[] Times { get; }

    /// <summary>Parallel to <see cref="Times"/>.</summary>
    public byte[] Labels { get; }

    /// <summary>Parallel to <see cref="Times"/>: how many like it a row stands for; more than 1 when a storm was thinned.</summary>
    public double[] Weights { get; }

    /// <summary>
    /// Parallel to <see cref="Times"/>: 1 where the row's window reaches into time that the source did not deliver, so that triggers may be
    /// missing from it.
    /// </summary>
    public byte[] Blind { get; init; }

    /// <summary>The features of every row; made on first use.</summary>
    public FeatureMatrix Features => features.Value;

    /// <summary>The same rows with the features whose names match any of the patterns.</summary>
    public Quiver Select(IReadOnlyList<string> patterns) =>
        new(Data, Segments, CleanSegments, Times, Labels, Weights, () => Features.Select(patterns)) { Blind = Blind };

    /// <summary>Quivers in time order as one, over the triggers of <paramref name="data"/>.</summary>
    public static Quiver Concatenate(IReadOnlyList<Quiver> parts, ClassifierData data) => new(
        data,
        SegmentList.Coalesce(parts.SelectMany(q => q.Segments)),
        SegmentList.Coalesce(parts.SelectMany(q => q.CleanSegments)),
        parts.SelectMany(q => q.Times).ToArray(),
        parts.SelectMany(q => q.Labels).ToArray(),
        parts.SelectMany(q => q.Weights).ToArray(),
        () => FeatureMatrix.Concatenate(parts.Select(q => q.Features).ToArray()))
    {
        Blind = parts.SelectMany(q => q.Blind).ToArray(),
    };
}
