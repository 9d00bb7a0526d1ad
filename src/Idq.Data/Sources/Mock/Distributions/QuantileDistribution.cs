using System.Runtime.Intrinsics;

namespace Idq.Data;

/// <summary>A distribution drawn by its quantile function: one uniform number a value, four values at a time.</summary>
/// <remarks>
/// The quantile gives the standard values below which four probabilities in (0, 1) lie. Every block is drawn whole, so that a value does
/// not depend on how many follow it.
/// </remarks>
sealed class QuantileDistribution(double location, double scale, Func<Vector256<double>, Vector256<double>> quantile)
    : Distribution(location, scale)
{
    private protected override void FillStandard(ref CounterRandom random, Span<double> values)
    {
        for (; values.Length >= Vector256<double>.Count; values = values[Vector256<double>.Count..])
            quantile(OpenUniform.NextFour(ref random)).CopyTo(values);
        if (values.Length == 0) return;
        var last = quantile(OpenUniform.NextFour(ref random));
        for (var i = 0; i < values.Length; i++) values[i] = last[i];
    }
}
