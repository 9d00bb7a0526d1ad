using System.Text.Json.Nodes;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class RunServerTestsOnSqlite() : RunServerTests(TestEngine.Sqlite);

public sealed class RunServerTestsOnPostgres() : RunServerTests(TestEngine.Postgres);

public abstract class RunServerTests(TestEngine engine) : ServerFixture(engine)
{
    static object[] Items(string key, int count, string value = "v") =>
        [.. Enumerable.Range(0, count).Select(i => new { key = $"{key}{i}", value })];

    static object[] Points(int count, int from = 0) =>
        [
            .. Enumerable
                .Range(from, count)
                .Select(i => new
                {
                    key = $"m{i % 250}",
                    value = i * 0.1,
                    timestamp = 1000 + i,
                    step = i,
                }),
        ];

    [Fact]
    public async Task A_run_is_made_with_all_it_is_given()
    {
        var experiment = await NewExperiment();
        var made = await Post(
            "runs/create",
            new
            {
                experiment_id = experiment,
                user_id = "username",
                run_name = "my name",
                start_time = 456,
                tags = new[]
                {
                    new { key = "mlflow.user", value = "username" },
                    new { key = "mlflow.parentRunId", value = "7" },
                    new { key = "my", value = "tag" },
                },
            }
        );
        var id = RunId(made);
        Assert.Matches("^[0-9a-f]{32}$", id);
        var info = made["run"]!["info"]!;
        Assert.Equal(id, info["run_uuid"]!.GetValue<string>());
        Assert.Equal(experiment, info["experiment_id"]!.GetValue<string>());
        Assert.Equal("username", info["user_id"]!.GetValue<string>());
        Assert.Equal("my name", info["run_name"]!.GetValue<string>());
        Assert.Equal(456, info["start_time"]!.GetValue<long>());
        Assert.Equal("RUNNING", info["status"]!.GetValue<string>());
        Assert.Equal("active", info["lifecycle_stage"]!.GetValue<string>());
        Assert.Equal($"mlflow-artifacts:/{experiment}/{id}/artifacts", info["artifact_uri"]!.GetValue<string>());
        Assert.Null(info["end_time"]);
        Assert.Equal(
            new() { ["mlflow.user"] = "username", ["mlflow.parentRunId"] = "7", ["my"] = "tag", ["mlflow.runName"] = "my name" },
            Pairs(made["run"]!["data"]!["tags"]));
        Assert.Null(made["run"]!["data"]!["metrics"]);
        Assert.Equal(made["run"]!.ToJsonString(), (await Run(id)).ToJsonString());
        Assert.Equal(made["run"]!.ToJsonString(), (await Get($"runs/get?run_uuid={id}"))["run"]!.ToJsonString());
    }

