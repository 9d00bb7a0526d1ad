using MathNet.Numerics;

namespace Idq.Learning;

/// <summary>erf(x) from a table of Taylor expansions: several times as fast as evaluating it, and as exact.</summary>
/// <remarks>
/// Expansions of degree 7 about multiples of 1/64; the remainder at a distance of 1/128 is below 1e-18. Derivatives follow from
/// f′ = 2/√π exp(−x²) and f⁽ⁿ⁺¹⁾ = −2x f⁽ⁿ⁾ − 2(n−1) f⁽ⁿ⁻¹⁾. Beyond 6, erf is ±1 to the last bit.
/// </remarks>
static class ErrorFunction
{
    const int Terms = 8;
    const int PerUnit = 64;
    const int End = 6;

    static readonly double[] Coefficients = Expand();

    public static double Of(double x)
    {
        var magnitude = Math.Abs(x);
        if (!(magnitude < End)) return Math.Sign(x);
        var node = (int)(magnitude * PerUnit + 0.5);
        var distance = magnitude - (double)node / PerUnit;
        var c = Coefficients.AsSpan(node * Terms, Terms);
        var sum = c[7];
        for (var n = Terms - 2; n >= 0; n--) sum = sum * distance + c[n];
        return x < 0 ? -sum : sum;
    }

    static double[] Expand()
    {
        var table = new double[(End * PerUnit + 1) * Terms];
        for (var node = 0; node <= End * PerUnit; node++)
        {
            var x = (double)node / PerUnit;
            var (before, derivative, factorial) = (0.0, 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x), 1.0);
            table[node * Terms] = SpecialFunctions.Erf(x);
            for (var n = 1; n < Terms; n++)
            {
                factorial *= n;
                table[node * Terms + n] = derivative / factorial;
                (before, derivative) = (derivative, -2 * x * derivative - 2 * (n - 1) * before);
            }
        }
        return table;
    }
}
