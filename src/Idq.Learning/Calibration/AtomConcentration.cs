using MathNet.Numerics;

namespace Idq.Learning;

/// <summary>The concentration of the symmetric Dirichlet prior that makes counts on atoms most probable.</summary>
/// <remarks>
/// Zero of the derivative of the Dirichlet-multinomial likelihood, Σ_r [ψ(n_r + A/K) − ψ(A/K)]/K = ψ(n + A) − ψ(A) (T. Minka, Estimating a
/// Dirichlet distribution, 2000), by bisection in log A over [1, K/2].
/// </remarks>
static class AtomConcentration
{
    const int Steps = 40;

    public static double Of(double[] counts, double total)
    {
        var largest = counts.Length / 2.0;
        if (largest <= 1 || total == 0) return 1;
        if (Slope(counts, total, 1) <= 0) return 1;
        if (Slope(counts, total, largest) >= 0) return largest;
        var (low, high) = (0.0, Math.Log(largest));
        for (var n = 0; n < Steps; n++)
        {
            var middle = 0.5 * (low + high);
            if (Slope(counts, total, Math.Exp(middle)) > 0) low = middle;
            else high = middle;
        }
        return Math.Exp(0.5 * (low + high));
    }

    static double Slope(double[] counts, double total, double concentration)
    {
        var share = concentration / counts.Length;
        var atShare = SpecialFunctions.DiGamma(share);
        double sum = 0;
        foreach (var count in counts)
            if (count > 0) sum += SpecialFunctions.DiGamma(count + share) - atShare;
        return sum / counts.Length - SpecialFunctions.DiGamma(total + concentration) + SpecialFunctions.DiGamma(concentration);
    }
}
