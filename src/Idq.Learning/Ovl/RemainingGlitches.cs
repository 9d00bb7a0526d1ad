namespace Idq.Learning;

/// <summary>The glitches that nothing has vetoed yet.</summary>
/// <threadsafety>Many threads may count at the same time, but not while one removes.</threadsafety>
sealed class RemainingGlitches(long[] times)
{
    readonly long[] times = times;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; } = times.Length;

    ReadOnlySpan<long> Times => times.AsSpan(0, Count);

    /// <summary>
    /// How many lie in [t − window, t + window) of any of the sorted trigger times, for each of several windows, ascending.
    /// </summary>
    public void CountNear(ReadOnlySpan<long> triggers, ReadOnlySpan<long> windows, Span<int> counts)
    {
        counts.Clear();
        var glitches = Times;
        var widest = windows[^1];
        int g = 0, next = 0;
        while (g < glitches.Length)
        {
            var glitch = glitches[g];
            next = Skip(triggers, next, glitch + 1);
            // The narrowest window that reaches the glitch. A window contains its start and not its end.
            var reach = long.MaxValue;
            if (next > 0) reach = glitch - triggers[next - 1] + 1;
            if (next < triggers.Length) reach = Math.Min(reach, triggers[next] - glitch);
            for (var w = windows.Length - 1; w >= 0 && windows[w] >= reach; w--) counts[w]++;

            g++;
            if (reach <= widest) continue;
            if (next == triggers.Length) break;
            g = Skip(glitches, g, triggers[next] - widest);
        }
    }

    // The first place, from a given one on, whose value is not before a time. Steps are doubled and then bisected, so that few lookups
    // in a long list cost little.
    static int Skip(ReadOnlySpan<long> sorted, int from, long time)
    {
        var step = 1;
        var to = from;
        while (to < sorted.Length && sorted[to] < time)
        {
            from = to + 1;
            to += step;
            step *= 2;
        }
        return from + EventRun.LowerBound(sorted[from..Math.Min(to, sorted.Length)], time);
    }

    /// <summary>Removes those inside windows.</summary>
    /// <param name="windows">Start and end of each window in turn, ascending, disjoint.</param>
    /// <param name="removed">Gets their times; null when they are not needed.</param>
    public void Remove(ReadOnlySpan<long> windows, List<long>? removed)
    {
        int kept = 0, w = 0;
        for (var g = 0; g < Count; g++)
        {
            while (w < windows.Length && windows[w + 1] <= times[g]) w += 2;
            if (w < windows.Length && windows[w] <= times[g]) removed?.Add(times[g]);
            else times[kept++] = times[g];
        }
        Count = kept;
    }
}
