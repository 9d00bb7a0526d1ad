using System.Runtime.InteropServices;

namespace Idq.Data;

/// <summary>
/// Rows of a table as they come: channel, time and features in growing columns, the last of which tells the file of a row; made into a
/// table by a counting sort.
/// </summary>
sealed class TableRows(int columnCount)
{
    readonly EventBuffer rows = new(columnCount);
    int[] channels = [];
    readonly List<(int Start, int Target, int Length)> pieces = [];

    public int Count => rows.Count;

    public ReadOnlySpan<long> Times => rows.Times.AsSpan(0, rows.Count);

    public ReadOnlySpan<double> Column(int column) => rows.Columns[column].AsSpan(0, rows.Count);

    /// <summary>Forgets the rows and keeps the room.</summary>
    public void Clear() => rows.Clear();

    /// <summary>Room for <paramref name="count"/> further rows, to be filled through the spans and kept by <see cref="Advance"/>.</summary>
    public void Reserve(int count)
    {
        rows.Reserve(count);
        if (channels.Length < rows.Times.Length)
        {
            var grown = GC.AllocateUninitializedArray<int>(rows.Times.Length);
            channels.AsSpan(0, rows.Count).CopyTo(grown);
            channels = grown;
        }
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

    /// <summary>
    /// The rows inside a span as a table. Rows of channel −1 are left out, and rows that several files hold stay once; rows of equal time
    /// keep their order.
    /// </summary>
    public EventTable ToTable(Segment span, SegmentList delivered, ChannelDictionary dictionary, IReadOnlyList<string> names)
    {
        var ids = channels.AsSpan(0, rows.Count);
        var times = rows.Times.AsSpan(0, rows.Count);
        var (start, end) = (span.Start.Nanoseconds, span.End.Nanoseconds);
        var offsets = new int[dictionary.Count + 1];
        for (var i = 0; i < ids.Length; i++)
        {
            if (ids[i] < 0 || times[i] < start || times[i] >= end) ids[i] = -1;
            else offsets[ids[i] + 1]++;
        }
        for (var c = 0; c < dictionary.Count; c++) offsets[c + 1] += offsets[c];

        var total = offsets[^1];
        var sorted = new EventBuffer(columnCount);
        sorted.Reserve(total);
        var next = offsets.AsSpan(0, dictionary.Count).ToArray();
        FindPieces(ids, next);
        Scatter(times, sorted.Times);
        sorted.Advance(total);
        for (var c = 0; c < columnCount; c++) Scatter(rows.Columns[c].AsSpan(0, ids.Length), sorted.Columns[c]);
        for (var c = 0; c < dictionary.Count; c++) sorted.SortRange(offsets[c], offsets[c + 1]);
        if (JoinsFiles()) sorted.DropRepeated(offsets);
        return EventTable.FromRuns(span, delivered, dictionary, names, sorted.Times, sorted.Columns[..^1], offsets);
    }

    bool JoinsFiles() => Count > 0 && Column(columnCount - 1).ContainsAnyExcept(Column(columnCount - 1)[0]);

    // Consecutive rows of one channel go together: a file may be in order of channels, of times, or a mixture.
    void FindPieces(ReadOnlySpan<int> ids, Span<int> next)
    {
        pieces.Clear();
        for (var i = 0; i < ids.Length;)
        {
            var (start, id) = (i, ids[i]);
            do i++;
            while (i < ids.Length && ids[i] == id);
            if (id < 0) continue;
            pieces.Add((start, next[id], i - start));
            next[id] += i - start;
        }
    }

    void Scatter<T>(ReadOnlySpan<T> from, Span<T> to)
    {
        foreach (var (start, target, length) in CollectionsMarshal.AsSpan(pieces))
        {
            if (length == 1) to[target] = from[start];
            else from.Slice(start, length).CopyTo(to[target..]);
        }
    }
}
