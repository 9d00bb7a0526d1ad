namespace Idq.Learning;

/// <summary>Names of the metrics and the rank that each gives.</summary>
public static class OvlMetrics
{
    /// <summary>The names understood by <see cref="TryParse"/>, the first of each metric being the proper one.</summary>
    public static IReadOnlyList<(string Name, OvlMetric Metric)> Names { get; } =
    [
        ("eff_by_dt", OvlMetric.EffByDt), ("eff/dt", OvlMetric.EffByDt), ("eff_fap", OvlMetric.EffByDt), ("effbydt", OvlMetric.EffByDt),
        ("poisson_signif", OvlMetric.PoissonSignificance), ("vsig", OvlMetric.PoissonSignificance),
        ("use_percentage", OvlMetric.UsePercentage), ("useP", OvlMetric.UsePercentage),
    ];

    /// <summary>The metric of a name, in any case.</summary>
    public static bool TryParse(string text, out OvlMetric metric)
    {
        foreach (var (name, value) in Names)
        {
            if (!string.Equals(name, text.Trim(), StringComparison.OrdinalIgnoreCase)) continue;
            metric = value;
            return true;
        }
        metric = default;
        return false;
    }

    /// <summary>The proper name: eff_by_dt, poisson_signif or use_percentage.</summary>
    public static string Name(this OvlMetric metric) => Names.First(n => n.Metric == metric).Name;

    /// <summary>The name in a vetolist: eff/dt, vsig or useP.</summary>
    public static string VetolistName(this OvlMetric metric) => metric switch
    {
        OvlMetric.EffByDt => "eff/dt",
        OvlMetric.PoissonSignificance => "vsig",
        _ => "useP",
    };

    /// <summary>
    /// The rank of a configuration: 1 − exp(−value/scale) with scale 100 for efficiency over deadtime and for significance, and ½ for
    /// use percentage, as in the original OVL. In [0, 1], increasing; 0 at zero, 1 at infinity.
    /// </summary>
    public static double Rank(this OvlMetric metric, double value) =>
        1 - Math.Exp(-Math.Max(value, 0) / (metric == OvlMetric.UsePercentage ? 0.5 : 100));
}
