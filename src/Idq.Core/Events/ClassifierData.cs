namespace Idq;

/// <summary>
/// A lazy, cached, time-bounded view of triggers over a span, with the segments in which samples may be drawn.
/// </summary>
/// <remarks>
/// Span, columns and channels never change: what was queried once stays valid. The span may be wider than the segments (padding, so
/// that nothing is lost at the edges). Restricting makes a new view that shares the cache.
/// </remarks>
public class ClassifierData
{
    readonly Lazy<EventTable> table;

    /// <summary>A view that calls <paramref name="load"/> on first use.</summary>
    public ClassifierData(
        Segment span,
        SegmentList segments,
        ChannelDictionary channels,
        IReadOnlyList<string> columns,
        Func<EventTable> load
    )
        : this(span, segments, channels, columns, new Lazy<EventTable>(load)) { }

    /// <summary>A view of a table in memory.</summary>
    public ClassifierData(EventTable table, SegmentList segments)
        : this(table.Span, segments, table.Channels, table.Columns, new Lazy<EventTable>(table))
    {
    }

    ClassifierData(Segment span, SegmentList segments, ChannelDictionary channels, IReadOnlyList<string> columns, Lazy<EventTable> table) =>
        (Span, Segments, Channels, Columns, this.table) = (span, segments.Clip(span), channels, columns, table);

    /// <summary>The stretch of time that the triggers cover.</summary>
    public Segment Span { get; }

    /// <summary>Where the data is good: inside the span.</summary>
    public SegmentList Segments { get; }

    /// <summary>The channels of the source.</summary>
    public ChannelDictionary Channels { get; }

    /// <summary>The feature columns, without the time.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Livetime of <see cref="Segments"/> in nanoseconds.</summary>
    public long Livetime => Segments.Livetime;

    /// <summary>True when the triggers are in memory.</summary>
    public bool IsCached => table.IsValueCreated;

    /// <summary>The triggers of every channel; loaded on first use.</summary>
    public EventTable Table => table.Value;

    /// <summary>The triggers of one channel over the whole span, padding included.</summary>
    public EventRun Triggers(int channel) => Table.Run(channel);

    /// <summary>The index of a column by name, or −1.</summary>
    public int FindColumn(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
            if (Columns[i] == name) return i;
        return -1;
    }

    /// <summary>The same triggers with fewer segments.</summary>
    public ClassifierData Restrict(SegmentList segments) => new(Span, Segments & segments, Channels, Columns, table);
}
