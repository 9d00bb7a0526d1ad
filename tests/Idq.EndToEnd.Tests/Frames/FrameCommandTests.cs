using System.Text.Json;

namespace Idq.EndToEnd.Tests.Frames;

/// <summary>stream frame, on frames of other programs and on those of a replay.</summary>
public sealed class FrameCommandTests
{
    static string[] Lal => [.. Directory.GetFiles(SharedData.Path("frames", "lal"), "*.gwf").Order(StringComparer.Ordinal)];

    static string Pass => SharedData.Path("frames", "pass", "H-H1_O2_llhoft-1216577976-4.gwf");

    static async Task<JsonElement> JsonAsync(params string[] arguments) =>
        (await StreamProgram.RunAsync(["frame", .. arguments, "--output", "json"])).Done.Json;

    [SharedFact]
    public async Task Channels_lists_what_every_frame_holds()
    {
        var channels = (await JsonAsync("channels", Pass)).EnumerateArray().ToArray();
        Assert.Equal(
            ["H1:DMT-DQ_VECTOR", "H1:GDS-CALIB_STATE_VECTOR", "H1:IDQ-FAP_OVL_32_2048", "H1:IDQ-OK_OVL_32_2048"],
            channels.Select(c => c.GetProperty("name").GetString()));
        var ok = channels[^1];
        Assert.Equal((Pass, "proc", "1216577976", "4", "256", "1024", ""), (
            ok.GetProperty("file").GetString(), ok.GetProperty("kind").GetString(), ok.GetProperty("start").GetRawText(),
            ok.GetProperty("duration").GetRawText(), ok.GetProperty("rate").GetRawText(), ok.GetProperty("count").GetRawText(),
            ok.GetProperty("unit").GetString()));
        // Seven channels in each of nine frames.
        Assert.Equal(63, (await JsonAsync(["channels", .. Lal])).GetArrayLength());
    }

    [SharedFact]
    public async Task Dump_prints_exact_samples_of_all_frames()
    {
        using var facts = JsonDocument.Parse(await File.ReadAllBytesAsync(SharedData.Path("frames", "lal", "facts.json")));
        foreach (var channel in facts.RootElement.EnumerateObject().First().Value.GetProperty("channels").EnumerateObject())
        {
            var two = await JsonAsync("dump", Lal.Single(f => f.Contains("TWO", StringComparison.Ordinal)), "--channel", channel.Name);
            var values = two.GetProperty("values");
            Assert.Equal((channel.Name, "1126259446"), (two.GetProperty("name").GetString(), two.GetProperty("start").GetRawText()));
            Assert.Equal(channel.Value.GetProperty("rate").GetDouble(), two.GetProperty("rate").GetDouble());
            Assert.Equal(2 * channel.Value.GetProperty("n").GetInt32(), values.GetArrayLength());
            static IEnumerable<double> Numbers(JsonElement e) =>
                e.ValueKind == JsonValueKind.Array ? e.EnumerateArray().Select(p => p.GetDouble()) : [e.GetDouble()];
            Assert.Equal(
                channel.Value.GetProperty("first").EnumerateArray().SelectMany(Numbers),
                values.EnumerateArray().Take(4).SelectMany(Numbers));
        }
    }

    [SharedFact]
    public async Task Dump_prints_a_table_with_times_as_csv()
    {
        string[] arguments = ["frame", "dump", Pass, "--channel", "H1:IDQ-OK_OVL_32_2048", "--output", "csv"];
        var lines = (await StreamProgram.RunAsync(arguments)).Done.Lines;
        Assert.Equal(["time,value", "1216577976,1", "1216577976.00390625,1"], lines.Take(3));
        Assert.Equal(1025, lines.Count);
    }

