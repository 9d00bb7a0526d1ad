using System.Text.Json;

namespace Idq.Data.Tests.LigoLw;

public sealed class LigoLwSourceTests
{
    static string Table(string columns, string rows, string name = "sngl_burst:table") =>
        $"<LIGO_LW><Table Name='{name}'>{columns}<Stream Name='{name}' Delimiter=',' Type='Local'>{rows}</Stream></Table></LIGO_LW>";

    static string Column(string name, string type) => $"<Column Name='{name}' Type='{type}'/>";

    [SharedFact]
    public void The_real_triggers_of_the_fifth_run_are_all_there()
    {
        using var source = new LigoLwSource(new([SharedData.Path("triggers")]));
        Assert.Equal(["H1:LSC-DARM_ERR"], source.Channels.Names);
        Assert.Equal(["frequency", "duration", "central_freq", "bandwidth", "amplitude", "snr", "confidence", "tfvolume"], source.Columns);
        var table = Events.Read(source, Segment.FromSeconds(830_000_000, 831_000_000));
        Assert.Equal(79_403, table.Count);
        var snr = table.Column(table.FindColumn("snr"));
        Assert.True(snr.ToArray().All(s => s > 0));
        Assert.Equal(69173.7, snr.ToArray().Max());
        // As search_summary has it, narrower than the name of the file.
        Assert.Equal("[[830046411, 830096683.5)]", table.Delivered.ToString());

        var science = SegmentFile.Read(SharedData.Path("segments", "S5-H1-cat1.txt")).Active;
        Assert.Equal(77_399, table.Times.ToArray().Count(t => science.Contains(new GpsTime(t))));
        var inside = science & table.Delivered;
        Assert.Equal((6, 49_259L), (inside.Count, inside.Clip(Segment.FromSeconds(830046411, 830096683)).Livetime / 1_000_000_000));
    }

    [SharedFact]
    public void The_example_of_today_has_the_sums_of_its_facts_plain_and_gzip()
    {
        using var facts = JsonDocument.Parse(File.ReadAllText(SharedData.Path("ligolw", "H1-EXAMPLE-facts.json")));
        foreach (var name in new[] { "H1-EXAMPLE-plain.xml", "H1-EXAMPLE-gzip.xml.gz" })
        {
            using var source = new LigoLwSource(new([SharedData.Path("ligolw", name)]));
            var table = Events.Read(source, Segment.FromSeconds(1_126_000_000, 1_126_100_000));
            Assert.Equal(facts.RootElement.GetProperty("n").GetInt32(), table.Count);
            var expected = facts.RootElement.GetProperty("channels").EnumerateObject().ToArray();
            Assert.Equal(expected.Select(c => c.Name), source.Channels.Names);
            foreach (var channel in expected)
            {
                var run = table.Run(source.Channels.Find(channel.Name));
                Assert.Equal(channel.Value.GetProperty("n").GetInt32(), run.Count);
                Assert.Equal(channel.Value.GetProperty("latest_peak_ns").GetInt64(), run.Times[^1]);
                Assert.Equal(channel.Value.GetProperty("snr_sum").GetDouble(), run.Column(table.FindColumn("snr")).ToArray().Sum(), 9);
            }
            // No span in the name and no search_summary: from the first event to the last.
            Assert.Equal(new Segment(new(table.Times.ToArray().Min()), new(table.Times.ToArray().Max() + 1)),
                Assert.Single(table.Delivered));
        }
    }

    [SharedFact]
    public void The_frequency_is_the_peak_frequency_where_there_is_one()
    {
        using var source = new LigoLwSource(new([SharedData.Path("ligolw", "H1-EXAMPLE-plain.xml")]));
        var table = Events.Read(source, Segment.FromSeconds(1126003341, 1126003342));
        Assert.Equal((1126003341_313116430, 1736.8803, 94.4473),
            (table.Times[0], table.Column(table.FindColumn("frequency"))[0], table.Column(table.FindColumn("central_freq"))[0]));
    }

