using System.Text.Json.Nodes;
using NodaTime;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class ExperimentServerTestsOnSqlite() : ExperimentServerTests(TestEngine.Sqlite);

public sealed class ExperimentServerTestsOnPostgres() : ExperimentServerTests(TestEngine.Postgres);

public abstract class ExperimentServerTests(TestEngine engine) : ServerFixture(engine)
{
    async Task<List<string>> Names(object search) =>
        [.. ((await Post("experiments/search", search))["experiments"]?.AsArray() ?? []).Select(e => e!["name"]!.GetValue<string>())];

    [Fact]
    public async Task An_experiment_is_made_found_and_shown()
    {
        JsonObject made = await Post("experiments/create", new
        {
            name = "My Experiment",
            artifact_location = "my_location",
            tags = new[] { new { key = "key1", value = "val1" }, new { key = "key2", value = "val2" } },
        });
        var id = made["experiment_id"]!.GetValue<string>();
        var experiment = (await Get($"experiments/get?experiment_id={id}"))["experiment"]!;
        Assert.Equal("My Experiment", experiment["name"]!.GetValue<string>());
        Assert.Equal("my_location", experiment["artifact_location"]!.GetValue<string>());
        Assert.Equal("active", experiment["lifecycle_stage"]!.GetValue<string>());
        Assert.Equal("default", experiment["workspace"]!.GetValue<string>());
        Assert.Equal(Clock.GetCurrentInstant().ToUnixTimeMilliseconds(), experiment["creation_time"]!.GetValue<long>());
        Assert.Equal(new() { ["key1"] = "val1", ["key2"] = "val2" }, Pairs(experiment["tags"]));
        Assert.Equal(
            experiment.ToJsonString(),
            (await Get("experiments/get-by-name?experiment_name=My%20Experiment"))["experiment"]!.ToJsonString()
        );
    }

    [Fact]
    public async Task There_is_always_the_default_experiment()
    {
        var experiment = (await Get("experiments/get?experiment_id=0"))["experiment"]!;
        Assert.Equal("Default", experiment["name"]!.GetValue<string>());
        Assert.Equal("mlflow-artifacts:/0", experiment["artifact_location"]!.GetValue<string>());
        Assert.Null(experiment["tags"]);
    }

