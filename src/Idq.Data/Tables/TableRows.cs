namespace Idq.Data;

/// <summary>Rows of a table as they come: channel, time and features in growing columns; made into a table by a counting sort.</summary>
sealed class TableRows(int columnCount)
{
    readonly EventBuffer rows = new(columnCount);
    int[] channels = [];

    public int Count => rows.Count;

    public ReadOnlySpan<long> Times => rows.Times.AsSpan(0, rows.Count);

    public ReadOnlySpan<double> Column(int column) => rows.Columns[column].AsSpan(0, rows.Count);

    /// <summary>Room for <paramref name="count"/> further rows, to be filled through the spans and kept by <see cref="Advance"/>.</summary>
    public void Reserve(int count)
    {
        rows.Reserve(count);
        if (channels.Length < rows.Times.Length) Array.Resize(ref channels, rows.Times.Length);
    }

    public Span<int> FreeChannels(int count) => channels.AsSpan(rows.Count, count);

    public Span<long> FreeTimes(int count) => rows.Times.AsSpan(rows.Count, count);

    public Span<double> FreeColumn(int column, int count) => rows.Columns[column].AsSpan(rows.Count, count);

    public void Advance(int count) => rows.Advance(count);

    /// <summary>From the first row to just after the last; null when there is none.</summary>
    public Segment? Extent()
    {
        if (Count == 0) return null;
        var (first, last) = (long.MaxValue, long.MinValue);
        foreach (var time in rows.Times.AsSpan(0, Count)) (first, last) = (Math.Min(first, time), Math.Max(last, time));
        return new Segment(new(first), new GpsTime(last) + 1);
    }

    /// <summary>The rows inside a span as a table. Rows of channel −1 are left out; rows of equal time keep their order.</summary>
    public EventTable ToTable(Segment span, SegmentList delivered, ChannelDictionary dictionary, IReadOnlyList<string> names)
    {
        var ids = channels.AsSpan(0, rows.Count);
        var times = rows.Times.AsSpan(0, rows.Count);
        var (start, end) = (span.Start.Nanoseconds, span.End.Nanoseconds);
        var offsets = new int[dictionary.Count + 1];
        var (isInOrder, last) = (true, -1);
        for (var i = 0; i < ids.Length; i++)
        {
            if (ids[i] < 0 || times[i] < start || times[i] >= end) ids[i] = -1;
            else offsets[ids[i] + 1]++;
            isInOrder &= ids[i] > last || (ids[i] == last && last >= 0 && times[i] >= times[i - 1]);
            last = ids[i];
        }
        for (var c = 0; c < dictionary.Count; c++) offsets[c + 1] += offsets[c];
        if (isInOrder) return EventTable.FromRuns(span, delivered, dictionary, names, rows.Times, rows.Columns, offsets);

        var total = offsets[^1];
        var target = GC.AllocateUninitializedArray<int>(ids.Length);
        var next = offsets.AsSpan(0, dictionary.Count).ToArray();
        for (var i = 0; i < ids.Length; i++) target[i] = ids[i] < 0 ? -1 : next[ids[i]]++;

        var sorted = new EventBuffer(columnCount);
        sorted.Reserve(total);
        Scatter(times, target, sorted.Times);
        for (var c = 0; c < columnCount; c++) Scatter(rows.Columns[c].AsSpan(0, ids.Length), target, sorted.Columns[c]);
        for (var c = 0; c < dictionary.Count; c++) sorted.SortRange(offsets[c], offsets[c + 1]);
        return EventTable.FromRuns(span, delivered, dictionary, names, sorted.Times, sorted.Columns, offsets);
    }

    static void Scatter<T>(ReadOnlySpan<T> from, ReadOnlySpan<int> target, Span<T> to)
    {
        for (var i = 0; i < target.Length; i++)
            if (target[i] >= 0) to[target[i]] = from[i];
    }
}
