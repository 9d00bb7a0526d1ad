using System.Numerics;

namespace Idq;

/// <summary>The largest significance in the window; the nearest in time, then the earliest, at a tie. Linear in events and rows.</summary>
/// <remarks>
/// Three ways to the same answer. Few rows: look for each row's triggers by galloping search. Rows whose windows hardly overlap: send
/// every event to its rows through a table, where most turn out to be seen by none without a branch. Overlapping windows: a monotone queue.
/// The first two look at an event once for every row that sees it, so they are taken only when few rows see one event.
/// </remarks>
sealed class LoudestSelector : TriggerSelector
{
    const int MostRowsOfAnEvent = 64;
    const int MostRowsOfAnEventOnAverage = 4;
    const int EventsPerSearch = 128;

    readonly bool windowsOverlap;
    RowBuckets? buckets;
    int[] scratch = [];

    public LoudestSelector(long[] rows, long window) : base(rows, window)
    {
        // How many rows an event at the far edge of a row's window would be seen by.
        long sum = 0;
        for (int row = 0, last = 0; row < rows.Length && !windowsOverlap; row++)
        {
            while (last < rows.Length && rows[last] - rows[row] <= 2 * window) last++;
            sum += last - row;
            windowsOverlap = last - row > MostRowsOfAnEvent || sum > (long)MostRowsOfAnEventOnAverage * rows.Length;
        }
    }

    protected override int Choose(ReadOnlySpan<long> times, ReadOnlySpan<double> significance, Span<int> best, Span<int> hits)
    {
        if (windowsOverlap) return ByQueue(times, significance, best, hits);
        if ((long)Rows.Length * EventsPerSearch < times.Length) return BySearch(times, significance, best, hits);
        buckets ??= new RowBuckets(Rows, Window);
        return ByBuckets(times, significance, best, hits, buckets);
    }

    int BySearch(ReadOnlySpan<long> times, ReadOnlySpan<double> significance, Span<int> best, Span<int> hits)
    {
        var (n, first) = (0, 0);
        var rows = Rows;
        for (var row = 0; row < rows.Length; row++)
        {
            first = Gallop(times, first, rows[row] - Window);
            var until = rows[row] + Window;
            var winner = None;
            for (var i = first; i < times.Length && times[i] <= until; i++)
                if (Beats(i, winner, rows[row], times, significance)) winner = i;
            if (winner == None) continue;
            best[row] = winner;
            hits[n++] = row;
        }
        return n;
    }

    int ByBuckets(ReadOnlySpan<long> times, ReadOnlySpan<double> significance, Span<int> best, Span<int> hits, RowBuckets table)
    {
        var n = 0;
        var rows = Rows;
        var window = Window;
        var from = EventRun.LowerBound(times, rows[0] - window);
        var until = from + EventRun.LowerBound(times[from..], rows[^1] + window + 1);
        var inside = times[from..until];
        Grow(2 * inside.Length);
        var events = scratch.AsSpan(0, inside.Length);
        var firstRows = scratch.AsSpan(inside.Length, inside.Length);
        var candidates = table.Candidates(inside, events);
        var seen = 0;
        for (var c = 0; c < candidates; c++)
        {
            // Again written always and kept when a row sees it.
            var candidate = events[c];
            var time = inside[candidate];
            var row = table.FirstRow(rows, time);
            (events[seen], firstRows[seen]) = (candidate, row);
            seen += rows[row] <= time + window ? 1 : 0;
        }
        // Only now are significances read: they are far apart, and their loads need not wait for each other.
        for (var s = 0; s < seen; s++)
        {
            var i = from + events[s];
            var latest = times[i] + window;
            for (var row = firstRows[s]; row < rows.Length && rows[row] <= latest; row++)
            {
                var holder = best[row];
                if (!Beats(i, holder, rows[row], times, significance)) continue;
                best[row] = i;
                if (holder == None) hits[n++] = row;
            }
        }
        return n;
    }

    // The queue holds the events that can still win, in time order and of falling significance: the loudest are at its head. Among the
    // loudest, the nearest moves right as the row does.
    int ByQueue(ReadOnlySpan<long> times, ReadOnlySpan<double> significance, Span<int> best, Span<int> hits)
    {
        var rows = Rows;
        var window = Window;
        var next = EventRun.LowerBound(times, rows[0] - window);
        Grow(times.Length);
        var q = scratch;
        int head = 0, tail = 0, nearest = 0, n = 0;
        for (var row = 0; row < rows.Length; row++)
        {
            var time = rows[row];
            for (; next < times.Length && times[next] <= time + window; next++)
            {
                var loudness = significance[next];
                if (double.IsNaN(loudness)) continue;
                while (tail > head && significance[q[tail - 1]] < loudness) tail--;
                if (nearest >= tail) nearest = head;
                // Same instant, same significance: the earlier row always wins.
                if (tail > head && significance[q[tail - 1]] == loudness && times[q[tail - 1]] == times[next]) continue;
                q[tail++] = next;
            }
            while (head < tail && times[q[head]] < time - window) head++;
            if (head == tail) continue;
            if (nearest < head) nearest = head;
            var loudest = significance[q[head]];
            while (nearest + 1 < tail && significance[q[nearest + 1]] == loudest
                && Math.Abs(times[q[nearest + 1]] - time) < Math.Abs(times[q[nearest]] - time)) nearest++;
            best[row] = q[nearest];
            hits[n++] = row;
        }
        return n;
    }

    // Events are compared in time order, so that a tie in both leaves the earlier one.
    static bool Beats(int challenger, int holder, long row, ReadOnlySpan<long> times, ReadOnlySpan<double> significance)
    {
        var loudness = significance[challenger];
        if (holder == None) return !double.IsNaN(loudness);
        if (loudness != significance[holder]) return loudness > significance[holder];
        return Math.Abs(times[challenger] - row) < Math.Abs(times[holder] - row);
    }

    void Grow(int length)
    {
        if (scratch.Length < length) scratch = new int[BitOperations.RoundUpToPowerOf2((uint)length)];
    }

    static int Gallop(ReadOnlySpan<long> times, int from, long time)
    {
        var step = 1;
        while (from + step < times.Length && times[from + step] < time) step *= 2;
        var until = Math.Min(times.Length, from + step + 1);
        from += step / 2;
        return from + EventRun.LowerBound(times[from..until], time);
    }
}
