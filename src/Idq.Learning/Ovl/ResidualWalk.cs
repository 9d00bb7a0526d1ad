namespace Idq.Learning;

/// <summary>Later runs of a training: the list is walked from the top, each configuration judged on what the better ones left.</summary>
static class ResidualWalk
{
    /// <summary>One training run: a configuration that passes on what remains is applied, as long as <paramref name="incremental"/> lines are not used up.</summary>
    /// <returns>The lines that were reached, measured; those that failed too.</returns>
    public static List<Candidate> Train(List<Candidate> list, Residual residual, OvlMinima minima, int incremental, CancellationToken cancellationToken) =>
        Walk(list, residual, (c, line) => line < incremental && minima.Pass(c.Counts), cancellationToken);

    /// <summary>The final pass: every configuration is applied.</summary>
    public static List<Candidate> Apply(List<Candidate> list, Residual residual, CancellationToken cancellationToken) =>
        Walk(list, residual, (_, _) => true, cancellationToken);

    /// <summary>Those that passed, by metric, largest first; at a tie by threshold, largest first, then as they were.</summary>
    public static List<Candidate> FilterAndSort(List<Candidate> list, OvlMinima minima, OvlMetric metric) => list
        .Where(c => minima.Pass(c.Counts))
        .Select(c => (Candidate: c, Value: c.Counts.Value(metric)))
        .OrderByDescending(c => c.Value)
        .ThenByDescending(c => c.Candidate.Configuration.Threshold)
        .Select(c => c.Candidate)
        .ToList();

    static List<Candidate> Walk(List<Candidate> list, Residual residual, Func<Candidate, int, bool> isApplied, CancellationToken cancellationToken)
    {
        var measured = new List<Candidate>(list.Count);
        var buffer = new WindowBuffer();
        foreach (var candidate in list)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (residual.IsExhausted) break;
            var now = candidate.Measure(residual, buffer);
            measured.Add(isApplied(now, measured.Count) ? now.ApplyTo(residual, buffer) : now);
        }
        return measured;
    }
}
