namespace Idq.Learning;

/// <summary>
/// The later runs of a training: configurations are measured from the top of the list, each on what the better ones left.
/// </summary>
static class ResidualWalk
{
    /// <summary>
    /// One training run: a configuration that passes on what remains is applied, as long as <paramref name="incremental"/> lines, those
    /// that fail included, are not used up; after that it is only measured.
    /// </summary>
    /// <returns>The lines that passed, measured, in the order of the list.</returns>
    public static List<Candidate> Train(
        List<Candidate> list,
        Residual residual,
        OvlMinima minima,
        int incremental,
        CancellationToken cancellationToken
    )
    {
        var passed = new List<Candidate>();
        var buffer = new WindowBuffer();
        for (var line = 0; line < list.Count && !residual.IsExhausted; line++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (list[line].MeasureIfPassing(residual, minima, buffer) is not { } now) continue;
            passed.Add(line < incremental ? now.ApplyTo(residual, buffer) : now);
        }
        return passed;
    }

    /// <summary>The final pass: every configuration is applied, until nothing is left to veto.</summary>
    public static List<Candidate> Apply(List<Candidate> list, Residual residual, CancellationToken cancellationToken)
    {
        var measured = new List<Candidate>(list.Count);
        var buffer = new WindowBuffer();
        for (var line = 0; line < list.Count && !residual.IsExhausted; line++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            measured.Add(list[line].Measure(residual, buffer).ApplyTo(residual, buffer));
        }
        return measured;
    }

    /// <summary>By metric, largest first; at a tie by threshold, largest first, then as they were.</summary>
    public static List<Candidate> Sort(List<Candidate> list, OvlMetric metric) => list
        .Select(c => (Candidate: c, Value: c.Counts.Value(metric)))
        .OrderByDescending(c => c.Value)
        .ThenByDescending(c => c.Candidate.Configuration.Threshold)
        .Select(c => c.Candidate)
        .ToList();
}