    [SharedFact]
    public async Task Check_finds_nothing_in_good_files_and_the_place_in_damaged_ones()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, (await JsonAsync(["check", Pass, .. Lal])).GetProperty("problems").GetArrayLength());
        var (damaged, cut) = (folder.File("damaged.gwf"), folder.File("cut.gwf"));
        var bytes = await File.ReadAllBytesAsync(Lal[0]);
        await File.WriteAllBytesAsync(cut, bytes[..^100]);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(damaged, bytes);
        var answer = await StreamProgram.RunAsync("frame", "check", damaged, Pass, cut, "--output", "json");
        Assert.Equal(1, answer.ExitCode);
        var problems = answer.Json.GetProperty("problems").EnumerateArray().ToArray();
        Assert.Equal(
            new[] { cut, damaged }, problems.Select(p => p.GetProperty("file").GetString()).Distinct().Order(StringComparer.Ordinal));
        var messages = string.Join('\n', problems.Select(p => p.GetProperty("message").GetString()));
        Assert.Contains("FrVect at byte", messages, StringComparison.Ordinal);
        Assert.Contains("the file has the checksum", messages, StringComparison.Ordinal);
    }

    [SharedFact]
    public async Task What_is_missing_or_damaged_is_one_plain_line()
    {
        using var folder = new TemporaryFolder();
        var text = folder.Write("a.gwf", "plain text that is longer than the header of a frame file");
        var wrong = (await StreamProgram.RunAsync("frame", "channels", text)).Failed.Errors;
        Assert.Contains("is no frame file", wrong, StringComparison.Ordinal);
        var missing = (await StreamProgram.RunAsync("frame", "dump", folder.File("b.gwf"), "--channel", "A")).Failed.Errors;
        Assert.Contains("cannot open", missing, StringComparison.Ordinal);
        var unknown = (await StreamProgram.RunAsync("frame", "dump", Pass, "--channel", "H1:IDQ-FAP")).Refused.Errors;
        Assert.Contains("no channel 'H1:IDQ-FAP'; it has H1:DMT-DQ_VECTOR", unknown, StringComparison.Ordinal);
    }

    [SharedFact]
    public async Task Merge_makes_one_frame_of_two_and_all_samples_stay()
    {
        using var folder = new TemporaryFolder();
        var two = Lal.Single(f => f.Contains("TWO", StringComparison.Ordinal));
        var merged = (await JsonAsync("merge", two, "--out", folder.File("long"), "--compression", "zero-suppression"))[0];
        var path = merged.GetProperty("file").GetString()!;
        Assert.Equal(folder.File(Path.Combine("long", "H-TEST_TWO_FRAMES-1126259446-32.gwf")), path);
        Assert.Equal(0, (await JsonAsync("check", path)).GetProperty("problems").GetArrayLength());
        var channels = (await JsonAsync("channels", path)).EnumerateArray().ToArray();
        Assert.Equal(7, channels.Length);
        Assert.All(channels, c => Assert.Equal("32", c.GetProperty("duration").GetRawText()));
        foreach (var name in channels.Select(c => c.GetProperty("name").GetString()!))
        {
            var (before, after) = (await JsonAsync("dump", two, "--channel", name), await JsonAsync("dump", path, "--channel", name));
            Assert.Equal(before.GetRawText(), after.GetRawText());
        }
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.File("long")));
    }

    [SharedFact]
    public async Task Merge_refuses_a_gap_an_overlap_and_other_channels_or_begins_a_new_file_after_a_gap()
    {
        using var folder = new TemporaryFolder();
        var raw = Lal.Single(f => f.Contains("RAW", StringComparison.Ordinal));
        async Task<string> Refused(params string[] files) =>
            (await StreamProgram.RunAsync(["frame", "merge", .. files, "--out", folder.File("out")])).Failed.Errors;
        Assert.Contains("overlap", await Refused(raw, Lal[0]), StringComparison.Ordinal);
        Assert.Contains("there is a gap from 1126259462", await Refused(Pass, raw), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("out")));
        var split = await JsonAsync("merge", Pass, raw, "--out", folder.File("out"), "--split");
        Assert.Equal(["1126259446", "1216577976"], split.EnumerateArray().Select(f => f.GetProperty("start").GetRawText()));
        var file = await StreamProgram.RunAsync("frame", "merge", raw, "--out", folder.File("a.gwf"), "--split");
        Assert.Contains("must be a folder", file.Refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frames_of_a_replay_are_checked_and_joined()
    {
        using var analysis = Analysis.Mock("timeseries reporting:flavor=GwfReporter ParquetReporter");
        await analysis.JsonAsync("run", "--replay", "--gps-start", "1262304000", "--gps-end", "1262304128");
        var files = Directory.GetFiles(analysis.Products, "*OVL*.gwf", SearchOption.AllDirectories);
        Assert.True(files.Length > 2);
        Assert.Equal(0, (await JsonAsync(["check", .. files])).GetProperty("problems").GetArrayLength());
        var path = Path.Combine(analysis.Root, "H-ALL-1262304000-128.gwf");
        var merged = (await JsonAsync(["merge", .. files, "--out", path]))[0];
        Assert.Equal("128", merged.GetProperty("duration").GetRawText());
        var channels = (await JsonAsync("channels", path)).EnumerateArray().Select(c => c.GetProperty("name").GetString()).ToArray();
        Assert.Contains("H1:IDQ-OK_OVL_32_2048", channels);
        Assert.Equal(6, channels.Length);
    }
}
