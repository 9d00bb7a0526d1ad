using System.Globalization;
using MathNet.Numerics.Distributions;

namespace Idq.Data.Tests.Mock;

/// <summary>Survival functions of the distributions by their names in <c>scipy.stats</c>, from another library than the draws.</summary>
static class Probability
{
    public static Distribution Parse(string text) =>
        Distribution.TryParse(text, out var distribution, out var problem) ? distribution! : throw new FormatException(problem);

    /// <summary>The probability of a value above <paramref name="x"/>.</summary>
    public static double Survival(string text, double x)
    {
        var words = text.Split(' ');
        var p = words[1..].Select(w => double.Parse(w, CultureInfo.InvariantCulture)).ToArray();
        var shapes = words[0] switch
        {
            "loguniform" or "beta" or "truncnorm" => 2,
            "uniform" or "norm" or "expon" or "halfnorm" => 0,
            _ => 1,
        };
        var z = (x - p.ElementAtOrDefault(shapes)) / (p.Length > shapes + 1 ? p[shapes + 1] : 1);
        return words[0] switch
        {
            "uniform" => 1 - ContinuousUniform.CDF(0, 1, z),
            "loguniform" => z <= 0 ? 1 : 1 - ContinuousUniform.CDF(Math.Log(p[0]), Math.Log(p[1]), Math.Log(z)),
            "norm" => Above(z),
            "lognorm" => z <= 0 ? 1 : Above(Math.Log(z) / p[0]),
            "expon" => 1 - Exponential.CDF(1, Math.Max(0, z)),
            "pareto" => z <= 1 ? 1 : 1 - Pareto.CDF(1, p[0], z),
            "powerlaw" => 1 - Beta.CDF(p[0], 1, Math.Clamp(z, 0, 1)),
            "gamma" => z <= 0 ? 1 : 1 - Gamma.CDF(p[0], 1, z),
            "chi2" => z <= 0 ? 1 : 1 - ChiSquared.CDF(p[0], z),
            "beta" => 1 - Beta.CDF(p[0], p[1], Math.Clamp(z, 0, 1)),
            "triang" => 1 - Triangular.CDF(0, 1, p[0], z),
            "truncnorm" => (Above(Math.Clamp(z, p[0], p[1])) - Above(p[1])) / (Above(p[0]) - Above(p[1])),
            "halfnorm" => z <= 0 ? 1 : 2 * Above(z),
            "weibull_min" => z <= 0 ? 1 : 1 - Weibull.CDF(p[0], 1, z),
            _ => throw new ArgumentException(text, nameof(text)),
        };
    }

    /// <summary>
    /// The probability that a witness sees an event with a value above a threshold:
    /// efficiency · ∫ S(threshold · exp(−jitter·z)) φ(z) dz, where S is the survival function of the column, by the trapezium
    /// rule over ±9 deviations.
    /// </summary>
    public static double Efficiency(double efficiency, string column, double jitter, double threshold)
    {
        var z = Enumerable.Range(0, 3601).Select(i => -9 + i / 200.0).ToArray();
        var weights = z.Select(x => Math.Exp(-0.5 * x * x)).ToArray();
        return efficiency * z.Zip(weights, (x, w) => w * Survival(column, threshold * Math.Exp(-jitter * x))).Sum() / weights.Sum();
    }

    static double Above(double z) => Normal.CDF(0, 1, -z);
}
