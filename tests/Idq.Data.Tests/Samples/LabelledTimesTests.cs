namespace Idq.Data.Tests.Samples;

public sealed class LabelledTimesTests
{
    [SharedFact]
    public void The_lock_losses_of_two_runs_are_read_exactly()
    {
        var (times, labels) = LabelledTimes.Read(SharedData.Path("lockloss-h1-o1o2", "samples.csv"));
        Assert.Equal((724, 724, 199), (times.Length, labels.Length, labels.Count(l => l == Label.Glitch)));
        Assert.Equal((1126083726_900000000, Label.Clean), (times[0], labels[0]));
        Assert.Equal(times.Order(), times);
        // Every sample is the time of an earthquake, to the nanosecond.
        using var source = new TableSource(new() { Paths = [SharedData.Path("lockloss-h1-o1o2", "triggers.csv")] });
        var earthquakes = Events.Read(source, Segment.All).Run(source.Channels.Find("USGS:EARTHQUAKE")).Times.ToArray().ToHashSet();
        Assert.All(times, t => Assert.Contains(t, earthquakes));
    }

    [Fact]
    public void A_query_is_taken_too_and_glitches_come_first_at_equal_times()
    {
        var (times, labels) = LabelledTimes.Read("SELECT unnest([5, 3, 5, 4]) AS time, unnest([0, 1, 1, 0]) AS label");
        Assert.Equal([3_000000000, 4_000000000, 5_000000000, 5_000000000], times);
        Assert.Equal([Label.Glitch, Label.Clean, Label.Glitch, Label.Clean], labels);
        Assert.Equal([7L], LabelledTimes.Read("FROM (SELECT 7 AS time_ns, true AS label)").Times);
    }

    [Theory]
    [InlineData("SELECT 1 AS time, 2 AS label", "the label 2 at 1; expected 1 (glitch) or 0 (clean)")]
    [InlineData("SELECT 1 AS time, NULL::INTEGER AS label", "the label NaN")]
    [InlineData("SELECT 1 AS time", "no column 'label'")]
    [InlineData("SELECT 1 AS label", "no column 'time'")]
    [InlineData("/nonexistent.csv", "/nonexistent.csv")]
    public void What_cannot_be_read_says_why(string source, string part) => Assert.Contains(part, Assert.Throws<DataException>(() => LabelledTimes.Read(source)).Message);
}
