namespace Idq.Learning;

/// <summary>What one configuration does to the glitches and the livetime that remained when its turn came.</summary>
/// <param name="Livetime">Livetime that remained, in nanoseconds.</param>
/// <param name="Glitches">Glitches that remained.</param>
/// <param name="Deadtime">Nanoseconds of it that the configuration vetoes (dsec).</param>
/// <param name="Triggers">Triggers of the channel at or above the threshold inside it.</param>
/// <param name="Vetoed">Glitches that the configuration vetoes (vact).</param>
public readonly record struct OvlCounts(long Livetime, int Glitches, long Deadtime, int Triggers, int Vetoed)
{
    /// <summary>Glitches expected by chance: deadtime · glitches / livetime.</summary>
    public double Expected => Livetime == 0 ? 0 : (double)Deadtime * Glitches / Livetime;

    /// <summary>−ln P(N ≥ vetoed) of a Poisson variable with the expected mean.</summary>
    public double PoissonSignificance => Learning.PoissonSignificance.Of(Vetoed, Expected);

    /// <summary>Fraction of the remaining glitches vetoed.</summary>
    public double Efficiency => Glitches == 0 ? 0 : (double)Vetoed / Glitches;

    /// <summary>Efficiency over deadtime; 0 without deadtime.</summary>
    // The ratio of counts is computed first, so that equal ratios give equal doubles and are seen as ties.
    public double EffByDt => Deadtime == 0 || Glitches == 0 ? 0 : (double)Vetoed / Deadtime * ((double)Livetime / Glitches);

    /// <summary>Glitches vetoed per trigger; 0 without triggers.</summary>
    public double UsePercentage => Triggers == 0 ? 0 : (double)Vetoed / Triggers;

    /// <summary>One of the three metrics.</summary>
    public double Value(OvlMetric metric) => metric switch
    {
        OvlMetric.EffByDt => EffByDt,
        OvlMetric.PoissonSignificance => PoissonSignificance,
        _ => UsePercentage,
    };
}
