namespace Idq.Learning;

/// <summary>
/// Measures livetimes once more with window edges in double-precision GPS seconds, following decisions that were already taken.
/// </summary>
/// <remarks>
/// Sums of such edges are exact in double precision as long as they share an exponent, so they are kept as whole numbers of a unit that is
/// finer than any of them, 2⁻²⁹ s.
/// </remarks>
sealed class ClassicReplay(SegmentList segments, int pieces)
{
    const double UnitsPerSecond = 1 << 29;

    /// <summary>The figures of each configuration of <paramref name="final"/>.</summary>
    /// <param name="lastRun">The lines of the last training run, in its order.</param>
    /// <param name="final">The lines of the final pass, in its order.</param>
    /// <param name="metric">The metric to state.</param>
    public Dictionary<OvlConfiguration, ClassicFigures> Run(List<Candidate> lastRun, List<Candidate> final, OvlMetric metric)
    {
        var wanted = final.Select(c => c.Configuration).ToHashSet();
        var expected = new Dictionary<OvlConfiguration, double>();
        Walk(
            lastRun,
            wanted.Contains,
            (candidate, livetime, deadtime) => expected[candidate.Configuration] = Metric(candidate.Counts, livetime, deadtime, metric)
        );
        var figures = new Dictionary<OvlConfiguration, ClassicFigures>();
        Walk(
            final,
            _ => true,
            (candidate, livetime, deadtime) => figures[candidate.Configuration] = new(livetime, deadtime, expected[candidate.Configuration])
        );
        return figures;
    }

    /// <summary>A metric from exact counts of glitches and triggers, and lengths in seconds.</summary>
    static double Metric(OvlCounts counts, double livetime, double deadtime, OvlMetric metric) => metric switch
    {
        OvlMetric.EffByDt => deadtime == 0 ? 0 : counts.Efficiency / (deadtime / livetime),
        OvlMetric.PoissonSignificance => PoissonSignificance.Of(counts.Vetoed, deadtime * counts.Glitches / livetime),
        _ => counts.UsePercentage,
    };

    void Walk(List<Candidate> list, Func<OvlConfiguration, bool> isWanted, Action<Candidate, double, double> report)
    {
        var edges = new long[2 * segments.Count];
        for (var i = 0; i < segments.Count; i++)
            (edges[2 * i], edges[2 * i + 1]) = (ToUnits(segments[i].Start.ToSeconds()), ToUnits(segments[i].End.ToSeconds()));
        var remaining = new RemainingTime(edges, pieces);
        long[] windows = [];
        foreach (var candidate in list)
        {
            if (!candidate.IsApplied && !isWanted(candidate.Configuration)) continue;
            if (windows.Length < 2 * candidate.Times.Length) windows = new long[checked(2 * candidate.Times.Length)];
            var merged = windows.AsSpan(0, Merge(candidate, windows));
            var livetime = remaining.Length / UnitsPerSecond;
            report(candidate, livetime, remaining.Measure(merged) / UnitsPerSecond);
            if (candidate.IsApplied) remaining.Remove(merged, null);
        }
    }

    static int Merge(Candidate candidate, long[] windows)
    {
        var half = (double)candidate.Configuration.Window / GpsTime.NanosecondsPerSecond;
        var n = 0;
        foreach (var time in candidate.Times)
        {
            var seconds = new GpsTime(time).ToSeconds();
            var from = ToUnits(seconds - half);
            if (n == 0 || from > windows[n - 1])
            {
                windows[n] = from;
                n += 2;
            }
            windows[n - 1] = ToUnits(seconds + half);
        }
        return n;
    }

    static long ToUnits(double seconds) => (long)(seconds * UnitsPerSecond);
}
