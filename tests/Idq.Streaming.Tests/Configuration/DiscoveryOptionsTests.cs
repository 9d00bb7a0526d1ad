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
        Assert.Equal(folder.File("channels.ini"), c.Timeseries.Discovery.Config);
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
        var c = Read(Texts.Least, "evaluate data discovery:" + option);
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
        var c = Read(Texts.Least, "train data discovery:config=gone.ini", "train data discovery:time_unit=weeks");
        Assert.Equal(["config", "time_unit"], c.Problems.Select(p => p.Key).Order());
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
        var c = Read(Texts.Least, "train data discovery:span_start=10", "train data discovery:span_end=20.5");
        Assert.Equal(new Segment(GpsTime.Parse("10"), GpsTime.Parse("20.5")), c.Train.Discovery.Span);
        Assert.Equal(c.Train.Discovery.Span, c.Evaluate.Discovery.Span);
        Assert.Equal(
            "span_start and span_end go together",
            Assert.Single(Read(Texts.Least, "train data discovery:span_start=10").Problems).Message
        );
    }

    [Theory]
    [InlineData("MockClassifierData", SourceFlavor.Mock)]
    [InlineData("kwmclassifierdata", SourceFlavor.KleineWelle)]
    [InlineData("KWSClassifierData", SourceFlavor.KleineWelle)]
    [InlineData("LigoLwClassifierData", SourceFlavor.LigoLw)]
    [InlineData("TableClassifierData", SourceFlavor.Table)]
    public void The_names_of_the_field_are_understood(string name, SourceFlavor expected) =>
        Assert.Equal(
            expected,
            Read(Texts.Least, "train data discovery:flavor=" + name, "train data discovery:files=a.trg").Train.Discovery.Flavor
        );

    public void Dispose() => folder.Dispose();
}
