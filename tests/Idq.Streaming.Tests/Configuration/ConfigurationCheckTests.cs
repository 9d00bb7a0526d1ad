namespace Idq.Streaming.Tests.Configurations;

public sealed class ConfigurationCheckTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public ConfigurationCheckTests() => folder.Write("channels.ini", Analysis.Channels);

    IReadOnlyList<ConfigurationProblem> Check(params string[] settings) =>
        ConfigurationCheck.Run(Texts.Read(Texts.Least, settings, path: folder.File("test.ini")));

    [Fact]
    public void A_good_configuration_has_no_problem_and_nothing_is_written()
    {
        Assert.Empty(Check());
        Assert.Equal([folder.File("channels.ini")], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Problems_of_the_simulation_come_with_its_file_and_lines()
    {
        var path = folder.Write("channels.ini", Analysis.Channels.Replace("rate = 0.15", "rate = fast", StringComparison.Ordinal));
        var problem = Assert.Single(Check());
        Assert.Equal((Severity.Error, path, 4, "rate"), (problem.Severity, problem.File, problem.Line, problem.Key));
    }

    [Fact]
    public void A_target_that_the_source_lacks_is_found_with_its_neighbour()
    {
        var problem = Assert.Single(Check("samples:target_channel=H1:TARGETS"));
        Assert.Equal(("samples", "target_channel", "the source has no channel 'H1:TARGETS'", "did you mean 'H1:TARGET'?"),
            (problem.Section, problem.Key, problem.Message, problem.Suggestion));
    }

    [Fact]
    public void Listed_channels_must_be_there_unless_told_otherwise()
    {
        Assert.Equal(["the source has no channel 'H1:AUX_7'", "the source has no channel 'H1:NO'"],
            Check("features:channels=H1:AUX_7 H1:AUX_1 H1:NO").Select(p => p.Message));
        Assert.Empty(Check("features:channels=H1:AUX_7 H1:AUX_1", "features:missing_channels=ignore"));
    }

    [Theory]
    [InlineData("samples:target_bounds=snd 8 inf", "samples", "target_bounds", "did you mean 'snr'?")]
    [InlineData("samples:dirty_bounds=frequenzy 8 inf", "samples", "dirty_bounds", "did you mean 'frequency'?")]
    public void Columns_of_bounds_must_be_there(string setting, string section, string key, string suggestion)
    {
        var problem = Assert.Single(Check(setting));
        Assert.Equal((section, key, suggestion), (problem.Section, problem.Key, problem.Suggestion));
    }

    [Fact]
    public void Columns_of_features_must_be_there_when_a_classifier_needs_them()
    {
        Assert.Empty(Check("features:columns=q"));
        Assert.Equal("its columns are snr, frequency", Assert.Single(Check("features:columns=qqqqqqqq", "ovl:flavor=linear")).Suggestion);
        Assert.Equal("significance", Assert.Single(Check("features:significance=loud", "features:columns=snr", "ovl:flavor=linear")).Key);
        Assert.Empty(Check("features:columns=snr delta_time", "ovl:flavor=linear"));
    }

    [Fact]
    public void A_named_feature_that_the_source_cannot_give_is_found()
    {
        Assert.Empty(Check("features:features=H1:AUX_0-snr H1:AUX_1-delta_time", "ovl:flavor=linear"));
        var problem = Assert.Single(Check("features:features=H1:AUX_0-snr H1:AUX_9-snr", "ovl:flavor=linear"));
        Assert.Equal(("features", "features"), (problem.Section, problem.Key));
        Assert.Contains("'H1:AUX_9-snr'", problem.Message, StringComparison.Ordinal);
        Assert.Contains(
            "'H1:AUX_0-q'",
            Assert.Single(Check("features:features=H1:AUX_0-q", "ovl:flavor=linear")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_column_that_OVL_cuts_on_must_be_there()
    {
        var problem = Assert.Single(Check("ovl:significance=loudness"));
        Assert.Equal(("ovl", "significance", "the source has no column 'loudness'"), (problem.Section, problem.Key, problem.Message));
    }

    [Fact]
    public void Segment_files_are_read()
    {
        folder.Write("good.txt", "0 1262304000 1262305000 1000\n");
        Assert.Empty(Check("segdb:files=good.txt"));
        folder.Write("bad.txt", "0 1262304000 yesterday 1000\n");
        Assert.Contains("yesterday", Assert.Single(Check("segdb:files=bad.txt")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "no file of [segdb] files holds the flag",
            Assert.Single(Check("segdb:files=good.txt", "segdb:intersect=H1:DMT:1")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains("is no flag", Assert.Single(Check("segdb:files=good.txt", "segdb:exclude=DMT")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_segments_and_with_the_source_of_every_job_is_said_at_once()
    {
        var bad = folder.Write("bad.txt", "0 1262304000 yesterday 1000\n");
        folder.Write("events.csv", "time,channel,snr\n1262304000,H1:OTHER,9\n");
        var problems = Check(
            "segdb:files=bad.txt", "ovl:flavor=linear", "features:columns=qqqqqqqq", "evaluate data discovery:flavor=table",
            "evaluate data discovery:files=events.csv");
        Assert.Equal(
            [("segdb", null, true), ("features", "columns", false), ("samples", "target_channel", false)],
            problems.Select(p => (p.Section!, p.Key, p.IsOfData)));
        Assert.Contains(bad, problems[0].Message, StringComparison.Ordinal);
        Assert.All(problems, p => Assert.Equal(Severity.Error, p.Severity));
    }

    [Fact]
    public void A_problem_that_the_sources_of_several_jobs_share_is_said_once() =>
        Assert.Single(Check("samples:target_channel=H1:TARGETS", "evaluate data discovery:bounds=snr 6 inf"));

    [Fact]
    public void Labels_are_read()
    {
        folder.Write("labels.csv", "time,label\n1262304001,1\n1262304002,7\n");
        Assert.Contains(
            "label 7",
            Assert.Single(Check("samples:target_channel=", "samples:labels=labels.csv")).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => folder.Dispose();
}
