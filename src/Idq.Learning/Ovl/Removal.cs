namespace Idq.Learning;

/// <summary>What one configuration took out of what remained.</summary>
sealed class Removal
{
    /// <summary>Start and end of each stretch of livetime in turn, ascending, disjoint.</summary>
    public List<long> Pieces { get; } = [];

    /// <summary>Glitch times, ascending.</summary>
    public List<long> Glitches { get; } = [];

    /// <summary>The measurement of another configuration after this removal, out of the one before it, without measuring again.</summary>
    public OvlCounts SubtractFrom(OvlCounts counts, ReadOnlySpan<long> times, long window, Residual after)
    {
        var (deadtime, triggers, vetoed) = (counts.Deadtime, counts.Triggers, counts.Vetoed);
        for (var p = 0; p < Pieces.Count; p += 2)
        {
            var (from, to) = (Pieces[p], Pieces[p + 1]);
            var covered = from;
            for (var i = EventRun.LowerBound(times, from - window + 1); i < times.Length && times[i] - window < to; i++)
            {
                var (lo, hi) = (Math.Max(times[i] - window, covered), Math.Min(times[i] + window, to));
                if (hi <= lo) continue;
                deadtime -= hi - lo;
                covered = hi;
            }
            triggers -= EventRun.LowerBound(times, to) - EventRun.LowerBound(times, from);
        }
        foreach (var glitch in Glitches)
        {
            var i = EventRun.LowerBound(times, glitch - window + 1);
            if (i < times.Length && times[i] <= glitch + window) vetoed--;
        }
        return new(after.Livetime, after.Glitches, deadtime, triggers, vetoed);
    }
}
