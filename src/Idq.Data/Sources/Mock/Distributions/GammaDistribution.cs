namespace Idq.Data;

/// <summary>Density x^(a−1)·exp(−x)/Γ(a) above 0. With scale 2 and a = k/2 it is χ² of k degrees of freedom.</summary>
/// <remarks>Drawn by the rejection of Marsaglia and Tsang (2000), ACM Trans. Math. Softw. 26, 363.</remarks>
sealed class GammaDistribution(double a, double location, double scale) : Distribution(location, scale)
{
    private protected override void FillStandard(ref CounterRandom random, Span<double> values)
    {
        foreach (ref var value in values) value = Next(ref random, a);
    }

    internal static double Next(ref CounterRandom random, double shape)
    {
        if (shape < 1) return Next(ref random, shape + 1) * Math.Pow(OpenUniform.Next(ref random), 1 / shape);
        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = StandardNormal.Quantile(OpenUniform.Next(ref random));
            var v = 1 + c * x;
            var u = OpenUniform.Next(ref random);
            if (v <= 0) continue;
            v *= v * v;
            if (Math.Log(u) < 0.5 * x * x + d - d * v + d * Math.Log(v)) return d * v;
        }
    }
}

/// <summary>Density proportional to x^(a−1)·(1−x)^(b−1) on [0, 1]: the share of one gamma number in the sum of two.</summary>
sealed class BetaDistribution(double a, double b, double location, double scale) : Distribution(location, scale)
{
    private protected override void FillStandard(ref CounterRandom random, Span<double> values)
    {
        foreach (ref var value in values)
        {
            var x = GammaDistribution.Next(ref random, a);
            value = x / (x + GammaDistribution.Next(ref random, b));
        }
    }
}
