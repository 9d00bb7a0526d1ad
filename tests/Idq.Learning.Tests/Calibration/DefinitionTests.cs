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

    static Gen<(RankSamples Glitch, RankSamples Window, RankSamples Clean)> ThreeClasses() =>
        from two in Classes()
        from window in RankGenerators.Samples()
        select (two.Glitch, window, two.Clean);

    [Fact]
    public void A_kernel_map_has_on_its_grid_the_kernel_estimate_over_log_odds_with_one_sample_that_is_spread_evenly() =>
        ThreeClasses().Check(c =>
        {
            var options = new CalibrationOptions { Bandwidth = 1.7, NumPoints = 21 };
            var map = CalibrationMap.Fit(CalibrationKind.Kernel, c.Glitch, c.Clean, Rates, options, c.Window);
            for (var g = 1; g < 20; g++)
            {
                var rank = 1 / (1 + Math.Exp(12 - 1.2 * g));
                Assert.Equal(Tail(c.Clean, g), map.Fap(rank), 1e-9);
                Assert.Equal(Tail(c.Glitch, g), map.Eff(rank), 1e-9);
                Assert.Equal(Math.Log(Believed(c.Window, g) / Believed(c.Clean, g)), map.LogLike(rank), 1e-8);
            }

            static double Believed(RankSamples samples, int g) =>
                (samples.EffectiveCount * Corrected(Places(samples), g) + 1) / (samples.EffectiveCount + 1);

            // The estimate times the slope over the slope as the kernel shows it, integral 1.
            static double Corrected(RankSamples places, int g)
            {
                var cells = places.Ranks.Select(p => p == 1 ? 1 : (Math.Floor(p * 20) + 0.5) / 20);
                var mean = cells.Zip(places.Weights, (p, w) => p * w).Sum() / places.TotalWeight;
                double[] points = [.. Enumerable.Range(0, 21).Select(h => h / 20.0)], ends = [1, .. Enumerable.Repeat(2.0, 19), 1];
                var slopes = new RankSamples(points, [.. points.Zip(ends, (p, end) => end / Math.Pow(Math.Cosh(12 * (p - mean)), 2))]);
                double At(int h) => ExactDensity.Pdf(places, 1.7 / 24, points[h])
                    * slopes.Weights[h] / ends[h] / (ExactDensity.Sum(slopes, 1.7 / 24, points[h]) / 40);
                return At(g) / Enumerable.Range(0, 21).Sum(h => ends[h] * At(h) / 40);
            }

            static double Tail(RankSamples samples, int g)
            {
                var places = Places(samples);
                var reached = places.Ranks.Zip(places.Weights).Where(p => p.First * 20 >= g).Sum(p => p.Second) / places.TotalWeight;
                return (samples.EffectiveCount * reached + 1) / (samples.EffectiveCount + 1);
            }
        });

    static RankSamples Places(RankSamples samples) =>
        new([.. samples.Ranks.Select(r => Math.Clamp(0.5 + Math.Log(r / (1 - r)) / 24, 0, 1))], samples.Weights);

    [Fact]
    public void A_kernel_map_is_linear_in_log_odds_between_its_grid_points() => Classes().Check(c =>
    {
        var map = CalibrationMap.Fit(CalibrationKind.Kernel, c.Glitch, c.Clean, Rates, new() { Bandwidth = 2.4, NumPoints = 11 });
        for (var g = 0; g < 10; g++)
        {
            var (left, right, rank) = (RankAt(g), RankAt(g + 1), RankAt(g + 0.25));
            foreach (var figure in new Func<double, double>[] { map.Fap, map.Eff, map.LogLike, map.LogLikeDeviation })
                Assert.Equal(0.75 * figure(left) + 0.25 * figure(right), figure(rank), 1e-8 * (1 + Math.Abs(figure(rank))));
        }

        static double RankAt(double point) => 1 / (1 + Math.Exp(12 - 2.4 * point));
    }, 20);

    [Fact]
    public void A_discrete_map_counts_atoms_and_takes_the_masses_of_pools() => ThreeClasses().Check(c =>
    {
        var map = (DiscreteCalibrationMap)CalibrationMap.Fit(CalibrationKind.Discrete, c.Glitch, c.Clean, Rates, null, c.Window);
        var atoms = c.Glitch.Ranks.Concat(c.Clean.Ranks).Concat(c.Window.Ranks).Distinct().Order().ToArray();
        Assert.Equal(atoms, map.Clean.Atoms);
        foreach (var pool in atoms.GroupBy(map.LogLike))
        {
            var expected = Math.Log(pool.Sum(a => Mass(map.Window, c.Window, a)) / pool.Sum(a => Mass(map.Clean, c.Clean, a)));
            Assert.Equal(expected, pool.Key, 1e-10);
        }
        foreach (var atom in atoms[1..])
        {
            Assert.Equal(Tail(c.Clean, atom), map.Fap(atom), 1e-12);
            Assert.Equal(Tail(c.Glitch, atom), map.Eff(atom), 1e-12);
        }

        double Mass(DiscreteDensity density, RankSamples samples, double atom)
        {
            var share = samples.Ranks.Zip(samples.Weights).Where(s => s.First == atom).Sum(s => s.Second) / samples.TotalWeight;
            var (n, prior) = (samples.EffectiveCount, density.Concentration);
            return (n * share + prior / atoms.Length) / (n + prior);
        }

        double Tail(RankSamples samples, double atom)
        {
            var share = samples.Ranks.Zip(samples.Weights).Where(s => s.First >= atom).Sum(s => s.Second) / samples.TotalWeight;
            return (samples.EffectiveCount * share + 1) / (samples.EffectiveCount + 1);
        }
    });

    [Fact]
    public void The_deviation_of_LogLike_is_that_of_its_quantiles()
    {
        foreach (var kind in new[] { CalibrationKind.Kernel, CalibrationKind.Discrete })
        {
            // So many samples that no two atoms are taken together.
            var glitch = new RankSamples(RankGenerators.Atomic(300, [1, 1, 2, 4], 5));
            var clean = new RankSamples(RankGenerators.Atomic(3000, [80, 15, 4, 1], 6));
            var map = CalibrationMap.Fit(kind, glitch, clean, Rates, new() { Bandwidth = 1.2 });
            double[] grid = [.. new[] { -12, 0, 12 }.Select(x => 1 / (1 + Math.Exp(-x * 0.12)))];
            foreach (var rank in kind == CalibrationKind.Kernel ? grid : [0.2, 0.6, 0.8])
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
        var map = new KernelCalibrationMap(density, density, density, Rates, CalibrationOptions.Default with { NumPoints = 3 }, 1L << 40);
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
