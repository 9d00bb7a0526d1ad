namespace Idq.Learning;

/// <summary>The axis on which kernel densities of ranks are estimated: log odds, which resolve both ends.</summary>
/// <remarks>
/// A rank r has the place ½ + ln(r/(1 − r))/24 in [0, 1]. Ranks nearer than 6·10⁻⁶ to 0 or 1, and these themselves, share the first and
/// the last place.
/// </remarks>
static class RankAxis
{
    /// <summary>Length of the axis in log odds.</summary>
    public const double Length = 24;

    public static double Place(double rank) => Math.Clamp(0.5 + Math.Log(rank / (1 - rank)) / Length, 0, 1);

    public static RankSamples Places(RankSamples samples) => new(Array.ConvertAll(samples.Ranks, Place), samples.Weights);
}
