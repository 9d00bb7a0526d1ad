using BenchmarkDotNet.Attributes;
using Idq.Learning;

namespace Idq.Benchmarks.Calibration;

/// <summary>
/// P10: a kernel density of 20 000 samples on 1 000 grid points (pdf, cdf and both errors), and what appending and searching cost.
/// </summary>
[MemoryDiagnoser]
public class KernelDensityBenchmark
{
    RankSamples all = null!;
    RankSamples few = null!;
    RankSamples tenThousand = null!;
    ReflectedKernelDensity fitted = null!;

    /// <summary>Wide and narrow kernels.</summary>
    [Params(0.1, 0.01)]
    public double Width { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        all = Draw(20_000);
        few = Draw(100);
        tenThousand = Draw(10_000);
        fitted = ReflectedKernelDensity.Fit(all, Width, 1000);
    }

    /// <summary>The sum as it is written, pdf only: 20 million exponentials.</summary>
    [Benchmark(Baseline = true)]
    public double[] Naive_pdf()
    {
        var pdf = new double[1000];
        for (var g = 0; g < pdf.Length; g++)
        {
            var x = g / 999.0;
            double sum = 0;
            foreach (var rank in all.Ranks)
            {
                var u = (x - rank) / Width;
                sum += Math.Exp(-0.5 * u * u);
            }
            pdf[g] = sum;
        }
        return pdf;
    }

    [Benchmark]
    public ReflectedKernelDensity Fit_20k_on_1k_points() => ReflectedKernelDensity.Fit(all, Width, 1000);

    [Benchmark]
    public ReflectedKernelDensity Append_100_to_20k_on_1k_points() => fitted.Append(few);

    [Benchmark]
    public double Bandwidth_of_10k() => Bandwidth.LeaveOneOut(tenThousand);

    internal static RankSamples Draw(int count)
    {
        var random = new CounterRandom(1, 2, 3);
        var ranks = new double[count];
        for (var i = 0; i < count; i++) ranks[i] = 1 - Math.Pow(random.NextDouble(), 1 / 3.0);
        return new(ranks);
    }
}
