using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Segments;

public sealed class SegmentFileTests
{
    static SegmentQuery ReadText(string text, string? flag = null)
    {
        using var folder = new TemporaryFolder();
        return SegmentFile.Read(folder.Write("segments", text), flag);
    }

    static string Failure(string text, string? flag = null) => Assert.Throws<DataException>(() => ReadText(text, flag)).Message;

    static SegmentList Seconds(params (double Start, double End)[] segments) =>
        SegmentList.Coalesce(segments.Select(s => new Segment(GpsTime.FromSeconds((decimal)s.Start), GpsTime.FromSeconds((decimal)s.End))));

    [SharedFact]
    public void The_science_segments_of_the_fifth_run_have_their_known_livetimes()
    {
        var h1 = SegmentFile.Read(SharedData.Path("segments", "S5-H1-cat1.txt")).Active;
        var h2 = SegmentFile.Read(SharedData.Path("segments", "S5-H2-cat1.txt")).Active;
        var cat2 = SegmentFile.Read(SharedData.Path("segments", "S5-H1-cat2.txt")).Active;
        Assert.Equal((8935, 45_246_206L), (h1.Count, h1.Livetime / 1_000_000_000));
        Assert.Equal((7502, 45_715_559L), (h2.Count, h2.Livetime / 1_000_000_000));
        Assert.Equal((5685, 53_039L), (cat2.Count, cat2.Livetime / 1_000_000_000));
        Assert.Equal((13_647, 45_193_167L), ((h1 - cat2).Count, (h1 - cat2).Livetime / 1_000_000_000));
    }

    [SharedFact]
    public void The_locked_segments_of_the_first_observing_run_are_read()
    {
        var locked = SegmentFile.Read(SharedData.Path("lockloss-h1-o1", "segments.txt"));
        Assert.Equal((307, 6_523_396L), (locked.Active.Count, locked.Active.Livetime / 1_000_000_000));
        Assert.Equal(SegmentList.All, locked.Known);
    }

    [SharedFact]
    public void A_document_of_today_gives_known_and_active_by_version()
    {
        using var facts = System.Text.Json.JsonDocument.Parse(File.ReadAllText(SharedData.Path("ligolw", "H1-EXAMPLE-facts.json")));
        var known = Pairs(facts.RootElement.GetProperty("known"));
        foreach (var name in new[] { "H1-EXAMPLE-plain.xml", "H1-EXAMPLE-gzip.xml.gz" })
        {
            var path = SharedData.Path("ligolw", name);
            var merged = SegmentList.Empty;
            foreach (var version in new[] { "1", "2" })
            {
                var read = SegmentFile.Read(path, "H1:DCH-EXAMPLE:" + version);
                var active = Pairs(facts.RootElement.GetProperty("active").GetProperty(version));
                Assert.Equal((known, active), (read.Known, read.Active));
                merged |= active;
            }
            Assert.Equal(merged, SegmentFile.Read(path, "H1:DCH-EXAMPLE").Active);
            Assert.Equal(merged, SegmentFile.Read(path).Active);
            Assert.Equal(7_157_000_000_000, SegmentFile.Read(path, "H1:DCH-EXAMPLE:1").Active.Livetime);
            Assert.Equal(6_640_000_000_000, SegmentFile.Read(path, "H1:DCH-EXAMPLE:2").Active.Livetime);
        }

        static SegmentList Pairs(System.Text.Json.JsonElement list) => SegmentList.Coalesce(
            list.EnumerateArray().Select(p => new Segment(GpsTime.FromSeconds(p[0].GetDecimal()), GpsTime.FromSeconds(p[1].GetDecimal()))));
    }

