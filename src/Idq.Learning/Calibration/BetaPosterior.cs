using MathNet.Numerics;

namespace Idq.Learning;

/// <summary>What is known about a probability, or about a density that is a probability divided by a width: Beta(α, β) times a constant.</summary>
/// <param name="Alpha">Positive; the evidence for.</param>
/// <param name="Beta">Positive; the evidence against.</param>
/// <param name="LogScale">Natural logarithm of the constant: a shift of every logarithm, of no effect on their variance.</param>
public readonly record struct BetaPosterior(double Alpha, double Beta, double LogScale = 0)
{
    /// <summary>The Beta of a given mean probability with α = <paramref name="alpha"/>.</summary>
    internal static BetaPosterior OfMean(double probability, double alpha, double logScale = 0) =>
        new(alpha, Math.Max(SmallestShape, alpha * (1 - probability) / probability), logScale);

    /// <summary>No side is ever known better than half of Jeffreys' half count allows.</summary>
    internal const double SmallestShape = 0.25;

    /// <summary>Natural logarithm of the mean.</summary>
    public double LogMean => Math.Log(Alpha / (Alpha + Beta)) + LogScale;

    /// <summary>Mean of the natural logarithm.</summary>
    public double MeanLog => SpecialFunctions.DiGamma(Alpha) - SpecialFunctions.DiGamma(Alpha + Beta) + LogScale;

    /// <summary>Variance of the natural logarithm.</summary>
    public double VarianceLog => TriGamma(Alpha) - TriGamma(Alpha + Beta);

    /// <summary>Quantile of the natural logarithm; −∞ at 0 and the logarithm of the constant at 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">q outside [0, 1] or NaN.</exception>
    public double LogQuantile(double q)
    {
        Quantile.ThrowIfOutside(q);
        return q == 0 ? double.NegativeInfinity : q == 1 ? LogScale : LogBetaDistribution.Of(this).Quantile(q) + LogScale;
    }

    /// <summary>ψ′ by recurrence to 10 and the asymptotic series (Abramowitz and Stegun 6.4.12), to about 1e-14.</summary>
    static double TriGamma(double x)
    {
        double sum = 0;
        for (; x < 10; x++) sum += 1 / (x * x);
        var y = 1 / (x * x);
        return sum + 1 / x + y / 2 + y / x * (1.0 / 6 - y * (1.0 / 30 - y * (1.0 / 42 - y * (1.0 / 30 - y * (5.0 / 66)))));
    }
}
