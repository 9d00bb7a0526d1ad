namespace Idq.Tracking.Tests.Mlflow;

public sealed class SearchServerTestsOnSqlite() : SearchServerTests(TestEngine.Sqlite);

public sealed class SearchServerTestsOnPostgres() : SearchServerTests(TestEngine.Postgres);

public abstract class SearchServerTests(TestEngine engine) : ServerFixture(engine)
{
    readonly Dictionary<string, string> names = [];

    async Task<string> NamedRun(string name, long start, object? metrics = null, object? parameters = null, object? tags = null)
    {
        var run = RunId(
            await Post(
                "runs/create",
                new
                {
                    experiment_id = "0",
                    run_name = name,
                    start_time = start,
                    user_id = $"user-{name}",
                }
            )
        );
        await Post(
            "runs/log-batch",
            new
            {
                run_id = run,
                metrics,
                @params = parameters,
                tags,
            }
        );
        names[run] = name;
        return run;
    }

    static object[] Metric(string key, object value) => [new { key, value, timestamp = 1 }];

    static object[] Pair(string key, string value) => [new { key, value }];

    async Task<string> Found(string? filter = null, string[]? order = null, string? view = null) => string.Join(' ', ((
                    await Post(
                        "runs/search",
                        new
                        {
                            experiment_ids = new[] { "0" },
                            filter,
                            order_by = order ?? ["start_time ASC"],
                            run_view_type = view,
                        }
                    )
                )["runs"]?.AsArray() ?? []).Select(run => names[run!["info"]!["run_id"]!.GetValue<string>()]));

    [Fact]
    public async Task Runs_are_found_by_metrics_params_tags_and_attributes()
    {
        var a = await NamedRun("a", 1000, Metric("acc", 0.5), Pair("model", "LR"), Pair("kind", "Best"));
        var b = await NamedRun("b", 2000, Metric("acc", 0.9), Pair("model", "lr"), Pair("kind", "best_1"));
        var c = await NamedRun("c", 3000, Metric("acc", "NaN"), Pair("other", "it's"), Pair("path.to/x", "[*]?"));
        await Post("runs/update", new { run_id = b, status = "FINISHED", end_time = 5000 });
        Sql($"UPDATE runs SET status = 'NODE_FAIL' WHERE uid = '{c}'");

        foreach ((string? filter, string expected) in new (string?, string)[]
        {
            (null, "a b c"),
            ("metrics.acc > 0.5", "b"),
            ("metrics.acc >= 0.5", "a b"),
            ("metrics.acc < 10", "a b"),
            ("metrics.acc = 0.9", "b"),
            ("metrics.acc != 0.9", "a c"),
            ("metric.acc <= 0.5 AND params.model = 'LR'", "a"),
            ("params.model = 'LR'", "a"),
            ("params.model != 'LR'", "b"),
            ("params.model LIKE 'L%'", "a"),
            ("params.model ILIKE 'l_'", "a b"),
            ("params.other = 'it''s'", "c"),
            ("params.other = \"it's\"", "c"),
            ("tags.kind LIKE 'best%'", "b"),
            ("tags.kind LIKE 'best_1'", "b"),
            ("tags.kind ILIKE '%BEST%'", "a b"),
            ("tags.`path.to/x` LIKE '[*]?'", "c"),
            ("tags.`path.to/x` LIKE '*'", ""),
            ("tags.missing != 'x'", ""),
            ("attributes.run_name = 'b'", "b"),
            ("run_name IN ('a', 'c')", "a c"),
            ("attributes.`Run name` LIKE '%'", "a b c"),
            ($"run_id IN ('{a}', '{b}')", "a b"),
            ($"run_id NOT IN ('{a}', '{b}')", "c"),
            ("user_id = 'user-a'", "a"),
            ("artifact_uri LIKE 'mlflow-artifacts:/0/%'", "a b c"),
            ("status = 'FINISHED'", "b"),
            ("status != 'FINISHED'", "a c"),
            ("attribute.status = 'FAILED'", "c"),
            ("status LIKE 'F%'", "b c"),
            ("status ILIKE 'run%'", "a"),
            ("status = 'nothing'", ""),
            ("start_time > 1000", "b c"),
            ("start_time >= 1000.5", "b c"),
            ("attributes.created < 3000", "a b"),
            ("start_time = 2000", "b"),
            ("start_time != 2000", "a c"),
            ("end_time > 1", "b"),
            ("end_time < 1e300", "b"),
            ("metrics.nothing > 0", ""),
        })
        {
            Assert.Equal((filter, expected), (filter, await Found(filter)));
        }
    }

    [Fact]
    public async Task Order_puts_nan_and_then_absent_values_last_both_ways()
    {
        await NamedRun("x", 1, Metric("m", 1.0), Pair("p", "b"), Pair("t", "B"));
        await NamedRun("y", 2, Metric("m", "Infinity"), Pair("p", "a"), Pair("t", "a"));
        await NamedRun("z", 3, Metric("m", "-Infinity"), Pair("p", "C"));
        await NamedRun("n", 4, Metric("m", "NaN"));
        await NamedRun("o", 5);
        Assert.Equal("z x y n o", await Found(order: ["metrics.m"]));
        Assert.Equal("y x z n o", await Found(order: ["metrics.m DESC"]));
        Assert.Equal("z y x o n", await Found(order: ["params.p ASC"]));
        Assert.Equal("x y z o n", await Found(order: ["params.p DESC"]));
        Assert.Equal("x y o n z", await Found(order: ["tags.t"]));
        Assert.Equal("o n z y x", await Found(order: []));
        Assert.Equal("n o x y z", await Found(order: ["attributes.run_name"]));
        Assert.Equal("z y x o n", await Found(order: ["params.p", "start_time DESC"]));
        Assert.Equal("o n z y x", await Found(order: ["status", "created DESC"]));
    }

