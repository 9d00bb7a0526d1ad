namespace Idq.Streaming.Tests.Configurations;

public sealed class DiscoveryOptionsTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public DiscoveryOptionsTests()
    {
        folder.Write("channels.ini", Analysis.Channels);
        folder.Write("other.ini", Analysis.Channels);
        folder.Write("a.trg", "");
    }

    Configuration Read(string ini, params string[] settings) => Texts.Read(ini, settings, path: folder.File("test.ini"));

    [Fact]
    public void What_evaluate_and_timeseries_do_not_say_is_as_for_train()
    {
        var c = Read(Texts.Least, "train data discovery:bounds=snr 6 inf", "evaluate data discovery:ignore_segdb=True");
        Assert.Empty(c.Problems);
        Assert.Contains(folder.File("channels.ini"), c.Timeseries.Discovery.Source.Key, StringComparison.Ordinal);
        Assert.Equal(c.Train.Discovery.Bounds, c.Evaluate.Discovery.Bounds);
        Assert.Equal(
            (false, true, false),
            (c.Train.Discovery.IgnoreSegdb, c.Evaluate.Discovery.IgnoreSegdb, c.Timeseries.Discovery.IgnoreSegdb)
        );
    }

    [Fact]
    public void Jobs_share_an_input_unless_they_read_something_else()
    {
        var c = Read(Texts.Least, "evaluate data discovery:ignore_segdb=True", "timeseries data discovery:config=other.ini");
        Assert.Equal(c.Train.Discovery.Key, c.Evaluate.Discovery.Key);
        Assert.NotEqual(c.Train.Discovery.Key, c.Timeseries.Discovery.Key);
    }

    [Theory]
    [InlineData("bounds=snr 6 inf")]
    [InlineData("columns=snr")]
    [InlineData("time=t")]
    [InlineData("channel=c")]
    [InlineData("time_unit=ns")]
    public void Everything_that_changes_events_changes_the_key(string option)
    {
        string[] table = ["train data discovery:flavor=table", "train data discovery:files=a.trg"];
        var c = Read(Texts.Least, [.. table, "evaluate data discovery:" + option]);
        Assert.NotEqual(c.Train.Discovery.Key, c.Evaluate.Discovery.Key);
    }

    [Fact]
    public void Mock_needs_a_simulation_and_the_others_need_files()
    {
        var without = Texts.Least.Replace("config = channels.ini", "flavor = MockClassifierData", StringComparison.Ordinal);
        Assert.Equal((8, "a mock source needs 'config'"), Read(without).Problems.Select(p => (p.Line ?? 0, p.Message)).Single());
        Assert.Equal("a KleineWelle source needs 'files'", Assert.Single(Read(without, "train data discovery:flavor=kw").Problems).Message);
        Assert.Empty(Read(without, "train data discovery:flavor=kw", "train data discovery:files=*.trg").Problems);
    }

    [Fact]
    public void A_problem_that_evaluate_inherits_is_told_once()
    {
        var c = Read(Texts.Least, "train data discovery:config=gone.ini", "train data discovery:ignore_segdb=perhaps");
        Assert.Equal(["config", "ignore_segdb"], c.Problems.Select(p => p.Key).Order());
        Assert.All(c.Problems, p => Assert.Equal("train data discovery", p.Section));
    }

    [Fact]
    public void Problems_of_its_own_are_told_where_they_stand()
    {
        var c = Read(Texts.Least + "\n[evaluate data discovery]\nflavor = ligolw");
        Assert.Equal(
            (11, "evaluate data discovery", "a LigoLw source needs 'files'"),
            c.Problems.Select(p => (p.Line ?? 0, p.Section!, p.Message)).Single()
        );
    }

    [Fact]
    public void A_span_needs_both_ends()
    {
        var least = Texts.Least.Replace("config = channels.ini", "flavor = kw\nfiles = a.trg", StringComparison.Ordinal);
        var c = Read(least, "train data discovery:span_start=10", "train data discovery:span_end=20.5");
        Assert.Empty(c.Problems);
        Assert.NotEqual(Read(least).Train.Discovery.Key, c.Train.Discovery.Key);
        Assert.Equal(c.Train.Discovery.Key, c.Evaluate.Discovery.Key);
        Assert.Equal(
            "span_start and span_end go together",
            Assert.Single(Read(least, "train data discovery:span_start=10").Problems).Message
        );
    }

    [Theory]
    [InlineData("MockClassifierData", "mock")]
    [InlineData("kwmclassifierdata", "kw")]
    [InlineData("KWSClassifierData", "kw")]
    [InlineData("LigoLwClassifierData", "ligolw")]
    [InlineData("TableClassifierData", "table")]
    public void The_names_of_the_field_are_understood(string name, string expected) =>
        Assert.Contains(expected, Read(Texts.Least, "train data discovery:flavor=" + name).Train.Discovery.Flavor.Names);

    [Fact]
    public void Options_of_another_kind_of_source_are_unknown()
    {
        var problem = Assert.Single(Read(Texts.Least, "train data discovery:query=SELECT 1").Problems);
        Assert.Equal("[train data discovery] has no option 'query'", problem.Message);
    }

    [Fact]
    public void Another_kind_of_source_can_be_chosen_on_the_command_line()
    {
        Assert.Empty(Read(Texts.Least, "train data discovery:flavor=kw", "train data discovery:files=a.trg").Problems);
        var both = Texts.Least.Replace("config =", "flavor = kw\nfiles = a.trg\nconfig =", StringComparison.Ordinal);
        Assert.Equal("config", Assert.Single(Read(both).Problems).Key);
        Assert.Empty(Read(both, "train data discovery:config=").Problems);
    }

    public void Dispose() => folder.Dispose();
}
