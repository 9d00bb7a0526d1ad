using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Files;

public sealed class EventFilesTests
{
    sealed record Event(int Channel, long Time, double Snr, double Frequency);

    static readonly ChannelDictionary Channels = new(["H1:A", "H1:B_16_64", "L1:C&<>\"\\x"]);
    static readonly Segment Span = Segment.FromSeconds(1126000000, 1126000100);

    static readonly Arbitrary<Event[]> AnyEvents = (
        from channel in Gen.Choose(0, 2)
        from second in Gen.Choose(0, 99)
        from nanosecond in Gen.Choose(0, 999_999_999)
        from snr in Gen.Choose(0, int.MaxValue).Select(x => Math.Sqrt(x) * 1.234567)
        from frequency in Gen.Choose(1, int.MaxValue).Select(x => x / 3.0)
        select new Event(channel, Span.Start.Nanoseconds + second * 1_000_000_000L + nanosecond, snr, frequency)).ArrayOf().ToArbitrary();

    static EventTable Table(IEnumerable<Event> events, SegmentList? delivered = null)
    {
        var builder = new EventTableBuilder(Channels, ["snr", "frequency"]);
        foreach (var e in events) builder.Add(e.Channel, e.Time, [e.Snr, e.Frequency]);
        return builder.Build(Span, delivered ?? SegmentList.Of(Span));
    }

    static List<string> Expected(EventTable table) => Events.Of(table, "snr", "frequency");

