namespace Idq.Learning.Tests.Calibration;

public class BandwidthTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_search_agrees_with_the_sums_as_they_are_written(bool reflect) => RankGenerators.Samples().Check(samples =>
    {
        if (samples.Ranks.Distinct().Count() < samples.Count || samples.Count < 2) return;
        Assert.Equal(Naive(samples, reflect), Bandwidth.LeaveOneOut(samples, 1e-4, 1, reflect), 3e-6);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Many_samples_give_what_the_sums_as_they_are_written_give(bool reflect)
    {
        var samples = new RankSamples(RankGenerators.Falling(500, 3, 11), [.. Enumerable.Range(0, 500).Select(i => 1.0 + i % 2)]);
        var naive = Naive(samples, reflect);
        Assert.Equal(naive, Bandwidth.LeaveOneOut(samples, 1e-4, 1, reflect), 1e-9 * naive);
    }

    [Fact]
    public void Reflections_spare_a_pile_up_at_the_edge_from_a_narrow_kernel()
    {
        var samples = new RankSamples(RankGenerators.Falling(1500, 3, 12));
        Assert.True(Bandwidth.LeaveOneOut(samples, reflect: true) > 2 * Bandwidth.LeaveOneOut(samples));
    }

    [Fact]
    public void On_average_the_optimum_predicts_new_samples_better_than_much_narrower_or_wider_kernels()
    {
        double best = 0, narrow = 0, wide = 0;
        var later = RankGenerators.Falling(500, 3, 14);
        for (var k = 0; k < 5; k++)
        {
            var samples = new RankSamples(RankGenerators.Falling(400, 3, 1300 + k));
            var bandwidth = Bandwidth.LeaveOneOut(samples, reflect: true);
            best += Score(samples, bandwidth, later);
            narrow += Score(samples, bandwidth / 6, later);
            wide += Score(samples, bandwidth * 6, later);
        }
        Assert.True(best > narrow, $"{best}, narrow {narrow}");
        Assert.True(best > wide, $"{best}, wide {wide}");
    }

    [Fact]
    public void Samples_that_coincide_ask_for_the_narrowest_kernel() =>
        Assert.Equal(1e-3, Bandwidth.LeaveOneOut(new([0.3, 0.3, 0.3]), 1e-3, 1));

    [Fact]
    public void Two_samples_far_apart_find_the_distance_between_them() =>
        Assert.Equal(0.25, Bandwidth.LeaveOneOut(new([0.5, 0.75]), 1e-4, 1), 1e-6);

    [Fact]
    public void The_limits_limit()
    {
        RankSamples samples = new([0.1, 0.15, 0.8]);
        Assert.Equal(0.2, Bandwidth.LeaveOneOut(samples, 1e-4, 0.2));
        Assert.Equal(0.9, Bandwidth.LeaveOneOut(samples, 0.9, 1));
    }

    [Fact]
    public void Fewer_than_two_samples_say_nothing()
    {
        Assert.Equal(Bandwidth.Default, Bandwidth.LeaveOneOut(RankSamples.Empty));
        Assert.Equal(Bandwidth.Default, Bandwidth.LeaveOneOut(new([0.4])));
        Assert.Equal(0.2, Bandwidth.LeaveOneOut(new([0.4]), 0.2, 1));
    }

    [Fact]
    public void A_common_factor_of_all_weights_changes_nothing()
    {
        var ranks = RankGenerators.Falling(700, 2, 15);
        var heavy = new RankSamples(ranks, [.. Enumerable.Repeat(4.0, 700)]);
        Assert.Equal(Bandwidth.LeaveOneOut(new(ranks)), Bandwidth.LeaveOneOut(heavy), 1e-12);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 0.1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0.1, double.PositiveInfinity)]
    public void Limits_out_of_order_are_refused(double min, double max) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Bandwidth.LeaveOneOut(new([0.1, 0.2]), min, max));

    static double Score(RankSamples samples, double bandwidth, double[] later)
    {
        var density = ReflectedKernelDensity.Fit(samples, bandwidth, 1001);
        return later.Sum(density.LogPdf);
    }

    static double Naive(RankSamples samples, bool reflect)
    {
        if (Gradient(samples, 1e-4, reflect) <= 0) return 1e-4;
        if (Gradient(samples, 1, reflect) >= 0) return 1;
        var (low, high) = (Math.Log(1e-4), 0.0);
        while (high - low > 1e-6)
        {
            var middle = 0.5 * (low + high);
            if (Gradient(samples, Math.Exp(middle), reflect) > 0) low = middle;
            else high = middle;
        }
        return Math.Exp(0.5 * (low + high));
    }

    static double Gradient(RankSamples samples, double bandwidth, bool reflect)
    {
        double gradient = 0;
        for (var i = 0; i < samples.Count; i++)
        {
            var x = samples.Ranks[i];
            double[] views = reflect ? [x, -x, 2 - x] : [x];
            var terms = Enumerable
                .Range(0, samples.Count)
                .Where(j => j != i)
                .SelectMany(j => views.Select(v => (Weight: samples.Weights[j], Z: Math.Pow((v - samples.Ranks[j]) / bandwidth, 2))))
                .ToArray();
            var least = terms.Min(t => t.Z);
            var sum = terms.Sum(t => t.Weight * Math.Exp(-0.5 * (t.Z - least)));
            gradient += samples.Weights[i] * (terms.Sum(t => t.Weight * t.Z * Math.Exp(-0.5 * (t.Z - least))) / sum - 1);
        }
        return gradient;
    }
}
