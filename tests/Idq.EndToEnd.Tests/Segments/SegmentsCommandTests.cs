using System.Text.Json;

namespace Idq.EndToEnd.Tests.Segments;

/// <summary>stream segments, on real science segments and on the reference algebra.</summary>
public sealed class SegmentsCommandTests
{
    static readonly Dictionary<string, string> Files = new()
    {
        ["H1"] = "S5-H1-cat1.txt",
        ["H2"] = "S5-H2-cat1.txt",
        ["cat2"] = "S5-H1-cat2.txt",
    };

    static async Task<JsonElement> JsonAsync(params string[] arguments) =>
        (await StreamProgram.RunAsync(["segments", .. arguments, "--output", "json"])).Done.Json;

    [SharedTheory]
    [InlineData("coalesce", "H1", 8935, 45_246_206)]
    [InlineData("coalesce", "H2", 7502, 45_715_559)]
    [InlineData("coalesce", "cat2", 5685, 53_039)]
    [InlineData("intersection", "H1 H2", 7526, 42_008_938)]
    [InlineData("union", "H1 H2", 8911, 48_952_827)]
    [InlineData("difference", "H1 cat2", 13_647, 45_193_167)]
    [InlineData("symmetric-difference", "H1 H2", 15_073, 6_943_889)]
    public async Task The_segments_of_the_fifth_science_run_have_the_known_figures(string operation, string lists, int count, long livetime)
    {
        var answer = await JsonAsync([operation, .. lists.Split(' ').Select(l => SharedData.Path("segments", Files[l]))]);
        Assert.Equal(count, answer.GetProperty("count").GetInt32());
        Assert.Equal(count, answer.GetProperty("segments").GetArrayLength());
        Assert.Equal(livetime, answer.GetProperty("livetime").GetInt64());
        Assert.Equal(livetime, answer.GetProperty("segments").EnumerateArray().Sum(s => s[1].GetInt64() - s[0].GetInt64()));
    }

