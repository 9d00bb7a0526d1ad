using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics;

namespace Idq.Learning.Tests.Calibration;

/// <summary>Maps against their definitions, written down without the tables and sums that make them fast.</summary>
public sealed class DefinitionTests
{
    const long Second = GpsTime.NanosecondsPerSecond;
    static readonly CalibrationRates Rates = new(12, 1000 * Second, 900 * Second, Second / 10);

    static Gen<(RankSamples Glitch, RankSamples Clean)> Classes() =>
        from glitch in RankGenerators.Samples()
        from clean in RankGenerators.Samples()
        select (glitch, clean);

    [Fact]
    public void A_kernel_map_has_on_its_grid_the_kernel_estimate_with_one_sample_that_is_spread_evenly() => Classes().Check(c =>
    {
        var map = CalibrationMap.Fit(CalibrationKind.Kernel, c.Glitch, c.Clean, Rates, new() { Bandwidth = 0.07, NumPoints = 21 });
        for (var g = 0; g <= 20; g++)
        {
            var rank = g / 20.0;
            Assert.Equal(1 - Believed(ExactDensity.Cdf(c.Clean, 0.07, rank), rank, c.Clean), map.Fap(rank), 1e-12);
            Assert.Equal(1 - Believed(ExactDensity.Cdf(c.Glitch, 0.07, rank), rank, c.Glitch), map.Eff(rank), 1e-12);
            var (glitch, clean) = (ExactDensity.Pdf(c.Glitch, 0.07, rank), ExactDensity.Pdf(c.Clean, 0.07, rank));
            Assert.Equal(Math.Log(Believed(glitch, 1, c.Glitch) / Believed(clean, 1, c.Clean)), map.LogLike(rank), 1e-10);
        }

        static double Believed(double estimate, double even, RankSamples samples) =>
            (samples.EffectiveCount * estimate + even) / (samples.EffectiveCount + 1);
    });

    [Fact]
    public void A_kernel_map_is_linear_between_its_grid_points() => Classes().Check(c =>
    {
        var map = CalibrationMap.Fit(CalibrationKind.Kernel, c.Glitch, c.Clean, Rates, new() { Bandwidth = 0.1, NumPoints = 11 });
        for (var g = 0; g < 10; g++)
        {
            var (left, right, rank) = (g / 10.0, (g + 1) / 10.0, (g + 0.25) / 10);
            foreach (var figure in new Func<double, double>[] { map.Fap, map.Eff, map.LogLike, map.LogLikeDeviation })
                Assert.Equal(0.75 * figure(left) + 0.25 * figure(right), figure(rank), 1e-12 * (1 + Math.Abs(figure(rank))));
        }
    }, 20);

    [Fact]
    public void A_discrete_map_adds_up_masses_of_atoms() => Classes().Check(c =>
    {
        var map = (DiscreteCalibrationMap)CalibrationMap.Fit(CalibrationKind.Discrete, c.Glitch, c.Clean, Rates);
        var atoms = c.Glitch.Ranks.Concat(c.Clean.Ranks).Distinct().Order().ToArray();
        foreach (var atom in atoms)
        {
            Assert.Equal(atoms.Where(a => a >= atom).Sum(a => Mass(map.Clean, c.Clean, a)), map.Fap(atom), 1e-12);
            Assert.Equal(atoms.Where(a => a >= atom).Sum(a => Mass(map.Glitch, c.Glitch, a)), map.Eff(atom), 1e-12);
            Assert.Equal(Math.Log(Mass(map.Glitch, c.Glitch, atom) / Mass(map.Clean, c.Clean, atom)), map.LogLike(atom), 1e-10);
        }

        double Mass(DiscreteDensity density, RankSamples samples, double atom)
        {
            var share = samples.Ranks.Zip(samples.Weights).Where(s => s.First == atom).Sum(s => s.Second) / samples.TotalWeight;
            var (n, prior) = (samples.EffectiveCount, density.Concentration);
            return (n * share + prior / atoms.Length) / (n + prior);
        }
    });

    [Fact]
    public void The_deviation_of_LogLike_is_that_of_its_quantiles()
    {
        foreach (var kind in new[] { CalibrationKind.Kernel, CalibrationKind.Discrete })
        {
            var glitch = new RankSamples(RankGenerators.Atomic(30, [1, 1, 2, 4], 5));
            var clean = new RankSamples(RankGenerators.Atomic(300, [80, 15, 4, 1], 6));
            var map = CalibrationMap.Fit(kind, glitch, clean, Rates, new() { Bandwidth = 0.05 });
            foreach (var rank in new[] { 0.2, 0.6, 0.8 })
            {
                const int Strata = 200;
                var values = Enumerable.Range(0, Strata).Select(i => map.LogLikeQuantile(rank, (i + 0.5) / Strata)).ToArray();
                var mean = values.Average();
                var deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
                Assert.Equal(deviation, map.LogLikeDeviation(rank), 0.04 * deviation);
            }
        }
    }

