namespace Idq.Learning;

/// <summary>The first list of an incremental training.</summary>
static class WarmStart
{
    /// <summary>
    /// The previous model's configurations in its order, as far as the options still allow them, and after them the others that pass on
    /// their own.
    /// </summary>
    public static List<Candidate> Order(OvlModel previous, List<Candidate> independent, ClassifierData data, OvlOptions options, Residual all)
    {
        var column = TriggerColumn.Find(data, options.Significance);
        var fresh = independent.ToDictionary(c => c.Configuration);
        var order = new List<Candidate>(independent.Count + previous.Rows.Count);
        var buffer = new WindowBuffer();
        var known = new HashSet<OvlConfiguration>();
        foreach (var configuration in previous.Rows.Select(r => r.Configuration))
        {
            if (!IsAllowed(configuration, options) || !known.Add(configuration)) continue;
            if (fresh.TryGetValue(configuration, out var candidate)) order.Add(candidate);
            else if (data.Channels.Find(configuration.Channel) is var channel and >= 0)
                order.Add(new Candidate(configuration, TriggerColumn.Times(data.Triggers(channel), column, configuration.Threshold), default).Measure(all, buffer));
        }
        order.AddRange(independent.Where(c => !known.Contains(c.Configuration)));
        return order;
    }

    static bool IsAllowed(OvlConfiguration configuration, OvlOptions options) =>
        options.MayUse(configuration.Channel)
        && options.MayUse(configuration.Channel, configuration.Threshold)
        && options.Thresholds.Contains(configuration.Threshold)
        && options.Windows.Contains(configuration.Window);
}
