namespace Idq;

/// <summary>A time-bounded view of triggers over a span, with the segments in which samples may be drawn.</summary>
/// <remarks>
/// Nothing in it changes. The span may be wider than the segments (padding, so that nothing is lost at the edges). Restricting makes a
/// new view of the same table.
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
/// <param name="table">The triggers.</param>
/// <param name="segments">Where the data is good; what lies outside the table's span does not count.</param>
public sealed class ClassifierData(EventTable table, SegmentList segments)
{
    /// <summary>The stretch of time that the triggers cover.</summary>
    public Segment Span => table.Span;

    /// <summary>Where the data is good: inside the span.</summary>
    public SegmentList Segments { get; } = segments.Clip(table.Span);

    /// <summary>The channels of the source.</summary>
    public ChannelDictionary Channels => table.Channels;

    /// <summary>The feature columns, without the time.</summary>
    public IReadOnlyList<string> Columns => table.Columns;

    /// <summary>Livetime of <see cref="Segments"/> in nanoseconds.</summary>
    public long Livetime => Segments.Livetime;

    /// <summary>The triggers of every channel.</summary>
    public EventTable Table => table;

    /// <summary>The triggers of one channel over the whole span, padding included.</summary>
    public EventRun Triggers(int channel) => table.Run(channel);

    /// <summary>The index of a column by name, or −1.</summary>
    public int FindColumn(string name) => table.FindColumn(name);

    /// <summary>The same triggers with fewer segments.</summary>
    public ClassifierData Restrict(SegmentList segments) => new(table, Segments & segments);
}
