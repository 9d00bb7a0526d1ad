namespace Idq.Learning;

/// <summary>By what OVL orders its configurations, and what their ranks are made of.</summary>
public enum OvlMetric
{
    /// <summary>Efficiency over deadtime.</summary>
    EffByDt,

    /// <summary>Poisson significance: −ln P(as many glitches or more by chance).</summary>
    PoissonSignificance,

    /// <summary>Glitches vetoed per auxiliary trigger.</summary>
    UsePercentage,
}