    [Fact]
    public void Parquet_gives_the_same_events_and_delivered_segments_back() =>
        Prop.ForAll(
                AnyEvents,
                events =>
                {
                    using var folder = new TemporaryFolder();
                    var delivered = SegmentList.Coalesce(Segment.FromSeconds(1126000000, 1126000033),
                        new Segment(new(1126000050_000000001), new(1126000100_000000000)));
                    var table = Table(events, delivered);
                    foreach (var name in new[] { "events.parquet", "H-EVENTS-1126000000-100.parquet" })
                    {
                        TableArchiveFile.Write(table, folder.File(name));
                        // Channels without events come back too.
                        using var source = new TableSource(new() { Paths = [folder.File(name)] });
                        var back = Events.Read(source, Span);
                        if (!source.Channels.Names.SequenceEqual(Channels.Names)) return false;
                        if (!Expected(back).SequenceEqual(Expected(table)) || !back.Delivered.Equals(delivered)) return false;
                    }
                    return true;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(12));

    [Fact]
    public void A_large_table_is_written_in_blocks_of_time_and_comes_back()
    {
        using var folder = new TemporaryFolder();
        using var mock = new MockSource(
            MockDefinition
                .Read(
                    IniDocument.Parse(
                        "[channels A{0}]\ncount = 100\nrate = 64\nsnr distribution = pareto 3\nfrequency distribution = uniform 1 2\n",
                        "x"
                    )
                )
                .Definition!,
            1
        );
        var span = Segment.FromSeconds(1000, 1100);
        var table = Events.Read(mock, span);
        TableArchiveFile.Write(table, folder.File("H-A-1000-100.parquet"));
        using var source = new TableSource(new() { Paths = [folder.Path] });
        Assert.Equal(Events.Of(table), Events.Of(Events.Read(source, span), "snr", "frequency"));
        Assert.Equal(Events.Of(Events.Read(mock, Segment.FromSeconds(1030, 1031))),
            Events.Of(Events.Read(source, Segment.FromSeconds(1030, 1031)), "snr", "frequency"));
    }

    [Theory]
    [InlineData("events.trg")]
    [InlineData("folder")]
    public void KleineWelle_gives_the_same_times_and_values_back(string name) => Prop.ForAll(AnyEvents, events =>
    {
        using var folder = new TemporaryFolder();
        var table = Table(events);
        var files = KleineWelleWriter.Write(table, folder.File(name));
        using var source = new KleineWelleSource(new(files) { Span = Span, Channels = [.. Channels.Names] });
        return Expected(Events.Read(source, Span)).SequenceEqual(Expected(table));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));

    [SharedFact]
    public void KleineWelle_triggers_survive_being_written_in_all_columns()
    {
        using var folder = new TemporaryFolder();
        var span = Segment.FromSeconds(1126000000, 1126020000);
        using var source = new KleineWelleSource(new([SharedData.Path("ovl", "kw")]) { Span = span });
        var table = Events.Read(source, span);
        KleineWelleWriter.Write(table, folder.File("all.trg"));
        using var back = new KleineWelleSource(new([folder.File("all.trg")]) { Span = span });
        Assert.Equal(Events.Of(table), Events.Of(Events.Read(back, span)));
    }

    [Theory]
    [InlineData("events.xml")]
    [InlineData("events.xml.gz")]
    public void LIGO_LW_gives_the_same_events_and_delivered_segments_back(string name) =>
        Prop.ForAll(
                AnyEvents,
                events =>
                {
                    using var folder = new TemporaryFolder();
                    var delivered = SegmentList.Coalesce(Segment.FromSeconds(1126000000, 1126000033),
                        new Segment(new(1126000050_000000001), new(1126000100_000000000)));
                    var table = Table(events.Select((e, i) => i % 5 == 0 ? e with { Snr = double.NaN } : e), delivered);
                    LigoLwWriter.Write(table, folder.File(name));
                    using var source = new LigoLwSource(new([folder.File(name)]) { Channels = [.. Channels.Names] });
                    var back = Events.Read(source, Span);
                    return Expected(back).SequenceEqual(Expected(table)) && back.Delivered.Equals(delivered);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(50));

    [SharedFact]
    public void The_real_triggers_survive_being_written_as_LIGO_LW_and_as_Parquet()
    {
        using var folder = new TemporaryFolder();
        using var source = new LigoLwSource(new([SharedData.Path("triggers")]));
        var span = Segment.FromSeconds(830046410, 830096684);
        var table = Events.Read(source, span);
        LigoLwWriter.Write(table, folder.File("x.xml.gz"));
        TableArchiveFile.Write(table, folder.File("x.parquet"));
        using var document = new LigoLwSource(new([folder.File("x.xml.gz")]));
        using var parquet = new TableSource(new() { Paths = [folder.File("x.parquet")] });
        foreach (IEventSource back in new IEventSource[] { document, parquet })
        {
            var read = Events.Read(back, span);
            Assert.Equal(table.Delivered, read.Delivered);
            Assert.Equal(Events.Of(table), Events.Of(read, [.. table.Columns]));
        }
    }

    [Fact]
    public void A_table_without_the_columns_of_the_format_is_written_all_the_same()
    {
        using var folder = new TemporaryFolder();
        var builder = new EventTableBuilder(new(["A"]), ["q"]);
        builder.Add(0, 5_000000001, [3]);
        var table = builder.Build(Segment.FromSeconds(0, 10), SegmentList.All);
        KleineWelleWriter.Write(table, folder.File("a.trg"));
        LigoLwWriter.Write(table, folder.File("a.xml"));
        Assert.Equal("5.000000001 5.000000001 5.000000001 0 0 0 0 0 A\n", File.ReadAllText(folder.File("a.trg")));
        Assert.Equal(["A 5000000001 3"], Events.Of(Events.Read(new LigoLwSource(new([folder.File("a.xml")])), Segment.FromSeconds(0, 10))));
    }

    [Fact]
    public void What_a_format_cannot_hold_is_refused()
    {
        using var folder = new TemporaryFolder();
        static EventTable Of(string channel, string column) => EventTable.Empty(Span, SegmentList.Empty, new([channel]), [column]);
        Assert.Contains("'A B'", Assert.Throws<DataException>(() => KleineWelleWriter.Write(Of("A B", "x"), folder.File("a.trg"))).Message);
        Assert.Contains("'A/B'", Assert.Throws<DataException>(() => KleineWelleWriter.Write(Of("A/B", "x"), folder.File("a"))).Message);
        Assert.Contains("'peak_time'",
            Assert.Throws<DataException>(() => LigoLwWriter.Write(Of("A", "peak_time"), folder.File("a.xml"))).Message);
        Assert.Throws<DataException>(() => LigoLwWriter.Write(Of("A", "x"), folder.File("no/such/a.xml")));
        Assert.Throws<DataException>(() => KleineWelleWriter.Write(Of("A", "x"), folder.File("no/such/a.trg")));
        Assert.Throws<DataException>(() => TableArchiveFile.Write(Of("A", "x"), folder.File("no/such/a.parquet")));
    }
}