    [SharedFact]
    public void A_document_of_old_style_gives_known_and_active_by_version()
    {
        var path = SharedData.Path("ligolw", "X1-GWPY_TEST_SEGMENTS-0-10.xml.gz");
        Assert.Equal(
            new SegmentQuery(Seconds((0, 3), (6, 7)), Seconds((1, 2), (6, 7))),
            SegmentFile.Read(path, "X1:GWPY-TEST_SEGMENTS:1")
        );
        Assert.Equal(
            new SegmentQuery(Seconds((100, 150)), Seconds((100, 101), (110, 120))),
            SegmentFile.Read(path, "X1:GWPY-TEST_SEGMENTS:2")
        );
        // What version 1 says of [3, 4) and [5, 6), which it does not know, counts for nothing.
        Assert.Equal(Seconds((1, 2), (6, 7), (100, 101), (110, 120)), SegmentFile.Read(path, "X1:GWPY-TEST_SEGMENTS:*").Active);
        var message = Assert.Throws<DataException>(() => SegmentFile.Read(path, "X1:OTHER")).Message;
        Assert.Contains("X1:GWPY-TEST_SEGMENTS:1, X1:GWPY-TEST_SEGMENTS:2", message);
    }

    [Theory]
    [InlineData("# comment\n0 10 20 10\n1 30.5 40 9.5\n")]
    [InlineData("10 20\n30.5 40\n")]
    [InlineData("10 20 10\n30.5 40 9.5\n")]
    [InlineData("10,20\r\n30.5,40\r\n")]
    [InlineData("\uFEFF10 15\n  15\t20 # touching\n\n30.5 40\n35 36")]
    [InlineData("[[10, 20], [30.5, 40]]")]
    [InlineData("{\"segments\": [[10, 20], [30.5, 40]], \"count\": 2, \"livetime\": 19.5}")]
    public void Every_nameless_form_says_the_same(string text) =>
        Assert.Equal(new SegmentQuery(SegmentList.All, Seconds((10, 20), (30.5, 40))), ReadText(text, "H1:ANY:1"));

    [Fact]
    public void The_answer_of_a_segment_server_is_read()
    {
        const string Text = """
            {"ifo": "H1", "name": "DMT-ANALYSIS_READY", "version": 1, "known": [[0, 100]], "active": [[10, 20.000000001], [30, 40]],
             "metadata": {"active_indicates_ifo_badness": false}, "query_information": {"uri": "/dq"}}
            """;
        var expected = new SegmentQuery(Seconds((0, 100)), Seconds((10, 20.000000001), (30, 40)));
        Assert.Equal(expected, ReadText(Text));
        Assert.Equal(expected, ReadText(Text, "H1:DMT-ANALYSIS_READY:1"));
        Assert.Contains("it has H1:DMT-ANALYSIS_READY:1", Failure(Text, "H1:DMT-ANALYSIS_READY:2"));
        Assert.Equal(
            "[[1126000000.123456789, 1126000001.000000001)]",
            ReadText("{\"active\": [[\"1126000000.123456789\", 1126000001.000000001]]}").Active.ToString()
        );
    }

    [Theory]
    [InlineData(
        """
        [{"ifo":"H1","name":"A","version":1,"known":[[0,9]],"active":[[1,2]]},
        {"ifo":"H1","name":"A","version":2,"known":[[5,12]],"active":[[3,4]]},
        {"ifo":"H1","name":"B","version":1,"known":[],"active":[]}]
        """
    )]
    [InlineData(
        """
        {"flags":[{"ifo":"H1","name":"A","version":1,"known":[[0,9]],"active":[[1,2]]},
        {"ifo":"H1","name":"A","version":2,"known":[[5,12]],"active":[[3,4]]},
        {"ifo":"H1","name":"B","version":1,"known":[],"active":[]}]}
        """
    )]
    [InlineData(
        """{"H1:A:1":{"known":[[0,9]],"active":[[1,2]]},"H1:A:2":{"known":[[5,12]],"active":[[3,4]]},"H1:B:1":{"known":[],"active":[]}}"""
    )]
    public void Several_flags_in_one_file_are_told_apart(string text)
    {
        Assert.Equal(new SegmentQuery(Seconds((0, 9)), Seconds((1, 2))), ReadText(text, "H1:A:1"));
        // Version 2 does not know [3, 4), so what it says of it counts for nothing.
        Assert.Equal(new SegmentQuery(Seconds((0, 12)), Seconds((1, 2))), ReadText(text, "H1:A"));
        Assert.Equal(new SegmentQuery(SegmentList.Empty, SegmentList.Empty), ReadText(text, "H1:B"));
        Assert.Contains("holds several flags; name one of H1:A:1, H1:A:2, H1:B:1", Failure(text));
    }

