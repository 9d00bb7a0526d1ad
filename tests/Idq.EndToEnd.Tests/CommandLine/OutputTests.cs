using System.Text.Json;
using Idq.EndToEnd.Tests.Replay;

namespace Idq.EndToEnd.Tests.CommandLine;

/// <summary>What scripts rely on: one JSON document, tables as CSV, names that stay.</summary>
[Collection(MockReplayCollection.Name)]
public sealed class OutputTests(MockReplayFixture replay)
{
    static string[] Keys(JsonElement element) => element.EnumerateObject().Select(p => p.Name).ToArray();

    [Theory]
    [InlineData("check", "problems")]
    [InlineData("times", "livetime clean_livetime target random")]
    [InlineData("features", "feature auc")]
    [InlineData("products", "seq kind nickname start end path sha256 parents")]
    [InlineData("runs", "id experiment name status started updated metrics")]
    public async Task Every_command_prints_one_json_document_with_the_promised_keys(string command, string keys)
    {
        var answer = (await replay.Analysis.RunAsync(command, "--output", "json")).Done.Json;
        var keyed = answer.ValueKind == JsonValueKind.Array ? answer[0] : answer;
        Assert.Empty(keys.Split(' ').Except(Keys(keyed)));
    }

    [Theory]
    [InlineData("quivers", "nickname time label rank start end")]
    [InlineData("series", "nickname time ok rank fap eff loglike pglitch")]
    [InlineData("products", "seq kind nickname start end path sha256 parents")]
    [InlineData("metrics", "key value")]
    public async Task A_view_has_the_promised_columns_and_exact_times(string view, string columns)
    {
        var row = (await replay.Analysis.JsonAsync("query", $"SELECT * FROM {view} LIMIT 1"))[0];
        Assert.Empty(columns.Split(' ').Except(Keys(row)));
        foreach (var time in new[] { "time", "start", "end" }.Intersect(Keys(row)))
            Assert.Matches(@"^12623\d{5}(\.\d{1,9})?$", row.GetProperty(time).GetRawText());
    }