    [Fact]
    public void Old_style_names_ids_and_split_channel_names_are_read()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "d.xml",
            Table(
                Column("sngl_burst:ifo", "lstring")
                    + Column("sngl_burst:channel", "lstring")
                    + Column("sngl_burst:peak_time", "int_4s")
                    + Column("sngl_burst:peak_time_ns", "int_4s")
                    + Column("sngl_burst:snr", "real_4")
                    + Column("sngl_burst:event_id", "ilwd:char")
                    + Column("sngl_burst:time_lag", "real_4"),
                "\"H1\",\"LSC-DARM_ERR\",1000,5,7.5,\"sngl_burst:event_id:0\",,\"H1\",\"H1:PEM\",999,,6,\"sngl_burst:event_id:1\",0.5,\""
                    + "L1\",,1001,0,,\"sngl_burst:event_id:2\",1",
                "sngl_burstgroup:sngl_burst:table"
            )
        );
        using var source = new LigoLwSource(new([folder.Path]));
        Assert.Equal(["H1:LSC-DARM_ERR", "H1:PEM", "L1"], source.Channels.Names);
        Assert.Equal(["snr", "time_lag"], source.Columns);
        Assert.Equal(["H1:LSC-DARM_ERR 1000000000005 7.5 NaN", "H1:PEM 999000000000 6 0.5", "L1 1001000000000 NaN 1"],
            Events.Of(Events.Read(source, Segment.FromSeconds(0, 2000))));
    }

    [Fact]
    public void A_column_that_stands_twice_is_an_error()
    {
        using var folder = new TemporaryFolder();
        var columns = Column("channel", "lstring") + Column("peak_time", "int_4s") + Column("snr", "real_4") + Column("snr", "real_4");
        var path = folder.Write("a.xml", Table(columns, "'A',5,1,2".Replace('\'', '"')));
        Assert.Contains("has the column 'snr' twice", Assert.Throws<DataException>(() => new LigoLwSource(new([path]))).Message);
    }

    [Fact]
    public void Documents_of_different_columns_share_them_all()
    {
        using var folder = new TemporaryFolder();
        var head = Column("channel", "lstring") + Column("peak_time", "int_4s");
        folder.Write("H-A-0-10.xml", Table(head + Column("snr", "real_4"), "\"X\",1,5"));
        folder.Write("H-A-10-10.xml", Table(head + Column("amplitude", "real_8"), "\"X\",11,3e-21"));
        using var source = new LigoLwSource(new([folder.Path]));
        Assert.Equal(["snr", "amplitude"], source.Columns);
        Assert.Equal(["X 1000000000 5 NaN", "X 11000000000 NaN 3E-21"], Events.Of(Events.Read(source, Segment.FromSeconds(0, 20))));
        using var chosen = new LigoLwSource(new([folder.Path]) { Channels = ["X"], Columns = ["snr"] });
        Assert.Equal(["X 1000000000 5", "X 11000000000 NaN"], Events.Of(Events.Read(chosen, Segment.FromSeconds(0, 20))));
    }

    [Fact]
    public void A_configured_span_is_what_nameless_documents_deliver()
    {
        using var folder = new TemporaryFolder();
        folder.Write("d.xml", Table(Column("channel", "lstring") + Column("peak_time", "int_4s"), "\"X\",5"));
        using var source = new LigoLwSource(new([folder.Path]) { Span = Segment.FromSeconds(0, 10) });
        Assert.Equal(SegmentList.Of(Segment.FromSeconds(3, 10)), Events.Read(source, Segment.FromSeconds(3, 30)).Delivered);
    }

    [Fact]
    public void What_a_search_says_that_it_looked_at_is_delivered_gaps_and_all()
    {
        using var folder = new TemporaryFolder();
        var summary = Table(
            Column("out_start_time", "int_4s")
                + Column("out_start_time_ns", "int_4s")
                + Column("out_end_time", "int_4s")
                + Column("out_end_time_ns", "int_4s"), "1,0,3,500000000,5,0,9,0", "search_summary:table");
        var events = Table(Column("channel", "lstring") + Column("peak_time", "int_4s"), "\"X\",6");
        folder.Write("H-A-0-8.xml",
            summary.Replace("</LIGO_LW>", "", StringComparison.Ordinal) + events.Replace("<LIGO_LW>", "", StringComparison.Ordinal));
        using var source = new LigoLwSource(new([folder.Path]));
        Assert.Equal("[[1, 3.5), [5, 8)]", Events.Read(source, Segment.FromSeconds(0, 20)).Delivered.ToString());
    }

    [Theory]
    [InlineData("<LIGO_LW/>", "has no table sngl_burst")]
    [InlineData(
        "<LIGO_LW><Table Name='sngl_burst:table'><Column Name='channel' Type='lstring'/><Stream Name='sngl_burst:table'>\"X\"</Stream>"
            + "</Table></LIGO_LW>",
        "no column 'peak_time'"
    )]
    [InlineData(
        "<LIGO_LW><Table Name='sngl_burst:table'><Column Name='peak_time' Type='int_4s'/><Stream Name='sngl_burst:table'>1</Stream>"
            + "</Table></LIGO_LW>",
        "neither 'channel' nor 'ifo'"
    )]
    [InlineData(
        "<LIGO_LW><Table Name='sngl_burst:table'><Column Name='peak_time' Type='int_4s'/><Column Name='ifo' Type='lstring'/><Stream "
            + "Name='sngl_burst:table'>x,H1</Stream></Table></LIGO_LW>",
        "'x' in column peak_time of the table sngl_burst is not a whole number"
    )]
    [InlineData("not xml", "no well-formed LIGO_LW document")]
    public void A_document_that_cannot_be_used_says_why(string text, string part)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("d.xml", text);
        var message = Assert.Throws<DataException>(() => new LigoLwSource(new([path]))).Message;
        Assert.Contains(part, message);
        Assert.Contains(path, message);
    }
}
