namespace Idq.Learning.Tests.Calibration;

public sealed class SlopeCorrectionTests
{
    [Theory]
    [InlineData(0.3, 0)]
    [InlineData(0.65, 0)]
    [InlineData(0.65, -3)]
    [InlineData(1.5, -3)]
    public void The_kernel_does_not_raise_the_slope_of_ranks_that_are_even_up_to_a_factor_of_their_odds(double bandwidth, double shift)
    {
        // So many samples at their quantiles that chance plays no part.
        const int Samples = 20_000;
        var density = Density(bandwidth, Enumerable.Range(0, Samples).Select(i => shift + LogOdds((i + 0.5) / Samples)));
        var corrected = SlopeCorrection.Of(density);
        for (var g = 40; g < 160; g++)
        {
            var y = 24 * (g / 200.0 - 0.5);
            var truth = 24 / (4 * Math.Pow(Math.Cosh((y - shift) / 2), 2));
            if (truth < 24 * 0.002) continue;
            Assert.Equal(truth, corrected[g], 0.03 * truth);
        }
        Assert.Equal(1, (corrected.Sum() - (corrected[0] + corrected[^1]) / 2) / 200, 1e-12);
        // On a slope the kernel alone says e^(b²/2) of the truth.
        var onSlope = (int)Math.Round(200 * (0.5 + (shift + 5) / 24));
        Assert.InRange(density.KernelPdf[onSlope] / corrected[onSlope], 1 + 0.4 * bandwidth * bandwidth, double.PositiveInfinity);
    }

    [Fact]
    public void No_estimate_is_negative_and_the_whole_is_1_wherever_the_samples_are() => RankGenerators.Samples().Check(samples =>
    {
        foreach (var bandwidth in new[] { 0.12, 1, 3 })
        {
            var corrected = SlopeCorrection.Of(ReflectedKernelDensity.Fit(RankAxis.Places(samples), bandwidth / 24, 201));
            Assert.All(corrected, f => Assert.InRange(f, 0, 1e6));
            Assert.Equal(1, (corrected.Sum() - (corrected[0] + corrected[^1]) / 2) / 200, 1e-9);
        }
    });

    [Fact]
    public void Of_no_samples_nothing_is_said() =>
        Assert.All(SlopeCorrection.Of(ReflectedKernelDensity.Fit(RankSamples.Empty, 0.1, 11)), f => Assert.Equal(0, f));

    static ReflectedKernelDensity Density(double bandwidth, IEnumerable<double> logOdds) =>
        ReflectedKernelDensity.Fit(new([.. logOdds.Select(y => Math.Clamp(0.5 + y / 24, 0, 1))]), bandwidth / 24, 201);

    static double LogOdds(double p) => Math.Log(p / (1 - p));
}
