namespace Idq.Data.Tests.Sources;

/// <summary>The options of the flavors of this room.</summary>
public sealed class SourceFlavorTests : IDisposable
{
    const string Simulation = """
        [channel A]
        rate = 5
        snr distribution = pareto 4 0 5
        frequency distribution = uniform 16 32
        [channel B]
        rate = 1
        snr distribution = pareto 4 0 5
        frequency distribution = uniform 16 32
        """;

    static readonly Segment Span = Segment.FromSeconds(1000, 1060);

    readonly TemporaryFolder folder = new();

    public SourceFlavorTests()
    {
        folder.Write("mock.ini", Simulation);
        using var mock = new MockSource(folder.File("mock.ini"), 3);
        var table = Events.Read(mock, Span);
        KleineWelleWriter.Write(table, folder.File("H-KW-1000-60.trg"));
        KleineWelleWriter.Write(table, folder.File("plain.trg"));
        LigoLwWriter.Write(table, folder.File("H-X-1000-60.xml"));
        folder.Write("events.csv", "t,c,a,b\n1001,X,1,2\n1002.5,Y,3,4\n");
    }

    OptionTexts Options(params (string, string)[] given) => new(folder.Path, given);

    static SourceDefinition Read(string flavor, OptionTexts options) => SourceCatalogue.BuiltIn.Find(flavor)!.Read(options);

    static EventTable Load(SourceDefinition definition, ulong seed = 3, Func<GpsTime>? now = null)
    {
        using var source = definition.Open(new(seed, now));
        return Events.Read(source, Span);
    }

    [Theory]
    [InlineData("mock", "config")]
    [InlineData("kw", "files span_end span_start")]
    [InlineData("ligolw", "columns files span_end span_start")]
    [InlineData("table", "channel columns files query span_end span_start time time_unit")]
    public void A_flavor_declares_its_own_options_only(string flavor, string keys)
    {
        var options = Options();
        Read(flavor, options);
        Assert.Equal(keys, string.Join(' ', options.Declared.Select(d => d.Key).Order(StringComparer.Ordinal)));
        Assert.All(options.Declared, d => Assert.Equal(d.Key switch { "channel" => "channel", "time_unit" => "auto", _ => "" }, d.Default));
    }

    [Theory]
    [InlineData("mock", "a mock source needs 'config'")]
    [InlineData("kw", "a KleineWelle source needs 'files'")]
    [InlineData("ligolw", "a LigoLw source needs 'files'")]
    [InlineData("table", "a Table source needs 'files'")]
    public void A_flavor_says_what_it_cannot_do_without(string flavor, string message)
    {
        var options = Options();
        Read(flavor, options);
        Assert.Equal([("flavor", message)], options.Problems);
        options = new OptionTexts(folder.Path) { IsGiven = false };
        Read(flavor, options);
        Assert.Empty(options.Problems);
    }

    [Theory]
    [InlineData("mock", "config")]
    [InlineData("kw", "files")]
    [InlineData("table", "files")]
    public void A_file_that_is_missing_is_told_once(string flavor, string key)
    {
        var options = Options((key, "gone"));
        Read(flavor, options);
        Assert.Equal(key, Assert.Single(options.Problems).Key);
    }

    [Fact]
    public void A_query_needs_no_files()
    {
        var options = Options(("query", "SELECT 1"));
        Read("table", options);
        Assert.Empty(options.Problems);
    }

    [Theory]
    [InlineData("kw")]
    [InlineData("ligolw")]
    [InlineData("table")]
    public void A_span_needs_both_ends(string flavor)
    {
        foreach (var given in new[] { "span_start", "span_end" })
        {
            var options = Options(("files", "events.csv"), (given, "10"));
            Read(flavor, options);
            Assert.Equal([(given, "span_start and span_end go together")], options.Problems);
        }
    }

    [Fact]
    public void A_simulation_is_made_with_the_seed_and_delivers_nothing_of_the_future()
    {
        var definition = Read("mock", Options(("config", "mock.ini")));
        using var expected = new MockSource(folder.File("mock.ini"), 3);
        Assert.Equal(Events.Of(Events.Read(expected, Span)), Events.Of(Load(definition)));
        Assert.NotEqual(Events.Of(Load(definition)), Events.Of(Load(definition, seed: 4)));
        var half = Load(definition, now: () => GpsTime.FromSeconds(1030L));
        Assert.Equal(SegmentList.Of(Segment.FromSeconds(1000, 1030)), half.Delivered);
    }

