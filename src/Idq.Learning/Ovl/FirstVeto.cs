namespace Idq.Learning;

/// <summary>Finds for every time the first line of a list that vetoes it.</summary>
static class FirstVeto
{
    /// <summary>The rank of every time; 0 where no line vetoes. Linear in triggers and times.</summary>
    /// <param name="model">The list.</param>
    /// <param name="data">The triggers; channels that it does not have veto nothing.</param>
    /// <param name="times">Ascending.</param>
    /// <param name="ranks">Parallel to times.</param>
    public static void Rank(OvlModel model, ClassifierData data, ReadOnlySpan<long> times, Span<double> ranks)
    {
        ranks.Clear();
        if (model.Rows.Count == 0 || times.IsEmpty) return;
        var first = new int[times.Length];
        Array.Fill(first, int.MaxValue);
        var column = TriggerColumn.Find(data, model.Significance);
        foreach (var (channel, rules) in model.RulesByChannel)
            if (data.Channels.Find(channel) is var id and >= 0)
                Mark(rules, data.Triggers(id), column, times, first);
        for (var i = 0; i < ranks.Length; i++)
            if (first[i] != int.MaxValue) ranks[i] = model.Rows[first[i]].Rank;
    }

    static void Mark(VetoRule[] rules, EventRun run, int column, ReadOnlySpan<long> times, Span<int> first)
    {
        long widest = 0;
        foreach (var rule in rules) widest = Math.Max(widest, rule.Window);
        var from = EventRun.LowerBound(run.Times, times[0] - widest);
        var triggers = run.Times[from..];
        var significance = run.Column(column)[from..];
        var near = 0;
        for (var t = 0; t < triggers.Length; t++)
        {
            // Triggers ascend: a time before the widest window of this one is before the windows of all later ones.
            while (near < times.Length && times[near] < triggers[t] - widest) near++;
            if (near == times.Length) return;
            if (times[near] >= triggers[t] + widest) continue;
            // Rules are in the order of the list: a later rule matters only where it reaches farther than the earlier ones.
            long reached = 0;
            foreach (var rule in rules)
            {
                if (rule.Window <= reached || !(significance[t] >= rule.Threshold)) continue;
                reached = rule.Window;
                for (var i = near; i < times.Length && times[i] < triggers[t] + rule.Window; i++)
                    if (times[i] >= triggers[t] - rule.Window && rule.Line < first[i]) first[i] = rule.Line;
                if (reached == widest) break;
            }
        }
    }
}
