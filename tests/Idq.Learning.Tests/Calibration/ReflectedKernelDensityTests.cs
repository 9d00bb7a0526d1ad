using FsCheck.Fluent;

namespace Idq.Learning.Tests.Calibration;

public class ReflectedKernelDensityTests
{
    static readonly double[] Bandwidths = [0.01, 0.03, 0.1, 0.4, 1];

    [Fact]
    public void The_kernel_estimate_integrates_to_1_for_any_samples_and_bandwidth() =>
        RankGenerators
            .Samples()
            .SelectMany(s => Gen.Elements(Bandwidths).Select(b => (s, b)))
            .Check(
                ((RankSamples Samples, double Bandwidth) c) =>
                {
                    var integral = Simpson(x => ExactDensity.Pdf(c.Samples, c.Bandwidth, x), 0, 1, 1500);
                    Assert.Equal(1, integral, 1e-10);
                }
            );

    [Fact]
    public void The_cdf_is_the_integral_of_the_pdf() =>
        RankGenerators
            .Samples()
            .SelectMany(s => Gen.Elements(Bandwidths).Select(b => (s, b)))
            .Check(
                ((RankSamples Samples, double Bandwidth) c) =>
                {
                    foreach (var x in new[] { 0.1, 0.5, 0.77 })
                    {
                        var integral = Simpson(u => ExactDensity.Pdf(c.Samples, c.Bandwidth, u), 0, x, 2400);
                        Assert.Equal(integral, ExactDensity.Cdf(c.Samples, c.Bandwidth, x), 1e-8);
                    }
                    Assert.Equal(0, ExactDensity.Cdf(c.Samples, c.Bandwidth, 0));
                    Assert.Equal(1, ExactDensity.Cdf(c.Samples, c.Bandwidth, 1));
                },
                30
            );

    [Fact]
    public void What_is_believed_integrates_to_1() => RankGenerators.Samples().Check(samples =>
    {
        var density = ReflectedKernelDensity.Fit(samples, 0.1, 1001);
        Assert.Equal(1, Simpson(x => Math.Exp(density.LogPdf(x)), 0, 1, 1000), 1e-6);
    });

    [Fact]
    public void A_tail_counts_the_samples_that_reach_a_point_and_one_more_that_reaches_all() => RankGenerators.Samples().Check(samples =>
    {
        var density = ReflectedKernelDensity.Fit(samples, 0.1, 41);
        var n = samples.EffectiveCount;
        for (var g = 0; g <= 40; g++)
        {
            var share = samples.Ranks.Zip(samples.Weights).Where(s => s.First * 40 >= g).Sum(s => s.Second) / samples.TotalWeight;
            Assert.Equal(g == 0 ? 1 : (n * share + 1) / (n + 1), density.TailGrid[g], 1e-12);
        }
    });

