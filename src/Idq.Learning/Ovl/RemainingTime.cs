namespace Idq.Learning;

/// <summary>The livetime that no applied configuration has vetoed yet.</summary>
/// <remarks>
/// Time is cut into buckets of equal length, each with its own short list of live stretches, so that measuring or removing a window
/// touches its neighbourhood only, however fragmented the whole has become. The lists of all buckets lie in one array in the order of
/// time, which is the order in which windows come; only those of very fragmented buckets lie elsewhere. Instants are whole numbers;
/// nothing here depends on their unit.
/// </remarks>
/// <threadsafety>Many threads may measure at the same time, but not while one removes.</threadsafety>
sealed class RemainingTime
{
    const int Whole = -1;
    const int Room = 12;
    const int PiecesPerBucket = 16;

    readonly long start;
    readonly long end;
    readonly int shift;
    // Of each bucket: the number of edges of live stretches in it, or Whole when all of it is live.
    readonly int[] counts;
    // The edges of bucket b start at b * Room when they are at most Room; the edges of buckets that have more are in crowded.
    readonly long[] edges;
    readonly Dictionary<int, long[]> crowded = [];
    // The segments while nothing was removed from them; null afterwards.
    long[]? untouched;

    /// <summary>All of the given segments.</summary>
    /// <param name="segments">Start and end of each segment in turn, ascending, disjoint.</param>
    /// <param name="pieces">About how many pieces the time may fall into; sizes the buckets.</param>
    public RemainingTime(ReadOnlySpan<long> segments, int pieces)
    {
        if (!segments.IsEmpty) (start, end) = (segments[0], segments[^1]);
        var wanted = Math.Clamp(pieces / PiecesPerBucket, 16, 1 << 24);
        while ((end - start) >> shift > wanted) shift++;
        var buckets = (int)((end - start) >> shift) + 1;
        counts = new int[buckets];
        edges = GC.AllocateUninitializedArray<long>(buckets * Room);
        untouched = segments.ToArray();
        for (var i = 0; i + 1 < segments.Length; i += 2)
        {
            Fill(segments[i], segments[i + 1]);
            Length += segments[i + 1] - segments[i];
        }
    }

    /// <summary>How much is left.</summary>
    public long Length { get; private set; }

    /// <summary>How much of it windows cover.</summary>
    /// <param name="windows">Start and end of each window in turn, ascending, disjoint.</param>
    public long Measure(ReadOnlySpan<long> windows)
    {
        if (untouched is { } segments && segments.Length <= windows.Length) return MeasureUntouched(segments, windows);
        long sum = 0;
        for (var w = 0; w + 1 < windows.Length; w += 2)
        {
            var (from, to) = (Math.Max(windows[w], start), Math.Min(windows[w + 1], end));
            if (from >= to) continue;
            var last = Bucket(to - 1);
            for (var b = Bucket(from); b <= last; b++) sum += Overlap(b, from, to);
        }
        return sum;
    }

    /// <summary>How many of the times are left.</summary>
    public int Count(ReadOnlySpan<long> times)
    {
        var inside = 0;
        foreach (var time in times) inside += Contains(time) ? 1 : 0;
        return inside;
    }

    /// <summary>True when the time is left.</summary>
    public bool Contains(long time)
    {
        if (time < start || time >= end) return false;
        var b = Bucket(time);
        if (counts[b] == Whole) return true;
        var live = Edges(b);
        for (var i = 0; i + 1 < live.Length && live[i] <= time; i += 2)
            if (time < live[i + 1]) return true;
        return false;
    }

    /// <summary>Removes windows.</summary>
    /// <param name="windows">Start and end of each window in turn, ascending, disjoint.</param>
    /// <param name="removed">Gets start and end of each stretch that was removed and had been left; null when it is not needed.</param>
    public void Remove(ReadOnlySpan<long> windows, List<long>? removed)
    {
        for (var w = 0; w + 1 < windows.Length; w += 2)
        {
            var (from, to) = (Math.Max(windows[w], start), Math.Min(windows[w + 1], end));
            if (from >= to) continue;
            var last = Bucket(to - 1);
            for (var b = Bucket(from); b <= last; b++)
            {
                var length = Overlap(b, from, to);
                if (length == 0) continue;
                untouched = null;
                Length -= length;
                if (removed is not null) Report(b, from, to, removed);
                Cut(b, from, to);
            }
        }
    }

