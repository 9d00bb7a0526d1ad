namespace Idq.EndToEnd.Tests.Tracker;

/// <summary>stream tracker as a process: tables, files and exit codes.</summary>
public sealed class TrackerCommandTests
{
    [Fact]
    public async Task What_is_imported_can_be_listed_shown_queried_and_exported()
    {
        using var store = new TestStore();
        var imported = (await store.JsonAsync("import", store.Sample()))[0];
        Assert.Equal(
            (1, 2, 2, 2),
            (
                imported.GetProperty("experiments_added").GetInt32(),
                imported.GetProperty("runs_added").GetInt32(),
                imported.GetProperty("metric_rows").GetInt32(),
                imported.GetProperty("sequence_rows").GetInt32()
            )
        );
        Assert.Equal("export", imported.GetProperty("from").GetString());
        Assert.Equal(0, (await store.JsonAsync("import", store.Sample()))[0].GetProperty("runs_added").GetInt32());

        var experiment = Assert.Single((await store.JsonAsync("experiments")).EnumerateArray());
        Assert.Equal(
            ("o4", 2, "first light"),
            (
                experiment.GetProperty("name").GetString(),
                experiment.GetProperty("runs").GetInt32(),
                experiment.GetProperty("comment").GetString()
            )
        );
        Assert.True(experiment.GetProperty("tags").GetProperty("marked").GetBoolean());

        var run = Assert.Single((await store.JsonAsync("runs")).EnumerateArray());
        Assert.Equal(
            (new string('a', 32), "one", "COMPLETED"),
            (run.GetProperty("uid").GetString(), run.GetProperty("name").GetString(), run.GetProperty("status").GetString())
        );
        Assert.Equal(0.1, run.GetProperty("metrics").GetProperty("loss").GetDouble());
        Assert.Equal(2, (await store.JsonAsync("runs", "--deleted")).GetArrayLength());
        Assert.Equal(0, (await store.JsonAsync("runs", "--status", "FAILED")).GetArrayLength());
        var csv = (await store.RunAsync("runs", "--output", "csv")).Done.Lines;
        Assert.StartsWith("id,uid,experiment,name,status,", csv[0], StringComparison.Ordinal);
        Assert.Equal(2, csv.Count);

        var shown = (await store.RunAsync("show", "aaaa", "--metric", "loss")).Done.Output;
        Assert.Contains(new string('a', 32), shown, StringComparison.Ordinal);
        Assert.Contains("{\"who\":\"me\"}", shown, StringComparison.Ordinal);
        Assert.Equal(2, shown.Count(c => c == '•'));
        Assert.Equal("me", (await store.JsonAsync("show", "1"))[0].GetProperty("tags").GetProperty("who").GetString());

        var gap = Assert.Single((await store.JsonAsync("gaps")).EnumerateArray());
        Assert.Equal(
            (1, 2, 2),
            (gap.GetProperty("first").GetInt32(), gap.GetProperty("last").GetInt32(), gap.GetProperty("missing").GetInt32())
        );
        var counts = (await store.JsonAsync("stats"))
            .EnumerateArray()
            .ToDictionary(c => c.GetProperty("what").GetString()!, c => c.GetProperty("count").GetInt64());
        Assert.Equal((1, 1, 2, 2), (counts["runs"], counts["deleted runs"], counts["metric rows"], counts["sequence rows"]));

        var rows = await store.JsonAsync("sql", "SELECT step, loss FROM metrics ORDER BY step");
        Assert.Equal(
            "[[0,4],[1,0.1]]",
            $"[{string.Join(',', rows.EnumerateArray().Select(r => $"[{r.GetProperty("step")},{r.GetProperty("loss")}]"))}]"
        );

        foreach (var file in new[] { "a.jsonl", "a.jsonl.gz", "a.zip" })
        {
            var path = store.Folder.File(file);
            var exported = (await store.JsonAsync("export", path))[0];
            Assert.Equal((1, 2), (exported.GetProperty("experiments").GetInt32(), exported.GetProperty("runs").GetInt32()));
            using var other = new TestStore();
            Assert.Equal(2, (await other.JsonAsync("import", path))[0].GetProperty("runs_added").GetInt32());
            Assert.Equal((await store.RunAsync("export", "-")).Done.Output, (await other.RunAsync("export", "-")).Done.Output);
        }
        using var copy = new TestStore();
        Assert.Equal("store", (await copy.JsonAsync("import", store.Location))[0].GetProperty("from").GetString());
    }

