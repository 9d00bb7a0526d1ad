namespace Idq.Learning.Tests.Calibration;

public class CalibrationPolicyTests
{
    static readonly CalibrationRates Rates = new(10, 1_000_000_000_000, 1_000_000_000_000, 1_000_000_000);

    [Fact]
    public void A_kernel_map_is_refitted_when_its_samples_have_doubled()
    {
        var map = Map(CalibrationKind.Kernel);
        Assert.False(CalibrationPolicy.ShouldRefit(map, 9, 0));
        Assert.True(CalibrationPolicy.ShouldRefit(map, 10, 0));
        var grown = map.Append(new([0.1, 0.2, 0.3]), new([0.4, 0.5, 0.6]));
        Assert.False(CalibrationPolicy.ShouldRefit(grown, 3, 0));
        Assert.True(CalibrationPolicy.ShouldRefit(grown, 4, 0));
    }

    [Fact]
    public void Nothing_new_needs_no_refit() => Assert.False(CalibrationPolicy.ShouldRefit(
        CalibrationMap.Fit(CalibrationKind.Kernel, RankSamples.Empty, RankSamples.Empty, Rates), 0, 0));

    [Theory]
    [InlineData(CalibrationKind.Kernel)]
    [InlineData(CalibrationKind.Discrete)]
    public void Dropped_samples_always_need_a_refit(CalibrationKind kind) => Assert.True(CalibrationPolicy.ShouldRefit(Map(kind), 1, 1));

    [Fact]
    public void A_discrete_map_grows_exactly_and_needs_no_refit() =>
        Assert.False(CalibrationPolicy.ShouldRefit(Map(CalibrationKind.Discrete), 1000, 0));

    static CalibrationMap Map(CalibrationKind kind) =>
        CalibrationMap.Fit(kind, new([0.1, 0.2, 0.3, 0.4, 0.5]), new([0.1, 0.2, 0.3, 0.4, 0.5]), Rates);
}
