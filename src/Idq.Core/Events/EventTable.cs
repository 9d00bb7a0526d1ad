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
public sealed class EventTable
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
        var at = bounds.Select(b => FindColumn(b.Column)).ToArray();
        for (var b = 0; b < at.Length; b++)
            if (at[b] < 0)
                throw new DataException($"the events have no column '{bounds[b].Column}'; they have {string.Join(", ", Columns)}");
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
        var keptTimes = new long[n];
        var keptColumns = columns.Select(_ => new double[n]).ToArray();
        for (var i = 0; i < n; i++)
        {
            keptTimes[i] = times[kept[i]];
            for (var c = 0; c < keptColumns.Length; c++) keptColumns[c][i] = columns[c][kept[i]];
        }
        return new(Span, Delivery, Channels, Columns, keptTimes, keptColumns, keptOffsets);
    }

    /// <summary>The events inside a segment; the span and the delivered segments are cut to it.</summary>
    public EventTable Slice(Segment segment) => Concatenate([this], segment);

    /// <summary>
    /// One table out of tables of the same source in time order without overlap, cut to a segment. Its channels are those of all of
    /// them: a source may have gained some.
    /// </summary>
    /// <exception cref="ArgumentException">There is no table, or their columns differ.</exception>
    public static EventTable Concatenate(IReadOnlyList<EventTable> tables, Segment segment)
    {
        if (tables.Count == 0) throw new ArgumentException("at least one table is needed", nameof(tables));
        if (tables.Count == 1 && segment.Contains(tables[0].Span)) return tables[0];
        var names = tables[0].Columns;
        foreach (var table in tables)
            if (!table.Columns.SequenceEqual(names, StringComparer.Ordinal))
                throw new ArgumentException("the tables are of different sources", nameof(tables));
        var channels = tables.Select(t => t.Channels).Aggregate((all, more) => all.Union(more));
        var ids = tables
            .Select(t => ReferenceEquals(t.Channels, channels) ? null : channels.Names.Select(t.Channels.Find).ToArray())
            .ToArray();

        var offsets = new int[channels.Count + 1];
        var runs = new EventRun[tables.Count * channels.Count];
        var total = 0;
        for (var channel = 0; channel < channels.Count; channel++)
        {
            for (var t = 0; t < tables.Count; t++)
            {
                var id = ids[t]?[channel] ?? channel;
                var run = runs[channel * tables.Count + t] = id < 0 ? default : tables[t].Run(id, segment);
                total = checked(total + run.Count);
            }
            offsets[channel + 1] = total;
        }
        var delivered = tables.Select(t => t.Delivery.Clip(segment)).Aggregate((sum, d) => sum.Union(d));

        var times = GC.AllocateUninitializedArray<long>(total);
        var columns = new double[names.Count][];
        for (var c = 0; c < columns.Length; c++) columns[c] = GC.AllocateUninitializedArray<double>(total);
        var at = 0;
        foreach (var run in runs)
        {
            if (run.Count == 0) continue;
            run.Times.CopyTo(times.AsSpan(at));
            for (var c = 0; c < columns.Length; c++) run.Column(c).CopyTo(columns[c].AsSpan(at));
            at += run.Count;
        }
        return new(segment, delivered, channels, names, times, columns, offsets);
    }
}
