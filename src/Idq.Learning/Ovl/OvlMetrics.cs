namespace Idq.Learning;

/// <summary>Names of the metrics and the rank that each gives.</summary>
public static class OvlMetrics
{
    /// <summary>
    /// The metrics by the names that this and the earlier programs have for them, in any case; the proper names come first.
    /// </summary>
    internal static readonly (string Name, OvlMetric Metric)[] Names =
    [
        ("eff_by_dt", OvlMetric.EffByDt),
        ("poisson_signif", OvlMetric.PoissonSignificance),
        ("use_percentage", OvlMetric.UsePercentage),
        ("eff/dt", OvlMetric.EffByDt),
        ("eff_fap", OvlMetric.EffByDt),
        ("vsig", OvlMetric.PoissonSignificance),
        ("useP", OvlMetric.UsePercentage),
    ];

    /// <summary>The metric of a name.</summary>
    public static bool TryParse(string text, out OvlMetric metric)
    {
        var place = Array.FindIndex(Names, n => n.Name.AsSpan().Equals(text.AsSpan().Trim(), StringComparison.OrdinalIgnoreCase));
        metric = place < 0 ? default : Names[place].Metric;
        return place >= 0;
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