    [SharedFact]
    public async Task The_reference_algebra_holds_on_the_command_line()
    {
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(SharedData.Path("segments", "algebra.json")));
        using var folder = new TemporaryFolder();
        var cases = document.RootElement.GetProperty("cases").EnumerateArray()
            .Where(c => c.GetProperty("coalesced_a").GetArrayLength() > 1 && c.GetProperty("coalesced_b").GetArrayLength() > 1)
            .Where(c => new[] { "coalesced_a", "coalesced_b" }.All(l => c.GetProperty(l)[0][0].GetInt64() < 1_000_000)).Take(2).ToArray();
        Assert.Equal(2, cases.Length);
        foreach (var c in cases)
        {
            var (a, b) = (
                folder.Write("a.txt", Text(c.GetProperty("coalesced_a"))),
                folder.Write("b.txt", Text(c.GetProperty("coalesced_b")))
            );
            async Task Same(string expected, params string[] arguments) =>
                Assert.Equal(Values(c.GetProperty(expected)), Values((await JsonAsync(arguments)).GetProperty("segments")));
            var delta = c.GetProperty("delta").GetRawText();
            await Same("union", "union", a, b);
            await Same("intersection", "intersection", a, b);
            await Same("difference", "difference", a, b);
            await Same("symmetric_difference", "symmetric-difference", a, b);
            await Same("complement_a", "complement", a);
            await Same("protract_a", "protract", a, "--seconds", delta);
            await Same("contract_a", "contract", a, "--seconds", delta);
            await Same("shift_a", "shift", a, "--seconds", delta);
        }
    }

    [Fact]
    public async Task The_complement_has_unbounded_ends_unless_it_is_clipped()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("a.txt", "0 100 200 100\n1 300 400 100\n");
        var open = await JsonAsync("complement", file);
        Assert.Equal("""[["-inf",100],[200,300],[400,"inf"]]""", Values(open.GetProperty("segments")));
        Assert.Equal("inf", open.GetProperty("livetime").GetString());
        var clipped = await JsonAsync("complement", file, "--start", "150", "--end", "500.5");
        Assert.Equal("[[200,300],[400,500.5]]", Values(clipped.GetProperty("segments")));
        Assert.Equal("200.5", clipped.GetProperty("livetime").GetRawText());
    }

    [Theory]
    [InlineData("coalesce")]
    [InlineData("complement")]
    public async Task What_is_printed_as_text_can_be_read_again(string operation)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("a.txt", "# two columns, unsorted, touching\n300 400.25\n100 200\n200 250.000000001\n");
        var printed = folder.Write("b.txt", (await StreamProgram.RunAsync("segments", operation, file)).Done.Output);
        var (first, again) = (await JsonAsync(operation, file), await JsonAsync("coalesce", printed));
        Assert.Equal(first.ToString(), again.ToString());
        Assert.Equal(operation == "coalesce" ? 2 : 3, first.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Seconds_may_be_fractions()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("a.txt", "100 200\n");
        Assert.Equal(
            "[[99.999999999,200.000000001]]",
            Values((await JsonAsync("protract", file, "--seconds", "1e-9")).GetProperty("segments"))
        );
        Assert.Equal("[[99.75,199.75]]", Values((await JsonAsync("shift", file, "--seconds", "-0.25")).GetProperty("segments")));
    }

    [SharedFact]
    public async Task A_flag_of_a_ligo_lw_document_is_read_by_version_active_or_known()
    {
        using var facts = JsonDocument.Parse(await File.ReadAllBytesAsync(SharedData.Path("ligolw", "H1-EXAMPLE-facts.json")));
        var flag = facts.RootElement.GetProperty("flag").GetString();
        foreach (var file in new[] { "H1-EXAMPLE-plain.xml", "H1-EXAMPLE-gzip.xml.gz" })
        {
            foreach (var version in facts.RootElement.GetProperty("active").EnumerateObject())
            {
                var active = await JsonAsync("coalesce", SharedData.Path("ligolw", file), "--flag", $"{flag}:{version.Name}");
                Assert.Equal(Seconds(version.Value), Seconds(active.GetProperty("segments")));
            }
            var known = await JsonAsync("coalesce", SharedData.Path("ligolw", file), "--flag", $"{flag}:1", "--known");
            Assert.Equal(Seconds(facts.RootElement.GetProperty("known")), Seconds(known.GetProperty("segments")));
        }
    }

    [Fact]
    public async Task A_file_that_is_missing_or_no_list_of_segments_is_named()
    {
        using var folder = new TemporaryFolder();
        var broken = folder.Write("broken.txt", "100 200\n300 2x0\n");
        var missing = (await StreamProgram.RunAsync("segments", "coalesce", folder.File("missing.txt"))).Failed;
        Assert.Contains("missing.txt", missing.Errors, StringComparison.Ordinal);
        var torn = (await StreamProgram.RunAsync("segments", "union", broken)).Failed;
        Assert.Contains("broken.txt", torn.Errors, StringComparison.Ordinal);
        Assert.Contains("2x0", torn.Errors, StringComparison.Ordinal);
    }

    static string Text(JsonElement segments) =>
        string.Concat(segments.EnumerateArray().Select((s, i) => $"{i} {s[0]} {s[1]} {s[1].GetInt64() - s[0].GetInt64()}\n"));

    static string Values(JsonElement segments) => JsonSerializer.Serialize(segments);

    // 1126000405.0 and 1126000405 are the same time.
    static decimal[] Seconds(JsonElement segments) =>
        segments.EnumerateArray().SelectMany(s => s.EnumerateArray()).Select(t => t.GetDecimal()).ToArray();

    [Theory]
    [InlineData("shift", "9223372036")]
    [InlineData("shift", "-9223372036")]
    [InlineData("protract", "9223372036")]
    [InlineData("contract", "-9223372036")]
    public async Task Nothing_is_moved_beyond_the_range_of_times_without_a_word(string operation, string seconds)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.txt", "-200 -100\n100 200\n300 inf\n");
        var refused = (await StreamProgram.RunAsync(["segments", operation, path, "--seconds", seconds])).Refused;
        Assert.Contains("beyond the range of GPS time", refused.Errors, StringComparison.Ordinal);
    }
}
