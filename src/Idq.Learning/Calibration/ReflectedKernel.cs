using MathNet.Numerics;

namespace Idq.Learning;

/// <summary>A Gaussian kernel on [0, 1] whose tails beyond the ends are reflected back inside, seen from one sample.</summary>
/// <remarks>
/// For a sample at x_i and bandwidth b the kernel at x is E(x − x_i) + E(x + x_i) + E(2 − x − x_i) with E(u) = exp(−u²/2b²), and its
/// integral from 0 to x, in units of b√(2π), is ½[erf((x − x_i)/s) + erf((x + x_i)/s) + erf((x + x_i − 2)/s) + erf((2 − x_i)/s)], s = b√2.
/// </remarks>
readonly struct ReflectedKernel
{
    /// <summary>E(u) is taken as zero beyond this many bandwidths, where it is below 3·10⁻¹⁸.</summary>
    public const double Reach = 9;

    readonly double perBandwidth;
    readonly double perScale;

    public ReflectedKernel(double bandwidth) => (perBandwidth, perScale) = (1 / bandwidth, 1 / (bandwidth * Constants.Sqrt2));

    /// <summary>The kernel of a sample, in [0, 3].</summary>
    public double Value(double x, double sample) => Gaussian(x - sample) + Gaussian(x + sample) + Gaussian(2 - x - sample);

    /// <summary>The part of the integral that does not depend on x.</summary>
    public double Upper(double sample) => ErrorFunction.Of((2 - sample) * perScale);

    /// <summary>The kernel's integral from 0 to x in units of b√(2π), in [0, 1], with its constant part given.</summary>
    public double Integral(double x, double sample, double upper) =>
        0.5
        * (
            ErrorFunction.Of((x - sample) * perScale)
            + ErrorFunction.Of((x + sample) * perScale)
            + ErrorFunction.Of((x + sample - 2) * perScale)
            + upper
        );

    /// <summary>Kernel and integral of a sample that is farther than <see cref="Reach"/> from both ends.</summary>
    public (double Value, double Integral) Unreflected(double x, double sample) =>
        (Gaussian(x - sample), 0.5 * (ErrorFunction.Of((x - sample) * perScale) + 1));

    double Gaussian(double u)
    {
        u *= perBandwidth;
        return Math.Abs(u) < Reach ? Math.Exp(-0.5 * u * u) : 0;
    }
}
