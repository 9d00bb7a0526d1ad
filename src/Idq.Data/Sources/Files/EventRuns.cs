namespace Idq.Data;

/// <summary>Joins tables of one source that may overlap in time.</summary>
static class EventRuns
{
    /// <summary>The events of all tables inside a span; events of equal time keep the order of the tables.</summary>
    public static EventTable Join(IReadOnlyList<EventTable> tables, Segment span, SegmentList delivered, ChannelDictionary channels,
        IReadOnlyList<string> columns)
    {
        var buffer = new EventBuffer(columns.Count);
        var offsets = new int[channels.Count + 1];
        long total = 0;
        foreach (var table in tables)
            for (var channel = 0; channel < channels.Count; channel++) total += table.Run(channel, span).Count;
        buffer.Reserve((int)Math.Min(total, Array.MaxLength));
        for (var channel = 0; channel < channels.Count; channel++)
        {
            var start = buffer.Count;
            foreach (var table in tables)
            {
                var run = table.Run(channel, span);
                if (run.Count == 0) continue;
                buffer.Reserve(run.Count);
                run.Times.CopyTo(buffer.Times.AsSpan(buffer.Count));
                for (var c = 0; c < columns.Count; c++) run.Column(c).CopyTo(buffer.Columns[c].AsSpan(buffer.Count));
                buffer.Advance(run.Count);
            }
            buffer.SortFrom(start);
            offsets[channel + 1] = buffer.Count;
        }
        return EventTable.FromRuns(span, delivered, channels, columns, buffer.Times, buffer.Columns, offsets);
    }
}
