namespace Idq.Learning;

/// <summary>The livetime and the glitches that no applied configuration has vetoed yet.</summary>
/// <threadsafety>Many threads may measure at the same time, but not while one removes.</threadsafety>
sealed class Residual
{
    const int FirstChunk = 32;

    readonly RemainingTime time;
    readonly RemainingGlitches glitches;

    /// <summary>Everything in the segments.</summary>
    /// <param name="segments">Start and end of each segment in turn, ascending, disjoint.</param>
    /// <param name="glitches">Glitch times, ascending; those outside the segments are left out.</param>
    /// <param name="pieces">About how many pieces the livetime may fall into.</param>
    public Residual(ReadOnlySpan<long> segments, IEnumerable<long> glitches, int pieces)
    {
        time = new(segments, pieces);
        this.glitches = new(glitches.Where(time.Contains).ToArray());
    }

    /// <summary>Livetime that remains.</summary>
    public long Livetime => time.Length;

    /// <summary>Glitches that remain.</summary>
    public int Glitches => glitches.Count;

    /// <summary>True when there is nothing left to veto or no time left to veto it in.</summary>
    public bool IsExhausted => Livetime == 0 || Glitches == 0;

    /// <summary>For each of several windows, how many remaining glitches the triggers would veto.</summary>
    public void CountVetoed(ReadOnlySpan<long> triggers, ReadOnlySpan<long> windows, Span<int> counts) =>
        glitches.CountNear(triggers, windows, counts);

    /// <summary>What triggers and a window would do.</summary>
    public OvlCounts Measure(ReadOnlySpan<long> triggers, long window, WindowBuffer buffer)
    {
        Span<int> vetoed = stackalloc int[1];
        glitches.CountNear(triggers, [window], vetoed);
        return new(Livetime, Glitches, time.Measure(buffer.Merge(triggers, window)), time.Count(triggers), vetoed[0]);
    }

    /// <summary>What triggers and a window would do, or null when that is not enough for the minima.</summary>
    public OvlCounts? MeasureIfPassing(ReadOnlySpan<long> triggers, long window, OvlMinima minima, WindowBuffer buffer)
    {
        Span<int> vetoed = stackalloc int[1];
        glitches.CountNear(triggers, [window], vetoed);
        return MeasureIfPassing(triggers, window, vetoed[0], minima, buffer);
    }

    /// <summary>As above, when it is known how many glitches are vetoed.</summary>
    /// <remarks>
    /// Most configurations fail. Glitches are counted first; more deadtime makes every figure worse, so that a configuration is given up
    /// as soon as a part of its deadtime is too much.
    /// </remarks>
    public OvlCounts? MeasureIfPassing(ReadOnlySpan<long> triggers, long window, int vetoed, OvlMinima minima, WindowBuffer buffer)
    {
        if (vetoed == 0) return null;
        var counts = new OvlCounts(Livetime, Glitches, 0, 0, vetoed);
        for (int at = 0, chunk = FirstChunk; at < triggers.Length; chunk *= 2)
        {
            var windows = buffer.Merge(triggers[at..], window, chunk, out var used);
            at += used;
            counts = counts with { Deadtime = counts.Deadtime + time.Measure(windows) };
            if (!minima.MayPassWithMoreDeadtime(counts)) return null;
        }
        counts = counts with { Triggers = time.Count(triggers) };
        return minima.Pass(counts) ? counts : null;
    }

    /// <summary>Removes the windows about triggers, and the glitches in them.</summary>
    /// <param name="triggers">Trigger times, ascending.</param>
    /// <param name="window">Half-width.</param>
    /// <param name="buffer">For the windows.</param>
    /// <param name="removed">Gets what was removed and had been left; null when it is not needed.</param>
    public void Remove(ReadOnlySpan<long> triggers, long window, WindowBuffer buffer, Removal? removed = null)
    {
        var windows = buffer.Merge(triggers, window);
        time.Remove(windows, removed?.Pieces);
        glitches.Remove(windows, removed?.Glitches);
    }
}
