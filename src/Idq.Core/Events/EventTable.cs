namespace Idq;

/// <summary>
/// Triggers in columns: for every channel one run of events sorted by time, and the segments for which data really exists.
/// </summary>
/// <remarks>
/// All channels share one array a column; channel c owns the rows [<see cref="Offsets"/>[c], <see cref="Offsets"/>[c+1]).
/// Rows of equal time keep the order in which they were added. Events lie inside <see cref="Span"/>; <see cref="Delivered"/> is
/// the part of the span that the source vouches for, whether or not there was an event.
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed partial class EventTable
{
    readonly long[] times;
    readonly double[][] columns;
    readonly int[] offsets;

    internal EventTable(Segment span, Delivery delivered, ChannelDictionary channels, IReadOnlyList<string> columnNames,
        long[] times, double[][] columns, int[] offsets)
    {
        (Span, Delivery, Channels, Columns) = (span, delivered, channels, columnNames);
        Delivered = delivered.Everywhere;
        (this.times, this.columns, this.offsets) = (times, columns, offsets);
    }

    /// <summary>The stretch of time that was asked for.</summary>
    public Segment Span { get; }

    /// <summary>The part of the span for which data of every channel exists.</summary>
    public SegmentList Delivered { get; }

    /// <summary>The part of the span for which data exists, by group of channels.</summary>
    public Delivery Delivery { get; }

    /// <summary>The channels; ids index <see cref="Offsets"/>.</summary>
    public ChannelDictionary Channels { get; }

    /// <summary>Names of the feature columns, without the time.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Number of events in all channels.</summary>
    public int Count => offsets[^1];

    /// <summary>Event times in GPS nanoseconds, channel after channel.</summary>
    public ReadOnlySpan<long> Times => times.AsSpan(0, Count);

    /// <summary>First row of every channel, and the count at the end: <see cref="ChannelDictionary.Count"/> + 1 numbers.</summary>
    public ReadOnlySpan<int> Offsets => offsets;

    /// <summary>The values of a column, parallel to <see cref="Times"/>.</summary>
    public ReadOnlySpan<double> Column(int column) => columns[column].AsSpan(0, Count);

    /// <summary>The index of a column by name, or −1.</summary>
    public int FindColumn(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
            if (Columns[i] == name) return i;
        return -1;
    }

    /// <summary>All events of a channel, sorted by time.</summary>
    public EventRun Run(int channel) => new(this, offsets[channel], offsets[channel + 1] - offsets[channel]);

    /// <summary>The events of a channel inside a segment.</summary>
    public EventRun Run(int channel, Segment segment) => Run(channel).Within(segment);

    /// <summary>A table without events.</summary>
    public static EventTable Empty(Segment span, Delivery delivered, ChannelDictionary channels, IReadOnlyList<string> columns) =>
        new(span, delivered, channels, columns, [], columns.Select(_ => Array.Empty<double>()).ToArray(), new int[channels.Count + 1]);

    /// <summary>A table of columns that are in order already, without copying them; the arrays must not be changed afterwards.</summary>
    /// <param name="span">The stretch of time that was asked for; every event lies inside.</param>
    /// <param name="delivered">The part of it for which data exists.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="columns">Names of the feature columns.</param>
    /// <param name="times">GPS nanoseconds, channel after channel, ascending inside each; may be longer than needed.</param>
    /// <param name="values">One array a column, parallel to <paramref name="times"/>.</param>
    /// <param name="offsets">First row of every channel, and the number of events at the end.</param>
    /// <exception cref="ArgumentException">The arrays do not fit together, or an event is out of order or out of the span.</exception>
    public static EventTable FromRuns(Segment span, Delivery delivered, ChannelDictionary channels, IReadOnlyList<string> columns,
        long[] times, double[][] values, int[] offsets)
    {
        if (offsets.Length != channels.Count + 1 || offsets[0] != 0)
            throw new ArgumentException("one offset a channel and the count", nameof(offsets));
        if (values.Length != columns.Count || values.Any(v => v.Length < offsets[^1]) || times.Length < offsets[^1])
            throw new ArgumentException("the columns are shorter than the number of events", nameof(values));
        for (var c = 0; c < channels.Count; c++)
        {
            var run = times.AsSpan(offsets[c]..offsets[c + 1]);
            var last = span.Start.Nanoseconds;
            foreach (var time in run)
            {
                if (time < last)
                    throw new ArgumentException($"the events of '{channels[c]}' are not in order inside {span}", nameof(times));
                last = time;
            }
            if (run.Length > 0 && !span.Contains(new GpsTime(last)))
                throw new ArgumentException($"an event of '{channels[c]}' lies outside {span}", nameof(times));
        }
        return new(span, delivered.Clip(span), channels, columns, times, values, offsets);
    }

    /// <summary>The events whose columns lie inside all bounds, over the same span.</summary>
    /// <exception cref="DataException">There is no such column.</exception>
    public EventTable Within(IReadOnlyList<ColumnBounds> bounds)
    {
        if (bounds.Count == 0 || Count == 0) return this;
        var at = bounds.Select(b => Require(b.Column)).ToArray();
        var kept = new int[Count];
        var keptOffsets = new int[offsets.Length];
        var n = 0;
        for (var channel = 0; channel < Channels.Count; channel++)
        {
            for (var row = offsets[channel]; row < offsets[channel + 1]; row++)
            {
                var inside = true;
                for (var b = 0; b < at.Length && inside; b++) inside = bounds[b].Contains(columns[at[b]][row]);
                if (inside) kept[n++] = row;
            }
            keptOffsets[channel + 1] = n;
        }
        return Gather(kept.AsSpan(0, n), keptOffsets, Columns, Enumerable.Range(0, columns.Length));
    }

    /// <summary>
    /// The events of some channels for which at least one of the bounds holds, with some of the columns, over the same span: what somebody
    /// who looks at nothing else needs of the table.
    /// </summary>
    /// <param name="any">An event is kept when any of these holds.</param>
    /// <param name="names">The columns that are kept, in this order.</param>
    /// <param name="wants">True for the channels that are kept, by name; all channels stay in <see cref="Channels"/>.</param>
    /// <exception cref="DataException">There is no such column.</exception>
    public EventTable Reduce(IReadOnlyList<ColumnBounds> any, IReadOnlyList<string> names, Func<string, bool> wants)
    {
        var bounds = any.Select(b => (Values: columns[Require(b.Column)], Bounds: b)).ToArray();
        var kept = new int[Count];
        var keptOffsets = new int[offsets.Length];
        var n = 0;
        for (var channel = 0; channel < Channels.Count; channel++)
        {
            if (offsets[channel] < offsets[channel + 1] && wants(Channels[channel]))
                for (var row = offsets[channel]; row < offsets[channel + 1]; row++)
                    foreach (var (values, bound) in bounds)
                    {
                        if (!bound.Contains(values[row])) continue;
                        kept[n++] = row;
                        break;
                    }
            keptOffsets[channel + 1] = n;
        }
        return Gather(kept.AsSpan(0, n), keptOffsets, names, names.Select(Require));
    }

    EventTable Gather(ReadOnlySpan<int> rows, int[] rowOffsets, IReadOnlyList<string> names, IEnumerable<int> ids)
    {
        var gathered = new long[rows.Length];
        for (var i = 0; i < rows.Length; i++) gathered[i] = times[rows[i]];
        var values = new List<double[]>();
        foreach (var id in ids)
        {
            var (from, to) = (columns[id], new double[rows.Length]);
            for (var i = 0; i < to.Length; i++) to[i] = from[rows[i]];
            values.Add(to);
        }
        return new(Span, Delivery, Channels, names, gathered, [.. values], rowOffsets);
    }

    int Require(string column) =>
        FindColumn(column) is var at and >= 0
            ? at
            : throw new DataException($"the events have no column '{column}'; they have {string.Join(", ", Columns)}");
}
