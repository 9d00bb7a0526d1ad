namespace Idq.Learning;

/// <summary>The first list of an incremental training.</summary>
static class WarmStart
{
    /// <summary>
    /// Of the configurations that pass on their own, those of the previous model first, in its order; then the others as they are.
    /// </summary>
    public static List<Candidate> Order(OvlModel previous, List<Candidate> independent)
    {
        var fresh = independent.ToDictionary(c => c.Configuration);
        var kept = previous.Rows.Select(r => r.Configuration).Where(fresh.ContainsKey).Distinct().Select(c => fresh[c]).ToList();
        return [.. kept, .. independent.Except(kept)];
    }
}
