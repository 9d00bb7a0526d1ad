namespace Idq.Learning;

/// <summary>What each channel of a list does, all its lines together.</summary>
static class ChannelImportance
{
    public static IReadOnlyList<FeatureImportance> Of(OvlModel model)
    {
        if (model.Rows.Count == 0) return [];
        var (glitches, livetime) = (model.Rows[0].Counts.Glitches, model.Rows[0].Counts.Livetime);
        return model.Rows
            .GroupBy(r => r.Configuration.Channel, StringComparer.Ordinal)
            .Select(channel =>
            {
                var vetoed = channel.Sum(r => (long)r.Counts.Vetoed);
                var efficiency = (double)vetoed / glitches;
                var fap = (double)channel.Aggregate(Int128.Zero, (sum, r) => sum + r.Counts.Deadtime) / livetime;
                return new FeatureImportance(channel.Key, efficiency,
                [
                    new("eff", efficiency),
                    new("fap", fap),
                    new("eff_by_fap", fap == 0 ? 0 : efficiency / fap),
                    new("vetoed", vetoed),
                    new("lines", channel.Count()),
                ]);
            })
            .OrderByDescending(i => i.Value).ThenBy(i => i.Name, StringComparer.Ordinal)
            .ToArray();
    }
}
