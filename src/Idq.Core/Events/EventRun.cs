namespace Idq;

/// <summary>Consecutive events of one channel, sorted by time: a view into an <see cref="EventTable"/>.</summary>
public readonly struct EventRun
{
    readonly EventTable? table;
    readonly int start;

    internal EventRun(EventTable table, int start, int count) => (this.table, this.start, Count) = (table, start, count);

    /// <summary>Number of events.</summary>
    public int Count { get; }

    /// <summary>Event times in GPS nanoseconds, ascending.</summary>
    public ReadOnlySpan<long> Times => table is null ? [] : table.Times.Slice(start, Count);

    /// <summary>The values of a column, parallel to <see cref="Times"/>.</summary>
    public ReadOnlySpan<double> Column(int column) => table is null ? [] : table.Column(column).Slice(start, Count);

    /// <summary>The events with segment.Start ≤ time &lt; segment.End. Logarithmic.</summary>
    public EventRun Within(Segment segment)
    {
        if (table is null) return this;
        var times = Times;
        var lo = LowerBound(times, segment.Start.Nanoseconds);
        var hi = segment.End == GpsTime.MaxValue ? times.Length : lo + LowerBound(times[lo..], segment.End.Nanoseconds);
        return new(table, start + lo, hi - lo);
    }

    /// <summary>The number of sorted times before <paramref name="time"/>.</summary>
    public static int LowerBound(ReadOnlySpan<long> sorted, long time)
    {
        int lo = 0, hi = sorted.Length;
        while (lo < hi)
        {
            var middle = (int)((uint)(lo + hi) >> 1);
            if (sorted[middle] < time) lo = middle + 1;
            else hi = middle;
        }
        return lo;
    }
}
