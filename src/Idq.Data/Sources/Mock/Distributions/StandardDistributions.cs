using System.Runtime.Intrinsics;

namespace Idq.Data;

sealed class UniformDistribution(double location, double scale) : QuantileDistribution(location, scale)
{
    private protected override Vector256<double> Quantile(Vector256<double> u) => u;

    private protected override double StandardSurvival(double z) => 1 - Math.Clamp(z, 0, 1);
}

/// <summary>Log-uniform between two positive numbers (<c>scipy.stats.loguniform</c>, formerly <c>reciprocal</c>).</summary>
sealed class LogUniformDistribution(double a, double b, double location, double scale) : QuantileDistribution(location, scale)
{
    readonly double logA = Math.Log(a), logRatio = Math.Log(b / a);

    private protected override Vector256<double> Quantile(Vector256<double> u) =>
        Vector256.Min(Vector256.Exp(Vector256.Create(logA) + u * logRatio), Vector256.Create(b));

    private protected override double StandardSurvival(double z) => z <= a ? 1 : z >= b ? 0 : 1 - Math.Log(z / a) / logRatio;
}

sealed class ExponentialDistribution(double location, double scale) : QuantileDistribution(location, scale)
{
    private protected override Vector256<double> Quantile(Vector256<double> u) => -Vector256.Log(u);

    private protected override double StandardSurvival(double z) => z <= 0 ? 1 : Math.Exp(-z);
}

/// <summary>Density b·x^(−b−1) above 1.</summary>
sealed class ParetoDistribution(double b, double location, double scale) : QuantileDistribution(location, scale)
{
    private protected override Vector256<double> Quantile(Vector256<double> u) => Vector256.Exp(Vector256.Log(u) * (-1 / b));

    private protected override double StandardSurvival(double z) => z <= 1 ? 1 : Math.Pow(z, -b);
}

/// <summary>Density a·x^(a−1) on [0, 1].</summary>
sealed class PowerLawDistribution(double a, double location, double scale) : QuantileDistribution(location, scale)
{
    private protected override Vector256<double> Quantile(Vector256<double> u) => Vector256.Exp(Vector256.Log(u) * (1 / a));

    private protected override double StandardSurvival(double z) => z <= 0 ? 1 : z >= 1 ? 0 : 1 - Math.Pow(z, a);
}

/// <summary>Density c·x^(c−1)·exp(−x^c) above 0.</summary>
sealed class WeibullDistribution(double c, double location, double scale) : QuantileDistribution(location, scale)
{
    private protected override Vector256<double> Quantile(Vector256<double> u) => Vector256.Exp(Vector256.Log(-Vector256.Log(u)) * (1 / c));

    private protected override double StandardSurvival(double z) => z <= 0 ? 1 : Math.Exp(-Math.Pow(z, c));
}

/// <summary>A triangle on [0, 1] with its peak at c.</summary>
sealed class TriangleDistribution(double c, double location, double scale) : QuantileDistribution(location, scale)
{
    private protected override Vector256<double> Quantile(Vector256<double> u) => Vector256.ConditionalSelect(
        Vector256.LessThan(u, Vector256.Create(c)),
        Vector256.Sqrt(u * c),
        Vector256<double>.One - Vector256.Sqrt((Vector256<double>.One - u) * (1 - c)));

    private protected override double StandardSurvival(double z) =>
        z <= 0 ? 1 : z >= 1 ? 0 : z < c ? 1 - z * z / c : (1 - z) * (1 - z) / (1 - c);
}

sealed class NormalDistribution(double location, double scale) : QuantileDistribution(location, scale)
{
    private protected override Vector256<double> Quantile(Vector256<double> u) => EachLane(u, StandardNormal.Quantile);

    private protected override double StandardSurvival(double z) => StandardNormal.Survival(z);
}

/// <summary>The exponential of a normal number of deviation s.</summary>
sealed class LogNormalDistribution(double s, double location, double scale) : QuantileDistribution(location, scale)
{
    private protected override Vector256<double> Quantile(Vector256<double> u) => Vector256.Exp(EachLane(u, StandardNormal.Quantile) * s);

    private protected override double StandardSurvival(double z) => z <= 0 ? 1 : StandardNormal.Survival(Math.Log(z) / s);
}

/// <summary>The magnitude of a normal number.</summary>
sealed class HalfNormalDistribution(double location, double scale) : QuantileDistribution(location, scale)
{
    private protected override Vector256<double> Quantile(Vector256<double> u) => -EachLane(u * 0.5, StandardNormal.Quantile);

    private protected override double StandardSurvival(double z) => z <= 0 ? 1 : 2 * StandardNormal.Survival(z);
}

/// <summary>A normal number inside [a, b]; the ends are in units of the deviation.</summary>
sealed class TruncatedNormalDistribution : QuantileDistribution
{
    readonly double a, b, mirror, lower, width;

    public TruncatedNormalDistribution(double a, double b, double location, double scale) : base(location, scale)
    {
        (this.a, this.b) = (a, b);
        // An upper tail is drawn as its mirror image, because probabilities near 0 keep more digits than those near 1.
        mirror = a > 0 ? -1 : 1;
        var (from, to) = a > 0 ? (-b, -a) : (a, b);
        lower = StandardNormal.Survival(-from);
        width = StandardNormal.Survival(-to) - lower;
    }

    private protected override Vector256<double> Quantile(Vector256<double> u) => Vector256.Max(Vector256.Create(a), Vector256.Min(
        Vector256.Create(b), EachLane(Vector256.Create(lower) + u * width, StandardNormal.Quantile) * mirror));

    private protected override double StandardSurvival(double z)
    {
        if (z <= a) return 1;
        if (z >= b) return 0;
        return mirror < 0
            ? (StandardNormal.Survival(z) - lower) / width
            : (StandardNormal.Survival(z) - StandardNormal.Survival(b)) / width;
    }
}

/// <summary>Always the location.</summary>
sealed class ConstantDistribution(double value) : Distribution(value, 1)
{
    private protected override void FillStandard(ref CounterRandom random, Span<double> values) => values.Clear();

    private protected override double StandardSurvival(double z) => z < 0 ? 1 : 0;
}