    [Fact]
    public void A_simulation_without_a_description_cannot_be_opened() =>
        Assert.Equal("a mock source needs 'config'", Assert.Throws<DataException>(() => Load(Read("mock", Options()))).Message);

    [Fact]
    public void What_is_wrong_with_a_simulation_is_told_with_its_line()
    {
        Assert.Empty(Read("mock", Options(("config", "mock.ini"))).Check());
        Assert.Empty(Read("mock", Options()).Check());
        var path = folder.Write("bad.ini", "[channel A]\nrate = often\nsnr distribution = pareto\nfrequency distribution = norm\n");
        var definition = Read("mock", Options(("config", "bad.ini")));
        Assert.Equal(
            [(path, "channel A", "rate", 2), (path, "channel A", "snr distribution", 3)],
            definition.Check().Select(p => (p.File, p.Section!, p.Key!, p.Line ?? 0))
        );
        Assert.All(definition.Check(), p => Assert.True(p.Message.Length > 0 && p.Suggestion.Length > 0));
        File.Delete(path);
        Assert.Contains(path, Assert.Single(definition.Check()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_the_field_are_opened_with_their_span_and_columns()
    {
        var kw = Load(Read("kw", Options(("files", "H-KW-1000-60.trg"))));
        var ligolw = Load(Read("ligolw", Options(("files", "H-X-1000-60.xml"), ("columns", "snr"))));
        Assert.Equal(Load(Read("mock", Options(("config", "mock.ini")))).Count, kw.Count);
        Assert.Equal(Events.Of(kw, "snr"), Events.Of(ligolw));
        Assert.Equal(["snr"], ligolw.Columns);
        Assert.Contains("peak_frequency", Load(Read("ligolw", Options(("files", "H-X-1000-60.xml")))).Columns);
        var plain = Options(("files", "plain.trg"), ("span_start", "990"), ("span_end", "1020.5"));
        Assert.Equal("[[1000, 1020.5)]", Load(Read("kw", plain)).Delivered.ToString());
    }

    [Theory]
    [InlineData("files", "H-KW-1000-60.trg", "kw")]
    [InlineData("columns", "snr", "ligolw")]
    [InlineData("span_start", "7", "ligolw")]
    [InlineData("span_end", "70", "kw")]
    [InlineData("config", "other.ini", "mock")]
    [InlineData("query", "SELECT 2", "table")]
    [InlineData("time", "t", "table")]
    [InlineData("time_unit", "ns", "table")]
    [InlineData("channel", "c", "table")]
    [InlineData("channel", "=channel", "table")]
    [InlineData("columns", "a", "table")]
    [InlineData("span_start", "7", "table")]
    [InlineData("topic", "another", "kafka")]
    [InlineData("bootstrap_servers", "elsewhere:9092", "kafka")]
    [InlineData("sample_rate", "8", "kafka")]
    [InlineData("timeout", "9", "kafka")]
    [InlineData("columns", "snr", "kafka")]
    [InlineData("ifo", "L1", "kafka")]
    [InlineData("kafka.isolation.level", "read_uncommitted", "kafka")]
    public void Everything_that_changes_events_changes_the_key(string key, string value, string flavor)
    {
        folder.Write("other.ini", Simulation);
        (string, string)[] common =
            [("config", "mock.ini"), ("files", "events.csv"), ("span_start", "5"), ("span_end", "50"), ("query", "SELECT 1")];
        string Key(params (string, string)[] given) => Read(flavor, Options(given)).Key;
        Assert.Equal(Key(common), Key(common));
        Assert.NotEqual(Key(common), Key([.. common.Where(c => c.Item1 != key), (key, value)]));
    }

    [Fact]
    public void Sources_of_different_kinds_never_share_an_input() =>
        Assert.Equal(
            SourceCatalogue.BuiltIn.Flavors.Count,
            SourceCatalogue.BuiltIn.Flavors.Select(f => f.Read(Options(("files", "events.csv"), ("config", "mock.ini"))).Key)
                .Distinct().Count());

    public void Dispose() => folder.Dispose();
}
