using MathNet.Numerics;

namespace Idq.Learning.Tests.Calibration;

public class BetaPosteriorTests
{
    static readonly double[] Probabilities = [1e-4, 0.01, 0.05, 0.5, 0.8, 0.99, 0.9999];

    [Theory]
    [InlineData(0.5, 0.5)]
    [InlineData(0.25, 40)]
    [InlineData(0.5, 5000)]
    [InlineData(1, 1)]
    [InlineData(3, 0.25)]
    [InlineData(7.5, 92)]
    [InlineData(5000, 1e6)]
    public void Quantiles_agree_with_the_incomplete_beta_function(double alpha, double beta)
    {
        var posterior = new BetaPosterior(alpha, beta);
        foreach (var q in Probabilities)
        {
            // Near p = 1 the logarithm of p has lost the digits of 1 − p.
            if (posterior.LogQuantile(q) > -1e-12) continue;
            Assert.Equal(q, SpecialFunctions.BetaRegularized(alpha, beta, Math.Exp(posterior.LogQuantile(q))), 1e-6);
        }
    }

    [Theory]
    [InlineData(0.5, 0.5)]
    [InlineData(0.3, 20)]
    [InlineData(12, 3)]
    [InlineData(400, 1e4)]
    public void Mean_and_variance_of_the_logarithm_agree_with_the_quantiles(double alpha, double beta)
    {
        var posterior = new BetaPosterior(alpha, beta);
        const int Strata = 4_000;
        var logs = Enumerable.Range(0, Strata).Select(i => posterior.LogQuantile((i + 0.5) / Strata)).ToArray();
        var mean = logs.Average();
        Assert.Equal(posterior.MeanLog(), mean, 2e-3 * Math.Max(1, Math.Abs(mean)));
        var variance = logs.Average(l => (l - mean) * (l - mean));
        Assert.Equal(posterior.VarianceLog, variance, 2e-2 * posterior.VarianceLog);
    }

    [Theory]
    [InlineData(0.25, 1e7)]
    [InlineData(1e7, 0.25)]
    [InlineData(1e7, 1e7)]
    public void Extreme_evidence_gives_finite_rising_quantiles(double alpha, double beta)
    {
        var quantiles = Probabilities.Select(q => new BetaPosterior(alpha, beta).LogQuantile(q)).ToArray();
        for (var i = 0; i < quantiles.Length; i++)
        {
            Assert.True(double.IsFinite(quantiles[i]));
            if (i > 0) Assert.True(quantiles[i] >= quantiles[i - 1]);
        }
    }
}