    [Fact]
    public void Rates_are_added_and_make_the_prior_by_the_exponential_law() =>
        (
            from glitches in Gen.Choose(0, 100_000)
            from livetime in Gen.Choose(1, 1_000_000)
            from window in Gen.Elements(0.01, 0.1, 1, 64)
            from parts in Gen.Choose(1, 5)
            select (glitches, livetime, window, parts)
        ).Check(c =>
        {
            var rates = new CalibrationRates(0, 0, 0, (long)(c.window * Second));
            for (var k = 0; k < c.parts; k++) rates = rates.Add(c.glitches, c.livetime * Second, c.livetime * Second / 2);
            Assert.Equal((c.parts * (double)c.glitches, c.parts * c.livetime * Second), (rates.Glitches, rates.Livetime));
            var rate = (c.parts * c.glitches + 0.5) / ((double)c.parts * c.livetime);
            Assert.Equal(rate, rates.GlitchRate(CalibrationOptions.Default), 1e-12 * rate);
            var prior = 1 - Math.Exp(-rate * c.window);
            var logOdds = rates.PriorLogOdds(CalibrationOptions.Default);
            Assert.Equal(prior, 1 / (1 + Math.Exp(-logOdds)), 1e-12);
        });

    [Fact]
    public void A_map_counts_rows_beyond_32_bits()
    {
        var density = new ReflectedKernelDensity(KernelMoments.Zero(3).Add(new([0.5]), 0.1), 0.1, int.MaxValue, 1, 1);
        var atoms = new DiscreteDensity([0.5], [1], [1], int.MaxValue);
        Assert.Equal((1L << 31) + 1, density.Append(new([0.5, 0.6])).Count);
        Assert.Equal((1L << 31) + 1, atoms.Append(new([0.5, 0.6])).Count);
        var map = new KernelCalibrationMap(density, density, Rates, CalibrationOptions.Default with { NumPoints = 3 }, 1L << 40);
        Assert.Equal(2L * int.MaxValue, map.SampleCount);
        Assert.False(CalibrationPolicy.ShouldRefit(map, 1, 0));
        using var stream = new MemoryStream();
        CalibrationFile.Write(stream, map, new("k", Segment.All, SegmentList.All, [], []));
        stream.Position = 0;
        var read = CalibrationFile.Read(stream).Map;
        Assert.Equal((map.GlitchCount, map.SamplesAtFit), (read.GlitchCount, read.SamplesAtFit));
    }

    [Fact]
    public void The_error_function_is_that_of_the_library_everywhere() =>
        Prop.ForAll<double>(x =>
        {
            foreach (var value in new[] { x, x % 7, x * 1e-3 % 1, 1 / x })
            {
                if (double.IsNaN(value)) continue;
                Assert.Equal(SpecialFunctions.Erf(value), ErrorFunction.Of(value), 4e-16);
                Assert.Equal(-ErrorFunction.Of(value), ErrorFunction.Of(-value));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void The_exponential_less_one_keeps_its_digits_near_zero()
    {
        foreach (var x in new[] { 1e-300, 1e-17, 1e-12, -3e-9, 1e-5, -1e-5 })
            Assert.Equal(x + x * x / 2 + x * x * x / 6 + x * x * x * x / 24, NearZero.Expm1(x), 4e-16 * Math.Abs(x));
        foreach (var x in new[] { 0.5, -1, 3, -40, 700 })
            Assert.Equal(Math.Exp(x) - 1, NearZero.Expm1(x), 4e-16 * Math.Max(1, Math.Exp(x)));
        Assert.Equal((double.PositiveInfinity, -1.0, 0.0), (NearZero.Expm1(800), NearZero.Expm1(-800), NearZero.Expm1(0)));
    }

    [Fact]
    public void The_kernel_is_the_slope_of_its_integral()
    {
        foreach (var bandwidth in new[] { 0.05, 0.3 })
        {
            var kernel = new ReflectedKernel(bandwidth);
            foreach (var sample in new[] { 0, 0.02, 0.5, 0.97, 1 })
            {
                foreach (var x in new[] { 0.01, 0.3, 0.52, 0.99 })
                {
                    var upper = kernel.Upper(sample);
                    var rise = kernel.Integral(x + 1e-5, sample, upper) - kernel.Integral(x - 1e-5, sample, upper);
                    Assert.Equal(kernel.Value(x, sample), rise / 2e-5 * bandwidth * Math.Sqrt(2 * Math.PI), 1e-5);
                }
                Assert.Equal(0, kernel.Integral(0, sample, kernel.Upper(sample)), 1e-15);
            }
        }
    }
}
