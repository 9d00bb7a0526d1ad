namespace Idq.Streaming;

/// <summary>What training keeps of a stride: rows with their features, and the triggers that its classifiers can use.</summary>
/// <remarks>
/// There may be a stride a second and days of them, most of them with no row and no trigger. So it holds what differs from nothing; what is
/// asked for as a whole is made when it is asked for.
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
sealed record KeptStride
{
    // The objects about the arrays.
    const int Overhead = 512;

    readonly Stride stride;
    readonly Segment padded;
    readonly ChannelDictionary channels;
    readonly IReadOnlyList<string> columns;
    readonly SegmentList segments, cleanSegments;
    readonly EventTable? triggers;
    readonly long[] times;
    readonly double[] weights;
    readonly byte[] labels, blind;
    readonly FeatureMatrix? features;

    KeptStride(
        Stride stride, EventTable triggers, SegmentList segments, SegmentList cleanSegments, long[] times, byte[] labels, double[] weights,
        byte[] blind, FeatureMatrix? features)
    {
        (this.stride, padded, channels, columns) = (stride, triggers.Span, triggers.Channels, triggers.Columns);
        (this.segments, this.cleanSegments) = (segments, cleanSegments.Equals(segments) ? segments : cleanSegments);
        (this.times, this.labels, this.weights, this.blind) = times.Length == 0 ? ([], [], [], []) : (times, labels, weights, blind);
        this.triggers = triggers.Count == 0 ? null : triggers;
        this.features = features;
        var width = features is null ? 0 : sizeof(double) * (long)features.Names.Count + features.Channels.Count;
        Bytes = Overhead + times.Length * (sizeof(long) + sizeof(double) + 2 + width);
        if (triggers.Count > 0)
            Bytes += triggers.Count * sizeof(double) * (1L + columns.Count) + sizeof(int) * (channels.Count + 1L) + Overhead;
    }

    /// <summary>The stride's stretch of time.</summary>
    public Segment Span => stride.Segment;

    /// <summary>Number of rows.</summary>
    public int Count => times.Length;

    /// <summary>What it takes in memory.</summary>
    public long Bytes { get; init; }

    /// <summary>The stride, with these triggers only.</summary>
    public StrideData Data => new(stride, new ClassifierData(Triggers, segments), SegmentList.Empty, []);

    /// <summary>Its rows, over the same triggers.</summary>
    public Quiver Rows => new(
        Data.Data, segments, cleanSegments, times, labels, weights,
        () => features ?? throw new InvalidOperationException("no classifier of this job says that it uses features"))
    {
        Blind = blind,
    };

    EventTable Triggers => triggers ?? EventTable.Empty(padded, SegmentList.Of(padded), channels, columns);

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
        byte[] blind, FeatureMatrix? features) =>
        new(stride, triggers, segments, cleanSegments, times, labels, weights, blind, features);
}