    [Theory]
    [InlineData("10 20\n30 x\n", "line 2: '30 x' is no segment; expected a GPS time instead of 'x'")]
    [InlineData("10\n", "line 1: '10' is no segment; expected 'start stop' or 'index start stop duration'")]
    [InlineData("1 2 3 4 5\n", "expected 'start stop'")]
    [InlineData("10 20\n0 30 40 10\n", "line 2: '0 30 40 10' is no segment; expected 2 columns as above")]
    [InlineData("20 10\n", "expected a stop that is not before the start")]
    [InlineData("0 10 20 30\n", "expected the duration 10")]
    [InlineData("{\"active\": [[1]]}", "[1] in \"active\" is no segment")]
    [InlineData("{\"active\": [[2, 1]]}", "[2, 1] in \"active\" is no segment")]
    [InlineData("{\"active\": 3}", "\"active\" is 3; expected [[start, end], …]")]
    [InlineData("{\"nothing\": []}", "has no segments")]
    [InlineData("{\"active\": [[1, 2]", "no well-formed JSON")]
    [InlineData("{\"x\": {\"active\": []}}", "'x' is no flag")]
    [InlineData("[{\"a\": 1}]", "neither \"active\" nor \"known\"")]
    [InlineData("<LIGO_LW></LIGO_LW>", "without segment tables")]
    [InlineData("<LIGO_LW>", "no well-formed LIGO_LW document")]
    public void A_malformed_file_says_where_and_what_was_expected(string text, string part) => Assert.Contains(part, Failure(text));

    [Fact]
    public void A_wrong_flag_name_and_a_missing_file_are_named()
    {
        Assert.Contains("expected IFO:NAME or IFO:NAME:VERSION", Failure("1 2\n", "H1"));
        Assert.Contains("/nonexistent/s.txt", Assert.Throws<DataException>(() => SegmentFile.Read("/nonexistent/s.txt")).Message);
    }

    [Theory]
    [InlineData("4294967295", "4294967295", "2147483647", "4294967295", "[[-inf, inf)]")]
    [InlineData("-1", "-1", "2147483647", "-1", "[[-inf, inf)]")]
    [InlineData("4294967295", "4294967295", "5", "", "[[-inf, 5)]")]
    [InlineData("5", "500000000", "2147483647", "4294967295", "[[5.5, inf)]")]
    [InlineData("-5", "-500000000", "-4", "0", "[[-5.5, -4)]")]
    public void Ends_of_LIGO_LW_may_be_unbounded(string start, string startNs, string end, string endNs, string expected) =>
        Assert.Equal(expected, ReadText(Document($"{start},{startNs},{end},{endNs}")).Active.ToString());

    [Theory]
    [InlineData("1,1000000000,2,0", "'1000000000' in column start_time_ns")]
    [InlineData("1,0,2,4294967295", "'4294967295' in column end_time_ns")]
    [InlineData("1,-1,2,0", "'-1' in column start_time_ns")]
    [InlineData("2147483647,4294967294,2147483647,4294967295", "'4294967294' in column start_time_ns")]
    [InlineData("1,0,0,999999999", "is not an end that is not before the start 1")]
    [InlineData("-9223372036854775808,0,0,0", "is not a GPS time")]
    public void Times_of_LIGO_LW_that_are_none_are_errors(string row, string part) => Assert.Contains(part, Failure(Document(row)));

    static string Document(string row) => $"""
        <LIGO_LW><Table Name="segment:table"><Column Name="start_time" Type="int_4s"/><Column Name="start_time_ns" Type="int_4s"/>
        <Column Name="end_time" Type="int_4s"/><Column Name="end_time_ns" Type="int_4s"/>
        <Stream Name="segment:table" Delimiter="," Type="Local">{row},</Stream></Table></LIGO_LW>
        """;

