namespace Idq.Streaming;

/// <summary>What training keeps of a stride: rows with their features, and the triggers that its classifiers can use.</summary>
/// <remarks>
/// There may be a stride a second and days of them, most of them with no row and no trigger. So it holds what differs from nothing; what is
/// asked for as a whole is made when it is asked for.
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
sealed record KeptStride
{
    // The objects about the arrays: of the stride, and of a table that is kept as it is.
    const int Overhead = 256, TableOverhead = 512;

    // Fewer triggers take less than the objects of a table.
    const int Few = 256;

    // How many strides are unpacked at once.
    const int Part = 1024;

    readonly Stride stride;
    readonly Segment padded;
    readonly ChannelDictionary channels;
    readonly IReadOnlyList<string> columns;
    readonly SegmentList? segments, cleanSegments;
    readonly EventTable? triggers;
    readonly PackedTriggers? packed;
    readonly long[] times;
    readonly double[] weights;
    readonly byte[] labels, blind;
    readonly FeatureMatrix? features;

    KeptStride(
        Stride stride, EventTable triggers, SegmentList segments, SegmentList cleanSegments, long[] times, byte[] labels, double[] weights,
        byte[] blind, FeatureMatrix? features)
    {
        (this.stride, padded, channels, columns) = (stride, triggers.Span, triggers.Channels, triggers.Columns);
        // Most strides are good and clean as a whole.
        var whole = SegmentList.Of(stride.Segment);
        this.segments = segments.Equals(whole) ? null : segments;
        this.cleanSegments = cleanSegments.Equals(whole) ? null : cleanSegments;
        (this.times, this.labels, this.weights, this.blind) = times.Length == 0 ? ([], [], [], []) : (times, labels, weights, blind);
        if (triggers.Count >= Few) this.triggers = triggers;
        else if (triggers.Count > 0) packed = new(triggers);
        this.features = features;
        var width = features is null ? 0 : sizeof(double) * (long)features.Names.Count + features.Channels.Count;
        Bytes = Overhead + times.Length * (sizeof(long) + sizeof(double) + 2 + width);
        Bytes += triggers.Count * sizeof(double) * (1L + columns.Count);
        if (this.triggers is not null) Bytes += sizeof(int) * (channels.Count + 1L) + TableOverhead;
    }

    /// <summary>The stride's stretch of time.</summary>
    public Segment Span => stride.Segment;

    /// <summary>Number of rows.</summary>
    public int Count => times.Length;

    /// <summary>What it takes in memory.</summary>
    public long Bytes { get; init; }

    /// <summary>The stride, with these triggers only.</summary>
    public StrideData Data => new(stride, new ClassifierData(Triggers, Segments), SegmentList.Empty, []);

    /// <summary>Its rows, over the same triggers.</summary>
    public Quiver Rows => RowsOver(Data.Data);

    /// <summary>Number of its rows that are glitches.</summary>
    public int Glitches => labels.Count(l => l == Label.Glitch);

    SegmentList Segments => segments ?? SegmentList.Of(stride.Segment);

    EventTable Triggers =>
        triggers ?? packed?.Unpack(padded, channels, columns) ?? EventTable.Empty(padded, SegmentList.Of(padded), channels, columns);

    /// <summary>The rows of strides, over their triggers.</summary>
    /// <param name="strides">In time order, at least one.</param>
    /// <param name="withTriggers">False when nothing looks at the triggers, so that they are not joined.</param>
    public static Quiver Join(IReadOnlyList<KeptStride> strides, bool withTriggers)
    {
        // Part by part, so that few are unpacked at once. Tables that are there anyway are joined in one step.
        var parts = strides.Count(s => s.packed is not null) <= Part ? [strides] : strides.Chunk(Part).ToArray<IReadOnlyList<KeptStride>>();
        var joined = new List<(StrideData Data, Quiver Rows)>(parts.Length);
        foreach (var part in parts)
        {
            StrideData[] data = [.. part.Select(s => s.Data)];
            var all = StreamProcessor.Join(data, withTriggers);
            var span = new Stride(0, new Segment(part[0].Span.Start, part[^1].Span.End));
            joined.Add((new(span, all, SegmentList.Empty, []), Quiver.Concatenate([.. part.Zip(data, (s, d) => s.RowsOver(d.Data))], all)));
        }
        return joined.Count == 1
            ? joined[0].Rows
            : Quiver.Concatenate([.. joined.Select(j => j.Rows)], StreamProcessor.Join([.. joined.Select(j => j.Data)], withTriggers));
    }

    Quiver RowsOver(ClassifierData data) => new(
        data, Segments, cleanSegments ?? SegmentList.Of(stride.Segment), times, labels, weights,
        () => features ?? throw new InvalidOperationException("no classifier of this job says that it uses features"))
    {
        Blind = blind,
    };

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