    [Fact]
    public async Task A_run_without_a_name_is_given_one()
    {
        var run = (await Post("runs/create", new { experiment_id = "0" }))["run"]!;
        var name = run["info"]!["run_name"]!.GetValue<string>();
        Assert.Matches("^[a-z]+-[a-z]+-[0-9]{1,3}$", name);
        Assert.Equal(name, Pairs(run["data"]!["tags"])["mlflow.runName"]);
        Assert.Equal(Clock.GetCurrentInstant().ToUnixTimeMilliseconds(), run["info"]!["start_time"]!.GetValue<long>());
        run = (await Post("runs/create", new { experiment_id = "0", tags = new[] { new { key = "mlflow.runName", value = "tagged" } } }))[
            "run"
        ]!;
        Assert.Equal("tagged", run["info"]!["run_name"]!.GetValue<string>());
        Assert.Contains(
            "Both 'run_name' argument and 'mlflow.runName' tag are specified",
            await RefusedPost(
                "runs/create",
                new
                {
                    experiment_id = "0",
                    run_name = "a",
                    tags = new[] { new { key = "mlflow.runName", value = "b" } },
                }
            ),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("runs/create", """{"experiment_id": 1}""", "Invalid value 1 for parameter 'experiment_id' supplied:", 400)]
    [InlineData("runs/create", "{}", "Missing value for required parameter 'experiment_id'.", 400)]
    [InlineData("runs/create", """{"experiment_id": "abc"}""", "Invalid experiment ID 'abc'. Experiment ID must be a valid integer.", 400)]
    [InlineData("runs/create", """{"experiment_id": "77"}""", "No Experiment with id=77 exists", 404)]
    [InlineData(
        "runs/create",
        """{"experiment_id": "0", "start_time": 9000000000000000000}""",
        "Invalid value 9000000000000000000 for parameter 'start_time' supplied:",
        400
    )]
    [InlineData(
        "runs/log-metric",
        """{"run_id": 31, "key": "metric", "value": 41, "timestamp": 59, "step": 26}""",
        "Invalid value 31 for parameter 'run_id' supplied",
        400
    )]
    [InlineData(
        "runs/log-metric",
        """{"run_id": "R", "key": 31, "value": 41, "timestamp": 59}""",
        "Invalid value 31 for parameter 'key' supplied",
        400
    )]
    [InlineData(
        "runs/log-metric",
        """{"run_id": "R", "key": "foo", "value": 31, "timestamp": 59, "step": "foo"}""",
        "Invalid value \"foo\" for parameter 'step' supplied",
        400
    )]
    [InlineData(
        "runs/log-metric",
        """{"run_id": "R", "key": "foo", "value": 31, "timestamp": 59, "step": 1.5}""",
        "Invalid value 1.5 for parameter 'step' supplied",
        400
    )]
    [InlineData(
        "runs/log-metric",
        """{"run_id": "R", "key": "foo", "value": 31, "timestamp": "foo", "step": 41}""",
        "Invalid value \"foo\" for parameter 'timestamp' supplied",
        400
    )]
    [InlineData(
        "runs/log-metric",
        """{"run_id": "R", "key": "foo", "value": 31, "timestamp": -1}""",
        "Invalid value -1 for parameter 'timestamp' supplied",
        400
    )]
    [InlineData(
        "runs/log-metric",
        """{"run_id": "R", "key": "foo", "value": true, "timestamp": 1}""",
        "Invalid value true for parameter 'value' supplied",
        400
    )]
    [InlineData(
        "runs/log-metric",
        """{"run_id": "R", "key": "foo", "value": NaN, "timestamp": 1}""",
        "The request body is not JSON: NaN",
        400
    )]
    [InlineData(
        "runs/log-metric",
        """{"run_id": "R", "key": "foo", "timestamp": 1}""",
        "Missing value for required parameter 'value'",
        400
    )]
    [InlineData(
        "runs/log-metric",
        """{"run_id": "R", "key": "foo", "value": 1}""",
        "Missing value for required parameter 'timestamp'",
        400
    )]
    [InlineData(
        "runs/log-metric",
        """{"run_id": null, "key": "foo", "value": 31, "timestamp": 59}""",
        "Missing value for required parameter 'run_id'",
        400
    )]
    [InlineData("runs/log-metric", """{"run_id": "R", "value": 31, "timestamp": 59}""", "Missing value for required parameter 'key'", 400)]
    [InlineData(
        "runs/log-metric",
        """{"run_id": "R", "key": "a//b", "value": 31, "timestamp": 59}""",
        "Invalid value \"a//b\" for parameter 'name' supplied: Names may be treated as files",
        400
    )]
    [InlineData("runs/log-metric", """{"run_id": "nope", "key": "foo", "value": 31, "timestamp": 59}""", "Run with id=nope not found", 404)]
    [InlineData(
        "runs/log-parameter",
        """{"run_id": 31, "key": "param", "value": 41}""",
        "Invalid value 31 for parameter 'run_id' supplied",
        400
    )]
    [InlineData("runs/log-parameter", """{"run_id": "R", "key": 31, "value": 41}""", "Invalid value 31 for parameter 'key' supplied", 400)]
    [InlineData(
        "runs/log-parameter",
        """{"run_id": "R", "key": "k", "value": 41}""",
        "Invalid value 41 for parameter 'value' supplied",
        400
    )]
    [InlineData("runs/set-tag", """{"run_id": "R", "key": "param", "value": 41}""", "Invalid value 41 for parameter 'value' supplied", 400)]
    [InlineData("runs/set-tag", """{"run_id": "R", "value": "value"}""", "Missing value for required parameter 'key'", 400)]
    [InlineData("runs/delete-tag", """{"run_id": "R", "key": "t"}""", "No tag with name: t in run with id R", 404)]
    [InlineData("runs/delete-tag", """{"run_id": "nope", "key": "t"}""", "Run with id=nope not found", 404)]
    [InlineData("runs/log-batch", """{"run_id": "R", "metrics": "foo"}""", "Invalid value \"foo\" for parameter 'metrics' supplied", 400)]
    [InlineData("runs/log-batch", """{"run_id": "R", "params": "foo"}""", "Invalid value \"foo\" for parameter 'params' supplied", 400)]
    [InlineData("runs/log-batch", """{"run_id": "R", "tags": "foo"}""", "Invalid value \"foo\" for parameter 'tags' supplied", 400)]
    [InlineData(
        "runs/log-batch",
        """{"run_id": "R", "metrics": [{"key": "mae", "value": 2.5}]}""",
        "Missing value for required parameter 'metrics[0].timestamp'.",
        400
    )]
    [InlineData(
        "runs/log-batch",
        """{"run_id": "R", "metrics": [{"key": "mae", "timestamp": 1}]}""",
        "Missing value for required parameter 'metrics[0].value'.",
        400
    )]
    [InlineData(
        "runs/log-batch",
        """{"run_id": "R", "metrics": [{"key": "mae", "value": "x", "timestamp": 1}]}""",
        "Invalid value \"x\" for parameter 'metrics[0].value' supplied",
        400
    )]
    [InlineData(
        "runs/log-batch",
        """{"run_id": "R", "metrics": [{"key": "a;b", "value": 1, "timestamp": 1}]}""",
        "Invalid value \"a;b\" for parameter 'metrics[0].name' supplied: Names may only contain",
        400
    )]
    [InlineData(
        "runs/log-batch",
        """{"run_id": "R", "params": [{"value": "1"}]}""",
        "Missing value for required parameter 'params[0].key'.",
        400
    )]
    [InlineData("runs/log-batch", """{"metrics": []}""", "Missing value for required parameter 'run_id'", 400)]
    [InlineData(
        "runs/log-batch",
        """{"run_id": "R", "params": [{"key": "d", "value": "1"}, {"key": "d", "value": "2"}]}""",
        "Duplicate parameter keys have been submitted: ['d']. Please ensure the request contains only one param value per param key.",
        400
    )]
    [InlineData("runs/update", """{"run_id": "R", "status": "DONE"}""", "Invalid value \"DONE\" for parameter 'status' supplied", 400)]
    [InlineData("runs/update", """{"run_id": "nope", "status": "FINISHED"}""", "Run with id=nope not found", 404)]
    [InlineData("runs/delete", """{"run_id": "nope"}""", "Run with id=nope not found", 404)]
    [InlineData(
        "runs/log-inputs",
        """{"run_id": "R", "datasets": [{"dataset": {"name": "n", "source_type": "t", "source": "s"}}]}""",
        "Missing value for required parameter 'datasets[0].dataset.digest'.",
        400
    )]
    [InlineData(
        "runs/log-inputs",
        """{"run_id": "R", "datasets": [{"tags": []}]}""",
        "Missing value for required parameter 'datasets[0].dataset'.",
        400
    )]
    [InlineData(
        "runs/log-inputs",
        """{"run_id": "R", "datasets": [{"dataset": {"name": "n", "digest": "0123456789012345678901234567890123456", "source_type": "t","""
            + """ "source": "s"}}]}""",
        "'datasets[0].dataset.digest' exceeds the maximum length of 36 characters",
        400
    )]
    public async Task Bad_requests_are_refused_and_change_nothing(string path, string body, string message, int status)
    {
        var run = await NewRun();
        var before = (await Run(run)).ToJsonString();
        var told = await Refused(
            await Send(path, body.Replace("\"R\"", $"\"{run}\"", StringComparison.Ordinal)),
            status,
            status == 404 ? "RESOURCE_DOES_NOT_EXIST" : "INVALID_PARAMETER_VALUE"
        );
        Assert.StartsWith(message.Replace(" R", $" {run}", StringComparison.Ordinal), told, StringComparison.Ordinal);
        Assert.Equal(before, (await Run(run)).ToJsonString());
    }

    [Fact]
    public async Task Metrics_params_and_tags_are_logged()
    {
        var run = await NewRun();
        await LogMetric(run, "metric", 123.456, 789, 2);
        await LogMetric(run, "nan_metric", "NaN");
        await LogMetric(run, "inf_metric", "Infinity");
        await LogMetric(run, "-inf_metric", "-Infinity");
        await Post("runs/log-metric", new { run_uuid = run, key = "stepless-metric", value = "987.654", timestamp = "321" });
        await Post("runs/log-parameter", new { run_id = run, key = "param", value = "value" });
        await Post("runs/set-tag", new { run_id = run, key = "taggity", value = "do-dah" });
        await Post("runs/set-tag", new { run_id = run, key = "empty", value = "" });
        var data = (await Run(run))["data"]!;
        Assert.Equal(
            new()
            {
                ["metric"] = "123.456",
                ["nan_metric"] = "NaN",
                ["inf_metric"] = "Infinity",
                ["-inf_metric"] = "-Infinity",
                ["stepless-metric"] = "987.654",
            },
            Pairs(data["metrics"])
        );
        Assert.Equal(new() { ["param"] = "value" }, Pairs(data["params"]));
        Assert.Equal(("do-dah", ""), (Pairs(data["tags"])["taggity"], Pairs(data["tags"])["empty"]));
        Assert.Equal([(2L, 789L, "123.456")], await History(run, "metric"));
        Assert.Equal([(0L, 321L, "987.654")], await History(run, "stepless-metric"));
        Assert.Empty(await History(run, "a_test_accuracy"));
        Assert.Equal("{}", (await Get($"metrics/get-history?run_id={run}&metric_key=nothing")).ToJsonString());
    }

    [Fact]
    public async Task Of_one_step_the_latest_time_counts_and_of_one_time_the_greatest_value()
    {
        var run = await NewRun();
        foreach (
            (long step, long timestamp, double value) in new (long, long, double)[]
            {
                (0, 100, 1000),
                (3, 40, 100),
                (3, 50, 10),
                (3, 50, 20),
                (3, 50, 20),
                (-3, 900, 900),
                (-1, 800, 800),
            }
        )
            await LogMetric(run, "allow_multiple", value, timestamp, step);
        var latest = (await Run(run))["data"]!["metrics"]!.AsArray().Single()!;
        Assert.Equal((3L, 50L, "20"), Point(latest));
        Assert.Equal(
            [(-3L, 900L, "900"), (-1L, 800L, "800"), (0L, 100L, "1000"), (3L, 40L, "100"), (3L, 50L, "10"), (3L, 50L, "20")],
            await History(run, "allow_multiple"));
    }

    [Fact]
    public async Task A_repeated_point_is_one_point_also_when_it_is_nan()
    {
        var run = await NewRun();
        object point = new { key = "m", value = "NaN", timestamp = 1, step = 1 };
        object number = new { key = "m", value = 0.5, timestamp = 1, step = 1 };
        for (var i = 0; i < 3; i++)
            await Post("runs/log-batch", new { run_id = run, metrics = new[] { point, number, point, number } });
        await LogMetric(run, "m", "NaN", 1, 1);
        Assert.Equal([(1L, 1L, "0.5"), (1L, 1L, "NaN")], await History(run, "m"));
        Assert.Equal("NaN", Pairs((await Run(run))["data"]!["metrics"])["m"]);
    }

    [Fact]
    public async Task A_batch_sent_again_changes_nothing_whatever_its_size()
    {
        var run = await NewRun();
        object batch = new { run_id = run, metrics = Points(800), @params = Items("p", 100), tags = Items("t", 100) };
        await Post("runs/log-batch", batch);
        var first = (await Run(run)).ToJsonString();
        var rows = Sql("SELECT count(*) FROM history");
        await Post("runs/log-batch", batch);
        await Post("runs/log-batch", new { run_id = run, metrics = Points(1000) });
        await Post("runs/log-batch", new { run_id = run, metrics = Points(1000) });
        Assert.Equal(800, rows);
        Assert.Equal(1000, Sql("SELECT count(*) FROM history"));
        var second = await Run(run);
        Assert.Equal(JsonNode.Parse(first)!["data"]!["params"]!.ToJsonString(), second["data"]!["params"]!.ToJsonString());
        Assert.Equal(250, second["data"]!["metrics"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_batch_has_limits_with_their_texts()
    {
        var run = await NewRun();
        async Task Refuses(object batch, string what, int limit, int count) =>
            Assert.Equal(
                $"A batch logging request can contain at most {limit} {what}. Got {count} {what}. Please split up {what} across multiple "
                    + "requests and try again.",
                await RefusedPost("runs/log-batch", batch)
            );
        await Refuses(new { run_id = run, metrics = Points(1001) }, "metrics", 1000, 1001);
        await Refuses(new { run_id = run, @params = Items("p", 101) }, "params", 100, 101);
        await Refuses(new { run_id = run, tags = Items("t", 101) }, "tags", 100, 101);
        await Refuses(
            new
            {
                run_id = run,
                metrics = Points(900),
                @params = Items("p", 51),
                tags = Items("t", 50),
            },
            "metrics, params, and tags",
            1000,
            1001
        );
        Assert.Equal("{}", (await Post("runs/log-batch", new { run_id = run })).ToJsonString());
    }

    [Fact]
    public async Task At_a_limit_all_is_well_and_one_above_it_is_not()
    {
        var run = await NewRun();
        string X(int length) => new('x', length);
        object Dataset(int name, int digest, int source, int key, int value) =>
            new
            {
                run_id = run,
                datasets = new[]
                {
                    new
                    {
                        dataset = new
                        {
                            name = X(name),
                            digest = X(digest),
                            source_type = "s",
                            source = X(source),
                        },
                        tags = new[] { new { key = X(key), value = X(value) } },
                    },
                },
            };
        (string Path, int Limit, Func<int, object> Body)[] limits =
        [
            ("runs/log-batch", 1000, n => new { run_id = run, metrics = Points(n) }),
            ("runs/log-batch", 100, n => new { run_id = run, @params = Items("p", n) }),
            ("runs/log-batch", 100, n => new { run_id = run, tags = Items("t", n) }),
            (
                "runs/log-batch",
                1000,
                n => new
                {
                    run_id = run,
                    metrics = Points(n - 200),
                    @params = Items("p", 100),
                    tags = Items("t", 100),
                }
            ),
            (
                "runs/log-metric",
                250,
                n => new
                {
                    run_id = run,
                    key = X(n),
                    value = 1,
                    timestamp = 1,
                }
            ),
            (
                "runs/log-parameter",
                250,
                n => new
                {
                    run_id = run,
                    key = X(n),
                    value = "v",
                }
            ),
            (
                "runs/set-tag",
                250,
                n => new
                {
                    run_id = run,
                    key = X(n),
                    value = "v",
                }
            ),
            ("experiments/create", 500, n => new { name = X(n) }),
            ("experiments/set-experiment-tag", 250, n => new { experiment_id = "0", key = X(n), value = "v" }),
            ("experiments/set-experiment-tag", 100_000, n => new { experiment_id = "0", key = "k", value = X(n) }),
            ("experiments/search", 50_000, n => new { max_results = n }),
            ("runs/search", 50_000, n => new { experiment_ids = new[] { "0" }, max_results = n }),
            ("runs/log-inputs", 500, n => Dataset(n, 1, 1, 1, 1)),
            ("runs/log-inputs", 36, n => Dataset(1, n, 1, 1, 1)),
            ("runs/log-inputs", 65_535, n => Dataset(2, 1, n, 1, 1)),
            ("runs/log-inputs", 255, n => Dataset(3, 1, 1, n, 1)),
            ("runs/log-inputs", 500, n => Dataset(4, 1, 1, 1, n)),
            ("runs/outputs", 1000, n => new { run_id = run, models = Enumerable.Range(0, n).Select(i => new { model_id = $"m-{i}" }) }),
        ];
        foreach ((string path, int limit, Func<int, object> body) in limits)
        {
            var message = await RefusedPost(path, body(limit + 1));
            Assert.Matches($"{limit}|{limit + 1}", message);
            await Post(path, body(limit));
        }

        // These are cut instead.
        foreach ((string path, int limit) in new[] { ("runs/log-parameter", 6000), ("runs/set-tag", 8000) })
        {
            foreach (var length in new[] { limit, limit + 1 })
            {
                await Post(path, new { run_id = run, key = $"cut{length}", value = X(length) });
                var data = (await Run(run))["data"]!;
                Assert.Equal(limit, Pairs(data[path.EndsWith("tag", StringComparison.Ordinal) ? "tags" : "params"])[$"cut{length}"].Length);
            }
        }
    }

    [Fact]
    public async Task A_parameter_keeps_its_value()
    {
        var run = await NewRun();
        await Post("runs/log-parameter", new { run_id = run, key = "p", value = "1" });
        await Post("runs/log-parameter", new { run_id = run, key = "p", value = "1" });
        Assert.Equal(
            $"Changing param values is not allowed. Param with key='p' was already logged with value='1' for run ID='{run}'. "
                + "Attempted logging new value '2'.",
            await RefusedPost("runs/log-parameter", new { run_id = run, key = "p", value = "2" }));
        Assert.Equal(
            $"Changing param values is not allowed. Params were already logged='[{{'key': 'p', 'old_value': '1', "
                + $"'new_value': '2'}}]' for run ID='{run}'.",
            await RefusedPost("runs/log-batch", new
            {
                run_id = run,
                metrics = Points(3),
                @params = new[] { new { key = "q", value = "9" }, new { key = "p", value = "2" } },
                tags = Items("t", 1),
            }));
        var data = (await Run(run))["data"]!;
        Assert.Equal(new() { ["p"] = "1" }, Pairs(data["params"]));
        Assert.Null(data["metrics"]);
        Assert.Equal(["mlflow.runName"], Pairs(data["tags"]).Keys);
        await Post(
            "runs/log-batch",
            new { run_id = run, @params = new[] { new { key = "q", value = "9" }, new { key = "p", value = "1" } } }
        );
        Assert.Equal(new() { ["p"] = "1", ["q"] = "9" }, Pairs((await Run(run))["data"]!["params"]));
    }

    [Fact]
    public async Task Long_values_are_cut_and_long_keys_refused()
    {
        var run = await NewRun();
        await Post("runs/log-parameter", new { run_id = run, key = "p", value = new string('x', 6001) });
        await Post("runs/set-tag", new { run_id = run, key = "t", value = new string('y', 7999) + "😀" });
        var data = (await Run(run))["data"]!;
        Assert.Equal(new string('x', 6000), Pairs(data["params"])["p"]);
        Assert.Equal(new string('y', 7999), Pairs(data["tags"])["t"]);
        Assert.Equal(
            "'key' exceeds the maximum length of 250 characters",
            await RefusedPost(
                "runs/log-parameter",
                new
                {
                    run_id = run,
                    key = new string('k', 251),
                    value = "v",
                }
            )
        );
        Assert.Equal(
            "'metrics[0].name' exceeds the maximum length of 250 characters",
            await RefusedPost(
                "runs/log-batch",
                new
                {
                    run_id = run,
                    metrics = new[]
                    {
                        new
                        {
                            key = new string('k', 251),
                            value = 1,
                            timestamp = 1,
                        },
                    },
                }
            )
        );
    }

    [Fact]
    public async Task In_one_batch_the_last_value_of_a_tag_counts()
    {
        var run = await NewRun();
        await Post(
            "runs/log-batch",
            new
            {
                run_id = run,
                tags = new[]
                {
                    new { key = "t", value = "1" },
                    new { key = "t", value = "2" },
                    new { key = "mlflow.runName", value = "renamed" },
                },
            }
        );
        var shown = await Run(run);
        Assert.Equal("2", Pairs(shown["data"]!["tags"])["t"]);
        Assert.Equal("renamed", shown["info"]!["run_name"]!.GetValue<string>());
        await Post("runs/delete-tag", new { run_id = run, key = "t" });
        Assert.DoesNotContain("t", Pairs((await Run(run))["data"]!["tags"]).Keys);
    }

    [Fact]
    public async Task A_run_ends_is_renamed_and_starts_again()
    {
        var run = await NewRun();
        var info = (await Post("runs/update", new { run_id = run, status = "FAILED", end_time = 999 }))["run_info"]!;
        Assert.Equal(("FAILED", 999L), (info["status"]!.GetValue<string>(), info["end_time"]!.GetValue<long>()));
        info = (await Post("runs/update", new { run_uuid = run, run_name = "other" }))["run_info"]!;
        Assert.Equal(
            ("FAILED", 999L, "other"),
            (info["status"]!.GetValue<string>(), info["end_time"]!.GetValue<long>(), info["run_name"]!.GetValue<string>())
        );
        Assert.Equal("other", Pairs((await Run(run))["data"]!["tags"])["mlflow.runName"]);
        info = (await Post("runs/update", new { run_id = run, status = 1 }))["run_info"]!;
        Assert.Equal("RUNNING", info["status"]!.GetValue<string>());
        Assert.Null(info["end_time"]);
    }

    [Theory]
    [InlineData("NODE_FAIL", "FAILED")]
    [InlineData("PREEMPTED", "KILLED")]
    [InlineData("REQUEUED", "SCHEDULED")]
    [InlineData("SUSPENDED", "RUNNING")]
    public async Task A_state_without_a_word_is_told_in_a_tag_and_survives_being_said_again(string stored, string shown)
    {
        var run = await NewRun();
        Sql($"UPDATE runs SET status = '{stored}'");
        var before = await Run(run);
        Assert.Equal(shown, before["info"]!["status"]!.GetValue<string>());
        Assert.Equal(stored, Pairs(before["data"]!["tags"])["slurm.status"]);
        await Post("runs/update", new { run_id = run, status = shown });
        Assert.Equal(stored, Pairs((await Run(run))["data"]!["tags"])["slurm.status"]);
        await Post("runs/update", new { run_id = run, status = "FINISHED" });
        Assert.DoesNotContain("slurm.status", Pairs((await Run(run))["data"]!["tags"]).Keys);
    }

    [Fact]
    public async Task A_deleted_run_is_shown_but_takes_nothing()
    {
        var run = await NewRun();
        await Post("runs/set-tag", new { run_id = run, key = "t", value = "v" });
        await Post("runs/delete", new { run_id = run });
        await Post("runs/delete", new { run_id = run });
        Assert.Equal("deleted", (await Run(run))["info"]!["lifecycle_stage"]!.GetValue<string>());
        var message = $"The run {run} must be in the 'active' state. Current state is deleted.";
        Assert.Equal(message, await RefusedPost("runs/log-metric", new { run_id = run, key = "m", value = 1, timestamp = 1 }));
        Assert.Equal(message, await RefusedPost("runs/log-parameter", new { run_id = run, key = "m", value = "1" }));
        Assert.Equal(message, await RefusedPost("runs/set-tag", new { run_id = run, key = "m", value = "1" }));
        Assert.Equal(message, await RefusedPost("runs/delete-tag", new { run_id = run, key = "t" }));
        Assert.Equal(message, await RefusedPost("runs/log-batch", new { run_id = run, metrics = Points(1) }));
        Assert.Equal(message, await RefusedPost("runs/update", new { run_id = run, status = "FINISHED" }));
        await Post("runs/restore", new { run_id = run });
        await Post("runs/restore", new { run_id = run });
        await LogMetric(run, "m", 1);
    }

    [Fact]
    public async Task Data_sets_are_recorded_once_with_their_tags()
    {
        var run = await NewRun();
        object Input(string name, string context) => new
        {
            tags = new[] { new { key = "mlflow.data.context", value = context } },
            dataset = new { name, digest = "d1", source_type = "local", source = "/data", schema = "{}", profile = "p" },
        };
        await Post("runs/log-inputs", new { run_id = run, datasets = new[] { Input("a", "train"), Input("b", "test") } });
        await Post("runs/log-inputs", new { run_id = run, datasets = new[] { Input("a", "other") } });
        var inputs = (await Run(run))["inputs"]!["dataset_inputs"]!.AsArray();
        Assert.Equal(["a", "b"], inputs.Select(input => input!["dataset"]!["name"]!.GetValue<string>()));
        Assert.Equal("train", Pairs(inputs[0]!["tags"])["mlflow.data.context"]);
        Assert.Equal("p", inputs[0]!["dataset"]!["profile"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_new_clients_say_of_a_point_is_kept()
    {
        var run = await NewRun();
        await Post(
            "runs/log-metric",
            new
            {
                run_id = run,
                key = "m",
                value = 1,
                timestamp = 1,
                model_id = "m-1",
                dataset_name = "d",
                dataset_digest = "x",
            }
        );
        await Post(
            "runs/log-batch",
            new
            {
                run_id = run,
                metrics = new[]
                {
                    new
                    {
                        key = "m",
                        value = 2,
                        timestamp = 2,
                        model_id = "m-2",
                    },
                },
            }
        );
        var points = (await Get($"metrics/get-history?run_id={run}&metric_key=m"))["metrics"]!.AsArray();
        Assert.Equal(
            ("m-1", "d", "x"),
            (
                points[0]!["model_id"]!.GetValue<string>(),
                points[0]!["dataset_name"]!.GetValue<string>(),
                points[0]!["dataset_digest"]!.GetValue<string>()
            )
        );
        Assert.Equal("m-2", points[1]!["model_id"]!.GetValue<string>());
        await Post("runs/log-model", new { run_id = run, model_json = """{"artifact_path": "model"}""" });
        await Post("runs/log-model", new { run_id = run, model_json = """{"artifact_path": "other"}""" });
        Assert.Equal(
            """[{"artifact_path":"model"},{"artifact_path":"other"}]""",
            JsonNode.Parse(Pairs((await Run(run))["data"]!["tags"])["mlflow.log-model.history"])!.ToJsonString()
        );
    }

    [Fact]
    public async Task Many_clients_log_to_one_run_at_once_and_nothing_is_lost()
    {
        var run = await NewRun();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async client =>
        {
            for (var i = 0; i < 25; i++)
            {
                await LogMetric(run, "shared", client * 1000 + i, 1, client * 1000 + i);
                await Post("runs/set-tag", new { run_id = run, key = $"tag{client}.{i}", value = "v" });
                await Post("runs/log-parameter", new { run_id = run, key = $"param{client}.{i}", value = "v" });
            }
        }));
        Assert.Equal(200, (await History(run, "shared")).Count);
        var data = (await Run(run))["data"]!;
        Assert.Equal(200, data["params"]!.AsArray().Count);
        Assert.Equal(201, data["tags"]!.AsArray().Count);
        Assert.Equal("7024", Pairs(data["metrics"])["shared"]);
    }
}
