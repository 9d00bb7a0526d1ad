namespace Idq.Learning.Tests.Calibration;

public sealed class CalibrationReliabilityTests
{
    [Fact]
    public void Even_faps_are_their_own_share_within_three_errors()
    {
        var fap = RankGenerators.Even(20_000, 91);
        var reliability = CalibrationReliability.Of(fap, Ones(20_000), double.PositiveInfinity, []);
        Assert.Equal(CalibrationReliability.Thresholds, reliability.Fap.Select(f => f.Threshold));
        Assert.All(reliability.Fap, f => Assert.InRange(f.Value, f.Threshold - 3 * f.StandardError, f.Threshold + 3 * f.StandardError));
        Assert.Equal(Math.Sqrt(0.25 / 20_000), reliability.Fap[0].StandardError, 1e-12);
    }

    [Fact]
    public void The_error_of_a_share_counts_the_rows_of_the_map_and_the_weights()
    {
        var few = CalibrationReliability.Of(RankGenerators.Even(1000, 92), Ones(1000), 998, []);
        Assert.Equal(Math.Sqrt(0.25 * 2 / 1000), few.Fap[0].StandardError, 1e-12);
        var heavy = CalibrationReliability.Of([0.3, 0.9], [3, 1], double.PositiveInfinity, []);
        Assert.Equal((0.75, Math.Sqrt(0.25 * 10 / 16)), (heavy.Fap[0].Value, heavy.Fap[0].StandardError));
    }

    [Fact]
    public void Without_rows_there_are_no_shares_and_without_glitches_no_ratio()
    {
        var nothing = CalibrationReliability.Of([], [], 100, []);
        Assert.Empty(nothing.Fap);
        Assert.Empty(nothing.PGlitch);
        Assert.Null(nothing.Total);
        Assert.Throws<ArgumentException>(() => CalibrationReliability.Of([0.5], [], 100, []));
    }

    [Theory]
    [InlineData(1.0, true)]
    [InlineData(0.5, false)]
    public void Windows_hold_a_glitch_as_often_as_PGLITCH_says_or_the_ratio_tells(double truth, bool isRight)
    {
        var blocks = Enumerable.Range(0, 500).Select(b =>
        {
            var (block, random) = (new PGlitchTally(), new CounterRandom(1, 2, b));
            for (var i = 0; i < 50; i++)
            {
                var p = Math.Pow(random.NextDouble(), 6);
                block.Add(p, 0, random.NextDouble() < p * truth, 1);
            }
            return block;
        }).ToArray();
        var reliability = CalibrationReliability.Of([], [], 1, blocks);
        Assert.Equal(PGlitchTally.BinCount, reliability.PGlitch.Count);
        Assert.Equal(25_000, reliability.PGlitch.Sum(b => b.Windows), 1e-6);
        Assert.Equal(isRight, reliability.PGlitch.All(b => Math.Abs(b.Held - b.Stated) <= 4 * b.StandardError));
        Assert.Equal(isRight, Math.Abs(reliability.Total!.Value.Value - 1) <= 4 * reliability.Total.Value.StandardError);
        Assert.Equal(1 / truth, reliability.Total.Value.Value, 0.1);
    }

    [Fact]
    public void Samples_of_one_window_are_one_observation()
    {
        // Every window is sampled 25 times; the samples of a window agree.
        PGlitchTally Block(int b, int samples)
        {
            var (block, held) = (new PGlitchTally(), new CounterRandom(3, 4, b).NextDouble() < 0.3);
            for (var i = 0; i < samples; i++) block.Add(0.3, 0, held, 1.0 / samples);
            return block;
        }
        double Error(int samples) =>
            CalibrationReliability.Of([], [], 1, Enumerable.Range(0, 1000).Select(b => Block(b, samples))).PGlitch.Single().StandardError;
        Assert.Equal(Error(1), Error(25), 1e-9);
        Assert.Equal(Math.Sqrt(1000 * 0.21), Error(25), 1.5);
    }

    [Fact]
    public void What_the_map_did_not_know_is_in_the_error()
    {
        var block = new PGlitchTally();
        for (var i = 0; i < 100; i++) block.Add(0.2, 0.5, i % 5 == 0, 1);
        var ofBin = 100 * 0.2 * 0.8 * 0.5;
        Assert.Equal(ofBin, CalibrationReliability.Of([], [], 1, [block]).PGlitch.Single().StandardError, 1e-9);
        for (var i = 0; i < 100; i++) block.Add(0.6, 0.5, i % 5 < 3, 1);
        var ofBoth = Math.Sqrt(ofBin * ofBin + Math.Pow(100 * 0.6 * 0.4 * 0.5, 2));
        Assert.Equal(ofBoth / 80, CalibrationReliability.Of([], [], 1, [block]).Total!.Value.StandardError, 1e-9);
    }

    [Fact]
    public void Bins_begin_at_their_edge_and_the_last_holds_1()
    {
        var block = new PGlitchTally();
        foreach (var p in new[] { 0, 0.0099, 0.01, 0.1, 0.5, 0.9, 1 }) block.Add(p, 0, false, 1);
        Assert.Equal([2, 1, 1, 1, 2], block.Windows);
    }

    [Fact]
    public void A_tally_is_read_back_from_its_figures()
    {
        var tally = new PGlitchTally();
        foreach (var p in new[] { 0.003, 0.004, 0.7, 1 }) tally.Add(p, 0.3, p > 0.5, 0.125);
        var read = PGlitchTally.Of(tally.Figures());
        Assert.Equal(15, tally.Figures().Length);
        Assert.Equal(tally.Windows, read.Windows);
        Assert.Equal(tally.Held, read.Held);
        Assert.Equal(tally.Stated.Sum() + tally.Drift.Sum(), read.Stated.Sum() + read.Drift.Sum(), 1e-6);
        Assert.Throws<ArgumentException>(() => PGlitchTally.Of([0, 1, 2]));
        Assert.Throws<ArgumentException>(() => PGlitchTally.Of([5, 1, 1, 1, 1]));
    }

    static double[] Ones(int n) => [.. Enumerable.Repeat(1.0, n)];
}
