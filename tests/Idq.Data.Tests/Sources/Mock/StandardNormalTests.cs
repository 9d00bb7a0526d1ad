using System.Runtime.Intrinsics;
using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.Distributions;

namespace Idq.Data.Tests.Mock;

public sealed class StandardNormalTests
{
    [Fact]
    public void The_quantile_agrees_with_another_implementation_everywhere()
    {
        foreach (var p in Enumerable.Range(1, 9999).Select(i => i / 10_000.0)
            .Concat(Enumerable.Range(1, 300).Select(i => Math.Pow(10, -i)))
            .Concat(Enumerable.Range(3, 50).Select(i => 1 - Math.Pow(2, -i))))
        {
            var expected = Normal.InvCDF(0, 1, p);
            Assert.InRange(StandardNormal.Quantile(p), expected - 1e-12 * (1 + Math.Abs(expected)),
                expected + 1e-12 * (1 + Math.Abs(expected)));
        }
    }

    [Fact]
    public void The_quantile_of_a_survival_probability_is_where_it_came_from() =>
        Prop.ForAll(Gen.Choose(-8_000_000, 2_000_000).Select(x => x / 1e6).ToArbitrary(), z =>
            Math.Abs(StandardNormal.Quantile(StandardNormal.Survival(-z)) - z) < 1e-9).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.025, -1.959963984540054)]
    [InlineData(1e-10, -6.361340902404056)]
    public void Known_quantiles(double probability, double expected) => Assert.Equal(expected, StandardNormal.Quantile(probability), 13);

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(3, 0.0013498980316300946)]
    [InlineData(-3, 0.9986501019683699)]
    [InlineData(10, 7.619853024160527e-24)]
    public void Known_survival_probabilities(double z, double expected) => Assert.Equal(1, StandardNormal.Survival(z) / expected, 12);

    [Fact]
    public void Open_uniform_numbers_never_reach_their_ends_and_come_in_fours_as_they_come_singly()
    {
        var (single, four) = (new CounterRandom(1, 2, 3), new CounterRandom(1, 2, 3));
        for (var i = 0; i < 10_000; i++)
        {
            var block = OpenUniform.NextFour(ref four);
            for (var lane = 0; lane < Vector256<double>.Count; lane++)
            {
                var u = OpenUniform.Next(ref single);
                Assert.Equal(u, block[lane]);
                Assert.True(u is > 0 and < 1);
            }
        }
    }
}
