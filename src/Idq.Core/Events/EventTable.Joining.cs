namespace Idq;

public sealed partial class EventTable
{
    /// <summary>The events inside a segment; the span and the delivered segments are cut to it.</summary>
    public EventTable Slice(Segment segment) => Concatenate([this], segment);

    /// <summary>
    /// One table out of tables of the same source in time order without overlap, cut to a segment. Its channels are those of all of
    /// them: a source may have gained some.
    /// </summary>
    /// <exception cref="ArgumentException">There is no table, or their columns differ.</exception>
    /// <exception cref="DataException">Together they have more events than a table can hold, 2³¹ − 1.</exception>
    public static EventTable Concatenate(IReadOnlyList<EventTable> tables, Segment segment) =>
        tables.Count == 1 && segment.Contains(tables[0].Span)
            ? tables[0]
            : Concatenate(tables, [.. Enumerable.Repeat(segment, tables.Count)], segment);

    /// <summary>As the other, of tables that overlap: each gives what lies inside its own cut. No table is copied twice.</summary>
    /// <param name="tables">Tables of the same source.</param>
    /// <param name="cuts">One segment a table, in time order without overlap, inside <paramref name="span"/>.</param>
    /// <param name="span">What the result covers.</param>
    /// <exception cref="ArgumentException">There is no table, or not one cut a table, or their columns differ.</exception>
    /// <exception cref="DataException">Together they have more events than a table can hold, 2³¹ − 1.</exception>
    public static EventTable Concatenate(IReadOnlyList<EventTable> tables, IReadOnlyList<Segment> cuts, Segment span)
    {
        if (tables.Count == 0) throw new ArgumentException("at least one table is needed", nameof(tables));
        if (cuts.Count != tables.Count) throw new ArgumentException($"{tables.Count} tables have {cuts.Count} cuts", nameof(cuts));
        var names = tables[0].Columns;
        foreach (var table in tables)
            if (!table.Columns.SequenceEqual(names, StringComparer.Ordinal))
                throw new ArgumentException("the tables are of different sources", nameof(tables));
        var channels = tables.Select(t => t.Channels).Aggregate((all, more) => all.Union(more));
        // Strides share a dictionary as a rule, so that few maps from its channels to those of the whole are made.
        var ids = tables.Select(t => t.Channels).Distinct().ToDictionary(c => c, c => channels.Names.Select(c.Find).ToArray());
        EventRun Run(int t, int channel)
        {
            var table = tables[t];
            var id = ids[table.Channels][channel];
            return id < 0 ? default : cuts[t].Contains(table.Span) ? table.Run(id) : table.Run(id, cuts[t]);
        }

        var offsets = new int[channels.Count + 1];
        for (var channel = 0; channel < channels.Count; channel++)
        {
            var total = (long)offsets[channel];
            for (var t = 0; t < tables.Count; t++) total += Run(t, channel).Count;
            if (total > Array.MaxLength)
                throw new DataException($"there are more than {Array.MaxLength} events in {span}; make the stride shorter");
            offsets[channel + 1] = (int)total;
        }

        var times = GC.AllocateUninitializedArray<long>(offsets[^1]);
        var columns = new double[names.Count][];
        for (var c = 0; c < columns.Length; c++) columns[c] = GC.AllocateUninitializedArray<double>(offsets[^1]);
        for (var channel = 0; channel < channels.Count; channel++)
        {
            var at = offsets[channel];
            for (var t = 0; t < tables.Count; t++)
            {
                var run = Run(t, channel);
                if (run.Count == 0) continue;
                run.Times.CopyTo(times.AsSpan(at));
                for (var c = 0; c < columns.Length; c++) run.Column(c).CopyTo(columns[c].AsSpan(at));
                at += run.Count;
            }
        }
        var delivered = Delivery.Union([.. tables.Select((t, i) => t.Delivery.Clip(cuts[i]))]);
        return new(span, delivered, channels, names, times, columns, offsets);
    }
}
