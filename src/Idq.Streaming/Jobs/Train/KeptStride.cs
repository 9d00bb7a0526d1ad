namespace Idq.Streaming;

/// <summary>What training keeps of a stride: rows with their features, and the triggers that its classifiers can use.</summary>
/// <param name="Data">The stride, with these triggers only.</param>
/// <param name="Rows">Its rows, over the same triggers.</param>
/// <param name="Bytes">What it takes in memory.</param>
sealed record KeptStride(StrideData Data, Quiver Rows, long Bytes)
{
    // The objects about the arrays.
    const int Overhead = 1024;

    /// <summary>The stride's stretch of time.</summary>
    public Segment Span => Data.Stride.Segment;

    /// <summary>Keeps of a stride what is of use, and lets go of the rest.</summary>
    /// <param name="data">The stride with all its triggers.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="triggers">The triggers that are of use.</param>
    /// <param name="withFeatures">False when no classifier looks at features, so that none are made.</param>
    /// <exception cref="DataException">The triggers lack a column that a classifier reads.</exception>
    public static KeptStride Of(StrideData data, Quiver rows, UsefulTriggers triggers, bool withFeatures) => Of(
        data.Stride, triggers.Of(data.Data.Table), data.Segments, rows.CleanSegments, rows.Times, rows.Labels, rows.Weights, rows.Blind,
        withFeatures ? rows.Features : null);

    /// <summary>A stride of its parts.</summary>
    /// <param name="stride">The stride.</param>
    /// <param name="triggers">The triggers that are of use, with their margins.</param>
    /// <param name="segments">Its good time.</param>
    /// <param name="cleanSegments">Where clean rows could be drawn.</param>
    /// <param name="times">Of the rows, GPS nanoseconds.</param>
    /// <param name="labels">Parallel to <paramref name="times"/>.</param>
    /// <param name="weights">Parallel to <paramref name="times"/>.</param>
    /// <param name="blind">Parallel to <paramref name="times"/>.</param>
    /// <param name="features">Of the rows; null when no classifier looks at them.</param>
    public static KeptStride Of(
        Stride stride, EventTable triggers, SegmentList segments, SegmentList cleanSegments, long[] times, byte[] labels, double[] weights,
        byte[] blind, FeatureMatrix? features)
    {
        var data = new ClassifierData(triggers, segments);
        var rows = new Quiver(data, segments, cleanSegments, times, labels, weights,
            () => features ?? throw new InvalidOperationException("no classifier of this job says that it uses features"))
        {
            Blind = blind,
        };
        var width = features is null ? 0 : sizeof(double) * (long)features.Names.Count + features.Channels.Count;
        var bytes = Overhead + times.Length * (sizeof(long) + sizeof(double) + 2 + width)
            + triggers.Count * sizeof(double) * (1L + triggers.Columns.Count) + sizeof(int) * (triggers.Channels.Count + 1L);
        return new(new StrideData(stride, data, SegmentList.Empty, []), rows, bytes);
    }
}
