using System.Runtime.Intrinsics;

namespace Idq.Data;

/// <summary>A distribution drawn by its quantile function: one uniform number a value, four values at a time.</summary>
/// <remarks>Every block is drawn whole, so that a value does not depend on how many follow it.</remarks>
abstract class QuantileDistribution(double location, double scale) : Distribution(location, scale)
{
    /// <summary>The standard values whose cumulative probability is <paramref name="u"/>, each in (0, 1).</summary>
    private protected abstract Vector256<double> Quantile(Vector256<double> u);

    private protected sealed override void FillStandard(ref CounterRandom random, Span<double> values)
    {
        while (values.Length >= Vector256<double>.Count)
        {
            Quantile(OpenUniform.NextFour(ref random)).CopyTo(values);
            values = values[Vector256<double>.Count..];
        }
        if (values.Length == 0) return;
        var last = Quantile(OpenUniform.NextFour(ref random));
        for (var i = 0; i < values.Length; i++) values[i] = last[i];
    }

    private protected static Vector256<double> EachLane(Vector256<double> u, Func<double, double> function) =>
        Vector256.Create(function(u[0]), function(u[1]), function(u[2]), function(u[3]));
}
