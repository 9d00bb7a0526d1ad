namespace Idq.Streaming.Tests.Configurations;

/// <summary>Good time that reads well and is probably not meant.</summary>
public sealed class SegmentCheckTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public SegmentCheckTests() => folder.Write("channels.ini", Analysis.Channels);

    IReadOnlyList<ConfigurationProblem> Check(Segment? range, params string[] settings) =>
        ConfigurationCheck.Run(Texts.Read(Texts.Least, settings, path: folder.File("test.ini")), range);

    ConfigurationProblem Only(string key, Segment? range, params string[] settings)
    {
        var problem = Assert.Single(Check(range, settings));
        Assert.Equal((Severity.Warning, "segdb", key), (problem.Severity, problem.Section, problem.Key));
        return problem;
    }

    [Fact]
    public void A_segment_of_years_is_told_with_its_file_and_its_ends()
    {
        var path = folder.Write("good.txt", "0 1262304000 1262305000 1000\n1 126230600 1262307000 1136076400\n");
        var problem = Only("files", null, "segdb:files=good.txt");
        Assert.Equal($"'{path}' has a segment of 36.0 years: [126230600, 1262307000)", problem.Message);
        Assert.Equal("see whether an end of it has lost digits", problem.Suggestion);
        folder.Write("best.txt", "0 1262304000 1262305000 1000\n");
        Assert.Equal(
            ["exclude_files", "exclude_files"],
            Check(null, "segdb:files=best.txt", "segdb:exclude_files=good.txt").Select(p => p.Key!));
    }

    [Fact]
    public void A_segment_of_a_year_is_none()
    {
        folder.Write("good.txt", "0 1262304000 1293840000 31536000\n");
        Assert.Empty(Check(null, "segdb:files=good.txt"));
    }

    [Theory]
    [InlineData("segdb:exclude_files=bad.txt", "exclude_files")]
    [InlineData("segdb:exclude=H1:BAD:1", "exclude")]
    public void An_exclusion_that_leaves_nothing_is_told(string setting, string key)
    {
        void Flag(string name, string active) => folder.Write(
            $"{name}.json", $$"""{"ifo": "H1", "name": "{{name}}", "version": 1, "known": [[0, 2000000000]], "active": [{{active}}]}""");
        Flag("GOOD", "[1262304000, 1262304100]");
        Flag("BAD", "[1262303000, 1262305000]");
        folder.Write("bad.txt", "0 1262303000 1262305000 2000\n");
        var problem = Only(key, null, "segdb:files=GOOD.json BAD.json", "segdb:intersect=H1:GOOD:1", setting);
        Assert.StartsWith("all good time in [", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_range_that_is_asked_for_decides_and_that_of_the_replay_without_one()
    {
        folder.Write("good.txt", "0 1262304000 1262304100 100\n");
        folder.Write("bad.txt", "0 1262304000 1262304050 50\n");
        string[] settings = ["segdb:files=good.txt", "segdb:exclude_files=bad.txt"];
        Assert.Empty(Check(null, settings));
        Assert.Empty(Check(Gps.Seg(40, 60), settings));
        Only("exclude_files", Gps.Seg(10, 50), settings);
        Only("exclude_files", null, [.. settings, "replay:gps_start=1262304010", "replay:gps_end=1262304050"]);
        Assert.StartsWith("there is no good time in", Only("files", Gps.Seg(200, 300), settings).Message, StringComparison.Ordinal);
        Assert.Equal("exclude_files", Only("exclude_files", Gps.Seg(10, 40), "segdb:exclude_files=bad.txt").Key);
    }

    public void Dispose() => folder.Dispose();
}
