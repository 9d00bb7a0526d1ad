namespace Idq.Data;

/// <summary>A distribution drawn value by value, each with as many random numbers as it takes.</summary>
sealed class RejectionDistribution(RejectionDistribution.Draw draw, double location, double scale) : Distribution(location, scale)
{
    public delegate double Draw(ref CounterRandom random);

    /// <summary>Density proportional to x^(a−1)·(1−x)^(b−1) on [0, 1]: the share of one gamma number in the sum of two.</summary>
    public static double Beta(ref CounterRandom random, double a, double b)
    {
        var x = Gamma(ref random, a);
        return x / (x + Gamma(ref random, b));
    }

    /// <summary>Density x^(a−1)·exp(−x)/Γ(a) above 0. With scale 2 and a = k/2 it is χ² of k degrees of freedom.</summary>
    /// <remarks>Drawn by the rejection of Marsaglia and Tsang (2000), ACM Trans. Math. Softw. 26, 363.</remarks>
    public static double Gamma(ref CounterRandom random, double a)
    {
        if (a < 1) return Gamma(ref random, a + 1) * Math.Pow(OpenUniform.Next(ref random), 1 / a);
        var d = a - 1.0 / 3;
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

    private protected override void FillStandard(ref CounterRandom random, Span<double> values)
    {
        foreach (ref var value in values) value = draw(ref random);
    }
}
