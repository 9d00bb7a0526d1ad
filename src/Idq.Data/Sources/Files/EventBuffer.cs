namespace Idq.Data;

/// <summary>Growing columns of events: scratch space and the arrays of a table in the making.</summary>
sealed class EventBuffer(int columnCount)
{
    long[] times = [];
    readonly double[][] columns = [.. Enumerable.Repeat(Array.Empty<double>(), columnCount)];
    (long Time, int Order)[] keys = [];
    double[] permuted = [];

    public int Count { get; private set; }

    public long[] Times => times;

    public double[][] Columns => columns;

    public void Clear() => Count = 0;

    /// <summary>Makes room for <paramref name="more"/> events after the last.</summary>
    public void Reserve(int more)
    {
        if (times.Length - Count >= more) return;
        var wanted = Math.Max((long)Count + more, times.Length * 3L / 2);
        if ((long)Count + more > Array.MaxLength)
            throw new DataException("more than two thousand million events in one span; ask for shorter spans");
        var size = (int)Math.Min(wanted, Array.MaxLength);
        times = Grown(times, size);
        for (var c = 0; c < columns.Length; c++) columns[c] = Grown(columns[c], size);
    }

    // Copies the whole array, because events may be written behind Count before Advance counts them.
    static T[] Grown<T>(T[] array, int size)
    {
        var grown = GC.AllocateUninitializedArray<T>(size);
        array.CopyTo(grown);
        return grown;
    }

    /// <summary>Counts events in that were written after the last.</summary>
    public void Advance(int count) => Count += count;

    /// <summary>Drops the events from <paramref name="start"/> on that lie outside a segment; they are sorted.</summary>
    public void Trim(int start, Segment segment)
    {
        var run = times.AsSpan(start..Count);
        var first = EventRun.LowerBound(run, segment.Start.Nanoseconds);
        var length = EventRun.LowerBound(run, segment.End.Nanoseconds) - first;
        if (first > 0)
        {
            run.Slice(first, length).CopyTo(run);
            foreach (var column in columns) column.AsSpan(start + first, length).CopyTo(column.AsSpan(start));
        }
        Count = start + length;
    }

    /// <summary>Sorts the events from <paramref name="start"/> on by time; equal times keep their order.</summary>
    public void SortFrom(int start) => SortRange(start, Count);

    /// <summary>
    /// Drops events that several origins hold: of equal events (same channel, time and values) as many stay as the origin with most of them
    /// has, so that what one origin repeats by itself is kept.
    /// </summary>
    /// <param name="offsets">First row of every channel, and the count at the end; sorted by time inside a channel. It is updated.</param>
    /// <remarks>The last column says which origin an event is of.</remarks>
    public void DropRepeated(int[] offsets)
    {
        var repeated = new RepeatedEvents(columns);
        var staying = new List<int>();
        var (kept, start) = (0, 0);
        for (var channel = 0; channel + 1 < offsets.Length; channel++)
        {
            var end = offsets[channel + 1];
            for (var i = start; i < end;)
            {
                var next = i + 1;
                while (next < end && times[next] == times[i]) next++;
                // All are compared before the first one moves.
                staying.Clear();
                repeated.Begin();
                for (var isAlone = next == i + 1; i < next; i++)
                    if (isAlone || !repeated.Contains(i)) staying.Add(i);
                foreach (var row in staying)
                {
                    times[kept] = times[row];
                    foreach (var column in columns) column[kept] = column[row];
                    kept++;
                }
            }
            (start, offsets[channel + 1]) = (end, kept);
        }
        Count = kept;
    }

    /// <summary>Sorts the events of a range of rows by time; equal times keep their order. Sorted input costs one pass.</summary>
    public void SortRange(int start, int end)
    {
        var n = end - start;
        var isSorted = true;
        for (var i = start + 1; i < end && isSorted; i++) isSorted = times[i - 1] <= times[i];
        if (isSorted) return;
        if (keys.Length < n) (keys, permuted) = (new (long, int)[2 * n], new double[2 * n]);
        for (var i = 0; i < n; i++) keys[i] = (times[start + i], i);
        Array.Sort(keys, 0, n);
        for (var i = 0; i < n; i++) times[start + i] = keys[i].Time;
        foreach (var column in columns)
        {
            var run = column.AsSpan(start, n);
            for (var i = 0; i < n; i++) permuted[i] = run[keys[i].Order];
            permuted.AsSpan(0, n).CopyTo(run);
        }
    }
}
