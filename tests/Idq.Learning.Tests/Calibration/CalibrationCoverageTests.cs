namespace Idq.Learning.Tests.Calibration;

public class CalibrationCoverageTests
{
    [Fact]
    public void True_likelihood_ratios_are_covered_with_the_stated_error()
    {
        var pulls = Enumerable.Range(0, 400).Select(k =>
        {
            var coverage = Judge(300, 700, k, truth => truth);
            return (coverage.Value!.Value - 1) / coverage.StandardError!.Value;
        }).ToArray();
        Assert.Equal(0, pulls.Average(), 0.2);
        Assert.InRange(Math.Sqrt(pulls.Average(p => p * p)), 0.88, 1.12);
    }

    [Fact]
    public void Weighted_samples_are_covered_with_the_stated_error()
    {
        var pulls = Enumerable.Range(0, 400).Select(k =>
        {
            var coverage = Judge(300, 700, 1000 + k, truth => truth, i => i % 4 == 0 ? 5 : 1);
            return (coverage.Value!.Value - 1) / coverage.StandardError!.Value;
        }).ToArray();
        Assert.Equal(0, pulls.Average(), 0.2);
        Assert.InRange(Math.Sqrt(pulls.Average(p => p * p)), 0.88, 1.12);
    }

    [Fact]
    public void A_glitch_rate_unlike_that_of_the_map_changes_nothing() =>
        Assert.All(new[] { (50, 2000), (2000, 50) }, c =>
        {
            var coverage = Judge(c.Item1, c.Item2, 77, truth => truth);
            Assert.InRange(coverage.Value!.Value, 1 - 4 * coverage.StandardError!.Value, 1 + 4 * coverage.StandardError!.Value);
        });

    [Theory]
    [InlineData(1.0)]
    [InlineData(-1.0)]
    public void Likelihood_ratios_that_are_off_by_one_are_found_out(double shift)
    {
        var coverage = Judge(1500, 3500, 3, truth => truth + shift);
        Assert.True(Math.Abs(coverage.Value!.Value - 1) > 4 * coverage.StandardError!.Value);
        Assert.Equal(shift > 0, coverage.Value < 1);
    }

    [Fact]
    public void Likelihood_ratios_that_are_too_bold_are_found_out_bin_by_bin()
    {
        var coverage = Judge(3000, 3000, 4, truth => 3 * truth);
        Assert.Contains(coverage.Bins, bin => Math.Abs(bin.Observed - bin.Expected) > 4 * bin.StandardError);
    }

    [Theory]
    [InlineData(CalibrationKind.Kernel)]
    [InlineData(CalibrationKind.Discrete)]
    public void A_map_of_few_samples_is_within_its_error_when_its_own_uncertainty_is_counted(CalibrationKind kind)
    {
        var inside = 0;
        const int Maps = 40;
        for (var k = 0; k < Maps; k++)
        {
            var map = CalibrationMap.Fit(kind, Ranks(kind, true, 100, 100_000 + k), Ranks(kind, false, 250, 200_000 + k), new(1, 1, 1, 1));
            var (glitch, clean) = (Ranks(kind, true, 2000, 300_000 + k), Ranks(kind, false, 4000, 400_000 + k));
            double[] ranks = [.. glitch.Ranks, .. clean.Ranks];
            byte[] labels = [.. glitch.Ranks.Select(_ => Label.Glitch), .. clean.Ranks.Select(_ => Label.Clean)];
            var coverage = CalibrationCoverage.Of(
                [.. ranks.Select(map.LogLike)],
                labels,
                Ones(6000),
                [.. ranks.Select(map.LogLikeDeviation)]
            );
            if (Math.Abs(coverage.Value!.Value - 1) <= 2 * coverage.StandardError!.Value)
                inside++;
        }
        Assert.InRange(inside, 0.85 * Maps, Maps);
    }

    [Fact]
    public void Bins_hold_every_sample_once()
    {
        var coverage = Judge(200, 300, 5, truth => truth);
        Assert.Equal(500, coverage.Bins.Sum(bin => bin.Samples), 9);
        Assert.Equal(200, coverage.Bins.Sum(bin => bin.Observed), 9);
        Assert.Equal(200, coverage.Bins.Sum(bin => bin.Expected), 40.0);
        Assert.Equal(coverage.Observed, coverage.Bins.Where(bin => bin.LogLike > 0).Sum(bin => bin.Observed), 9);
        Assert.Equal(coverage.Bins.OrderBy(bin => bin.LogLike), coverage.Bins);
    }

