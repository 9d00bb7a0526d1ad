namespace Idq.Data;

/// <summary>The events of many feature messages as one table.</summary>
static class SnaxTable
{
    /// <summary>
    /// The events inside a span, channel after channel, by time, and by their values where times are equal: so that the order in which
    /// messages came makes no difference.
    /// </summary>
    /// <param name="messages">The messages.</param>
    /// <param name="ids">The channels of the decoder as those of <paramref name="channels"/>.</param>
    /// <param name="span">What is wanted.</param>
    /// <param name="delivery">For which part of it there are messages.</param>
    /// <param name="channels">The channels of the table.</param>
    /// <param name="columns">The columns of the messages.</param>
    public static EventTable Of(
        IEnumerable<SnaxMessage> messages, int[] ids, Segment span, Delivery delivery, ChannelDictionary channels,
        IReadOnlyList<string> columns)
    {
        var (start, end) = (span.Start.Nanoseconds, span.End.Nanoseconds);
        var all = messages.ToArray();
        var offsets = new int[channels.Count + 1];
        foreach (var message in all)
            for (var i = 0; i < message.Count; i++)
                if (message.Times[i] >= start && message.Times[i] < end) offsets[ids[message.Channels[i]] + 1]++;
        for (var c = 0; c < channels.Count; c++) offsets[c + 1] += offsets[c];
        var next = offsets.ToArray();
        var buffer = new EventBuffer(columns.Count);
        buffer.Reserve(offsets[^1]);
        foreach (var message in all)
            for (var i = 0; i < message.Count; i++)
            {
                var time = message.Times[i];
                if (time < start || time >= end) continue;
                var at = next[ids[message.Channels[i]]]++;
                buffer.Times[at] = time;
                for (var c = 0; c < columns.Count; c++) buffer.Columns[c][at] = message.Values[c][i];
            }
        buffer.Advance(offsets[^1]);
        for (var c = 0; c < channels.Count; c++)
        {
            buffer.SortRange(offsets[c], offsets[c + 1]);
            SortEqualTimes(buffer, offsets[c], offsets[c + 1]);
        }
        return EventTable.FromRuns(span, delivery, channels, columns, buffer.Times, buffer.Columns, offsets);
    }

    static void SortEqualTimes(EventBuffer buffer, int start, int end)
    {
        for (var first = start; first + 1 < end; first++)
        {
            if (buffer.Times[first] != buffer.Times[first + 1]) continue;
            var last = first + 1;
            while (last + 1 < end && buffer.Times[last + 1] == buffer.Times[first]) last++;
            var rows = Enumerable.Range(first, last - first + 1).Select(i => Array.ConvertAll(buffer.Columns, c => c[i])).ToArray();
            Array.Sort(rows, (a, b) => a.AsSpan().SequenceCompareTo(b));
            for (var i = first; i <= last; i++)
                for (var c = 0; c < buffer.Columns.Length; c++) buffer.Columns[c][i] = rows[i - first][c];
            first = last;
        }
    }
}
