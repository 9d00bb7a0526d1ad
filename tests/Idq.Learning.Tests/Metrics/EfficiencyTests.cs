namespace Idq.Learning.Tests.Metrics;

public sealed class EfficiencyTests
{
    static readonly double[] Limits = [0, 0.01, 0.1, 0.25, 0.5, 0.9, 1];

    [Fact]
    public void No_threshold_within_the_limit_is_more_efficient() =>
        RankGenerators.Pairs(RankGenerators.Fractional).Check(pair =>
        {
            var (glitch, clean) = pair;
            if (glitch.Count == 0 || clean.Count == 0) return;
            foreach (var limit in Limits)
            {
                var best = Thresholds().Where(t => Fraction(clean, t) <= limit + 1e-12).Max(t => Fraction(glitch, t));
                Assert.Equal(best, Roc.EfficiencyAt(limit, glitch, clean).Value, 1e-12);
            }
        });

    [Fact]
    public void The_threshold_gives_the_figures_that_are_told() =>
        RankGenerators.Pairs(RankGenerators.Fractional).Check(pair =>
        {
            var (glitch, clean) = pair;
            if (glitch.Count == 0 || clean.Count == 0) return;
            foreach (var limit in Limits)
            {
                var point = Roc.EfficiencyAt(limit, glitch, clean);
                Assert.Equal(limit, point.RequestedFap);
                Assert.Equal(Fraction(clean, point.Threshold), point.Fap, 1e-12);
                Assert.Equal(Fraction(glitch, point.Threshold), point.Value, 1e-12);
                Assert.InRange(point.Fap, 0, limit + 1e-12);
            }
        });

    [Fact]
    public void A_weight_counts_as_often_as_the_row_repeated() =>
        RankGenerators.Pairs(RankGenerators.Whole).Check(pair =>
        {
            if (pair.Glitch.Count == 0 || pair.Clean.Count == 0) return;
            foreach (var limit in Limits)
            {
                var weighted = Roc.EfficiencyAt(limit, pair.Glitch, pair.Clean);
                var repeated = Roc.EfficiencyAt(limit, Repeat(pair.Glitch), Repeat(pair.Clean));
                Assert.Equal(repeated with { StandardError = 0 }, weighted with { StandardError = 0 });
            }
        });

    [Fact]
    public void The_error_is_binomial_in_the_effective_number_of_glitches()
    {
        var glitch = new RankSamples([0.9, 0.8, 0.2], [3, 1, 4]);
        var point = Roc.EfficiencyAt(0, glitch, new RankSamples([0.5]));
        Assert.Equal(0.5, point.Value);
        Assert.Equal(Math.Sqrt(0.25 / (64.0 / 26)), point.StandardError, 1e-15);
    }

    [Fact]
    public void Equal_weights_of_any_size_keep_a_limit_that_is_met_exactly()
    {
        var ranks = Enumerable.Range(1, 100).Select(i => i / 100.0).ToArray();
        var clean = new RankSamples(ranks, ranks.Select(_ => 0.1).ToArray());
        Assert.Equal(0.1, Roc.EfficiencyAt(0.1, new RankSamples(ranks), clean).Value, 1e-12);
    }

    [Fact]
    public void Samples_of_one_rank_are_taken_all_or_none()
    {
        var (glitch, clean) = (new RankSamples([0.5, 0.5, 0.7]), new RankSamples([0.5, 0.5, 0.1, 0.1]));
        Assert.Equal((1 / 3.0, 0.0, 0.7), Figures(Roc.EfficiencyAt(0.49, glitch, clean)));
        Assert.Equal((1.0, 0.5, 0.5), Figures(Roc.EfficiencyAt(0.5, glitch, clean)));
    }

    [Fact]
    public void When_even_the_highest_clean_rank_is_too_many_nothing_is_an_alarm() =>
        Assert.Equal(
            (0.0, 0.0, double.PositiveInfinity),
            Figures(Roc.EfficiencyAt(0.3, new RankSamples([0.1, 1]), new RankSamples([1, 1, 0])))
        );

    [Fact]
    public void At_limit_one_every_glitch_is_found()
    {
        var point = Roc.EfficiencyAt(1, new RankSamples([0, 0.3, 0.4], [0.1, 0.2, 0.3]), new RankSamples([0, 1, 0.2], [0.1, 0.2, 0.3]));
        Assert.Equal((1.0, 1.0, 0.0), (point.Value, point.Fap, point.StandardError));
    }

    [Fact]
    public void An_empty_class_has_no_efficiency()
    {
        var some = new RankSamples([0.5]);
        foreach (var point in new[] { Roc.EfficiencyAt(0.1, RankSamples.Empty, some), Roc.EfficiencyAt(0.1, some, RankSamples.Empty) })
            Assert.Equal(new Efficiency(0.1, double.NaN, double.NaN, double.NaN, double.NaN), point);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_limit_that_is_no_probability_is_refused(double limit) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Roc.EfficiencyAt(limit, new RankSamples([1]), new RankSamples([0])));

    static (double, double, double) Figures(Efficiency point) => (point.Value, point.Fap, point.Threshold);

    static IEnumerable<double> Thresholds() => Enumerable.Range(0, 12).Select(i => i / 10.0);

    static double Fraction(RankSamples samples, double threshold) =>
        samples.Ranks.Zip(samples.Weights).Where(r => r.First >= threshold).Sum(r => r.Second) / samples.TotalWeight;

    static RankSamples Repeat(RankSamples s) =>
        new(s.Ranks.Zip(s.Weights).SelectMany(r => Enumerable.Repeat(r.First, (int)r.Second)).ToArray());
}
