using FsCheck.Fluent;

namespace Idq.Core.Tests.Samples;

public sealed class RandomTimesTests
{
    const long Second = Tables.Second;

    static SegmentList Whole(long start, long end) => SegmentList.Of(Segment.FromSeconds(start, end));

    [Fact]
    public void Times_do_not_depend_on_how_the_range_is_cut() =>
        Generators
            .Cuts(50 * Second)
            .Check(cuts =>
            {
                var whole = RandomTimes.Draw(Whole(0, 50), 3, 42);
                var parts = cuts.Zip(cuts.Skip(1))
                    .SelectMany(c => RandomTimes.Draw(SegmentList.Of(new(new GpsTime(c.First), new GpsTime(c.Second))), 3, 42));
                Assert.Equal(whole, parts);
            });

    [Fact]
    public void Only_times_inside_the_segments_are_kept() =>
        Generators.BoundedLists(Second / 3, 60).Check(list =>
        {
            var all = RandomTimes.Draw(Whole(0, 21), 5, 7);
            Assert.Equal(all.Where(t => list.Contains(new GpsTime(t))), RandomTimes.Draw(list, 5, 7));
        });

    [Fact]
    public void Times_before_the_epoch_follow_the_same_rule()
    {
        var whole = RandomTimes.Draw(Whole(-30, 30), 2, 9);
        Assert.Contains(whole, t => t < 0);
        Assert.Equal(whole, RandomTimes.Draw(Whole(-30, 0), 2, 9).Concat(RandomTimes.Draw(Whole(0, 30), 2, 9)));
    }

    [Fact]
    public void The_count_is_poisson_and_the_subseconds_uniform()
    {
        const int seconds = 100_000;
        const double rate = 0.7;
        var times = RandomTimes.Draw(Whole(1_000_000_000, 1_000_000_000 + seconds), rate, 3);
        Assert.Equal(times.Order(), times);
        // Mean and variance of the counts per second equal the rate; five standard errors.
        var counts = new int[seconds];
        foreach (var t in times) counts[t / Second - 1_000_000_000]++;
        var mean = counts.Average();
        var variance = counts.Average(c => (c - mean) * (c - mean));
        Assert.InRange(mean, rate - 5 * Math.Sqrt(rate / seconds), rate + 5 * Math.Sqrt(rate / seconds));
        Assert.InRange(
            variance,
            rate - 5 * Math.Sqrt((rate + 2 * rate * rate) / seconds),
            rate + 5 * Math.Sqrt((rate + 2 * rate * rate) / seconds)
        );
        var fraction = times.Average(t => t % Second / (double)Second);
        Assert.InRange(fraction, 0.5 - 5 / Math.Sqrt(12.0 * times.Length), 0.5 + 5 / Math.Sqrt(12.0 * times.Length));
    }

    [Fact]
    public void Seeds_give_unrelated_times()
    {
        var a = RandomTimes.Draw(Whole(0, 100), 1, 1);
        var b = RandomTimes.Draw(Whole(0, 100), 1, 2);
        Assert.NotEmpty(a);
        Assert.Empty(a.Intersect(b));
    }

    [Fact]
    public void Nothing_is_drawn_at_rate_zero_or_nowhere()
    {
        Assert.Empty(RandomTimes.Draw(Whole(0, 100), 0, 1));
        Assert.Empty(RandomTimes.Draw(SegmentList.Empty, 1, 1));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_rate_that_is_none_is_refused(double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomTimes.Draw(Whole(0, 1), rate, 1));

    [Fact]
    public void Unbounded_segments_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomTimes.Draw(SegmentList.All, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomTimes.Draw(~Whole(0, 1), 1, 1));
    }
}