    [Fact]
    public void Appending_equals_fitting_from_scratch_to_1e_minus_12() =>
        RankGenerators
            .Samples()
            .SelectMany(a => RankGenerators.Samples().Select(b => (a, b)))
            .Check(
                ((RankSamples First, RankSamples Second) c) =>
                    Same(
                        ReflectedKernelDensity.Fit(c.First, 0.07).Append(c.Second),
                        ReflectedKernelDensity.Fit(c.First.Concat(c.Second), 0.07)
                    )
            );

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.05)]
    [InlineData(0.01)]
    public void Appending_to_many_samples_equals_fitting_from_scratch_though_one_goes_by_proxies(double bandwidth)
    {
        var many = new RankSamples(RankGenerators.Falling(20_000, 4, 1));
        var few = new RankSamples(RankGenerators.Rising(57, 3, 2), [.. Enumerable.Repeat(3.0, 57)]);
        Same(ReflectedKernelDensity.Fit(many, bandwidth).Append(few), ReflectedKernelDensity.Fit(many.Concat(few), bandwidth));
        Same(ReflectedKernelDensity.Fit(few, bandwidth).Append(many), ReflectedKernelDensity.Fit(few.Concat(many), bandwidth));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.1)]
    [InlineData(0.02)]
    public void A_fit_of_many_samples_has_the_exact_values_on_its_grid(double bandwidth)
    {
        var weights = Enumerable.Range(0, 12_000).Select(i => 1.0 + i % 3).ToArray();
        var samples = new RankSamples(RankGenerators.Falling(12_000, 2, 3), weights);
        var density = ReflectedKernelDensity.Fit(samples, bandwidth, 301);
        for (var g = 0; g <= 300; g += 23)
        {
            var exact = ExactDensity.Pdf(samples, bandwidth, g / 300.0);
            Assert.Equal(exact, density.KernelPdf[g], exact * 1e-12);
            Assert.Equal(ExactDensity.Cdf(samples, bandwidth, g / 300.0), density.KernelCdf[g], 1e-12);
        }
    }

    [Fact]
    public void The_same_sequence_of_appends_gives_the_same_bits()
    {
        var parts = Enumerable.Range(0, 7).Select(k => new RankSamples(RankGenerators.Even(1 + 300 * (k % 3), k))).ToArray();
        var once = parts.Aggregate(ReflectedKernelDensity.Fit(RankSamples.Empty, 0.05), (d, s) => d.Append(s));
        var again = parts.Aggregate(ReflectedKernelDensity.Fit(RankSamples.Empty, 0.05), (d, s) => d.Append(s));
        Assert.Equal(once.KernelPdf, again.KernelPdf);
        Assert.Equal(once.KernelCdf, again.KernelCdf);
        Assert.Equal(once.PdfPosterior(40), again.PdfPosterior(40));
    }

    [Fact]
    public void Appending_leaves_the_earlier_density_as_it_was()
    {
        var density = ReflectedKernelDensity.Fit(new([0.2, 0.3]), 0.1);
        double[] before = [.. density.KernelPdf];
        density.Append(new([0.9]));
        Assert.Equal(before, density.KernelPdf);
        Assert.Equal(2, density.Count);
    }

    [Fact]
    public void A_weight_of_3_gives_the_estimate_of_three_rows_but_not_their_certainty()
    {
        double[] plain = [0.1, 0.4, 0.45, 0.8];
        var weighted = ReflectedKernelDensity.Fit(new(plain, [1, 3, 1, 1]), 0.1);
        var repeated = ReflectedKernelDensity.Fit(new([0.1, 0.4, 0.4, 0.4, 0.45, 0.8]), 0.1);
        for (var g = 0; g <= 100; g++)
        {
            Assert.Equal(repeated.KernelPdf[g], weighted.KernelPdf[g], 1e-13);
            Assert.Equal(repeated.KernelCdf[g], weighted.KernelCdf[g], 1e-14);
        }
        Assert.Equal(6, weighted.TotalWeight);
        Assert.True(weighted.EffectiveCount < 4);
        Assert.True(weighted.PdfPosterior(40).VarianceLog > repeated.PdfPosterior(40).VarianceLog);
    }

    [Fact]
    public void Weights_of_1_give_the_bits_of_no_weights()
    {
        var ranks = RankGenerators.Even(300, 4);
        var plain = ReflectedKernelDensity.Fit(new(ranks), 0.1);
        var weighted = ReflectedKernelDensity.Fit(new(ranks, [.. Enumerable.Repeat(1.0, 300)]), 0.1);
        for (var g = 0; g <= 100; g++) Assert.Equal(plain.PdfPosterior(g), weighted.PdfPosterior(g));
        Assert.Equal(plain.KernelCdf, weighted.KernelCdf);
    }

    [Fact]
    public void Without_samples_every_rank_is_as_likely_as_another()
    {
        var density = ReflectedKernelDensity.Fit(RankSamples.Empty, 0.1);
        foreach (var x in new[] { 0, 0.123, 1 })
        {
            Assert.Equal(0, density.LogPdf(x));
            Assert.Equal(1, density.Tail(x));
            Assert.True(density.LogPdfQuantile(x, 0.95) - density.LogPdfQuantile(x, 0.05) > 1);
        }
    }

    [Fact]
    public void Where_no_sample_was_ever_seen_the_density_is_about_one_over_their_number_and_uncertain()
    {
        var density = ReflectedKernelDensity.Fit(new([.. Enumerable.Repeat(0.1, 1000)]), 0.02);
        Assert.Equal(Math.Log(1 / 1001.0), density.LogPdf(0.9), 1e-9);
        Assert.True(density.LogPdfQuantile(0.9, 0.95) - density.LogPdfQuantile(0.9, 0.05) > 4);
        Assert.True(density.LogPdfQuantile(0.1, 0.95) - density.LogPdfQuantile(0.1, 0.05) < 0.3);
    }

    [Fact]
    public void Quantiles_rise_with_their_probability_and_embrace_the_mean() => RankGenerators.Samples().Check(samples =>
    {
        var density = ReflectedKernelDensity.Fit(samples, 0.1);
        foreach (var x in new[] { 0, 0.314, 0.5, 1 })
        {
            double[] q = [0, 0.001, 0.05, 0.5, 0.95, 0.999, 1];
            Rises(q.Select(p => density.LogPdfQuantile(x, p)));
            Assert.InRange(density.LogPdf(x), density.LogPdfQuantile(x, 0.05), density.LogPdfQuantile(x, 0.999));
        }
    }, 20);

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.0)]
    [InlineData(0.93)]
    public void The_central_90_percent_of_the_density_hold_the_truth_about_that_often(double x)
    {
        var inside = 0;
        for (var k = 0; k < 250; k++)
        {
            var density = ReflectedKernelDensity.Fit(new(RankGenerators.Even(200, 1000 + k)), 0.04, 101);
            if (density.LogPdfQuantile(x, 0.05) <= 0 && 0 <= density.LogPdfQuantile(x, 0.95)) inside++;
        }
        Assert.InRange(inside, 250 * 0.85, 250 * 0.97);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(200)]
    public void One_more_sample_reaches_a_tail_of_at_most_p_with_at_most_that_chance(int n)
    {
        // What reaches a tail is counted: the kernel plays no part, and a narrow one is quick.
        const int Draws = 4000;
        var tails = Enumerable.Range(5000, Draws).Select(k => RankGenerators.Even(n + 1, k))
            .Select(ranks => ReflectedKernelDensity.Fit(new(ranks[1..]), 0.001, 2001).Tail(ranks[0])).ToArray();
        foreach (var p in new[] { 0.5, 0.1, 0.01 })
            Assert.InRange(tails.Count(tail => tail <= p), 0, Draws * p + 4 * Math.Sqrt(Draws * p));
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        var samples = new RankSamples([0.5]);
        foreach (var bandwidth in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.Throws<ArgumentOutOfRangeException>(() => ReflectedKernelDensity.Fit(samples, bandwidth));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReflectedKernelDensity.Fit(samples, 0.1, 1));
    }

    static void Same(ReflectedKernelDensity a, ReflectedKernelDensity b)
    {
        Assert.Equal(b.Count, a.Count);
        for (var g = 0; g < b.NumPoints; g++)
        {
            var x = (double)g / (b.NumPoints - 1);
            Assert.Equal(b.KernelPdf[g], a.KernelPdf[g], 1e-12 * Math.Max(1, b.KernelPdf[g]));
            Assert.Equal(b.KernelCdf[g], a.KernelCdf[g], 1e-12);
            Assert.Equal(b.LogPdf(x), a.LogPdf(x), 1e-12);
            Assert.Equal(b.Tail(x), a.Tail(x), 1e-12);
            Assert.Equal(b.PdfPosterior(g).MeanLog(), a.PdfPosterior(g).MeanLog(), 1e-10);
        }
    }

    static void Rises(IEnumerable<double> values)
    {
        var list = values.ToArray();
        for (var i = 1; i < list.Length; i++) Assert.True(list[i] >= list[i - 1], $"{list[i - 1]:R} then {list[i]:R}");
    }

    static double Simpson(Func<double, double> f, double from, double to, int intervals)
    {
        var h = (to - from) / intervals;
        var sum = f(from) + f(to);
        for (var i = 1; i < intervals; i++) sum += (i % 2 == 1 ? 4 : 2) * f(from + i * h);
        return sum * h / 3;
    }
}
