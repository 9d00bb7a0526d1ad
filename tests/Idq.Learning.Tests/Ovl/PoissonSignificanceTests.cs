using System.Text.Json;

namespace Idq.Learning.Tests.Ovl;

public sealed class PoissonSignificanceTests
{
    [SharedFact]
    public void The_golden_values_hold_to_ten_digits()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("calibration", "golden.json")));
        foreach (var row in golden.RootElement.GetProperty("poisson").EnumerateArray())
        {
            var expected = row.GetProperty("poisson_signif").GetDouble();
            var actual = PoissonSignificance.Of(row.GetProperty("n").GetInt32(), row.GetProperty("mu").GetDouble());
            Assert.True(Math.Abs(actual - expected) <= 1e-10 * Math.Abs(expected), $"{row}: {actual:R}");
        }
    }

    [Fact]
    public void A_count_of_zero_means_nothing_and_a_count_where_none_is_expected_means_everything()
    {
        Assert.Equal(0, PoissonSignificance.Of(0, 3));
        Assert.Equal(0, PoissonSignificance.Of(0, 0));
        Assert.Equal(double.PositiveInfinity, PoissonSignificance.Of(1, 0));
        Assert.Equal(0, PoissonSignificance.Of(1, double.PositiveInfinity));
    }

    [Theory]
    [InlineData(-1, 1.0)]
    [InlineData(1, -1.0)]
    [InlineData(1, double.NaN)]
    public void What_is_no_count_and_no_mean_is_refused(int count, double mean) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PoissonSignificance.Of(count, mean));

    // The sums were evaluated with 60 decimal digits.
    [Theory]
    [InlineData(1, 1e-300, 690.775527898213705205)]
    [InlineData(1000, 1.0, 5913.12717898882826535)]
    [InlineData(16, 16.0, 0.628755341531645159543)]
    [InlineData(100, 99.5, 0.706583727362020536809)]
    [InlineData(5000, 4321.5, 53.8661478953285882331)]
    [InlineData(10000, 10000.0, 0.690491094401972359421)]
    [InlineData(20, 60.0, 6.35191834239631943883e-10)]
    public void Neither_the_far_ends_nor_the_middle_lose_digits(int count, double mean, double expected) =>
        Assert.Equal(expected, PoissonSignificance.Of(count, mean), 1e-12 * expected);

    [Fact]
    public void What_is_certain_has_no_significance() => Assert.Equal(0, PoissonSignificance.Of(1, 800));

    [Fact]
    public void Large_counts_near_their_mean_agree_with_the_normal_distribution()
    {
        // P(N ≥ μ) tends to ½ + 1/(3√(2πμ)) as the mean grows (Ramanujan).
        foreach (var mean in (int[])[10_000, 1_000_000, 100_000_000])
            Assert.Equal(0.5 + 1.0 / 3 / Math.Sqrt(2 * Math.PI * mean), Math.Exp(-PoissonSignificance.Of(mean, mean)), 1.0 / mean);
    }

    [Fact]
    public void The_two_sums_meet_where_the_count_equals_the_mean()
    {
        foreach (var n in (int[])[1, 2, 5, 15, 16, 17, 100, 10_000, 1_000_000])
        {
            var below = PoissonSignificance.Of(n, Math.BitDecrement((double)n));
            var at = PoissonSignificance.Of(n, n);
            Assert.Equal(below, at, 1e-11 * below);
        }
    }

    [Fact]
    public void Small_counts_agree_with_the_sum_written_out()
    {
        foreach (var mean in (double[])[0.01, 0.3, 1, 2.5, 4])
        {
            double below = 0, term = Math.Exp(-mean);
            for (var n = 1; n <= 4; n++)
            {
                below += term;
                term *= mean / n;
                Assert.Equal(-Math.Log(1 - below), PoissonSignificance.Of(n, mean), 1e-6);
            }
        }
    }

    [Fact]
    public void More_counts_are_more_significant_and_a_larger_mean_makes_them_less_so()
    {
        for (var n = 1; n < 300; n++)
            for (var mean = 0.5; mean < 300; mean += 7.3)
            {
                var own = PoissonSignificance.Of(n, mean);
                Assert.True(PoissonSignificance.Of(n + 1, mean) > own || own < 1e-15);
                Assert.True(PoissonSignificance.Of(n, mean + 1) <= PoissonSignificance.Of(n, mean));
            }
    }
}
