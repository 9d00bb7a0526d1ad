namespace Idq.Learning.Tests.Calibration;

/// <summary>
/// The distribution of log g − log c for two independent Beta posteriors, by quadrature: the same every time, on every run.
/// </summary>
static class LogBetaRatio
{
    /// <summary>Quantile of log g − log c; −∞ at 0 and +∞ at 1. Error below 1e-5 standard deviations.</summary>
    public static double Quantile(BetaPosterior g, BetaPosterior c, double q)
    {
        if (q == 0) return double.NegativeInfinity;
        if (q == 1) return double.PositiveInfinity;
        var (upper, lower) = (LogBetaDistribution.Of(g), LogBetaDistribution.Of(c));
        var deviation = Math.Sqrt(g.VarianceLog + c.VarianceLog);
        var low = g.MeanLog() - c.MeanLog();
        var high = low;
        while (Cdf(upper, lower, low) > q) low -= deviation;
        while (Cdf(upper, lower, high) < q) high += deviation;
        for (var n = 0; n < 20; n++)
        {
            var middle = 0.5 * (low + high);
            if (Cdf(upper, lower, middle) < q) low = middle;
            else high = middle;
        }
        return 0.5 * (low + high);
    }

    /// <summary>P(log g − log c ≤ t) without the constants of the two.</summary>
    static double Cdf(LogBetaDistribution g, LogBetaDistribution c, double t)
    {
        double sum = 0;
        var values = c.LogProbability;
        for (var i = 0; i < values.Length; i++) sum += c.Mass(i) * g.Cdf(values[i] + t);
        return sum;
    }
}