    [Theory]
    [InlineData("[[-Infinity, 5], [7, Infinity]]")]
    [InlineData("{\"segments\": [[\"-inf\", 5], [7, \"inf\"]]}")]
    [InlineData("{\"note\": \"to Infinity \\\" and NaN\", \"active\": [[-Infinity,5],[7,Infinity]]}")]
    [InlineData("-inf 5\n7 +inf\n")]
    [InlineData("-infinity 5\n7 Infinity\n")]
    [InlineData("0 -inf 5 inf\n1 7 inf inf\n")]
    public void Ends_of_text_and_JSON_may_be_unbounded(string text) =>
        Assert.Equal("[[-inf, 5), [7, inf)]", ReadText(text).Active.ToString());

    [Theory]
    [InlineData("[[NaN, 5]]")]
    [InlineData("[[null, 5]]")]
    [InlineData("[[1e400, 5]]")]
    [InlineData("nan 5\n")]
    [InlineData("0x10 0x20\n")]
    [InlineData("1_000 2_000\n")]
    [InlineData("1e400 5\n")]
    public void What_is_no_time_is_no_end_of_a_segment(string text) => Assert.Contains("is no segment", Failure(text));

    [Theory]
    [InlineData("H1-SCIENCE-1000-100.txt", "1010 1050\n", "[[1000, 1100)]", "[[1010, 1050)]")]
    [InlineData("H1-SCIENCE-1000-100.txt", "1010 1150\n", "[[1000, 1150)]", "[[1010, 1150)]")]
    [InlineData("H1-SCIENCE-1000-100.json", "[]", "[[1000, 1100)]", "[]")]
    [InlineData("H1-SCIENCE-1000-100.json", "{\"known\": [[1000, 1020]], \"active\": [[1010, 1050]]}", "[[1000, 1020)]",
        "[[1010, 1020)]")]
    [InlineData("science.txt", "1010 1050\n", "[[-inf, inf)]", "[[1010, 1050)]")]
    public void What_a_file_does_not_say_that_it_knows_is_told_by_its_name(string name, string text, string known, string active)
    {
        using var folder = new TemporaryFolder();
        var read = SegmentFile.Read(folder.Write(name, text));
        Assert.Equal((known, active), (read.Known.ToString(), read.Active.ToString()));
    }

    [Fact]
    public void A_torn_file_may_be_asked_for_again()
    {
        using var folder = new TemporaryFolder();
        var text = Document("1,0,2,0");
        foreach (var length in new[] { 0, 10, text.Length / 2, text.Length - 3 }.Skip(1))
        {
            var torn = Assert.Throws<DataException>(() => SegmentFile.Read(folder.Write("s.xml", text[..length])));
            Assert.True(torn.IsTransient);
            Assert.Contains("s.xml", torn.Message, StringComparison.Ordinal);
        }
        Assert.False(Assert.Throws<DataException>(() => SegmentFile.Read(folder.Write("s.xml", "<LIGO_LW><a></LIGO_LW>"))).IsTransient);
    }

    [Fact]
    public void An_empty_text_holds_no_segments() => Assert.True(ReadText("# nothing\n").Active.IsEmpty);

