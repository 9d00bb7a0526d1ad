namespace Idq.EndToEnd.Tests.Cases;

/// <summary>Inputs that were read wrongly once, and the right answers.</summary>
public sealed class DataCaseTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    [CaseTheory]
    [InlineData("csv-decimals-after-row-20480", 0, "27007.35 10 10")]
    [InlineData("csv-text-for-missing", 0, "no problems")]
    [InlineData("wide-csv", 0, "179.1 100 100")]
    [InlineData("overlapping-trigger-files", 0, "128 127.6 2 2")]
    [InlineData("kw-significance-inf", 0, "64 63.6 2 2")]
    [InlineData("ligolw-infinite-ends", 0, "-inf,1262304100\n1262305000,inf")]
    [InlineData("flag-versions-merged", 0, "\"livetime\": 200")]
    [InlineData("pattern-in-folder", 0, "no problems")]
    [InlineData("segdb-folder", 0, "no problems")]
    [InlineData("segment-file-named-twice", 0, "no problems")]
    [InlineData("segdb-flags-without-files", 2, "has no files to look for them")]
    [InlineData("unsafe-only-list", 0, "no channel is left")]
    public async Task A_case_that_failed_is_right(string name, int exitCode, string says)
    {
        using var shared = new SharedCase(name);
        var result = (await shared.RunAsync()).Expect(exitCode);
        var text = Flat(result.Output + result.Errors);
        Assert.Contains(Flat(says), text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    // Columns of a table are padded, and long lines wrapped.
    static string Flat(string text) => string.Join(' ', text.Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));

    string Ini(string discovery, string segdb = "", string features = "significance = snr", string bounds = "snr 8 inf") =>
        folder.Write("idq.ini", $"""
            [general]
            tag = t
            instrument = H1
            rootdir = products
            classifiers = ovl
            [samples]
            target_channel = H1:GW
            target_bounds = {bounds}
            dirty_window = 0.1
            [features]
            {features}
            [train data discovery]
            {discovery}
            [segdb]
            {segdb}
            [ovl]
            flavor = OVL
            significance = {bounds.Split(' ')[0]}
            thresholds = 8
            windows = 0.1
            """);

    async Task<(int Targets, double Livetime)> TimesAsync(string ini)
    {
        string[] arguments = ["times", "--ini", ini, "--gps-start", "1000", "--gps-end", "1100", "--output", "json", "-q"];
        var json = (await StreamProgram.RunAsync(arguments)).Done.Json;
        return (json.GetProperty("target").GetProperty("count").GetInt32(), json.GetProperty("livetime").GetDouble());
    }

    const string Kw = "flavor = kw\nfiles = ", Table = "flavor = table\nfiles = ";

    static string Line(double time, string significance = "50") =>
        $"{time} {time} {time} 100 500 150 10 {significance} H1:GW\n{time} {time} {time} 100 500 150 10 50 H1:AUX\n";

    [Theory]
    [InlineData("kw")]
    [InlineData("kw/*/*.trg")]
    [InlineData("kw/**/*.trg")]
    [InlineData("'a b/x y.trg' \"kw\"")]
    [InlineData("[\"a b/*.trg\", 'kw/H-KW-0']")]
    [InlineData("kw ./kw kw/H-KW-0/H-KW-1000-100.trg link")]
    public async Task Trigger_files_are_found_however_they_are_named_and_count_once(string files)
    {
        folder.Write("kw/H-KW-0/H-KW-1000-100.trg", Line(1010.5) + Line(1020.5));
        folder.Write("a b/x y.trg", Line(1010.5) + Line(1020.5));
        Directory.CreateSymbolicLink(folder.File("link"), folder.File("kw"));
        Assert.Equal(2, (await TimesAsync(Ini(Kw + files, bounds: "significance 30 inf"))).Targets);
    }

    [Fact]
    public async Task Text_in_a_column_of_numbers_is_named_with_its_line()
    {
        folder.Write("t.csv", "time,channel,snr\n1001.5,H1:GW,9\n1002.5,H1:GW,loud\n");
        var check = (await StreamProgram.RunAsync("check", "--ini", Ini(Table + "t.csv"))).Expect(2);
        Assert.Contains("line 3: 'loud'", Flat(check.Output + check.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segment_files_of_every_form_in_a_folder_give_the_good_time()
    {
        folder.Write("t.csv", "time,channel,snr\n1001.5,H1:GW,9\n1051.5,H1:GW,9\n1051.5,H1:AUX,9\n");
        folder.Write("my dq/science.txt", "-inf 1040\n1050 inf\n");
        folder.Write("my dq/H-DQ-1000-60.json", "{\"H1:UP:1\": {\"known\": [[1000, 1060]], \"active\": [[-Infinity, Infinity]]}}");
        folder.Write("my dq/H-DQ-1060-40.json", "{\"H1:UP:1\": {\"known\": [[1060, 1100]], \"active\": [[1060, 1080]]}}");
        folder.Write("my dq/.hidden.txt", "nonsense");
        foreach (var segdb in new[] { "files = 'my dq'", "files = 'my dq'\nintersect = H1:UP", "files = \"my dq/*\"\nintersect = H1:UP:1" })
            Assert.Equal((2, 70), await TimesAsync(Ini(Table + "t.csv\nspan_start = 1000\nspan_end = 1100", segdb)));
    }

    [Fact]
    public async Task A_folder_is_no_list_of_segments()
    {
        var failed = (await StreamProgram.RunAsync("segments", "coalesce", folder.Path)).Failed;
        Assert.Contains("it is a folder", failed.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("H1:CAL unsafe\n")]
    [InlineData("# none\n")]
    [InlineData("H1:GW safe\n")]
    public async Task A_list_that_leaves_no_channel_is_a_warning(string list)
    {
        folder.Write("t.csv", "time,channel,snr\n1001.5,H1:GW,9\n1001.5,H1:AUX,9\n");
        folder.Write("my list.txt", list);
        var ini = Ini(Table + "t.csv", features: "significance = snr\nchannels = 'my list.txt'");
        var check = (await StreamProgram.RunAsync("check", "--ini", ini)).Done;
        Assert.Contains("no channel is left", Flat(check.Output + check.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flag_that_is_none_is_told_with_its_line()
    {
        folder.Write("t.csv", "time,channel,snr\n1001.5,H1:GW,9\n1001.5,H1:AUX,9\n");
        folder.Write("s.txt", "0 2000\n");
        var ini = Ini(Table + "t.csv", "files = s.txt\nintersect = DMT");
        var problems = (await StreamProgram.RunAsync("check", "--ini", ini, "--output", "json")).Expect(2).Json.GetProperty("problems");
        var problem = Assert.Single(problems.EnumerateArray().ToArray());
        Assert.Equal("intersect", problem.GetProperty("key").GetString());
        Assert.Contains("'DMT' is no flag", problem.GetProperty("message").GetString()!, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
