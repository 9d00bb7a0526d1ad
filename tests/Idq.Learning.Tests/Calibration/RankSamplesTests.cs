namespace Idq.Learning.Tests.Calibration;

public class RankSamplesTests
{
    [Theory]
    [InlineData(-1e-9)]
    [InlineData(1.0000001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Ranks_outside_0_to_1_are_refused(double rank) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RankSamples([0.5, rank]));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Weights_that_are_not_positive_and_finite_are_refused(double weight) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RankSamples([0.5], [weight]));

    [Fact]
    public void Every_rank_has_a_weight() => Assert.Throws<ArgumentException>(() => new RankSamples([0.5, 0.6], [1]));

    [Fact]
    public void Equal_weights_leave_the_effective_count_at_the_number_of_rows()
    {
        Assert.Equal(3, new RankSamples([0.1, 0.2, 0.3]).EffectiveCount);
        Assert.Equal(3, new RankSamples([0.1, 0.2, 0.3], [5, 5, 5]).EffectiveCount, 12);
        Assert.Equal(15, new RankSamples([0.1, 0.2, 0.3], [5, 5, 5]).TotalWeight);
        Assert.Equal(0, RankSamples.Empty.EffectiveCount);
    }

    [Fact]
    public void One_heavy_row_is_worth_little_more_than_itself() =>
        Assert.Equal(
            1100 * 1100 / (1e6 + 100),
            new RankSamples([.. Enumerable.Repeat(0.5, 101)], [1000, .. Enumerable.Repeat(1.0, 100)]).EffectiveCount,
            9
        );
}