    [Fact]
    public async Task Runs_are_found_by_their_data_sets()
    {
        var a = await NamedRun("a", 1);
        var b = await NamedRun("b", 2);
        async Task Input(string run, string name, string digest, string context) =>
            await Post(
                "runs/log-inputs",
                new
                {
                    run_id = run,
                    datasets = new[]
                    {
                        new
                        {
                            tags = Pair("mlflow.data.context", context),
                            dataset = new
                            {
                                name,
                                digest,
                                source_type = "t",
                                source = "s",
                            },
                        },
                    },
                }
            );
        await Input(a, "set1", "d1", "train");
        await Input(b, "set2", "d2", "test");
        Assert.Equal("a", await Found("dataset.name = 'set1'"));
        Assert.Equal("a b", await Found("datasets.name LIKE 'set%'"));
        Assert.Equal("b", await Found("dataset.digest IN ('d2', 'd3')"));
        Assert.Equal("b", await Found("dataset.context = 'test'"));
        Assert.Equal("", await Found("dataset.context = 'test' AND dataset.name = 'set1'"));
    }

    [Fact]
    public async Task Equal_starts_are_ordered_by_id_and_pages_meet()
    {
        var experiment = await NewExperiment();
        var runs = new List<string>();
        for (var i = 0; i < 10; i++)
            runs.Add(await NewRun(experiment, start: 1));
        runs.Sort(StringComparer.Ordinal);
        string? token = null;
        foreach (var expected in new[] { runs[..4], runs[4..8], runs[8..] }.Select(page => page.ToArray()))
        {
            var page = await Post("runs/search", new { experiment_ids = new[] { experiment }, max_results = 4, page_token = token });
            Assert.Equal(expected, page["runs"]!.AsArray().Select(run => run!["info"]!["run_id"]!.GetValue<string>()));
            token = page["next_page_token"]?.GetValue<string>();
        }

        Assert.Null(token);
    }

    [Fact]
    public async Task Views_tell_deleted_from_active_runs()
    {
        await NamedRun("a", 1);
        var b = await NamedRun("b", 2);
        await Post("runs/delete", new { run_id = b });
        Assert.Equal("a", await Found());
        Assert.Equal("a", await Found(view: "ACTIVE_ONLY"));
        Assert.Equal("b", await Found(view: "DELETED_ONLY"));
        Assert.Equal("a b", await Found(view: "ALL"));
        Assert.Equal("{}", (await Post("runs/search", new { experiment_ids = new[] { "99" } })).ToJsonString());
        Assert.Equal("{}", (await Post("runs/search", new { })).ToJsonString());
    }

    [Theory]
    [InlineData("""{"max_results": 123456789}""", "Invalid value 123456789 for parameter 'max_results' supplied")]
    [InlineData("""{"max_results": -1}""", "Invalid value -1 for parameter 'max_results' supplied")]
    [InlineData("""{"run_view_type": "SOMETIMES"}""", "Invalid value \"SOMETIMES\" for parameter 'run_view_type' supplied")]
    [InlineData("""{"experiment_ids": ["x"]}""", "Invalid experiment ID 'x'. Experiment ID must be a valid integer.")]
    [InlineData("""{"experiment_ids": "0"}""", "Invalid value \"0\" for parameter 'experiment_ids' supplied")]
    [InlineData("""{"filter": "metrics.a > 1 OR metrics.b > 1"}""", "Invalid clause(s) in filter string: 'OR'")]
    [InlineData("""{"order_by": ["metrics.a DES"]}""", "Invalid ordering key in order_by clause 'metrics.a DES'.")]
    [InlineData("""{"page_token": "abc"}""", "Invalid page token, could not base64-decode")]
    public async Task Bad_searches_are_refused(string body, string message) =>
        Assert.StartsWith(
            message,
            await Refused(await Send("runs/search", body), 400, "INVALID_PARAMETER_VALUE"),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("x'; DROP TABLE runs; --")]
    [InlineData("x\" OR 1=1 --")]
    [InlineData("$$; SELECT pg_sleep(10); $$")]
    [InlineData("@p0")]
    [InlineData("%' ESCAPE '")]
    [InlineData("é\u202e😀")]
    public async Task Sql_in_values_and_keys_is_only_text(string text)
    {
        var quoted = text.Replace("'", "''", StringComparison.Ordinal);
        var run = await NamedRun("hostile", 1, tags: Pair("t", text));
        Assert.Equal("hostile", await Found($"tags.t = '{quoted}'"));
        Assert.Equal("", await Found($"params.`{text.Replace("`", "", StringComparison.Ordinal)}` = '{quoted}'"));
        Assert.Equal("", await Found($"metrics.`{text}` > 0"));
        await Found(order: [$"tags.`{text.Replace("\"", "", StringComparison.Ordinal)}` DESC"]);
        await Post("experiments/create", new { name = text });
        Assert.Equal(
            text,
            (await Get($"experiments/get-by-name?experiment_name={Uri.EscapeDataString(text)}"))["experiment"]!["name"]!.GetValue<string>()
        );
        Assert.Contains(
            "Run with id=",
            await RefusedGet($"runs/get?run_id={Uri.EscapeDataString(text)}", 404, "RESOURCE_DOES_NOT_EXIST"),
            StringComparison.Ordinal
        );
        Assert.Empty(await History(run, Uri.EscapeDataString(text)));
        Assert.Empty(Failures);
    }
}
