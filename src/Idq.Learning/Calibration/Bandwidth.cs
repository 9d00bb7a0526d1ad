using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Idq.Learning;

/// <summary>The kernel bandwidth that predicts every sample best from all the others.</summary>
/// <remarks>
/// Maximises the leave-one-out log likelihood of a Gaussian kernel (without reflection, as the reference does) by bisection of
/// d log L/d log b = Σ_i w_i Σ_{j≠i} w_j e_ij (z_ij − 1) / Σ_{j≠i} w_j e_ij, z = (x_i − x_j)²/b², e = exp(−z/2), in log b, until the bracket is
/// narrower than 1e-6; the answer is its middle (idq-reference 6.2). Each inner sum is rescaled by its nearest neighbour, so that no
/// bandwidth is too small for it. Cost: neighbours within 9 b are summed where they are few; where they are many, by <see cref="KernelProxies"/>;
/// so a step costs O(N), whatever the bandwidth is.
/// </remarks>
public static class Bandwidth
{
    /// <summary>The default of the reference, for when the samples say nothing.</summary>
    public const double Default = 0.1;

    const double Tolerance = 1e-6;

    /// <summary>The optimal bandwidth in [<paramref name="min"/>, <paramref name="max"/>]; fewer than two samples give <see cref="Default"/> within the limits.</summary>
    /// <remarks>Samples that all coincide give <paramref name="min"/>. A weight counts a sample that often on both sides, never against itself.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The limits are not positive, finite and in order.</exception>
    public static double LeaveOneOut(RankSamples samples, double min = 1e-4, double max = 1)
    {
        if (!(min > 0 && max >= min && double.IsFinite(max)))
            throw new ArgumentOutOfRangeException(nameof(min), min, $"bandwidth limits are positive, finite and in order, not [{min}, {max}]");
        if (samples.Count < 2) return Math.Clamp(Default, min, max);
        var (ranks, weights) = samples.Sorted();
        if (Gradient(ranks, weights, min) <= 0) return min;
        if (Gradient(ranks, weights, max) >= 0) return max;
        var (low, high) = (Math.Log(min), Math.Log(max));
        while (high - low > Tolerance)
        {
            var middle = 0.5 * (low + high);
            if (Gradient(ranks, weights, Math.Exp(middle)) > 0) low = middle;
            else high = middle;
        }
        return Math.Exp(0.5 * (low + high));
    }

    /// <summary>d log L/d log b of samples in ascending rank.</summary>
    internal static double Gradient(ReadOnlySpan<double> ranks, ReadOnlySpan<double> weights, double bandwidth)
    {
        var proxies = KernelProxies.PayOff(ranks.Length, bandwidth) ? KernelProxies.Of(ranks, weights, bandwidth) : null;
        var precision = 1 / (bandwidth * bandwidth);
        var reach = ReflectedKernel.Reach * bandwidth;
        double gradient = 0;
        int from = 0, to = 0;
        for (var i = 0; i < ranks.Length; i++)
        {
            var x = ranks[i];
            while (ranks[from] < x - reach) from++;
            while (to < ranks.Length && ranks[to] <= x + reach) to++;
            if (proxies?.Near(x, reach) is { } near && near.End.Value - near.Start.Value < to - from)
            {
                var sums = Sums(proxies.Positions.AsSpan(near), proxies.Weights.AsSpan(near), x, precision, 0);
                var others = sums.Kernel - weights[i];
                // Where next to nothing is left, the subtraction has lost its digits.
                if (others > 0.01 * weights[i])
                {
                    gradient += weights[i] * (sums.Moment / others - 1);
                    continue;
                }
            }
            gradient += weights[i] * (MeanSquareDistance(ranks, weights, i, precision) - 1);
        }
        return gradient;
    }

    /// <summary>Σ_{j≠i} w e z / Σ_{j≠i} w e by summing over every neighbour that matters beside the nearest.</summary>
    static double MeanSquareDistance(ReadOnlySpan<double> ranks, ReadOnlySpan<double> weights, int i, double precision)
    {
        var x = ranks[i];
        var nearest = Math.Min(
            i > 0 ? x - ranks[i - 1] : double.PositiveInfinity,
            i + 1 < ranks.Length ? ranks[i + 1] - x : double.PositiveInfinity);
        var offset = nearest * nearest * precision;
        var reach = Math.Sqrt((offset + ReflectedKernel.Reach * ReflectedKernel.Reach) / precision);
        var (from, to) = (LowerBound(ranks[..i], x - reach), i + 1 + LowerBound(ranks[(i + 1)..], Math.BitIncrement(x + reach)));
        var left = Sums(ranks[from..i], weights[from..i], x, precision, offset);
        var right = Sums(ranks[(i + 1)..to], weights[(i + 1)..to], x, precision, offset);
        return (left.Moment + right.Moment) / (left.Kernel + right.Kernel);
    }

    /// <summary>Σ w e and Σ w e z with e = exp(−(z − offset)/2).</summary>
    static (double Kernel, double Moment) Sums(
        ReadOnlySpan<double> positions, ReadOnlySpan<double> weights, double x, double precision, double offset)
    {
        var (kernels, moments) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var p = MemoryMarshal.Cast<double, Vector256<double>>(positions);
        var w = MemoryMarshal.Cast<double, Vector256<double>>(weights);
        for (var i = 0; i < p.Length; i++)
        {
            var distance = p[i] - Vector256.Create(x);
            var z = distance * distance * precision;
            var e = w[i] * Vector256.Exp((Vector256.Create(offset) - z) * 0.5);
            kernels += e;
            moments += e * z;
        }
        var (kernel, moment) = (Vector256.Sum(kernels), Vector256.Sum(moments));
        for (var i = p.Length * Vector256<double>.Count; i < positions.Length; i++)
        {
            var distance = positions[i] - x;
            var z = distance * distance * precision;
            var e = weights[i] * Math.Exp((offset - z) * 0.5);
            kernel += e;
            moment += e * z;
        }
        return (kernel, moment);
    }

    /// <summary>Index of the first element that is not less than the value.</summary>
    static int LowerBound(ReadOnlySpan<double> ascending, double value)
    {
        var (low, high) = (0, ascending.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (ascending[middle] < value) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
