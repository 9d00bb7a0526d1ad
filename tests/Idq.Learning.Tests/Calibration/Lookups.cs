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
    public static double LogPdf(this ReflectedKernelDensity density, double x) => density.Interpolate(x, density.LogPdfAt);

    /// <summary>The chance that one more sample reaches x, interpolated.</summary>
    public static double Tail(this ReflectedKernelDensity density, double x) => density.Interpolate(x, g => density.TailGrid[g]);

    /// <summary>Quantile of the log density at a rank, interpolated. The width of the window follows from the mean.</summary>
    public static double LogPdfQuantile(this ReflectedKernelDensity density, double x, double q) =>
        q == 0 ? double.NegativeInfinity : density.Interpolate(x, g => density.LogPdfQuantileAt(g, q));

    /// <summary>The chance that one more sample is at x or above.</summary>
    public static double Tail(this DiscreteDensity density, double x) => density.TailFrom(density.From(x));

    /// <summary>log E[p] of the mass of the atom at a rank.</summary>
    public static double LogPdf(this DiscreteDensity density, double x) => density.LogMassOf(density.At(x));

    /// <summary>Quantile of the log mass of the atom at a rank.</summary>
    public static double LogPdfQuantile(this DiscreteDensity density, double x, double q) =>
        density.PosteriorOf(density.At(x)).LogQuantile(q);

    /// <summary>Quantile of log p(r | glitch) − log p(r | clean); at a grid point for a kernel map.</summary>
    public static double LogLikeQuantile(this CalibrationMap map, double rank, double q)
    {
        if (map is DiscreteCalibrationMap { Window: var g, Clean: var c })
            return LogBetaRatio.Quantile(g.PosteriorOf(g.At(rank)), c.PosteriorOf(c.At(rank)), q);
        var kernel = (KernelCalibrationMap)map;
        var place = RankAxis.Place(rank) * (kernel.Window.NumPoints - 1);
        var point = (int)Math.Round(place);
        Assert.Equal(place, point, 1e-9);
        return LogBetaRatio.Quantile(kernel.Window.PdfPosterior(point), kernel.Clean.PdfPosterior(point), q)
            + kernel.Window.LogScale(point)
            - kernel.Clean.LogScale(point);
    }

    /// <summary>These samples followed by others.</summary>
    public static RankSamples Concat(this RankSamples samples, RankSamples other) =>
        new([.. samples.Ranks, .. other.Ranks], [.. samples.Weights, .. other.Weights]);

    static Range At(this DiscreteDensity density, double x)
    {
        var atom = density.From(x);
        if (density.Atoms.Length == 0) return 0..0;
        return density.Atoms[atom] == x ? atom..(atom + 1) : throw new ArgumentException($"{x} is no atom");
    }

    static double LogPdfQuantileAt(this ReflectedKernelDensity density, int point, double q) =>
        density.PdfPosterior(point).LogQuantile(q) + density.LogScale(point);

    static double LogScale(this ReflectedKernelDensity density, int point) =>
        density.LogPdfAt(point) - density.PdfPosterior(point).LogMean();

    static double LogPdfAt(this ReflectedKernelDensity density, int point) =>
        Math.Log((density.EffectiveCount * density.KernelPdf[point] + 1) / (density.EffectiveCount + 1));

    static double Interpolate(this ReflectedKernelDensity density, double x, Func<int, double> at)
    {
        var position = x * (density.NumPoints - 1);
        var point = Math.Min((int)position, density.NumPoints - 2);
        var fraction = position - point;
        return fraction == 0 ? at(point) : at(point) + fraction * (at(point + 1) - at(point));
    }
}
