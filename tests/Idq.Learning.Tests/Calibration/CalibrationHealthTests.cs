namespace Idq.Learning.Tests.Calibration;

public class CalibrationHealthTests
{
    static readonly CalibrationRates Rates = new(10, 1_000_000_000_000, 1_000_000_000_000, 1_000_000_000);

    [Fact]
    public void A_map_is_healthy_on_more_of_the_same()
    {
        var map = Map(CalibrationKind.Kernel, RankGenerators.Falling(2000, 3, 41));
        var health = CalibrationHealth.Of(map, new(RankGenerators.Falling(2000, 3, 42)));
        Assert.True(health.IsHealthy);
        Assert.Equal(CalibrationHealth.Thresholds, health.Checks.Select(c => c.Threshold));
        Assert.Equal(CalibrationHealth.Thresholds, health.Checks.Select(c => c.Stated));
        Assert.All(
            health.Checks,
            c => Assert.InRange(c.Observed, c.Threshold * (1 - 5 * c.StandardError!.Value), c.Threshold * (1 + 5 * c.StandardError.Value))
        );
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void A_map_is_not_healthy_when_the_detector_has_changed(int power)
    {
        var map = Map(CalibrationKind.Kernel, RankGenerators.Falling(2000, 3, 43));
        var health = CalibrationHealth.Of(map, new(RankGenerators.Falling(2000, power, 44)));
        Assert.False(health.IsHealthy);
        Assert.Equal(power == 2, health.Checks[^1].Deviation > 0);
    }

    [Fact]
    public void A_discrete_map_is_judged_by_the_false_alarm_probability_it_can_have()
    {
        double[] shares = [88, 8, 3.5, 0.5];
        var map = Map(CalibrationKind.Discrete, RankGenerators.Atomic(8000, shares, 45));
        var health = CalibrationHealth.Of(map, new(RankGenerators.Atomic(8000, shares, 46)));
        Assert.True(health.IsHealthy);
        var stated = health.Checks.Select(c => c.Stated).ToArray();
        Assert.All(stated[..2], s => Assert.Equal(1.0 / 8001, s, 1e-12));
        Assert.All(stated[2..4], s => Assert.Equal(0.005, s, 0.003));
        Assert.All(stated[4..5], s => Assert.Equal(0.04, s, 0.005));
        Assert.Equal(0.12, stated[5], 0.01);
        Assert.All(health.Checks.Take(2), c => Assert.Equal(-1, c.Deviation));
    }

    [Fact]
    public void A_threshold_that_no_rank_reaches_is_not_judged()
    {
        var map = CalibrationMap.Fit(CalibrationKind.Discrete, new([0.1, 0.1]), new([0.1, 0.1]), Rates);
        var health = CalibrationHealth.Of(map, new([0.1, 0.1]));
        Assert.All(health.Checks, c => Assert.Equal((0.0, null, null), (c.Stated, c.Deviation, c.StandardError)));
        Assert.True(health.IsHealthy);
    }

    [Fact]
    public void Weights_of_the_later_samples_count()
    {
        var map = Map(CalibrationKind.Discrete, [.. Enumerable.Repeat(0.1, 90), .. Enumerable.Repeat(0.9, 10)]);
        var health = CalibrationHealth.Of(map, new([0.1, 0.9], [3, 1]));
        Assert.Equal(0.25, health.Checks[^1].Observed);
    }

    [Fact]
    public void The_error_counts_the_samples_that_the_map_was_made_of()
    {
        var later = new RankSamples(RankGenerators.Falling(4000, 3, 47));
        var few = CalibrationHealth.Of(Map(CalibrationKind.Kernel, RankGenerators.Falling(200, 3, 48)), later);
        var many = CalibrationHealth.Of(Map(CalibrationKind.Kernel, RankGenerators.Falling(4000, 3, 49)), later);
        Assert.True(few.Checks[2].StandardError > 1.5 * many.Checks[2].StandardError);
    }

    [Fact]
    public void Without_later_samples_there_is_nothing_to_complain_about()
    {
        var health = CalibrationHealth.Of(Map(CalibrationKind.Kernel, [0.1, 0.2]), RankSamples.Empty);
        Assert.Empty(health.Checks);
        Assert.True(health.IsHealthy);
    }

    static CalibrationMap Map(CalibrationKind kind, double[] clean) => CalibrationMap.Fit(kind, new([0.5, 0.9]), new(clean), Rates);
}
