namespace Idq.Learning;

/// <summary>How unlikely a count is by chance.</summary>
/// <remarks>
/// −ln P(N ≥ n | μ) = −ln [γ(n, μ)/Γ(n)]. The tail is summed from its largest term; the term itself follows C. Loader, "Fast and Accurate
/// Computation of Binomial Probabilities" (2000), so that nothing cancels and nothing underflows, however large n and μ are.
/// </remarks>
public static class PoissonSignificance
{
    const double HalfLogTwoPi = 0.91893853320467274178;

    // ln n! − ½ ln 2πn − n ln n + n for n = 0 … 15 (0 at n = 0, which is not used).
    static readonly double[] SmallStirlingErrors = MakeStirlingErrors();

    /// <summary>
    /// −ln P(N ≥ <paramref name="count"/>) of a Poisson variable of mean <paramref name="expected"/>: 0 for a count of 0, +∞ for
    /// a positive count where nothing is expected.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative, or the mean is negative or NaN.</exception>
    public static double Of(int count, double expected)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (!(expected >= 0)) throw new ArgumentOutOfRangeException(nameof(expected), expected, "a mean is at least 0");
        if (count == 0) return 0;
        if (expected == 0) return double.PositiveInfinity;
        if (double.IsPositiveInfinity(expected)) return 0;
        return expected < count ? -(LogProbability(count, expected) + Math.Log(UpperSum(count, expected)))
            : -LogOneMinus(Math.Exp(LogProbability(count - 1, expected)) * LowerSum(count - 1, expected));
    }

    // Σ_{k≥0} P(n + k)/P(n) for n > μ: every term is smaller than the last.
    static double UpperSum(int n, double mu)
    {
        double sum = 1, term = 1;
        for (var k = 1; term > sum * 1e-17; k++) sum += term *= mu / (n + k);
        return sum;
    }

    // Σ_{k=0}^{n} P(n − k)/P(n) for n < μ.
    static double LowerSum(int n, double mu)
    {
        double sum = 1, term = 1;
        for (var k = 0; k < n && term > sum * 1e-17; k++) sum += term *= (n - k) / mu;
        return sum;
    }

    // ln(1 − q) without loss where q is small.
    static double LogOneMinus(double q)
    {
        if (q > 0.25) return Math.Log(1 - q);
        double sum = 0, power = q;
        for (var k = 1; power > sum * 1e-17; k++, power *= q) sum += power / k;
        return -sum;
    }

    // ln of e^−μ μⁿ / n!.
    static double LogProbability(int n, double mu) =>
        n == 0 ? -mu : -StirlingError(n) - Deviance(n, mu) - HalfLogTwoPi - 0.5 * Math.Log(n);

    static double StirlingError(int n)
    {
        if (n < SmallStirlingErrors.Length) return SmallStirlingErrors[n];
        var square = (double)n * n;
        return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square) / square) / square) / n;
    }

    // n ln(n/μ) + μ − n, by a series where the two are close and the parts would cancel.
    static double Deviance(double n, double mu)
    {
        if (Math.Abs(n - mu) >= 0.1 * (n + mu)) return n * Math.Log(n / mu) + mu - n;
        var v = (n - mu) / (n + mu);
        var sum = (n - mu) * v;
        var term = 2 * n * v;
        for (var k = 1; ; k++)
        {
            term *= v * v;
            var next = sum + term / (2 * k + 1);
            if (next == sum) return sum;
            sum = next;
        }
    }

    static double[] MakeStirlingErrors()
    {
        var errors = new double[16];
        var factorial = 1.0;
        for (var n = 1; n < errors.Length; n++)
        {
            factorial *= n;
            errors[n] = Math.Log(factorial / Math.Pow(n / Math.E, n)) - HalfLogTwoPi - 0.5 * Math.Log(n);
        }
        return errors;
    }
}