    [Fact]
    public void Gzip_is_recognised_by_its_content_and_a_torn_one_is_an_error()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("segments.txt");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(i => $"{3 * i} {3 * i + 1 + i % 2}\n"))));
        Assert.Equal(1000, SegmentFile.Read(path).Active.Count);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^200]);
        Assert.Contains(path, Assert.Throws<DataException>(() => SegmentFile.Read(path)).Message);
    }

    [Fact]
    public void A_document_without_a_summary_is_known_for_all_time_and_one_without_definers_has_no_flag()
    {
        const string Segments = """
            <Table Name="segment:table"><Column Name="start_time" Type="int_4s"/><Column Name="end_time" Type="int_4s"/>
            <Column Name="segment_def_id" Type="int_8s"/>
            <Stream Name="segment:table" Delimiter="," Type="Local">1,2,0,5,6,1</Stream></Table>
            """;
        const string Definers = """
            <Table Name="segment_definer:table"><Column Name="segment_def_id" Type="int_8s"/><Column Name="ifos" Type="lstring"/>
            <Column Name="name" Type="lstring"/><Column Name="version" Type="int_4s"/>
            <Stream Name="segment_definer:table" Delimiter="," Type="Local">0,"H1","A",</Stream></Table>
            """;
        Assert.Equal(new SegmentQuery(SegmentList.All, Seconds((1, 2), (5, 6))), ReadText($"<LIGO_LW>{Segments}</LIGO_LW>", "H1:A:1"));
        // The definers may follow the segments.
        Assert.Equal(new SegmentQuery(SegmentList.All, Seconds((1, 2))), ReadText($"<LIGO_LW>{Segments}{Definers}</LIGO_LW>", "H1:A"));
    }

    static readonly Arbitrary<SegmentList> Lists = Gen.Choose(0, 2_000_000_000)
        .Select(x => x * 1234567L)
        .ListOf()
        .Select(ends => SegmentList.Coalesce(ends.Zip(ends.Skip(1), (a, b) => new Segment(new(a), new(b))).Where((_, i) => i % 2 == 0)))
        .ToArbitrary();

    [Fact]
    public void What_is_written_as_text_is_read_back() => Prop.ForAll(Lists, list =>
    {
        using var writer = new StringWriter();
        SegmentWriter.WriteText(writer, list);
        return ReadText(writer.ToString()).Active.Equals(list);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_written_as_JSON_is_read_back() => Prop.ForAll(Lists, Lists, (known, active) =>
    {
        using var writer = new StringWriter();
        SegmentWriter.WriteJson(writer, new(known, active), new("H1", "A\"B", 3));
        return ReadText(writer.ToString(), "H1:A\"B:3") == new SegmentQuery(known, active & known);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Unbounded_ends_are_written_and_read_back()
    {
        foreach (var list in new[] { SegmentList.All, ~Seconds((1, 2)), SegmentList.Of(new(GpsTime.MinValue, new(5))) })
        {
            using var text = new StringWriter();
            SegmentWriter.WriteText(text, list);
            Assert.Equal(list, ReadText(text.ToString()).Active);
            using var json = new StringWriter();
            SegmentWriter.WriteJson(json, new(list, list));
            Assert.Equal(list, ReadText(json.ToString()).Known);
        }
    }

    [Fact]
    public void The_text_is_that_of_segwizard()
    {
        using var writer = new StringWriter();
        SegmentWriter.WriteText(writer, Seconds((10, 20), (30.5, 40)));
        Assert.Equal("# seg\tstart\tstop\tduration\n0\t10\t20\t10\n1\t30.5\t40\t9.5\n", writer.ToString());
    }

    [Theory]
    [InlineData("start,end\n1,2\n")]
    [InlineData("index start_time stop_time duration\n0 1 2 1\n")]
    [InlineData("Start\tStop\tDuration\n1\t2\t1\n")]
    public void The_first_line_may_name_the_columns(string text)
    {
        Assert.Equal(Seconds((1, 2)), ReadText(text).Active);
        Assert.Contains("line 3", Failure(text + text.Split('\n')[0]));
        Assert.Contains("line 1", Failure(text.Replace("start", "begin", StringComparison.OrdinalIgnoreCase)));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1.0")]
    [InlineData("\"1\"")]
    public void The_version_of_a_flag_may_be_written_as_any_whole_number(string version) => Assert.Equal(Seconds((1, 2)),
        ReadText($$"""{"ifo": "H1", "name": "A", "version": {{version}}, "known": [[0, 5]], "active": [[1, 2]]}""", "H1:A:1").Active);

    [Theory]
    [InlineData("1.5")]
    [InlineData("-1")]
    [InlineData("99999999999")]
    [InlineData("\"v1\"")]
    [InlineData("true")]
    public void Another_version_is_an_error(string version) => Assert.Contains("is no whole number",
        Failure($$"""{"ifo": "H1", "name": "A", "version": {{version}}, "known": [[0, 5]], "active": [[1, 2]]}"""));

    [Theory]
    [InlineData("""{"H1:\ud800:1": {"active": [[1, 2]]}}""")]
    [InlineData("""{"ifo": "H1", "name": "\ud800", "active": [[1, 2]]}""")]
    [InlineData("""[["\udc00", 5]]""")]
    public void Half_a_character_is_no_JSON(string text) => Assert.Contains("is no well-formed JSON", Failure(text));
}
