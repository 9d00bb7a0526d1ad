namespace Idq.Learning;

/// <summary>What a configuration must exceed to stay on the list.</summary>
/// <param name="EffByDt">Efficiency over deadtime must be larger. <value>The default value is 3.</value></param>
/// <param name="PoissonProbability">
/// The probability that chance does as well must be smaller, in (0, 1]. <value>The default value is 10⁻⁵.</value>
/// </param>
/// <param name="UsePercentage">
/// Glitches vetoed per auxiliary trigger must be at least this. <value>The default value is 0: not asked.</value>
/// </param>
public sealed record OvlMinima(double EffByDt = 3, double PoissonProbability = 1e-5, double UsePercentage = 0)
{
    /// <summary>What the Poisson significance must exceed: −ln of the probability.</summary>
    public double PoissonSignificance { get; } = -Math.Log(PoissonProbability);

    internal bool Pass(in OvlCounts counts) =>
        counts.EffByDt > EffByDt && counts.UsePercentage >= UsePercentage && counts.PoissonSignificance > PoissonSignificance;

    // Both figures fall as deadtime grows. Without any deadtime nothing is decided, because efficiency over deadtime is not defined yet.
    internal bool MayPassWithMoreDeadtime(in OvlCounts counts) =>
        counts.Deadtime == 0 || (counts.EffByDt > EffByDt && counts.PoissonSignificance > PoissonSignificance);
}