    [Fact]
    public async Task Setup_makes_a_store_and_applies_each_script_once()
    {
        using var store = new TestStore();
        var script = store.Folder.Write("v001.sql", "CREATE VIEW newest AS SELECT * FROM runs ORDER BY id DESC");
        Assert.Equal(["schema would be new", "v001.sql would be new"], Statuses(await store.JsonAsync("setup", script, "--dry-run")));
        Assert.False(File.Exists(store.Path));
        Assert.Equal(["schema new", "v001.sql new"], Statuses(await store.JsonAsync("setup", script)));
        Assert.Equal(["schema present", "v001.sql present"], Statuses(await store.JsonAsync("setup", script)));
        var second = store.Folder.Write("v002.sql", "CREATE VIEW oldest AS SELECT * FROM runs ORDER BY id");
        Assert.Equal(
            ["schema present", "v001.sql present", "v002.sql would be new"],
            Statuses(await store.JsonAsync("setup", script, second, "--dry-run"))
        );
        store.Folder.Write("v001.sql", "DROP TABLE runs");
        Assert.Contains("v001.sql", (await store.RunAsync("setup", script)).Failed.Errors, StringComparison.Ordinal);

        static string[] Statuses(System.Text.Json.JsonElement rows) =>
            rows.EnumerateArray().Select(r => $"{r.GetProperty("name").GetString()} {r.GetProperty("status").GetString()}").ToArray();
    }

    [Fact]
    public async Task Garbage_is_listed_and_then_collected()
    {
        using var store = new TestStore();
        Assert.NotEmpty((await store.RunAsync("import", store.Sample())).Done.Output);
        Assert.Equal(0, (await store.JsonAsync("gc", "--older-than", "4000w")).GetArrayLength());
        Assert.Equal("would go", (await store.JsonAsync("gc", "--dry-run"))[0].GetProperty("status").GetString());
        var gone = Assert.Single((await store.JsonAsync("gc")).EnumerateArray());
        Assert.Equal((new string('b', 32), "gone"), (gone.GetProperty("name").GetString(), gone.GetProperty("status").GetString()));
        Assert.Equal(1, (await store.JsonAsync("runs", "--deleted")).GetArrayLength());
        Assert.True((await store.JsonAsync("vacuum", "--into", store.Folder.File("copy.sqlite")))[0].GetProperty("bytes").GetInt64() > 0);
        Assert.Single(
            (
                await StreamProgram.RunAsync(
                    "tracker",
                    "experiments",
                    "--store",
                    "sqlite:" + store.Folder.File("copy.sqlite"),
                    "--output",
                    "json"
                )
            ).Done.Json.EnumerateArray()
        );
        Assert.True((await store.JsonAsync("vacuum"))[0].GetProperty("bytes_after").GetInt64() > 0);
    }

