using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Tables;

/// <summary>What the fields of CSV and JSON mean does not depend on the rows around them.</summary>
public sealed class TextTableTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    TableSource Open(string name, string text, bool isLive = false, params string[] columns) => new(new()
    {
        Paths = [folder.Write(name, text)], IsLive = isLive,
        Columns = columns.Length == 0 ? null : [.. columns.Select(c => new TableColumn(c))],
    });

    double[] Snr(string name, string text)
    {
        using var source = Open(name, text);
        return Events.Read(source, Segment.All).Column(source.Columns.ToList().IndexOf("snr")).ToArray();
    }

    string Failure(string name, string text, params string[] columns) =>
        Assert.Throws<DataException>(() => Open(name, text, false, columns)).Message;

    static string Csv(IEnumerable<string> values) =>
        "time,channel,snr\n" + string.Concat(values.Select((v, i) => $"{1000 + i},A,{v}\n"));

    static string Json(IEnumerable<string> values) =>
        string.Concat(values.Select((v, i) => $"{{\"time\": {1000 + i}, \"channel\": \"A\", \"snr\": {v}}}\n"));

    [Theory]
    [InlineData("7.55")]
    [InlineData("1e3")]
    [InlineData("inf")]
    [InlineData("NULL")]
    [InlineData("true")]
    [InlineData("9007199254740993")]
    public void A_number_after_any_number_of_others_is_what_it_is(string last)
    {
        var values = Enumerable.Repeat("7", 30_000).Append(last).ToArray();
        var expected = last switch { "inf" => double.PositiveInfinity, "NULL" => double.NaN, "true" => 1, _ => double.Parse(last) };
        Assert.Equal([7, expected], Snr("a.csv", Csv(values))[^2..]);
        var json = last switch { "inf" => "Infinity", "NULL" => "null", _ => last };
        Assert.Equal([7, expected], Snr("a.jsonl", Json([.. values[..^1], json]))[^2..]);
        Assert.Equal([expected, 7], Snr("b.csv", Csv(values.Reverse()))[..2]);
    }

    [Theory]
    [InlineData("a.csv")]
    [InlineData("a.json")]
    public void A_query_that_names_text_looks_at_all_of_its_rows(string name)
    {
        var values = Enumerable.Repeat("7", 30_000).Append("7.55").ToArray();
        folder.Write(name, name == "a.csv" ? Csv(values) : Json(values));
        using var source = new TableSource(new() { Query = $"SELECT time, channel, snr FROM '{name}'", Folder = folder.Path });
        Assert.Equal([7, 7.55], Events.Read(source, Segment.All).Column(0).ToArray()[^2..]);
    }

    [Theory]
    [InlineData("", double.NaN)]
    [InlineData("\"\"", double.NaN)]
    [InlineData("null", double.NaN)]
    [InlineData("NA", double.NaN)]
    [InlineData("N/A", double.NaN)]
    [InlineData("None", double.NaN)]
    [InlineData("NaN", double.NaN)]
    [InlineData("-nan", double.NaN)]
    [InlineData("--", double.NaN)]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    [InlineData("1e400", double.PositiveInfinity)]
    [InlineData("+5", 5)]
    [InlineData(" 5 ", 5)]
    [InlineData("\"5.5\"", 5.5)]
    [InlineData("007", 7)]
    [InlineData("False", 0)]
    public void Missing_and_unbounded_values_are_numbers_in_the_first_row_and_in_a_later_one(string value, double expected)
    {
        Assert.Equal([expected, 9.5], Snr("a.csv", Csv([value, "9.5"])));
        Assert.Equal([9.5, expected], Snr("b.csv", Csv(["9.5", value])));
        Assert.Equal([expected], Snr("c.csv", Csv([value])));
    }

    [Theory]
    [InlineData("high")]
    [InlineData("0x1F")]
    [InlineData("1_000")]
    [InlineData("2020-01-01")]
    [InlineData("12:30")]
    [InlineData("5 6")]
    public void A_column_that_holds_anything_else_is_text_and_says_where(string value)
    {
        using var csv = Open("a.csv", Csv(["9.5", value, "other"]));
        Assert.Empty(csv.Columns);
        Assert.Equal($"it is text in '{folder.File("a.csv")}', line 3: '{value}'", csv.WhyMissing("snr"));
        Assert.Null(csv.WhyMissing("other"));
        using var json = Open("a.jsonl", Json(["9.5", $"\"{value}\""]));
        Assert.Equal($"it is text in '{folder.File("a.jsonl")}', row 2: '{value}'", json.WhyMissing("snr"));
        Assert.Contains($"line 3: '{value}'", Failure("b.csv", Csv(["9.5", value]), "snr"));
        folder.Write("other.csv", Csv(["1"]));
        using var both = new TableSource(new() { Paths = [folder.File("a.csv"), folder.File("other.csv")] });
        Assert.NotNull(both.WhyMissing("snr"));
    }

    [Theory]
    [InlineData("time,channel,snr\n1000.5,A,7\n")]
    [InlineData("time\tchannel\tsnr\r\n1000.5\tA\t7\r\n")]
    [InlineData("time;channel;snr\n1000.5;A;7\n")]
    [InlineData("time|channel|snr\n1000.5|A|7")]
    [InlineData("time channel  snr\n1000.5   A 7\n")]
    [InlineData("# made by hand\n\ntime, channel, snr\n# first\n1000.5 , A , 7\n\n")]
    [InlineData("\uFEFFTIME,Channel,snr\n1000.5,A,7\n")]
    [InlineData("\"time\",\"channel\",\"snr\"\n\"1000.5\",\"A\",\"7\"\n")]
    [InlineData("snr,note,channel,time\n7,\"a \"\"b\"\", c\nd\",A,1000.5\n")]
    [InlineData("snr,,channel,time\n7,,A,1000.5\n")]
    public void Delimited_text_of_every_kind_is_read(string text)
    {
        using var source = Open("a.csv", text);
        Assert.Equal(["A 1000500000000 7"], Events.Of(Events.Read(source, Segment.All), "snr"));
    }

    [Theory]
    [InlineData("[{\"time\": 1000.5, \"channel\": \"A\", \"snr\": 7}]")]
    [InlineData("{\"time\": 1000.5, \"channel\": \"A\", \"snr\": 7}")]
    [InlineData("{\"snr\": 7,\n\"note\": {\"deep\": [1, 2]}, \"channel\": \"\\u0041\",\n\"time\": \"1000.5\"}\n\n")]
    public void JSON_of_every_kind_is_read(string text)
    {
        using var source = Open("a.json", text);
        Assert.Equal(["A 1000500000000 7"], Events.Of(Events.Read(source, Segment.All), "snr"));
    }

    [Fact]
    public void Times_in_JSON_keep_their_digits_and_fields_may_be_absent()
    {
        using var source = Open("a.jsonl", """
            {"time": 1126083726.900000001, "channel": "A"}
            {"time": 1126083727, "channel": "B", "snr": 5, "q": NaN}
            """);
        Assert.Equal(["snr", "q"], source.Columns);
        Assert.Equal(["A 1126083726900000001 NaN NaN", "B 1126083727000000000 5 NaN"], Events.Of(Events.Read(source, Segment.All)));
        using var empty = Open("b.json", "[]");
        Assert.Equal((0, 0), (empty.Channels.Count, Events.Read(empty, Segment.FromSeconds(0, 9)).Count));
    }

    [Theory]
    [InlineData("a.csv", "time,channel,snr\n1,A\n", "line 2: 2 columns instead of 3")]
    [InlineData("a.csv", "time,channel,snr\n1,A,5,6\n", "line 2: 4 columns instead of 3")]
    [InlineData("a.csv", "time,channel,snr\n1,\"A\"x,5\n", "line 2: 'x' follows a closed quote")]
    [InlineData("a.csv", "time,channel\nnoon,A\n", "the time 'noon'; expected GPS seconds (line 2)")]
    [InlineData("a.csv", "time,channel\n1,A\ninf,A\n", "the time 'inf'; expected GPS seconds (line 3)")]
    [InlineData("a.csv", "time,channel\nNULL,A\n", "a row without a time (line 2)")]
    [InlineData("a.csv", "time,channel\n1,\n", "a row without a channel (line 2)")]
    [InlineData("a.csv", "time_ns,channel\n1.5,A\n", "the time '1.5', which is not whole nanoseconds (line 2)")]
    [InlineData("a.csv", "t,channel\n1,A\n", "has no column 'time'; it has t, channel")]
    [InlineData("a.csv", "time,snr\n1,5\n", "has no column 'channel'; it has time, snr")]
    [InlineData("a.csv", "", "has no line with the names of columns")]
    [InlineData("a.csv", "t\0i\0m\0e\0", "is no text in UTF-8")]
    [InlineData("a.json", "[1, 2]", "expected an object a row")]
    [InlineData("a.json", "{\"time\": [1, 2], \"channel\": \"A\"}", "the time '[…]'; expected GPS seconds (row 1)")]
    [InlineData("a.json", "{\"time\": 1}", "has no column 'channel'; it has time")]
    [InlineData("a.jsonl", "{\"time\": 1, \"channel\": \"A\"}\n{\"time\": 2}\n", "a row without a channel (row 2)")]
    public void What_cannot_be_read_says_where_and_why(string name, string text, string part) => Assert.Contains(part, Failure(name, text));

    [Fact]
    public void A_column_that_is_asked_for_must_be_there() =>
        Assert.Contains("has no column 'snr'; it has time, channel, rho", Failure("a.csv", "time,channel,rho\n1,A,5\n", "snr"));

    [Fact]
    public void Files_that_appear_later_are_found_and_files_that_change_are_read_again()
    {
        string Row(int second, double snr) => $"time,channel,snr\n{second},A,{snr}\n";
        folder.Write("H-X-1000-10.csv", Row(1003, 1));
        using var source = new TableSource(new() { Paths = [folder.Path], IsLive = true });
        var span = Segment.FromSeconds(1000, 1020);
        Assert.Equal("[[1000, 1010)]", Events.Read(source, span).Delivered.ToString());
        folder.Write("H-X-1010-10.csv", Row(1013, 2)[..^2]);
        Assert.Equal("[[1000, 1010)]", Events.Read(source, span).Delivered.ToString());
        folder.Write("H-X-1010-10.csv", Row(1013, 2));
        Assert.Equal(["A 1003000000000 1", "A 1013000000000 2"], Events.Of(Events.Read(source, span)));
        folder.Write("H-X-1010-10.csv", Row(1013, 2) + "1014,A,3\n");
        Assert.Equal(3, Events.Read(source, span).Count);
        folder.Write("H-X-1010-10.csv", Row(1013, 2) + "1014,A,high\n");
        Assert.Contains("line 3: 'high'", Assert.Throws<DataException>(() => Events.Read(source, span)).Message);
    }

    [Fact]
    public void Files_that_cover_the_same_time_hold_every_row_once()
    {
        const string Text = "time,channel,snr\n1001,A,1\n1001,A,1\n1002,A,\n";
        folder.Write("H-X-1000-10.csv", Text);
        folder.Write("copy/H-X-1000-10.csv", Text);
        folder.Write("H-X-1000-20.csv", Text + "1012,A,3\n");
        using (var gzip = new GZipStream(File.Create(folder.File("H-X-1000-10.csv.gz")), CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(Text));
        using var source = new TableSource(new() { Paths = [folder.Path] });
        Assert.Equal(4, Events.Read(source, Segment.FromSeconds(1000, 1020)).Count);
    }

    [Fact]
    public void Fields_survive_whatever_they_hold() => Prop.ForAll(
        ArbMap.Default.ArbFor<double>(), ArbMap.Default.ArbFor<NonNull<string>>(), (value, drawn) =>
        {
            var channel = drawn.Get.Replace("\0", "", StringComparison.Ordinal).Trim();
            if (channel.Length == 0 || channel == "NULL" || channel.Any(char.IsSurrogate)) return true;
            var text = $"time,channel,snr\n5,\"{channel.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{value:R}\n";
            using var source = Open("a.csv", text);
            return source.Channels.Names[0] == channel && Events.Read(source, Segment.All).Column(0)[0].Equals(value);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Columns_whose_names_differ_in_case_are_two()
    {
        using var source = Open("a.jsonl", "{\"time\":1,\"channel\":\"A\",\"snr\":5,\"SNR\":6,\"Snr\":\"loud\"}\n");
        Assert.Equal(["snr", "SNR"], source.Columns);
        Assert.Equal([5, 6], Enumerable.Range(0, 2).Select(c => Events.Read(source, Segment.All).Column(c)[0]));
    }

    [Fact]
    public void Lines_that_end_in_carriage_returns_alone_are_lines() =>
        Assert.Equal([5, 6], Snr("a.csv", Csv(["5", "6"]).Replace('\n', '\r')));

    [Theory]
    [InlineData("a.csv", "time,channel,snr\n1000,H1:\u00c4,5\n", "a channel that is no UTF-8 (line 2)")]
    [InlineData("a.jsonl", "{\"time\":1000,\"channel\":\"H1:\u00c4\",\"snr\":5}\n", "is no text in UTF-8")]
    [InlineData("b.jsonl", "{\"time\":1000,\"channel\":\"H1:\\ud800\",\"snr\":5}\n", "is no well-formed JSON")]
    [InlineData("c.jsonl", "{\"time\":1000,\"channel\":\"A\",\"\\udc00\":5}\n", "is no well-formed JSON")]
    [InlineData("d.jsonl", "{\"time\":1000,\"channel\":\"A\",\"snr\":1,\"snr\":5}\n", "has 'snr' twice (row 1)")]
    [InlineData("e.jsonl", "{\"time\":1000,\"channel\":\"A\",\"snr\":1,\"time\":5}\n", "has 'time' twice (row 1)")]
    [InlineData("f.jsonl", "{\"time\":1000,\"channel\":\"A\",\"snr\":1,\"channel\":\"B\"}\n", "has 'channel' twice (row 1)")]
    public void What_could_be_read_in_two_ways_is_an_error(string name, string text, string says)
    {
        File.WriteAllBytes(folder.File(name), Encoding.Latin1.GetBytes(text));
        Assert.Contains(says, Assert.Throws<DataException>(() => new TableSource(new() { Paths = [folder.File(name)] })).Message);
    }

    [Fact]
    public void A_thousand_columns_are_read_once()
    {
        var names = string.Concat(Enumerable.Range(0, 1000).Select(i => $",c{i}"));
        var row = string.Concat(Enumerable.Range(0, 1000).Select(i => $",{i}.5"));
        var rows = string.Concat(Enumerable.Range(0, 200).Select(i => $"{i},A{row}\n"));
        using var source = Open("wide.csv", $"time,channel{names}\n" + rows);
        Assert.Equal(1000, source.Columns.Count);
        Assert.Equal(999.5, Events.Read(source, Segment.All).Column(999)[199]);
    }

    public void Dispose() => folder.Dispose();
}
