namespace Idq.Learning.Tests.Calibration;

/// <summary>The distribution of log p for p ~ Beta(α, β), tabulated on a regular grid of the log odds u = log p/(1−p).</summary>
/// <remarks>
/// In the log odds the density is proportional to exp(α log σ(u) + β log σ(−u)): smooth, log-concave, with exponential tails, so that sums
/// on a regular grid integrate it almost to rounding, without special functions and without random draws. The cumulative sums carry the
/// Euler-Maclaurin correction −h²f′/12; between grid points the cdf is the cubic of its values and densities. Error below 1e-6.
/// </remarks>
sealed class LogBetaDistribution
{
    // exp(−32) of the peak is left out on either side.
    const double Depth = 32;
    const double StepsPerDeviation = 8;

    readonly double first;
    readonly double step;
    readonly double[] density;
    readonly double[] cumulative;
    readonly double[] logProbability;

    LogBetaDistribution(double first, double step, double[] density, double[] cumulative, double[] logProbability) =>
        (this.first, this.step, this.density, this.cumulative, this.logProbability) = (first, step, density, cumulative, logProbability);

    /// <summary>log p at the grid points, ascending.</summary>
    public ReadOnlySpan<double> LogProbability => logProbability;

    /// <summary>Parallel: probability mass of each grid point; sums to 1.</summary>
    public double Mass(int point) => density[point] * step;

    public static LogBetaDistribution Of(BetaPosterior beta)
    {
        var (a, b) = (beta.Alpha, beta.Beta);
        var mode = Math.Log(a / b);
        var peak = Height(a, b, mode);
        var step = Math.Min(0.25, Math.Sqrt(1 / a + 1 / b) / StepsPerDeviation);
        int below = 1, above = 1;
        while (Height(a, b, mode - below * step) > peak - Depth) below++;
        while (Height(a, b, mode + above * step) > peak - Depth) above++;
        var count = below + above + 1;
        var (density, cumulative, logProbability) = (new double[count], new double[count], new double[count]);
        double sum = 0;
        for (var i = 0; i < count; i++)
        {
            var u = mode + (i - below) * step;
            density[i] = Math.Exp(Height(a, b, u) - peak);
            logProbability[i] = LogSigma(u);
            sum += density[i];
        }
        var norm = 1 / (sum * step);
        double running = 0;
        for (var i = 0; i < count; i++)
        {
            density[i] *= norm;
            running += density[i] * step;
            var p = Math.Exp(logProbability[i]);
            var slope = density[i] * (a * (1 - p) - b * p);
            cumulative[i] = Math.Clamp(running - 0.5 * density[i] * step - step * step / 12 * slope, 0, 1);
        }
        return new(mode - below * step, step, density, cumulative, logProbability);
    }

    /// <summary>P(log p ≤ value).</summary>
    public double Cdf(double value)
    {
        if (value >= 0) return 1;
        var position = (value - Math.Log(-NearZero.Expm1(value)) - first) / step;
        if (position <= 0) return 0;
        var i = (int)position;
        return i >= density.Length - 1 ? 1 : Cubic(i, position - i);
    }

    /// <summary>The value of log p with P(log p ≤ value) = q, 0 &lt; q &lt; 1.</summary>
    public double Quantile(double q)
    {
        var i = Array.BinarySearch(cumulative, q);
        if (i >= 0) return logProbability[i];
        i = Math.Clamp(~i - 1, 0, density.Length - 2);
        double low = 0, high = 1;
        for (var n = 0; n < 40; n++)
        {
            var middle = 0.5 * (low + high);
            if (Cubic(i, middle) < q) low = middle;
            else high = middle;
        }
        return LogSigma(first + (i + 0.5 * (low + high)) * step);
    }

    double Cubic(int i, double t)
    {
        var (left, right) = (density[i] * step, density[i + 1] * step);
        var rise = cumulative[i + 1] - cumulative[i];
        return cumulative[i] + t * (left + t * (3 * rise - 2 * left - right + t * (left + right - 2 * rise)));
    }

    static double Height(double a, double b, double u) => a * LogSigma(u) + b * LogSigma(-u);

    static double LogSigma(double u) => u < 0 ? u - Log1p(Math.Exp(u)) : -Log1p(Math.Exp(-u));

    static double Log1p(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }
}
