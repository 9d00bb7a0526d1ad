namespace Idq.Learning;

/// <summary>
/// The distribution of the ranks of one class as a Gaussian kernel density with reflecting ends at 0 and 1, on a regular grid, with its
/// uncertainty. Samples can be appended without the earlier ones.
/// </summary>
/// <remarks>
/// <para>The estimate f(x) = Σ w_i k_i(x) / (b√(2π) Z), Z the sum of the kernels' integrals over [0, 1], integrates to 1.</para>
/// <para>What is believed of the density is the posterior mean under one pseudo-sample spread evenly over [0, 1]: with n effective samples,
/// E[p] = (n f + 1)/(n + 1). It integrates to 1, makes every logarithm finite, and says of a place where none of n samples was ever seen
/// that its density is about 1/n, not exp(−1000).</para>
/// <para>How many samples reach a grid point is counted and not smoothed, for a kernel would add to a steep tail. One pseudo-sample reaches
/// every point: a share s of n effective samples becomes (n s + 1)/(n + 1), the chance that one more sample reaches the point (V. Vovk, A.
/// Gammerman, G. Shafer, Algorithmic Learning in a Random World, 2005), never 0.</para>
/// <para>The uncertainty at a rank is that of a count: ν = n f ω samples fell into the kernel's window of width ω = 2√π b (the width for
/// which a locally even density has the variance of the kernel sum), fewer when the kernel values show it: ν ≤ (Σwk)²/Σ(wk)². The density
/// is then Beta(α, β)/ω with α = ν + ½ (Jeffreys' half count) and the mean above.</para>
/// <para>A bandwidth below the spacing of the grid is not resolved.</para>
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed class ReflectedKernelDensity
{
    /// <summary>Grid points where nothing else is asked for.</summary>
    public const int DefaultNumPoints = 101;

    const double RootTwoPi = 2.5066282746310002;
    const double RootPi = 1.7724538509055161;

    internal ReflectedKernelDensity(KernelMoments moments, double bandwidth, long count, double totalWeight, double totalSquaredWeight)
    {
        (Moments, Bandwidth, Count) = (moments, bandwidth, count);
        (TotalWeight, TotalSquaredWeight) = (totalWeight, totalSquaredWeight);
        (KernelPdf, KernelCdf) = (new double[NumPoints], new double[NumPoints]);
        TailGrid = new double[NumPoints];
        var normalisation = moments.Cdf[^1];
        var n = EffectiveCount;
        var reached = 0.0;
        for (var g = NumPoints - 1; g >= 0; g--)
        {
            reached += moments.Cells[g];
            if (count > 0)
            {
                KernelPdf[g] = Math.Max(0, moments.Pdf[g]) / (RootTwoPi * bandwidth * normalisation);
                KernelCdf[g] = Math.Clamp(moments.Cdf[g] / normalisation, 0, 1);
            }
            TailGrid[g] = g == 0 || count == 0 ? 1 : (n * Math.Min(1, reached / totalWeight) + 1) / (n + 1);
        }
    }

    /// <summary>Standard deviation of the kernel, in units of rank.</summary>
    public double Bandwidth { get; }

    /// <summary>Number of grid points; the first is rank 0, the last rank 1.</summary>
    public int NumPoints => Moments.Pdf.Length;

    /// <summary>Number of rows.</summary>
    public long Count { get; }

    /// <summary>Sum of weights.</summary>
    public double TotalWeight { get; }

    /// <summary>Sum of squared weights.</summary>
    public double TotalSquaredWeight { get; }

    /// <summary>Kish's effective number of rows.</summary>
    public double EffectiveCount => Count == 0 ? 0 : TotalWeight * TotalWeight / TotalSquaredWeight;

    /// <summary>The kernel estimate f at the grid points, without prior.</summary>
    public double[] KernelPdf { get; }

    /// <summary>The kernel estimate's integral from 0 at the grid points, without prior.</summary>
    public double[] KernelCdf { get; }

    internal KernelMoments Moments { get; }

    /// <summary>The chance that one more sample reaches each grid point; never 0, and 1 at the first.</summary>
    internal double[] TailGrid { get; }

    /// <summary>Fits from scratch; no samples give the even distribution.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The bandwidth is not positive and finite, or there are fewer than two grid points.
    /// </exception>
    public static ReflectedKernelDensity Fit(RankSamples samples, double bandwidth, int numPoints = DefaultNumPoints)
    {
        if (!(bandwidth > 0 && double.IsFinite(bandwidth)))
            throw new ArgumentOutOfRangeException(nameof(bandwidth), bandwidth, "a bandwidth is positive and finite");
        ArgumentOutOfRangeException.ThrowIfLessThan(numPoints, 2);
        return new ReflectedKernelDensity(KernelMoments.Zero(numPoints), bandwidth, 0, 0, 0).Append(samples);
    }

    /// <summary>The density with more samples and the same bandwidth; costs O(samples · grid points), however many went before.</summary>
    public ReflectedKernelDensity Append(RankSamples samples) => samples.Count == 0 ? this : new(
        Moments.Add(samples, Bandwidth), Bandwidth, checked(Count + samples.Count),
        TotalWeight + samples.TotalWeight, TotalSquaredWeight + samples.TotalSquaredWeight);

    /// <summary>
    /// What is known about the probability of the kernel's window at a grid point, and so about the logarithm of the density up to a
    /// constant.
    /// </summary>
    public BetaPosterior PdfPosterior(int point)
    {
        var n = EffectiveCount;
        var f = KernelPdf[point];
        var mean = (n * f + 1) / (n + 1);
        // A window is never so wide that it holds more than half of the probability.
        var window = Math.Min(2 * RootPi * Bandwidth, 0.5 / mean);
        var squared = Moments.PdfSquared[point];
        if (squared > 0 && f > 0) window = Math.Min(window, Moments.Pdf[point] * Moments.Pdf[point] / squared / (n * f));
        return BetaPosterior.OfMean(mean * window, n * f * window + 0.5);
    }
}
