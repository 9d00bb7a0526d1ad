namespace Idq.Learning;

/// <summary>The final pass with <see cref="OvlOptions.Optimize"/>: always the configuration that is best on what remains.</summary>
/// <remarks>
/// Neither efficiency over deadtime nor use percentage is submodular (numerator and denominator both shrink), so a value from an earlier
/// step is no bound for a later one and every value is looked at in every step. What keeps it fast, and exact: counts are not measured
/// again but lessened by what each step really took, and a configuration that has no glitch left never gets one back.
/// </remarks>
static class GreedyPass
{
    /// <summary>
    /// The configurations in the order chosen, the earlier on the list at a tie; it ends when none that is left has a metric above 0.
    /// </summary>
    public static List<Candidate> Apply(
        List<Candidate> list,
        Residual residual,
        OvlMetric metric,
        int maxParallelism,
        CancellationToken cancellationToken
    )
    {
        var buffer = new WindowBuffer();
        var chosen = new List<Candidate>(list.Count);
        var left = list.Select(c => c.Measure(residual, buffer)).ToList();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = maxParallelism, CancellationToken = cancellationToken };
        while (!residual.IsExhausted)
        {
            left.RemoveAll(c => c.Counts.Vetoed == 0);
            if (left.Count == 0) break;
            var best = Best(left, metric);
            if (!(left[best].Counts.Value(metric) > 0)) break;

            var taken = left[best];
            left.RemoveAt(best);
            var removal = new Removal();
            chosen.Add(taken.ApplyTo(residual, buffer, removal));
            Parallel.For(
                0,
                left.Count,
                parallel,
                i =>
                    left[i] = left[i] with
                    {
                        Counts = removal.SubtractFrom(left[i].Counts, left[i].Times, left[i].Configuration.Window, residual),
                    }
            );
        }
        return chosen;
    }

    static int Best(List<Candidate> left, OvlMetric metric)
    {
        var (best, most) = (0, double.NegativeInfinity);
        for (var i = 0; i < left.Count; i++)
        {
            var value = left[i].Counts.Value(metric);
            if (value > most) (best, most) = (i, value);
        }
        return best;
    }
}
