using BenchmarkDotNet.Attributes;
using Idq.Learning;

namespace Idq.Benchmarks.Calibration;

/// <summary>Mapping one stride of a rank series (128 Hz, 64 s), appending a quiver, and the table of deviations.</summary>
[MemoryDiagnoser]
public class CalibrationMapBenchmark
{
    readonly double[] ranks = KernelDensityBenchmark.Draw(64 * 128).Ranks;
    readonly double[][] results = [.. Enumerable.Range(0, 5).Select(_ => new double[64 * 128])];
    readonly RankSamples few = KernelDensityBenchmark.Draw(100);
    CalibrationMap map = null!;

    /// <summary>Both kinds; the discrete one has 100 atoms.</summary>
    [Params(CalibrationKind.Kernel, CalibrationKind.Discrete)]
    public CalibrationKind Kind { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var clean = KernelDensityBenchmark.Draw(10_000).Ranks;
        if (Kind == CalibrationKind.Discrete) clean = [.. clean.Select(r => Math.Round(r, 2))];
        var rates = new CalibrationRates(10_000, 86_400_000_000_000, 86_400_000_000_000, 100_000_000);
        map = CalibrationMap.Fit(Kind, new([.. clean.Select(r => 1 - r)]), new(clean), rates);
    }

    [Benchmark]
    public void Map_a_stride() => map.Map(ranks, results[0], results[1], results[2], results[3], results[4]);

    [Benchmark]
    public CalibrationMap Append_100_of_each() => map.Append(few, few);

    [Benchmark]
    public double Table_of_deviations() => map.Append(RankSamples.Empty, RankSamples.Empty).LogLikeDeviation(0.5);
}