    [Theory]
    [InlineData("""{"name": 123}""", "Invalid value 123 for parameter 'name' supplied:")]
    [InlineData("{}", "Missing value for required parameter 'name'. See the API docs for more information about request parameters.")]
    [InlineData("""{"name": ""}""", "Missing value for required parameter 'name'.")]
    [InlineData("""{"name": null}""", "Missing value for required parameter 'name'.")]
    [InlineData("not json", "Missing value for required parameter 'name'.")]
    [InlineData(
        """{"name": "e", "artifact_location": 9.0, "tags": [{"key": "key", "value": "value"}]}""",
        "Invalid value 9.0 for parameter 'artifact_location' supplied:"
    )]
    [InlineData("""{"name": "e", "artifact_location": "my_location", "tags": "5"}""", "Invalid value \"5\" for parameter 'tags' supplied:")]
    [InlineData("""{"name": "e", "tags": [{"value": "v"}]}""", "Missing value for required parameter 'tags[0].key'.")]
    [InlineData(
        """{"name": "e", "artifact_location": "runs:/blah/blah/blah"}""",
        "Artifact location cannot be a runs:/ URI. Given: 'runs:/blah/blah/blah'"
    )]
    [InlineData("""{"name": "e", "artifact_location": "mlflow-artifacts:/../other"}""", "Invalid path")]
    [InlineData("""{"name": "e", "artifact_location": "s3://b/p#f"}""", "'artifact_location' URL can't include fragments or params.")]
    public async Task Bad_experiments_are_refused(string body, string message) =>
        Assert.StartsWith(
            message,
            await Refused(await Send("experiments/create", body), 400, "INVALID_PARAMETER_VALUE"),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_name_may_have_five_hundred_characters()
    {
        await NewExperiment(new string('x', 500));
        Assert.Equal(
            "'name' exceeds the maximum length of 500 characters",
            await RefusedPost("experiments/create", new { name = new string('x', 501) })
        );
    }

    [Fact]
    public async Task A_name_is_taken_once_even_by_a_deleted_experiment()
    {
        var id = await NewExperiment("twice");
        Assert.Equal(
            "Experiment(name=twice) already exists.",
            await RefusedPost("experiments/create", new { name = "twice" }, 400, "RESOURCE_ALREADY_EXISTS")
        );
        await Post("experiments/delete", new { experiment_id = id });
        await RefusedPost("experiments/create", new { name = "twice" }, 400, "RESOURCE_ALREADY_EXISTS");
    }

    [Fact]
    public async Task Unknown_experiments_are_told_as_such()
    {
        Assert.Equal(
            "No Experiment with id=99 exists",
            await RefusedGet("experiments/get?experiment_id=99", 404, "RESOURCE_DOES_NOT_EXIST")
        );
        Assert.Equal(
            "Could not find experiment with name 'x'",
            await RefusedGet("experiments/get-by-name?experiment_name=x", 404, "RESOURCE_DOES_NOT_EXIST")
        );
        Assert.Equal(
            "Invalid experiment ID 'abc'. Experiment ID must be a valid integer.",
            await RefusedGet("experiments/get?experiment_id=abc")
        );
        await RefusedPost("experiments/delete", new { experiment_id = "99" }, 404, "RESOURCE_DOES_NOT_EXIST");
        await RefusedPost("experiments/restore", new { experiment_id = "0" }, 404, "RESOURCE_DOES_NOT_EXIST");
        await RefusedPost("experiments/update", new { experiment_id = "99", new_name = "x" }, 404, "RESOURCE_DOES_NOT_EXIST");
    }

    [Fact]
    public async Task Deleting_and_restoring_takes_the_runs_along()
    {
        var id = await NewExperiment("Deleterious");
        var run = await NewRun(id);
        await Post("experiments/delete", new { experiment_id = id });
        Assert.Equal("deleted", (await Get($"experiments/get?experiment_id={id}"))["experiment"]!["lifecycle_stage"]!.GetValue<string>());
        Assert.Equal("deleted", (await Run(run))["info"]!["lifecycle_stage"]!.GetValue<string>());
        Assert.Equal(
            $"The experiment {id} must be in the 'active' state. Current state is deleted.",
            await RefusedPost("runs/create", new { experiment_id = id })
        );
        await RefusedPost("experiments/delete", new { experiment_id = id }, 404, "RESOURCE_DOES_NOT_EXIST");
        await Post("experiments/restore", new { experiment_id = id });
        Assert.Equal("active", (await Get($"experiments/get?experiment_id={id}"))["experiment"]!["lifecycle_stage"]!.GetValue<string>());
        Assert.Equal("active", (await Run(run))["info"]!["lifecycle_stage"]!.GetValue<string>());
    }

    [Fact]
    public async Task Renaming_keeps_names_unique()
    {
        var id = await NewExperiment("BadName");
        await Post("experiments/update", new { experiment_id = id, new_name = "GoodName" });
        Assert.Equal("GoodName", (await Get($"experiments/get?experiment_id={id}"))["experiment"]!["name"]!.GetValue<string>());
        var message = await RefusedPost(
            "experiments/update",
            new { experiment_id = id, new_name = "Default" },
            400,
            "RESOURCE_ALREADY_EXISTS"
        );
        Assert.DoesNotContain("UNIQUE", message, StringComparison.OrdinalIgnoreCase);
        await Post("experiments/delete", new { experiment_id = id });
        await RefusedPost("experiments/update", new { experiment_id = id, new_name = "x" }, 500, "INVALID_STATE");
    }

    [Fact]
    public async Task Tags_are_set_overwritten_and_taken_away()
    {
        var id = await NewExperiment();
        var other = await NewExperiment("other");
        foreach (
            (string key, string value) in new[]
            {
                ("dataset", "imagenet1K"),
                ("dataset", "birdbike"),
                ("multiline tag", "value2\nvalue2"),
                ("empty", ""),
                ("long", new string('x', 6000)),
            }
        )
            await Post(
                "experiments/set-experiment-tag",
                new
                {
                    experiment_id = id,
                    key,
                    value,
                }
            );
        Assert.Equal(
            new() { ["dataset"] = "birdbike", ["multiline tag"] = "value2\nvalue2", ["empty"] = "", ["long"] = new string('x', 6000) },
            Pairs((await Get($"experiments/get?experiment_id={id}"))["experiment"]!["tags"]));
        Assert.Null((await Get($"experiments/get?experiment_id={other}"))["experiment"]!["tags"]);
        await Post("experiments/delete-experiment-tag", new { experiment_id = id, key = "dataset" });
        Assert.Equal(
            $"No tag with name: dataset in experiment with id {id}",
            await RefusedPost(
                "experiments/delete-experiment-tag",
                new { experiment_id = id, key = "dataset" },
                404,
                "RESOURCE_DOES_NOT_EXIST"
            )
        );
        Assert.Contains(
            "Missing value for required parameter 'key'",
            await RefusedPost("experiments/set-experiment-tag", new { experiment_id = id, value = "x" }),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "'key' exceeds the maximum length of 250 characters",
            await RefusedPost(
                "experiments/set-experiment-tag",
                new
                {
                    experiment_id = id,
                    key = new string('k', 251),
                    value = "x",
                }
            )
        );
    }

    [Fact]
    public async Task Experiments_are_searched_by_name_time_and_tag()
    {
        foreach ((string name, string? tag) in new[] { ("a", "value"), ("ab", "vaLue"), ("Abc", null) })
        {
            Clock.Advance(Duration.FromSeconds(1));
            await Post("experiments/create", new { name, tags = tag is null ? [] : new[] { new { key = "key", value = tag } } });
        }

        Assert.Equal(["Abc", "ab", "a", "Default"], await Names(new { max_results = 10 }));
        Assert.Equal(["a"], await Names(new { max_results = 10, filter = "attribute.name = 'a'" }));
        Assert.Equal(["Abc", "ab", "Default"], await Names(new { max_results = 10, filter = "attribute.name != 'a'" }));
        Assert.Equal(["ab", "a"], await Names(new { max_results = 10, filter = "name LIKE 'a%'" }));
        Assert.Equal(["Abc", "ab", "a"], await Names(new { max_results = 10, filter = "name ILIKE 'a%'" }));
        Assert.Equal(["a"], await Names(new { max_results = 10, filter = "tag.key = 'value'" }));
        Assert.Equal(["ab"], await Names(new { max_results = 10, filter = "tag.key != 'value'" }));
        Assert.Equal(["ab", "a"], await Names(new { max_results = 10, filter = "tag.key ILIKE '%alu%'" }));
        Assert.Equal(["a"], await Names(new { max_results = 10, filter = "name LIKE 'a%' AND tag.key = 'value'" }));
        long start = Clock.GetCurrentInstant().ToUnixTimeMilliseconds();
        Assert.Equal(["Abc"], await Names(new { max_results = 10, filter = $"creation_time = {start}" }));
        Assert.Equal(["Abc", "ab"], await Names(new { max_results = 10, filter = $"creation_time > {start - 1001}" }));
        Assert.Equal(["ab", "a", "Default"], await Names(new { max_results = 10, filter = $"last_update_time < {start}" }));
        Assert.Equal(["ab", "a", "Default"], await Names(new { max_results = 10, filter = $"creation_time != {start}" }));
        Assert.Equal(["ab", "a", "Default", "Abc"], await Names(new { max_results = 10, order_by = new[] { "name DESC" } }));
        Assert.Equal(["Default", "a", "ab", "Abc"], await Names(new { max_results = 10, order_by = new[] { "experiment_id ASC" } }));
        Assert.Equal(
            ["a", "ab", "Default", "Abc"],
            await Names(new { max_results = 10, order_by = new[] { "tags.key DESC", "creation_time ASC" } })
        );
    }

    [Fact]
    public async Task Listings_come_in_pages_and_views()
    {
        for (var i = 0; i < 5; i++)
        {
            Clock.Advance(Duration.FromSeconds(1));
            var id = await NewExperiment($"e{i}");
            if (i == 2)
                await Post("experiments/delete", new { experiment_id = id });
        }

        var seen = new List<string>();
        string? token = null;
        do
        {
            var page = await Post("experiments/search", new { max_results = 2, page_token = token });
            seen.AddRange(page["experiments"]!.AsArray().Select(e => e!["name"]!.GetValue<string>()));
            token = page["next_page_token"]?.GetValue<string>();
        }
        while (token is not null);
        Assert.Equal(["e4", "e3", "e1", "e0", "Default"], seen);
        Assert.Equal(["e2"], await Names(new { max_results = 10, view_type = "DELETED_ONLY" }));
        Assert.Equal(6, (await Names(new { max_results = 10, view_type = "ALL" })).Count);
        Assert.Equal(
            ["e4"],
            (await Get("experiments/search?max_results=1&filter=name%20LIKE%20'e%25'&order_by=name%20DESC"))["experiments"]!
                .AsArray()
                .Select(e => e!["name"]!.GetValue<string>())
        );
    }

    [Fact]
    public async Task The_listing_of_old_clients_is_there()
    {
        await NewExperiment("old");
        foreach (var prefix in new[] { "/api/2.0/mlflow/", "/ajax-api/2.0/mlflow/", "/api/2.0/preview/mlflow/" })
        {
            var list = await Good(await Http.GetAsync(prefix + "experiments/list?view_type=ALL"));
            Assert.Equal(2, list["experiments"]!.AsArray().Count);
        }
    }

    [Theory]
    [InlineData("""{"max_results": 0}""", "Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer")]
    [InlineData("{}", "Invalid value 0 for parameter 'max_results' supplied.")]
    [InlineData("""{"max_results": 50001}""", "Invalid value 50001 for parameter 'max_results' supplied. It must be at most 50000")]
    [InlineData("""{"max_results": "x"}""", "Invalid value \"x\" for parameter 'max_results' supplied:")]
    [InlineData("""{"max_results": 1, "view_type": "SOME"}""", "Invalid value \"SOME\" for parameter 'view_type' supplied:")]
    [InlineData("""{"max_results": 1, "order_by": "name"}""", "Invalid value \"name\" for parameter 'order_by' supplied:")]
    [InlineData("""{"max_results": 1, "order_by": ["nam"]}""", "Invalid attribute key 'nam'")]
    [InlineData("""{"max_results": 1, "filter": "metrics.a > 1"}""", "Invalid entity type 'metrics'")]
    [InlineData("""{"max_results": 1, "page_token": "%%%"}""", "Invalid page token, could not base64-decode")]
    [InlineData("""{"max_results": 1""", "The request body cannot be read")]
    public async Task Bad_searches_are_refused(string body, string message)
    {
        var told = await Refused(await Send("experiments/search", body), 400, "INVALID_PARAMETER_VALUE");
        Assert.StartsWith(message, told, StringComparison.Ordinal);
    }
}