    [Fact]
    public async Task A_query_answers_in_json_csv_and_text()
    {
        const string Sql = "SELECT nickname, label, count(*) AS n FROM quivers WHERE nickname = 'ovl' GROUP BY ALL ORDER BY label";
        var rows = await replay.Analysis.JsonAsync("query", Sql);
        var (cleans, glitches) = (rows[0].GetProperty("n").GetInt64(), rows[1].GetProperty("n").GetInt64());
        Assert.Equal(replay.Report.GetProperty("classifiers").GetProperty("ovl").GetProperty("glitches").GetInt64(), glitches);
        Assert.Equal(
            ["nickname,label,n", $"ovl,0,{cleans}", $"ovl,1,{glitches}"],
            (await replay.Analysis.RunAsync("query", Sql, "--output", "csv")).Done.Lines
        );
        var text = (await replay.Analysis.RunAsync("query", Sql)).Done.Lines;
        Assert.Equal(["ovl", "1", $"{glitches}"], text[2].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(0, (await replay.Analysis.JsonAsync("query", "SELECT * FROM quivers WHERE false")).GetArrayLength());
    }

    [Fact]
    public async Task A_wrong_query_is_explained()
    {
        var result = (await replay.Analysis.RunAsync("query", "SELECT nonsense FROM quivers", "--output", "json")).Refused;
        Assert.Contains("nonsense", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task The_ledger_is_filtered_by_kind_nickname_and_sequence_number()
    {
        var all = (await replay.Analysis.JsonAsync("products"))
            .EnumerateArray()
            .Select(p =>
                (
                    Seq: p.GetProperty("seq").GetInt64(),
                    Kind: p.GetProperty("kind").GetString(),
                    Nickname: p.GetProperty("nickname").GetString()
                )
            )
            .ToArray();
        async Task<long[]> Seqs(params string[] filter) =>
            (await replay.Analysis.JsonAsync("products", filter)).EnumerateArray().Select(p => p.GetProperty("seq").GetInt64()).ToArray();
        Assert.Equal(all.Where(p => p.Kind == "map").Select(p => p.Seq), await Seqs("--kind", "map"));
        Assert.Equal(
            all.Where(p => p.Nickname == "random" && p.Kind == "model").Select(p => p.Seq),
            await Seqs("--kind", "model", "--nickname", "random")
        );
        Assert.Equal(all.Where(p => p.Seq > all.Length - 7).Select(p => p.Seq), await Seqs("--since", $"{all.Length - 7}"));
        var csv = (await replay.Analysis.RunAsync("products", "--kind", "map", "--output", "csv")).Done.Lines;
        Assert.Equal("seq,kind,nickname,start,end,path,sha256,parents", csv[0]);
        Assert.Equal(all.Count(p => p.Kind == "map") + 1, csv.Count);
    }

    [Theory]
    [InlineData("ovl", "OVL")]
    [InlineData("linear", "linear")]
    [InlineData("random", "random")]
    public async Task A_model_is_shown_as_json_with_its_format_version_and_hash(string nickname, string flavor)
    {
        var file = await replay.NewestModelAsync(nickname);
        var model = (await StreamProgram.RunAsync("model", "show", file, "--format", "json", "--output", "json")).Done.Json;
        Assert.Empty(new[] { "format", "version", "span", "segments", "parents", "hash" }.Except(Keys(model)));
        Assert.Contains(flavor, model.ToString(), StringComparison.OrdinalIgnoreCase);
        var withImportance = (await StreamProgram.RunAsync("model", "show", file, "--output", "json")).Done.Json;
        Assert.Equal(Keys(model).Append("importance"), Keys(withImportance));
        Assert.NotEmpty((await StreamProgram.RunAsync("model", "show", file)).Done.Output);
    }

    [Fact]
    public async Task A_file_that_is_no_model_is_refused_in_plain_words()
    {
        using var folder = new TemporaryFolder();
        var model = await replay.NewestModelAsync("linear");
        var torn = folder.Write("torn.json", (await File.ReadAllTextAsync(model))[..200]);
        var tampered = folder.Write(
            "tampered.json",
            (await File.ReadAllTextAsync(model)).Replace("H1:SUS-ETMX_L2", "H1:SUS-ETMY_L2", StringComparison.Ordinal)
        );
        Assert.Contains("torn.json", (await StreamProgram.RunAsync("model", "show", torn)).Failed.Errors, StringComparison.Ordinal);
        Assert.Contains(
            "hash",
            (await StreamProgram.RunAsync("model", "show", tampered)).Failed.Errors,
            StringComparison.OrdinalIgnoreCase
        );
        Assert.Contains(
            "missing.json",
            (await StreamProgram.RunAsync("model", "show", folder.File("missing.json"))).Failed.Errors,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "OVL",
            (await StreamProgram.RunAsync("model", "show", model, "--format", "vetolist")).Refused.Errors,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Options_are_listed_as_table_annotated_ini_and_reference_page()
    {
        var table = (await StreamProgram.RunAsync("options", "--output", "json")).Done.Json;
        Assert.Contains(
            table.EnumerateArray(),
            o => o.GetProperty("section").GetString() == "evaluate stream" && o.GetProperty("key").GetString() == "stride"
        );
        var ini = (await StreamProgram.RunAsync("options", "--format", "ini")).Done.Output;
        var page = (await StreamProgram.RunAsync("options", "--format", "markdown")).Done.Output;
        foreach (var option in table.EnumerateArray().Select(o => o.GetProperty("key").GetString()!))
        {
            Assert.Contains(option, ini, StringComparison.Ordinal);
            Assert.Contains(option, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_analysis_that_never_ran_has_no_ledger_and_says_so()
    {
        using var analysis = Analysis.Mock();
        foreach (var command in new[] { "products", "runs" })
        {
            var result = (await analysis.RunAsync(command, "--output", "json")).Failed;
            Assert.Contains("mock.sqlite", result.Errors, StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(analysis.Root));
    }
}
