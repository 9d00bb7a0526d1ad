using System.Numerics;
using FsCheck.Fluent;

namespace Idq.Core.Tests.Features;

public sealed class TimeGridTests
{
    [Theory]
    [InlineData(256)]
    [InlineData(128)]
    [InlineData(16)]
    [InlineData(3)]
    [InlineData(0.1)]
    [InlineData(1 / 3.0)]
    [InlineData(12.345678)]
    [InlineData(1e9)]
    [InlineData(1e-6)]
    public void Every_sample_is_the_exactly_rounded_quotient(double rate) =>
        Gen.Choose(0, 2_000_000).Check(i =>
        {
            // The double as a fraction of whole numbers: i·10⁹·d/n, rounded half up.
            var (n, d) = Fraction(rate);
            var expected = (2 * i * new BigInteger(1_000_000_000) * d + n) / (2 * n);
            if (expected > long.MaxValue / 2) return;
            Assert.Equal((long)expected, new TimeGrid(new GpsTime(0), rate, int.MaxValue)[i].Nanoseconds);
        });

    static (BigInteger, BigInteger) Fraction(double value)
    {
        BigInteger d = 1;
        while (value != Math.Floor(value)) (value, d) = (value * 2, d * 2);
        return (new BigInteger(value), d);
    }

    [Fact]
    public void A_day_at_256_hertz_does_not_drift()
    {
        var grid = new TimeGrid(GpsTime.FromSeconds(1_000_000_000), 256, 86_400 * 256 + 1);
        Assert.Equal(GpsTime.FromSeconds(1_000_086_400), grid[86_400 * 256]);
        Assert.Equal(3_906_250, grid[1] - grid[0]);
    }

    [Fact]
    public void The_array_holds_the_samples() =>
        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => new TimeGrid(new GpsTime(17), 7, 100)[i].Nanoseconds),
            new TimeGrid(new GpsTime(17), 7, 100).ToArray()
        );

    [Fact]
    public void A_grid_over_a_segment_holds_all_samples_inside_and_no_other() =>
        (
            from a in Gen.Choose(0, 1000)
            from length in Gen.Choose(0, 3_000)
            from rate in Gen.Elements(1.0, 3, 16, 0.3, 256, 1e7)
            select (a, length, rate)
        ).Check(x =>
        {
            var segment = new Segment(new GpsTime(x.a), new GpsTime(x.a + x.length * 1_000_000L));
            var grid = TimeGrid.Over(segment, x.rate);
            if (grid.Count > 0) Assert.True(segment.Contains(grid[grid.Count - 1]));
            Assert.True(new TimeGrid(segment.Start, x.rate, grid.Count + 1)[grid.Count] >= segment.End);
        });

    [Fact]
    public void Bad_grids_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeGrid(default, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeGrid(default, double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeGrid(default, 1e10, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeGrid(default, 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TimeGrid.Over(Segment.All, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TimeGrid.Over(Segment.FromSeconds(0, 9_000_000_000), 1000));
    }

    [Fact]
    public void Grids_of_whole_second_strides_are_the_grid_of_the_range()
    {
        foreach (var rate in new[] { 1.0, 16, 100, 256 })
        {
            var whole = TimeGrid.Over(Segment.FromSeconds(1_187_008_882, 1_187_008_982), rate).ToArray();
            foreach (var length in new[] { 1, 4, 7, 64 })
            {
                var cuts = Enumerable
                    .Range(0, 100 / length + 1)
                    .Select(i => 1_187_008_882L + i * length)
                    .Append(1_187_008_982)
                    .Distinct()
                    .ToArray();
                Assert.Equal(
                    whole,
                    cuts.Zip(cuts.Skip(1)).SelectMany(c => TimeGrid.Over(Segment.FromSeconds(c.First, c.Second), rate).ToArray())
                );
            }
        }
    }
}
