namespace Idq.Learning;

/// <summary>What is known about a probability, or about a density up to the width by which a probability is divided: Beta(α, β).</summary>
/// <param name="Alpha">Positive; the evidence for.</param>
/// <param name="Beta">Positive; the evidence against.</param>
public readonly record struct BetaPosterior(double Alpha, double Beta)
{
    /// <summary>The Beta of a given mean probability with α = <paramref name="alpha"/>.</summary>
    internal static BetaPosterior OfMean(double probability, double alpha) =>
        new(alpha, Math.Max(SmallestShape, alpha * (1 - probability) / probability));

    /// <summary>No side is ever known better than half of Jeffreys' half count allows.</summary>
    internal const double SmallestShape = 0.25;

    /// <summary>Variance of the natural logarithm, which a constant factor does not change.</summary>
    public double VarianceLog => TriGamma(Alpha) - TriGamma(Alpha + Beta);

    /// <summary>ψ′ by recurrence to 10 and the asymptotic series (Abramowitz and Stegun 6.4.12), to about 1e-14.</summary>
    static double TriGamma(double x)
    {
        double sum = 0;
        for (; x < 10; x++) sum += 1 / (x * x);
        var y = 1 / (x * x);
        return sum + 1 / x + y / 2 + y / x * (1.0 / 6 - y * (1.0 / 30 - y * (1.0 / 42 - y * (1.0 / 30 - y * (5.0 / 66)))));
    }
}
