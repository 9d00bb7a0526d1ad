namespace Idq.Learning;

/// <summary>The final pass with <see cref="OvlOptions.Optimize"/>: always the configuration that is best on what remains.</summary>
/// <remarks>
/// Neither efficiency over deadtime nor use percentage is submodular (both numerator and denominator shrink), so no bound from an earlier
/// step holds later and every configuration is measured at every step, except those that the last step did not touch.
/// </remarks>
static class GreedyPass
{
    /// <summary>The configurations in the order chosen; it ends when the best that is left vetoes nothing.</summary>
    public static List<Candidate> Apply(List<Candidate> list, Residual residual, OvlMetric metric, CancellationToken cancellationToken)
    {
        var buffer = new WindowBuffer();
        var chosen = new List<Candidate>(list.Count);
        var left = list.Select(c => c.Measure(residual, buffer)).ToList();
        while (left.Count > 0 && !residual.IsExhausted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var best = 0;
            for (var i = 0; i < left.Count; i++)
            {
                // What another took is gone; what it did not touch only sees fewer glitches and less livetime.
                left[i] = left[i] with { Counts = left[i].Counts with { Livetime = residual.Livetime, Glitches = residual.Glitches } };
                if (left[i].Counts.Value(metric) > left[best].Counts.Value(metric)) best = i;
            }
            if (!(left[best].Counts.Value(metric) > 0)) break;
            var taken = left[best];
            left.RemoveAt(best);
            chosen.Add(taken.ApplyTo(residual, buffer));
            for (var i = 0; i < left.Count; i++) left[i] = left[i].Measure(residual, buffer);
        }
        return chosen;
    }
}
