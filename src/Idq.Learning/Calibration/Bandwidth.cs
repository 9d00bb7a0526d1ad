using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Idq.Learning;

/// <summary>The kernel bandwidth that predicts every sample best from all the others.</summary>
/// <remarks>
/// <para>Maximises the leave-one-out log likelihood of a Gaussian kernel by bisection of d log L/d log b = Σ_i w_i Σ_{j≠i} w_j e_ij (z_ij −
/// 1) / Σ_{j≠i} w_j e_ij, z = (x_i − x_j)²/b², e = exp(−z/2), in log b, until the bracket is narrower than 1e-6; the answer is its middle.
/// Each inner sum is rescaled by its nearest neighbour, so that no bandwidth is too small for it.</para>
/// <para>The reference leaves the reflections at 0 and 1 out, and takes the edge of ranks that pile up there for a fine structure, to be
/// resolved by a narrow kernel. With reflections, every x_j also acts from −x_j and 2 − x_j, as it does in the density
/// (the normalisation, which only matters for bandwidths near 1, is left out in both).</para>
/// <para>Cost: neighbours within 9 b are summed where they are few; where they are many, by <see cref="KernelProxies"/>; so a step costs
/// O(N), whatever the bandwidth is.</para>
/// </remarks>
public static class Bandwidth
{
    /// <summary>The default of the reference, for when the samples say nothing.</summary>
    public const double Default = 0.1;

    const double Tolerance = 1e-6;

    /// <summary>
    /// The optimal bandwidth in [<paramref name="min"/>, <paramref name="max"/>]; fewer than two samples give <see cref="Default"/> within
    /// the limits.
    /// </summary>
    /// <param name="samples">In any order. A weight counts a sample that often on both sides, never against itself.</param>
    /// <param name="min">The answer for samples that all coincide.</param>
    /// <param name="max">The answer for samples that look even.</param>
    /// <param name="reflect">True for the kernel of <see cref="ReflectedKernelDensity"/>, false for the reference's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limits are not positive, finite and in order.</exception>
    public static double LeaveOneOut(RankSamples samples, double min = 1e-4, double max = 1, bool reflect = false)
    {
        if (!(min > 0 && max >= min && double.IsFinite(max)))
            throw new ArgumentOutOfRangeException(
                nameof(min),
                min,
                $"bandwidth limits are positive, finite and in order, not [{min}, {max}]"
            );
        if (samples.Count < 2)
            return Math.Clamp(Default, min, max);
        var (ranks, weights) = samples.Sorted();
        if (Gradient(ranks, weights, min, reflect) <= 0) return min;
        if (Gradient(ranks, weights, max, reflect) >= 0) return max;
        var (low, high) = (Math.Log(min), Math.Log(max));
        while (high - low > Tolerance)
        {
            var middle = 0.5 * (low + high);
            if (Gradient(ranks, weights, Math.Exp(middle), reflect) > 0) low = middle;
            else high = middle;
        }
        return Math.Exp(0.5 * (low + high));
    }

    /// <summary>d log L/d log b of samples in ascending rank.</summary>
    internal static double Gradient(ReadOnlySpan<double> ranks, ReadOnlySpan<double> weights, double bandwidth, bool reflect)
    {
        var proxies = KernelProxies.PayOff(ranks.Length, bandwidth) ? KernelProxies.Of(ranks, weights, bandwidth) : null;
        var precision = 1 / (bandwidth * bandwidth);
        var reach = ReflectedKernel.Reach * bandwidth;
        double gradient = 0;
        int from = 0, to = 0;
        Span<double> views = stackalloc double[reflect ? 3 : 1];
        for (var i = 0; i < ranks.Length; i++)
        {
            var x = ranks[i];
            while (ranks[from] < x - reach) from++;
            while (to < ranks.Length && ranks[to] <= x + reach) to++;
            views[0] = x;
            if (reflect) (views[1], views[2]) = (-x, 2 - x);
            gradient += weights[i] * ((FromProxies(proxies, views, weights[i], precision, reach, to - from)
                ?? FromSamples(ranks, weights, i, views, precision)) - 1);
        }
        return gradient;
    }

    /// <summary>
    /// Σ_{j≠i} w e z / Σ_{j≠i} w e from proxies of all samples, less the sample itself; null when that is more work, or not exact enough.
    /// </summary>
    static double? FromProxies(
        KernelProxies? proxies,
        ReadOnlySpan<double> views,
        double weight,
        double precision,
        double reach,
        int neighbours
    )
    {
        if (proxies is null || proxies.Near(views[0], reach) is var near && near.End.Value - near.Start.Value >= neighbours) return null;
        double kernel = 0, moment = 0;
        foreach (var view in views)
        {
            if (view < -reach || view > 1 + reach) continue;
            near = proxies.Near(view, reach);
            var sums = Sums(proxies.Positions.AsSpan(near), proxies.Weights.AsSpan(near), view, precision, 0);
            var own = (view - views[0]) * (view - views[0]) * precision;
            var self = weight * Math.Exp(-0.5 * own);
            kernel += sums.Kernel - self;
            moment += sums.Moment - self * own;
        }
        // A small rest has lost its digits in the subtraction.
        return kernel > 0.01 * weight ? moment / kernel : null;
    }

    /// <summary>Σ_{j≠i} w e z / Σ_{j≠i} w e by summing over every neighbour that matters beside the nearest.</summary>
    static double FromSamples(ReadOnlySpan<double> ranks, ReadOnlySpan<double> weights, int i, ReadOnlySpan<double> views, double precision)
    {
        var nearest = double.PositiveInfinity;
        foreach (var view in views) nearest = Math.Min(nearest, Nearest(ranks, i, view));
        var offset = nearest * nearest * precision;
        var reach = Math.Sqrt((offset + ReflectedKernel.Reach * ReflectedKernel.Reach) / precision);
        double kernel = 0, moment = 0;
        foreach (var view in views)
        {
            var (from, to) = (LowerBound(ranks, view - reach), LowerBound(ranks, Math.BitIncrement(view + reach)));
            var (before, after) = (from..Math.Clamp(i, from, to), Math.Clamp(i + 1, from, to)..to);
            var left = Sums(ranks[before], weights[before], view, precision, offset);
            var right = Sums(ranks[after], weights[after], view, precision, offset);
            kernel += left.Kernel + right.Kernel;
            moment += left.Moment + right.Moment;
        }
        return moment / kernel;
    }

    /// <summary>Distance from a view to the nearest sample other than i.</summary>
    static double Nearest(ReadOnlySpan<double> ranks, int i, double view)
    {
        var above = LowerBound(ranks, view);
        var below = above - 1;
        if (above == i) above++;
        if (below == i) below--;
        return Math.Min(
            below >= 0 ? view - ranks[below] : double.PositiveInfinity,
            above < ranks.Length ? ranks[above] - view : double.PositiveInfinity);
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