    [Fact]
    public void Weights_count_samples_that_often()
    {
        double[] logLike = [1.5, 1.5, -2, -2.5];
        byte[] labels = [1, 0, 0, 1];
        var weighted = CalibrationCoverage.Of(logLike, labels, [3, 1, 2, 1]);
        var repeated = CalibrationCoverage.Of([1.5, 1.5, 1.5, 1.5, -2, -2, -2.5], [1, 1, 1, 0, 0, 0, 1], Ones(7));
        Assert.Equal(repeated.Value!.Value, weighted.Value!.Value, 1e-12);
        Assert.Equal(repeated.Expected, weighted.Expected, 1e-12);
        Assert.True(weighted.StandardError > repeated.StandardError);
    }

    [Fact]
    public void Nothing_above_0_gives_no_value_but_bins()
    {
        var coverage = CalibrationCoverage.Of([-1.5, 0, -3], [1, 0, 0], Ones(3));
        Assert.Null(coverage.Value);
        Assert.Null(coverage.StandardError);
        Assert.Equal(3, coverage.Bins.Sum(bin => bin.Samples));
    }

    [Fact]
    public void One_class_alone_or_nothing_gives_no_value()
    {
        Assert.Null(CalibrationCoverage.Of([1, 2], [1, 1], Ones(2)).Value);
        Assert.Null(CalibrationCoverage.Of([1, 2], [0, 0], Ones(2)).Value);
        Assert.Empty(CalibrationCoverage.Of([], [], []).Bins);
    }

    [Fact]
    public void Infinite_likelihood_ratios_are_certainties()
    {
        var coverage = CalibrationCoverage.Of([double.PositiveInfinity, double.NegativeInfinity, 0.5], [1, 0, 0], Ones(3));
        Assert.InRange(coverage.Expected, 1, 2);
        Assert.Equal(1, coverage.Observed);
        Assert.True(double.IsNegativeInfinity(coverage.Bins[0].LogLike));
    }

    [Fact]
    public void Ragged_input_and_NaN_are_refused()
    {
        Assert.Throws<ArgumentException>(() => CalibrationCoverage.Of([1, 2], [1], Ones(2)));
        Assert.Throws<ArgumentException>(() => CalibrationCoverage.Of([1, 2], [1, 0], Ones(2), [0.1]));
        Assert.Throws<ArgumentException>(() => CalibrationCoverage.Of([double.NaN, 2], [1, 0], Ones(2)));
    }

    /// <summary>Glitches of density 3r², clean samples of density 3(1 − r)²: the true log likelihood ratio is 2 log(r/(1 − r)).</summary>
    static CalibrationCoverage Judge(int glitches, int cleans, long key, Func<double, double> stated, Func<int, double>? weight = null)
    {
        double[] ranks = [.. RankGenerators.Rising(glitches, 3, 2 * key), .. RankGenerators.Falling(cleans, 3, 2 * key + 1)];
        byte[] labels = [.. Enumerable.Repeat(Label.Glitch, glitches), .. Enumerable.Repeat(Label.Clean, cleans)];
        return CalibrationCoverage.Of([.. ranks.Select(r => stated(2 * Math.Log(r / (1 - r))))], labels,
            weight is null ? Ones(ranks.Length) : [.. Enumerable.Range(0, ranks.Length).Select(weight)]);
    }

    static RankSamples Ranks(CalibrationKind kind, bool glitch, int n, long key) => new((kind, glitch) switch
    {
        (CalibrationKind.Kernel, true) => RankGenerators.Rising(n, 2, key),
        (CalibrationKind.Kernel, false) => RankGenerators.Even(n, key),
        (_, true) => RankGenerators.Atomic(n, [30, 10, 5, 5, 20, 30], key),
        _ => RankGenerators.Atomic(n, [80, 10, 5, 2, 2, 1], key),
    });

    static double[] Ones(int n) => [.. Enumerable.Repeat(1.0, n)];
}
