using MathNet.Numerics;

namespace Idq.Learning.Tests.Calibration;

/// <summary>
/// Means and quantiles of what densities and maps know: the product keeps posteriors only, the tests check them by these.
/// </summary>
static class Lookups
{
    /// <summary>log E[p].</summary>
    public static double LogMean(this BetaPosterior beta) => Math.Log(beta.Alpha / (beta.Alpha + beta.Beta));

    /// <summary>E[log p].</summary>
    public static double MeanLog(this BetaPosterior beta) =>
        SpecialFunctions.DiGamma(beta.Alpha) - SpecialFunctions.DiGamma(beta.Alpha + beta.Beta);

    /// <summary>Quantile of log p; −∞ at 0 and 0 at 1.</summary>
    public static double LogQuantile(this BetaPosterior beta, double q) =>
        q == 0 ? double.NegativeInfinity : q == 1 ? 0 : LogBetaDistribution.Of(beta).Quantile(q);

    /// <summary>log E[p] at a rank, interpolated.</summary>
    public static double LogPdf(this ReflectedKernelDensity density, double x) => density.Interpolate(x, g => density.LogPdfGrid[g]);

    /// <summary>E[P(rank ≤ x)], interpolated.</summary>
    public static double Cdf(this ReflectedKernelDensity density, double x) => density.Interpolate(x, g => density.CdfGrid[g]);

    /// <summary>Quantile of the log density at a rank, interpolated. The width of the window follows from the mean.</summary>
    public static double LogPdfQuantile(this ReflectedKernelDensity density, double x, double q) =>
        q == 0 ? double.NegativeInfinity : density.Interpolate(x, g => density.LogPdfQuantileAt(g, q));

    /// <summary>Quantile of P(rank ≤ x), interpolated.</summary>
    public static double CdfQuantile(this ReflectedKernelDensity density, double x, double q) => density.Interpolate(x, g =>
    {
        if (density.CdfSides(g) is not var (smaller, isUpper)) return density.CdfGrid[g];
        return isUpper ? 1 - Math.Exp(smaller.LogQuantile(1 - q)) : Math.Exp(smaller.LogQuantile(q));
    });

    /// <summary>E[P(rank ≤ x)]; at an atom it includes the atom.</summary>
    public static double Cdf(this DiscreteDensity density, double x) => 1 - density.Above(density.SlotOf(x), false);

    /// <summary>E[P(rank ≥ x)]; at an atom it includes the atom.</summary>
    public static double Tail(this DiscreteDensity density, double x) => density.Above(density.SlotOf(x), true);

    /// <summary>log E[p] of the mass at a rank.</summary>
    public static double LogPdf(this DiscreteDensity density, double x) => density.LogMeanOf(density.SlotOf(x));

    /// <summary>Quantile of the log mass at a rank.</summary>
    public static double LogPdfQuantile(this DiscreteDensity density, double x, double q) =>
        density.PosteriorOf(density.SlotOf(x)).LogQuantile(q);

    /// <summary>Quantile of log p(r | glitch) − log p(r | clean); at a grid point for a kernel map.</summary>
    public static double LogLikeQuantile(this CalibrationMap map, double rank, double q)
    {
        if (map is DiscreteCalibrationMap { Glitch: var g, Clean: var c })
            return LogBetaRatio.Quantile(g.PosteriorOf(g.SlotOf(rank)), c.PosteriorOf(c.SlotOf(rank)), q);
        var kernel = (KernelCalibrationMap)map;
        var point = (int)Math.Round(rank * (kernel.Glitch.NumPoints - 1));
        Assert.Equal(rank, (double)point / (kernel.Glitch.NumPoints - 1), 1e-12);
        return LogBetaRatio.Quantile(kernel.Glitch.PdfPosterior(point), kernel.Clean.PdfPosterior(point), q)
            + kernel.Glitch.LogScale(point)
            - kernel.Clean.LogScale(point);
    }

    /// <summary>These samples followed by others.</summary>
    public static RankSamples Concat(this RankSamples samples, RankSamples other) =>
        new([.. samples.Ranks, .. other.Ranks], [.. samples.Weights, .. other.Weights]);

    static double LogPdfQuantileAt(this ReflectedKernelDensity density, int point, double q) =>
        density.PdfPosterior(point).LogQuantile(q) + density.LogScale(point);

    static double LogScale(this ReflectedKernelDensity density, int point) =>
        density.LogPdfGrid[point] - density.PdfPosterior(point).LogMean();

    static double Interpolate(this ReflectedKernelDensity density, double x, Func<int, double> at)
    {
        var position = x * (density.NumPoints - 1);
        var point = Math.Min((int)position, density.NumPoints - 2);
        var fraction = position - point;
        return fraction == 0 ? at(point) : at(point) + fraction * (at(point + 1) - at(point));
    }
}
