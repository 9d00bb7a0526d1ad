using FsCheck.Fluent;

namespace Idq.Streaming.Tests.Configurations;

/// <summary>A stride of the series holds a whole number of samples, so that all strides together are one regular grid.</summary>
public sealed class SeriesGridTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public SeriesGridTests() => folder.Write("channels.ini", Analysis.Channels);

    IReadOnlyList<ConfigurationProblem> Problems(string rate, string stride) =>
        Texts.Read(Texts.Least, [$"timeseries:srate={rate}", $"timeseries stream:stride={stride}"], path: folder.File("test.ini")).Problems;

    [Theory]
    [InlineData("128", "8")]
    [InlineData("16384", "8")]
    [InlineData("16384", "0.0625")]
    [InlineData("4096", "1")]
    [InlineData("3", "7")]
    [InlineData("0.1", "10")]
    [InlineData("0.125", "64")]
    [InlineData("62.5", "0.016")]
    public void Rates_whose_samples_fill_the_stride_are_accepted_whether_or_not_their_period_is_whole_nanoseconds(
        string rate, string stride) => Assert.Empty(Problems(rate, stride));

    [Theory]
    [InlineData("128", "0.1", "are 12.8 samples, which is no regular grid")]
    [InlineData("1", "0.1", "are 0.1 samples")]
    [InlineData("16384", "0.1", "are 1638.4 samples")]
    [InlineData("0.3", "10.5", "are 3.15 samples")]
    [InlineData("1e6", "604800", "are 6.048E+11 samples")]
    public void Other_rates_are_refused_with_both_values(string rate, string stride, string says)
    {
        var problem = Assert.Single(Problems(rate, stride));
        Assert.Equal((Severity.Error, "timeseries", "srate"), (problem.Severity, problem.Section, problem.Key));
        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
        Assert.Contains($"stride = {stride} s", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_problem_is_told_where_a_value_is_given()
    {
        var problem = Assert.Single(Texts.Read(
            Texts.Least + "\n[timeseries stream]\nstride = 0.1", path: folder.File("test.ini")).Problems);
        Assert.Equal(("timeseries stream", "stride", 11), (problem.Section, problem.Key, problem.Line));
    }

    [Fact]
    public void Whatever_is_accepted_gives_samples_at_one_distance_across_the_edges_of_strides() =>
        (from rate in Gen.Choose(1, 3000) from milliseconds in Gen.Choose(1, 3000) select (rate, milliseconds)).Check(t =>
        {
            var isWhole = (long)t.rate * t.milliseconds % 1000 == 0;
            var stride = GpsSeconds.Format(t.milliseconds * 1_000_000L);
            Assert.Equal(isWhole, Problems(t.rate.ToString(System.Globalization.CultureInfo.InvariantCulture), stride).Count == 0);
            if (!isWhole) return;
            var whole = TimeGrid.Over(new Segment(Gps.Origin, Gps.Origin + 5 * t.milliseconds * 1_000_000L), t.rate).ToArray();
            var first = new Segment(Gps.Origin, Gps.Origin + t.milliseconds * 1_000_000L);
            var cut = Enumerable.Range(0, 5).SelectMany(k => TimeGrid.Over(first.Shift(k * first.Duration), t.rate).ToArray());
            Assert.Equal(whole, cut);
        });

    public void Dispose() => folder.Dispose();
}
