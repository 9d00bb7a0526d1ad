using System.Text;
using FsCheck.Fluent;
using Idq.Learning.Tests.Calibration;

namespace Idq.Learning.Tests.Scales;

public sealed class RankScaleTests
{
    const long Second = GpsTime.NanosecondsPerSecond;

    [Fact]
    public void A_scale_of_no_scores_leaves_scores_as_they_are()
    {
        Assert.True(RankScale.Identity.IsIdentity);
        Assert.Equal([0, 0.25, 1], new[] { 0, 0.25, 1 }.Select(s => RankScale.Identity.Rank(s, 5)));
        Assert.Equal(0.25, RankScale.Of(RankSamples.Empty).Rank(0.25, 5));
    }

    [Fact]
    public void A_rank_is_the_place_among_the_clean_scores_and_one_more()
    {
        var scale = RankScale.Of(new([0.1, 0.4, 0.2]));
        Assert.Equal(0.25, Models.Share(scale.Rank(0.1, 0)), 1e-14);
        Assert.Equal(0.5, Models.Share(scale.Rank(0.2, 0)), 1e-14);
        Assert.Equal(0.625, Models.Share(scale.Rank(0.3, 0)), 1e-14);
        Assert.Equal(0.875, Models.Share(scale.Rank(0.7, 0)), 1e-14);
        Assert.Equal((0.0, 1.0), (scale.Rank(0, 0), scale.Rank(1, 0)));
    }

    [Fact]
    public void A_higher_score_never_has_a_lower_rank_and_every_rank_lies_in_0_to_1() => RankGenerators.Samples().Check(clean =>
    {
        var scale = RankScale.Of(clean);
        var last = 0.0;
        for (var i = 0; i <= 400; i++)
        {
            var rank = scale.Rank(i / 400.0, 7 * Second);
            Assert.InRange(rank, last, 1);
            last = rank;
        }
    });

    [Fact]
    public void Beyond_every_clean_score_the_order_is_still_that_of_the_scores()
    {
        var scale = RankScale.Of(new(RankGenerators.Falling(5000, 3, 1)));
        Assert.True(scale.Rank(0.9999, 0) < scale.Rank(0.99999, 0));
        Assert.InRange(Models.Share(scale.Rank(0.9999, 0)), 5000 / 5001.0, 1);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void Clean_ranks_have_one_distribution_whatever_the_scores_are_like(int power)
    {
        var scale = RankScale.Of(new(RankGenerators.Falling(20_000, power, 2)));
        Even(RankGenerators.Falling(20_000, power, 3).Select(score => scale.Rank(score, 0)), 20_000);
    }

    [Fact]
    public void Ties_are_spread_evenly_by_the_second_and_agree_inside_it()
    {
        // Three of ten clean times have no feature at all, and one score.
        double Score(int i) => i % 10 < 3 ? 0.05 : new CounterRandom(1, 2, i).NextDouble();
        var scale = RankScale.Of(new([.. Enumerable.Range(0, 20_000).Select(Score)]));
        Even(Enumerable.Range(20_000, 20_000).Select(i => scale.Rank(Score(i), i * Second)), 20_000);
        Assert.Equal(scale.Rank(0.05, 77 * Second), scale.Rank(0.05, 78 * Second - 1));
        Assert.NotEqual(scale.Rank(0.05, 77 * Second), scale.Rank(0.05, 78 * Second));
    }

    [Fact]
    public void A_quiet_time_has_a_low_rank()
    {
        var scores = RankGenerators.Even(9999, 5);
        Assert.Equal(1 / 21.0, RankScale.Of(new(scores)).Rank(scores.Order().ElementAt(4999), 0), 2e-4);
    }

    [Fact]
    public void A_weight_counts_a_score_that_often()
    {
        var weighted = RankScale.Of(new([0.2, 0.6], [3, 3]));
        Assert.Equal(RankScale.Of(new([0.2, 0.6])).Rank(0.4, 0), weighted.Rank(0.4, 0), 1e-15);
        Assert.True(RankScale.Of(new([0.2, 0.6], [9, 1])).Rank(0.4, 0) > weighted.Rank(0.4, 0));
    }

    [Fact]
    public void The_rank_of_a_score_that_is_no_number_is_none_either() =>
        Assert.True(double.IsNaN(RankScale.Of(new([0.5])).Rank(double.NaN, 0)));

    [Theory]
    [InlineData("scores")]
    [InlineData("below")]
    [InlineData("through")]
    public void A_scale_of_a_file_that_does_not_rise_is_refused(string list)
    {
        var text = Encoding.UTF8.GetString(Samples.Bytes(Models.Trained()));
        var from = text.IndexOf($"\"{list}\":[", StringComparison.Ordinal) + list.Length + 4;
        var error = Assert.Throws<DataException>(() => ModelFile.Read(Encoding.UTF8.GetBytes(text[..from] + "2," + text[from..])));
        Assert.Contains("scale", error.Message, StringComparison.Ordinal);
    }

    // Shares at and above thresholds, within four standard errors of the draw and of the scale.
    static void Even(IEnumerable<double> ranks, int n)
    {
        var all = ranks.ToArray();
        foreach (var fap in new[] { 0.9, 0.5, 0.3, 0.1, 0.01, 0.001 })
        {
            var share = all.Count(r => Models.Share(r) >= 1 - fap) / (double)all.Length;
            Assert.InRange(share, fap - 4 * Error(fap), fap + 4 * Error(fap));
        }

        double Error(double p) => Math.Sqrt(p * (1 - p) * (1.0 / all.Length + 1.0 / n)) + 2e-5;
    }
}
