namespace Idq.Learning;

/// <summary>Takes away what a kernel adds to a density that falls along the axis of ranks.</summary>
/// <remarks>
/// A density of ranks that is finite at 0 and 1 falls like e^−|y| at both ends of the axis of log odds y. A Gaussian kernel of bandwidth b
/// raises such a slope by e^(b²/2): with b = 0.65 clean times would seem to be a quarter more frequent where the glitches are. So the
/// estimate is multiplied by s/(s ∗ k), k being the kernel and s(y) = 1/cosh²((y − m)/2) the slope, with the mean m of the samples. For
/// even ranks, and for those of a <see cref="RankScale"/>, whose density is s, nothing is left of the kernel's error (N. L. Hjort, I. K.
/// Glad, Nonparametric density estimation with a parametric start, 1995). The result is made to integrate to 1 again.
/// </remarks>
static class SlopeCorrection
{
    /// <summary>The corrected density at the grid points, without prior; all 0 without samples.</summary>
    /// <param name="density">A density of places on the <see cref="RankAxis"/>.</param>
    public static double[] Of(ReflectedKernelDensity density)
    {
        if (density.Count == 0) return density.KernelPdf;
        var last = density.NumPoints - 1;
        var mean = density.Moments.Cells.Select((weight, g) => weight * Math.Min(1, (g + 0.5) / last)).Sum() / density.TotalWeight;
        var slope = Grid(g => 1 / Square(Math.Cosh((g / (double)last - mean) * RankAxis.Length / 2)));
        var kernel = new ReflectedKernel(density.Bandwidth);
        var reach = (int)Math.Min(last, Math.Ceiling(ReflectedKernel.Reach * density.Bandwidth * last));
        var corrected = Grid(g =>
        {
            var smooth = 0.0;
            for (var h = Math.Max(0, g - reach); h <= Math.Min(last, g + reach); h++)
                smooth += Share(h) * slope[h] * kernel.Value(g / (double)last, h / (double)last);
            return density.KernelPdf[g] * slope[g] / (smooth / (last * density.Bandwidth * Math.Sqrt(2 * Math.PI)));
        });
        var integral = corrected.Select((f, g) => Share(g) * f).Sum() / last;
        return Array.ConvertAll(corrected, f => f / integral);

        double[] Grid(Func<int, double> of) => [.. Enumerable.Range(0, last + 1).Select(of)];

        // Of a grid point in an integral by trapezoids.
        double Share(int g) => g == 0 || g == last ? 0.5 : 1;
    }

    static double Square(double x) => x * x;
}