    [Fact]
    public async Task Failures_and_wrong_usage_are_told_in_plain_words()
    {
        using var store = new TestStore();
        Assert.Contains(
            "--store",
            (await StreamProgram.RunAsync(["tracker", "runs"], null, store.Folder.Path)).Refused.Errors,
            StringComparison.Ordinal
        );
        Assert.Contains("no tracker store", (await store.RunAsync("runs")).Failed.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(store.Path));
        Assert.Contains(
            "mysql",
            (await StreamProgram.RunAsync("tracker", "runs", "--store", "mysql://x/y")).Refused.Errors,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'gaps'",
            (await StreamProgram.RunAsync("tracker", "gaps", "--store", "http://127.0.0.1:1")).Refused.Errors,
            StringComparison.Ordinal
        );
        Assert.NotEmpty((await store.RunAsync("setup")).Done.Output);
        Assert.Contains("'nothing'", (await store.RunAsync("show", "nothing")).Failed.Errors, StringComparison.Ordinal);
        Assert.Contains("refused", (await store.RunAsync("sql", "DELETE FROM runs")).Refused.Errors, StringComparison.Ordinal);
        Assert.Contains(
            "--timeout",
            (
                await store.RunAsync(
                    "sql",
                    "--timeout",
                    "0.2",
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
                )
            )
                .Failed
                .Errors,
            StringComparison.Ordinal
        );
        Assert.Contains("nowhere", (await store.RunAsync("sql", "SELECT * FROM nowhere")).Refused.Errors, StringComparison.Ordinal);
        Assert.Contains("SOON", (await store.RunAsync("runs", "--status", "SOON")).Refused.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("'long'", (await store.RunAsync("gc", "--older-than", "long")).Refused.Errors, StringComparison.Ordinal);
        Assert.Contains(
            "cut short",
            (
                await store.RunAsync(
                    "import",
                    store.Folder.Write("cut.jsonl", "{\"record\":\"header\",\"format\":\"tracker-export\",\"version\":1}\n")
                )
            )
                .Failed
                .Errors,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "nowhere.db",
            (await store.RunAsync("import", store.Folder.File("nowhere.db"))).Failed.Errors,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "standard output",
            (await store.RunAsync("export", "-", "--output", "json")).Refused.Errors,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "without authentication",
            (await store.RunAsync("serve", "--listen", "0.0.0.0:0")).Refused.Errors,
            StringComparison.Ordinal
        );
        Assert.Contains("--option", (await store.RunAsync("listen", "--option", "speed")).Refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_never_an_empty_answer()
    {
        using var store = new TestStore();
        Assert.NotEmpty((await store.RunAsync("import", store.Sample())).Done.Output);
        Assert.Contains("'o5'", (await store.RunAsync("gaps", "--experiment", "o5")).Failed.Errors, StringComparison.Ordinal);
        Assert.Contains("'cc'", (await store.RunAsync("gaps", "--run", "cc")).Failed.Errors, StringComparison.Ordinal);
        Assert.Single((await store.JsonAsync("gaps", "--experiment", "o4", "--run", "aa")).EnumerateArray());
        Assert.Contains("'lost'", (await store.RunAsync("series", "aa", "lost")).Failed.Errors, StringComparison.Ordinal);
        Assert.Contains(
            "is a folder",
            (await StreamProgram.RunAsync("tracker", "runs", "--store", "sqlite:" + store.Folder.Path)).Failed.Errors,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'experiments'",
            (await StreamProgram.RunAsync("tracker", "experimets", "--store", store.Location)).Refused.Errors,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_is_not_a_number_and_columns_of_one_name_are_told_apart()
    {
        using var store = new TestStore();
        Assert.NotEmpty((await store.RunAsync("import", store.Sample())).Done.Output);
        Assert.Equal(
            "NaN",
            Assert.Single((await store.JsonAsync("runs")).EnumerateArray()).GetProperty("metrics").GetProperty("nan").GetString()
        );
        Assert.Contains(
            "NaN",
            (await store.RunAsync("show", "aa")).Done.Lines.Single(line => line.StartsWith("nan ", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        Assert.Equal(
            ["id,id_2,id_3", "1,2,3"],
            (await store.RunAsync("sql", "SELECT 1 AS id, 2 AS id, 3 AS id", "--output", "csv")).Done.Lines
        );
        Assert.Equal(
            ["id,id_2,id_3", "1,2,3"],
            (await store.RunAsync("sql", "SELECT 1 AS id, 2 AS id_2, 3 AS id", "--output", "csv")).Done.Lines
        );
    }

    [Fact]
    public async Task A_server_that_is_away_is_told_before_anybody_loses_patience()
    {
        using var store = new TestStore();
        var failed = await StreamProgram.RunAsync(
            ["tracker", "runs", "--store", "http://127.0.0.1:1"],
            null,
            store.Folder.Path,
            ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "")
        );
        Assert.Contains("http://127.0.0.1:1", failed.Failed.Errors, StringComparison.Ordinal);
    }

    [SharedFact]
    public async Task Databases_of_other_trackers_are_known_by_their_content()
    {
        using var store = new TestStore();
        foreach (
            var (file, from, runs) in new[]
            {
                ("mlflow-3.17.2.db", "mlflow", 6),
                ("mltraq-0.1.165.db", "mltraq", 5),
                ("sqltrack-0.1.4.sql", "sqltrack", 4),
            }
        )
        {
            var report = (await store.JsonAsync("import", SharedData.Path("trackers", file)))[0];
            Assert.Equal((from, runs), (report.GetProperty("from").GetString(), report.GetProperty("runs_added").GetInt32()));
        }
    }
}
