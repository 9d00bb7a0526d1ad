namespace Idq.Data;

/// <summary>Joins tables of one source that may overlap in time: an event that several of them hold is one event.</summary>
static class EventRuns
{
    /// <summary>The events of all tables inside a span; events of equal time keep the order of the tables.</summary>
    public static EventTable Join(IReadOnlyList<EventTable> tables, Segment span, SegmentList delivered, ChannelDictionary channels,
        IReadOnlyList<string> columns)
    {
        // One more column says which table an event is of.
        var buffer = new EventBuffer(columns.Count + 1);
        var overlaps = false;
        var offsets = new int[channels.Count + 1];
        long total = 0;
        foreach (var table in tables)
            for (var channel = 0; channel < channels.Count; channel++) total += Run(table, channel).Count;
        buffer.Reserve((int)Math.Min(total, Array.MaxLength));
        for (var channel = 0; channel < channels.Count; channel++)
        {
            var start = buffer.Count;
            for (var t = 0; t < tables.Count; t++)
            {
                var run = Run(tables[t], channel);
                if (run.Count == 0) continue;
                overlaps |= buffer.Count > start && run.Times[0] <= buffer.Times[buffer.Count - 1];
                buffer.Reserve(run.Count);
                buffer.Columns[^1].AsSpan(buffer.Count, run.Count).Fill(t);
                run.Times.CopyTo(buffer.Times.AsSpan(buffer.Count));
                for (var c = 0; c < columns.Count; c++) run.Column(c).CopyTo(buffer.Columns[c].AsSpan(buffer.Count));
                buffer.Advance(run.Count);
            }
            buffer.SortFrom(start);
            offsets[channel + 1] = buffer.Count;
        }
        if (overlaps) buffer.DropRepeated(offsets);
        return EventTable.FromRuns(span, delivered, channels, columns, buffer.Times, buffer.Columns[..^1], offsets);

        // A table may be older than some of the channels.
        EventRun Run(EventTable table, int channel)
        {
            var id = ReferenceEquals(table.Channels, channels) ? channel : table.Channels.Find(channels[channel]);
            return id < 0 ? default : table.Run(id, span);
        }
    }
}
