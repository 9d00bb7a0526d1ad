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
    public void A_query_is_taken_too()
    {
        var (times, labels) = LabelledTimes.Read("SELECT unnest([5, 3, 5, 4]) AS time, unnest([0, 1, 0, 0]) AS label");
        Assert.Equal([3_000000000, 4_000000000, 5_000000000, 5_000000000], times);
        Assert.Equal([Label.Glitch, Label.Clean, Label.Clean, Label.Clean], labels);
        Assert.Equal([7L], LabelledTimes.Read("FROM (SELECT 7 AS time_ns, true AS label)").Times);
    }

    [Theory]
    [InlineData("l.csv", "label,time\n1,1126083726.900000001\n0,5\n")]
    [InlineData("l.json", "[{\"time\": \"1126083726.900000001\", \"label\": 1}, {\"time\": \"5\", \"label\": 0}]")]
    [InlineData("l.tsv", "time_ns\tlabel\n1126083726900000001\t1\n5000000000\t0\n")]
    public void Files_of_every_kind_are_read_exactly(string name, string text)
    {
        using var folder = new TemporaryFolder();
        var (times, labels) = LabelledTimes.Read(folder.Write(name, text));
        Assert.Equal([5_000000000, 1126083726_900000001], times);
        Assert.Equal([Label.Clean, Label.Glitch], labels);
    }

    [Theory]
    [InlineData("l.csv", "time,label\n5,1\n4,0\n5.0,0\n", " in its rows 1 and 3;")]
    [InlineData(
        "l.json", "[{\"time\": \"4\", \"label\": 1}, {\"time\": \"5\", \"label\": 0}, {\"time\": 5, \"label\": 1}]",
        " in its rows 2 and 3;")]
    public void A_time_that_is_both_glitch_and_clean_is_refused_with_its_rows(string name, string text, string rows)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(name, text);
        var message = Assert.Throws<DataException>(() => LabelledTimes.Read(path)).Message;
        Assert.Contains($"'{path}' calls 5 both a glitch (1) and clean (0)", message, StringComparison.Ordinal);
        Assert.Contains(rows, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_that_gives_a_time_both_labels_is_refused_too() => Assert.Contains(
        "the query calls 5 both a glitch (1) and clean (0); keep one",
        Assert.Throws<DataException>(() => LabelledTimes.Read("SELECT unnest([5, 5]) AS time, unnest([0, 1]) AS label")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_pattern_without_files_is_an_error()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no table in", Assert.Throws<DataException>(() => LabelledTimes.Read(folder.File("*.csv"))).Message);
    }

    [Theory]
    [InlineData("SELECT 1 AS time, 2 AS label", "the label 2 at 1; expected 1 (glitch) or 0 (clean)")]
    [InlineData("SELECT 1 AS time, NULL::INTEGER AS label", "the label NaN")]
    [InlineData("SELECT 1 AS time", "no column 'label'")]
    [InlineData("SELECT 1 AS label", "no column 'time'")]
    [InlineData("/nonexistent.csv", "/nonexistent.csv")]
    public void What_cannot_be_read_says_why(string source, string part) =>
        Assert.Contains(part, Assert.Throws<DataException>(() => LabelledTimes.Read(source)).Message);
}
