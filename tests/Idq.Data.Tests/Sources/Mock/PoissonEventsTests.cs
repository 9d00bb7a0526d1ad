namespace Idq.Data.Tests.Mock;

public sealed class PoissonEventsTests
{
    static PoissonEvents Process(double rate, string name = "x") =>
        new(3, name, rate, [Probability.Parse("expon"), Probability.Parse("gamma 2")], ["snr", "frequency"]);

    static (long Time, double Snr, double Frequency)[] Draw(PoissonEvents process, long start, long end)
    {
        var buffer = new EventBuffer(2);
        process.Append(buffer, new(new(start), new(end)));
        return [.. Enumerable.Range(0, buffer.Count).Select(i => (buffer.Times[i], buffer.Columns[0][i], buffer.Columns[1][i]))];
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(5)]
    [InlineData(2000)]
    public void A_part_of_a_second_is_that_part_of_the_whole_second(double rate)
    {
        var whole = Draw(Process(rate), 7_000_000_000, 17_000_000_000);
        foreach (
            var (start, end) in new[]
            {
                (7_200_000_000, 7_900_000_000),
                (7_999_999_999, 8_000_000_001),
                (8_500_000_000, 16_500_000_000),
                (9_000_000_000, 9_000_000_000),
                (16_100_000_000, 17_000_000_000),
            }
        ) Assert.Equal(whole.Where(e => e.Time >= start && e.Time < end), Draw(Process(rate), start, end));
    }

    [Fact]
    public void A_rate_of_zero_has_no_events() => Assert.Empty(Draw(Process(0), 0, 1_000_000_000_000));

    [Fact]
    public void Seconds_before_the_epoch_have_events_as_well()
    {
        var events = Draw(Process(10), -5_000_000_000, 5_000_000_000);
        Assert.InRange(events.Count(e => e.Time < 0), 20, 80);
        Assert.Equal(events.OrderBy(e => e.Time), events);
        Assert.All(events, e => Assert.InRange(e.Time, -5_000_000_000, 4_999_999_999));
    }

    [Fact]
    public void Names_give_different_events_and_columns_are_independent()
    {
        var events = Draw(Process(100), 0, 100_000_000_000);
        Assert.Empty(events.Select(e => e.Time).Intersect(Draw(Process(100, "y"), 0, 100_000_000_000).Select(e => e.Time)));
        var n = events.Length;
        var (snr, frequency) = (events.Average(e => e.Snr), events.Average(e => e.Frequency));
        var covariance = events.Average(e => (e.Snr - snr) * (e.Frequency - frequency));
        Assert.InRange(covariance / Math.Sqrt(2), -4 / Math.Sqrt(n), 4 / Math.Sqrt(n));
    }

    [Fact]
    public void The_counts_of_seconds_have_the_variance_of_their_mean()
    {
        var events = Draw(Process(3), 0, 20_000_000_000_000);
        var counts = new int[20_000];
        foreach (var e in events) counts[e.Time / 1_000_000_000]++;
        var mean = counts.Average();
        Assert.InRange(mean, 3 - 4 * Math.Sqrt(3.0 / 20_000), 3 + 4 * Math.Sqrt(3.0 / 20_000));
        // The variance of a sample variance of a Poisson number of mean m is (m + 2m²)/n.
        Assert.InRange(counts.Average(c => (c - 3.0) * (c - 3.0)), 3 - 4 * Math.Sqrt(21.0 / 20_000), 3 + 4 * Math.Sqrt(21.0 / 20_000));
        var neighbours = counts.Zip(counts.Skip(1), (a, b) => (a - mean) * (b - mean)).Average() / 3;
        Assert.InRange(neighbours, -4 / Math.Sqrt(20_000), 4 / Math.Sqrt(20_000));
    }
}
