namespace Idq.Learning;

/// <summary>The livetime and the glitches that no applied configuration has vetoed yet.</summary>
/// <remarks>
/// Time is cut into buckets of equal length, each with its own short list of live stretches, so that measuring or removing a window
/// touches its neighbourhood only, however fragmented the whole has become. Instants are whole numbers; nothing here depends on their unit.
/// </remarks>
/// <threadsafety>Measuring is safe from many threads while nobody removes.</threadsafety>
sealed class Residual
{
    const int Whole = -1;

    readonly long start;
    readonly long end;
    readonly int shift;
    // Of each bucket: how many toggles of liveness lie in it, or Whole when all of it is live; and the toggles.
    readonly int[] counts;
    readonly long[]?[] toggles;
    readonly long[] glitches;
    readonly bool[] isVetoed;
    // First glitch of each bucket.
    readonly int[] firstGlitch;

    /// <summary>Everything in the segments.</summary>
    /// <param name="edges">Start and end of each analysis segment in turn, ascending.</param>
    /// <param name="glitches">Glitch times, ascending; those outside the segments are left out.</param>
    /// <param name="pieces">About how many pieces the livetime may fall into; sizes the buckets.</param>
    public Residual(ReadOnlySpan<long> edges, ReadOnlySpan<long> glitches, int pieces)
    {
        if (!edges.IsEmpty) (start, end) = (edges[0], edges[^1]);
        var wanted = Math.Clamp(pieces / 8, 16, 1 << 24);
        while ((end - start) >> shift > wanted) shift++;
        var buckets = (int)((end - start) >> shift) + 1;
        counts = new int[buckets];
        toggles = new long[buckets][];
        for (var i = 0; i + 1 < edges.Length; i += 2)
        {
            Fill(edges[i], edges[i + 1]);
            Livetime += edges[i + 1] - edges[i];
        }

        this.glitches = Inside(glitches);
        isVetoed = new bool[this.glitches.Length];
        Glitches = this.glitches.Length;
        firstGlitch = new int[buckets + 1];
        var at = 0;
        for (var b = 0; b <= buckets; b++)
        {
            while (at < this.glitches.Length && Bucket(this.glitches[at]) < b) at++;
            firstGlitch[b] = at;
        }
    }

    /// <summary>Length that remains.</summary>
    public long Livetime { get; private set; }

    /// <summary>Glitches that remain.</summary>
    public int Glitches { get; private set; }

    /// <summary>True when there is nothing left to veto or no time left to veto it in.</summary>
    public bool IsExhausted => Livetime == 0 || Glitches == 0;

    /// <summary>Length and glitches that windows would veto.</summary>
    /// <param name="windows">Start and end of each window in turn, ascending, disjoint.</param>
    public (long Deadtime, int Vetoed) Measure(ReadOnlySpan<long> windows)
    {
        long deadtime = 0;
        var vetoed = 0;
        for (var w = 0; w + 1 < windows.Length; w += 2)
        {
            var (from, to) = (Math.Max(windows[w], start), Math.Min(windows[w + 1], end));
            if (from >= to) continue;
            var last = Bucket(to - 1);
            for (var b = Bucket(from); b <= last; b++)
            {
                deadtime += Overlap(b, from, to);
                for (var g = firstGlitch[b]; g < firstGlitch[b + 1] && glitches[g] < to; g++)
                    if (glitches[g] >= from && !isVetoed[g]) vetoed++;
            }
        }
        return (deadtime, vetoed);
    }

    /// <summary>How many of the times are live.</summary>
    public int CountInside(ReadOnlySpan<long> times)
    {
        var inside = 0;
        foreach (var time in times) inside += IsLive(time) ? 1 : 0;
        return inside;
    }

    /// <summary>Removes windows, and the glitches in them.</summary>
    /// <param name="windows">Start and end of each window in turn, ascending, disjoint.</param>
    /// <param name="removed">Told what was really removed; null when nobody asks.</param>
    public void Remove(ReadOnlySpan<long> windows, Removal? removed = null)
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
                Livetime -= length;
                if (removed is not null) Report(b, from, to, removed.Pieces);
                Cut(b, from, to);
                for (var g = firstGlitch[b]; g < firstGlitch[b + 1] && glitches[g] < to; g++)
                {
                    if (glitches[g] < from || isVetoed[g]) continue;
                    isVetoed[g] = true;
                    Glitches--;
                    removed?.Glitches.Add(glitches[g]);
                }
            }
        }
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
            Reserve(b, counts[b] + 2);
            toggles[b]![counts[b]++] = lo;
            toggles[b]![counts[b]++] = hi;
        }
    }

    void Reserve(int b, int size)
    {
        if (toggles[b] is { } has && has.Length >= size) return;
        Array.Resize(ref toggles[b], Math.Max(4, size + size / 2));
    }

    long Overlap(int b, long from, long to)
    {
        if (counts[b] == Whole) return Math.Min(to, BucketStart(b + 1)) - Math.Max(from, BucketStart(b));
        long sum = 0;
        var live = toggles[b].AsSpan(0, counts[b]);
        for (var i = 0; i + 1 < live.Length && live[i] < to; i += 2)
            if (live[i + 1] > from) sum += Math.Min(live[i + 1], to) - Math.Max(live[i], from);
        return sum;
    }

    long[] Inside(ReadOnlySpan<long> times)
    {
        var inside = new List<long>(times.Length);
        foreach (var time in times)
            if (IsLive(time)) inside.Add(time);
        return inside.ToArray();
    }

    bool IsLive(long time)
    {
        if (time < start || time >= end) return false;
        var b = Bucket(time);
        if (counts[b] == Whole) return true;
        var live = toggles[b].AsSpan(0, counts[b]);
        for (var i = 0; i + 1 < live.Length && live[i] <= time; i += 2)
            if (time < live[i + 1]) return true;
        return false;
    }

    void Report(int b, long from, long to, List<long> pieces)
    {
        ReadOnlySpan<long> live = counts[b] == Whole ? [BucketStart(b), BucketStart(b + 1)] : toggles[b].AsSpan(0, counts[b]);
        for (var i = 0; i + 1 < live.Length && live[i] < to; i += 2)
        {
            if (live[i + 1] <= from) continue;
            pieces.Add(Math.Max(live[i], from));
            pieces.Add(Math.Min(live[i + 1], to));
        }
    }

    void Cut(int b, long from, long to)
    {
        if (counts[b] == Whole)
        {
            Reserve(b, 2);
            (toggles[b]![0], toggles[b]![1], counts[b]) = (BucketStart(b), BucketStart(b + 1), 2);
        }
        Reserve(b, counts[b] + 2);
        var live = toggles[b]!;
        var n = counts[b];
        // Stretches [first, last) of the list are touched; what they leave is at most one piece on either side.
        var first = 0;
        while (first < n && live[first + 1] <= from) first += 2;
        var last = first;
        while (last < n && live[last] < to) last += 2;
        var (head, tail) = (live[first], live[last - 1]);
        Span<long> left = stackalloc long[4];
        var kept = 0;
        if (head < from) (left[kept], left[kept + 1], kept) = (head, from, kept + 2);
        if (tail > to) (left[kept], left[kept + 1], kept) = (to, tail, kept + 2);
        live.AsSpan(last, n - last).CopyTo(live.AsSpan(first + kept));
        left[..kept].CopyTo(live.AsSpan(first));
        counts[b] = n - (last - first) + kept;
    }
}