    // Faster than the buckets while there are fewer segments than windows: one merge of two sorted lists.
    static long MeasureUntouched(long[] segments, ReadOnlySpan<long> windows)
    {
        long sum = 0;
        var s = 0;
        for (var w = 0; w + 1 < windows.Length; w += 2)
        {
            var (from, to) = (windows[w], windows[w + 1]);
            while (s < segments.Length && segments[s + 1] <= from)
                s += 2;
            for (var k = s; k < segments.Length && segments[k] < to; k += 2)
                sum += Math.Min(segments[k + 1], to) - Math.Max(segments[k], from);
        }
        return sum;
    }

    int Bucket(long time) => (int)((time - start) >> shift);

    long BucketStart(int b) => start + ((long)b << shift);

    void Fill(long from, long to)
    {
        for (var b = Bucket(from); b <= Bucket(to - 1); b++)
        {
            var (lo, hi) = (Math.Max(from, BucketStart(b)), Math.Min(to, BucketStart(b + 1)));
            if (hi - lo == 1L << shift)
            {
                counts[b] = Whole;
                continue;
            }
            var live = Reserve(b, counts[b] + 2);
            (live[^2], live[^1]) = (lo, hi);
            counts[b] += 2;
        }
    }

    Span<long> Edges(int b) => counts[b] <= Room ? edges.AsSpan(b * Room, counts[b]) : crowded[b].AsSpan(0, counts[b]);

    // Space for a number of edges of a bucket. The edges that it has stay at the beginning.
    Span<long> Reserve(int b, int size)
    {
        if (size <= Room) return edges.AsSpan(b * Room, size);
        var has = Edges(b);
        if (!crowded.TryGetValue(b, out var list) || list.Length < size)
        {
            list = new long[2 * size];
            has.CopyTo(list);
            crowded[b] = list;
        }
        else if (has.Length <= Room)
        {
            has.CopyTo(list);
        }
        return list.AsSpan(0, size);
    }

    long Overlap(int b, long from, long to)
    {
        if (counts[b] == Whole) return Math.Min(to, BucketStart(b + 1)) - Math.Max(from, BucketStart(b));
        long sum = 0;
        var live = Edges(b);
        for (var i = 0; i + 1 < live.Length && live[i] < to; i += 2)
            if (live[i + 1] > from) sum += Math.Min(live[i + 1], to) - Math.Max(live[i], from);
        return sum;
    }

    void Report(int b, long from, long to, List<long> removed)
    {
        ReadOnlySpan<long> live = counts[b] == Whole ? [BucketStart(b), BucketStart(b + 1)] : Edges(b);
        for (var i = 0; i + 1 < live.Length && live[i] < to; i += 2)
        {
            if (live[i + 1] <= from) continue;
            removed.Add(Math.Max(live[i], from));
            removed.Add(Math.Min(live[i + 1], to));
        }
    }

    void Cut(int b, long from, long to)
    {
        if (counts[b] == Whole)
        {
            var whole = Reserve(b, 2);
            (whole[0], whole[1], counts[b]) = (BucketStart(b), BucketStart(b + 1), 2);
        }
        var n = counts[b];
        var live = Reserve(b, n + 2);
        // The cut touches the stretches [first, last) of the list and leaves at most one piece of them on either side.
        var first = 0;
        while (first < n && live[first + 1] <= from) first += 2;
        var last = first;
        while (last < n && live[last] < to) last += 2;
        var (head, tail) = (live[first], live[last - 1]);
        Span<long> left = stackalloc long[4];
        var kept = 0;
        if (head < from) (left[kept], left[kept + 1], kept) = (head, from, kept + 2);
        if (tail > to) (left[kept], left[kept + 1], kept) = (to, tail, kept + 2);
        live[last..n].CopyTo(live[(first + kept)..]);
        left[..kept].CopyTo(live[first..]);
        var now = n - (last - first) + kept;
        if (n + 2 > Room && now <= Room) live[..now].CopyTo(edges.AsSpan(b * Room));
        counts[b] = now;
    }
}
