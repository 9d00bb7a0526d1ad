using MathNet.Numerics;

namespace Idq.Learning.Tests.Calibration;

/// <summary>The kernel estimate with reflecting ends, summed over the samples as its definition says.</summary>
static class ExactDensity
{
    public static double Pdf(RankSamples samples, double bandwidth, double x) =>
        Sum(samples, bandwidth, x) / Integral(samples, bandwidth, 1);

    /// <summary>Σ w times the normal density about each sample, reflected.</summary>
    public static double Sum(RankSamples samples, double bandwidth, double x)
    {
        var sum = samples.Ranks.Zip(samples.Weights).Sum(s => s.Second * (E(x - s.First) + E(x + s.First) + E(2 - x - s.First)));
        return sum / (Math.Sqrt(2 * Math.PI) * bandwidth);

        double E(double u) => Math.Exp(-u * u / (2 * bandwidth * bandwidth));
    }

    public static double Cdf(RankSamples samples, double bandwidth, double x) =>
        Integral(samples, bandwidth, x) / Integral(samples, bandwidth, 1);

    static double Integral(RankSamples samples, double bandwidth, double x)
    {
        return samples.Ranks.Zip(samples.Weights)
            .Sum(s => s.Second / 2 * (Erf(x - s.First) + Erf(x + s.First) + Erf(x + s.First - 2) + Erf(2 - s.First)));

        double Erf(double u) => SpecialFunctions.Erf(u / (bandwidth * Math.Sqrt(2)));
    }
}
