using System.Text.Json;
using System.Web;
using FsCheck;
using FsCheck.Fluent;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class MlflowClientTests : MlflowClientFixture
{
    const string RunJson = """
        {"run":{"info":{"run_uuid":"abc","run_id":"abc","run_name":"n","experiment_id":"7","user_id":"u","status":"KILLED",
         "start_time":9007199254740993,"end_time":"9007199254740995","artifact_uri":"file:///a","lifecycle_stage":"deleted",
         "some_new_field":[1]},
         "data":{"metrics":[{"key":"m","value":"NaN","timestamp":"1","step":-9223372036854775808},
         {"key":"i","value":"-Infinity","timestamp":2},{"key":"d","value":0.1,"timestamp":3,"step":"4"}],
         "params":[{"key":"p","value":"1"},{"key":"empty"}],"tags":[{"key":"t","value":"2"}]},
         "inputs":{"dataset_inputs":[{"tags":[{"key":"c","value":"train"}],
         "dataset":{"name":"ds","digest":"d","source_type":"st","source":"s","profile":"{}"}}]}}}
        """;

    [Fact]
    public async Task Requests_are_those_of_MLflow()
    {
        var server = Serve(sent =>
            Answer.Ok(
                sent.Endpoint switch
                {
                    "experiments/create" => """{"experiment_id":"7"}""",
                    "experiments/get" or "experiments/get-by-name" =>
                        """{"experiment":{"experiment_id":"7","name":"e","lifecycle_stage":"active"}}""",
                    "runs/create" or "runs/get" => RunJson,
                    "runs/update" => """{"run_info":{"run_id":"abc","experiment_id":"7","status":"FINISHED"}}""",
                    _ => "{}",
                }
            )
        );
        var client = Client(new Uri(server.Uri, "/prefix/"));
        MlflowEntry[] tags = [new("t", "1")];
        await client.CreateExperimentAsync("e", "s3://x", tags);
        await client.GetExperimentAsync("7");
        await client.FindExperimentAsync("e & f");
        await client.SearchExperimentsAsync("name = 'e'", ["name ASC"], MlflowViewType.All, 5, "tok");
        await client.RenameExperimentAsync("7", "g");
        await client.DeleteExperimentAsync("7");
        await client.RestoreExperimentAsync("7");
        await client.SetExperimentTagAsync("7", "k", "v");
        await client.CreateRunAsync(new MlflowRunDraft("7") { Name = "n", StartTime = 5, UserId = "u", Tags = tags });
        await client.GetRunAsync("abc");
        await client.UpdateRunAsync("abc", MlflowRunStatus.Finished, 6, "m");
        await client.DeleteRunAsync("abc");
        await client.RestoreRunAsync("abc");
        await client.SearchRunsAsync(["7", "8"], "metrics.m > 1", MlflowViewType.DeletedOnly, ["start_time DESC"], 3, "tok");
        await client.LogMetricAsync(
            "abc",
            new MlflowMetric("m", double.NaN, 1, 2)
            {
                DatasetName = "dn",
                DatasetDigest = "dd",
                ModelId = "mi",
            }
        );
        await client.LogParameterAsync("abc", "p", "1");
        await client.SetTagAsync("abc", "t", "1");
        await client.DeleteTagAsync("abc", "t");
        await client.LogBatchAsync(
            "abc",
            new LogBatch
            {
                Metrics = [new("m", -0.1, long.MaxValue, long.MinValue)],
                Params = [new("p", "ü\"\n")],
                Tags = tags,
            }
        );
        await client.LogInputsAsync("abc", [new MlflowDatasetInput("n", "d", "st", "s") { Schema = "sc", Tags = tags }]);
        await client.GetMetricHistoryAsync("abc", "m").CountAsync();

        (string, string)[] expected =
        [
            ("POST experiments/create", """{"name":"e","artifact_location":"s3://x","tags":[{"key":"t","value":"1"}]}"""),
            ("GET experiments/get", "experiment_id=7"),
            ("GET experiments/get-by-name", "experiment_name=e & f"),
            (
                "POST experiments/search",
                """{"max_results":5,"filter":"name = 'e'","order_by":["name ASC"],"view_type":"ALL","page_token":"tok"}"""
            ),
            ("POST experiments/update", """{"experiment_id":"7","new_name":"g"}"""),
            ("POST experiments/delete", """{"experiment_id":"7"}"""),
            ("POST experiments/restore", """{"experiment_id":"7"}"""),
            ("POST experiments/set-experiment-tag", """{"experiment_id":"7","key":"k","value":"v"}"""),
            ("POST runs/create", """{"experiment_id":"7","user_id":"u","run_name":"n","start_time":5,"tags":[{"key":"t","value":"1"}]}"""),
            ("GET runs/get", "run_id=abc&run_uuid=abc"),
            ("POST runs/update", """{"run_id":"abc","run_uuid":"abc","status":"FINISHED","end_time":6,"run_name":"m"}"""),
            ("POST runs/delete", """{"run_id":"abc","run_uuid":"abc"}"""),
            ("POST runs/restore", """{"run_id":"abc","run_uuid":"abc"}"""),
            (
                "POST runs/search",
                Joined(
                    """
                    {"experiment_ids":["7","8"],"filter":"metrics.m > 1","run_view_type":"DELETED_ONLY","max_results":3,
                    "order_by":["start_time DESC"],"page_token":"tok"}
                    """)
            ),
            (
                "POST runs/log-metric",
                Joined(
                    """
                    {"run_id":"abc","run_uuid":"abc","key":"m","value":"NaN","timestamp":1,"step":2,
                    "dataset_name":"dn","dataset_digest":"dd","model_id":"mi"}
                    """)
            ),
            ("POST runs/log-parameter", """{"run_id":"abc","run_uuid":"abc","key":"p","value":"1"}"""),
            ("POST runs/set-tag", """{"run_id":"abc","run_uuid":"abc","key":"t","value":"1"}"""),
            ("POST runs/delete-tag", """{"run_id":"abc","run_uuid":"abc","key":"t"}"""),
            (
                "POST runs/log-batch",
                Joined(
                    """
                    {"run_id":"abc","run_uuid":"abc",
                    "metrics":[{"key":"m","value":-0.1,"timestamp":9223372036854775807,"step":-9223372036854775808}],
                    "params":[{"key":"p","value":"ü\"\n"}],"tags":[{"key":"t","value":"1"}]}
                    """)
            ),
            (
                "POST runs/log-inputs",
                Joined(
                    """
                    {"run_id":"abc","run_uuid":"abc","datasets":[{"tags":[{"key":"t","value":"1"}],
                    "dataset":{"name":"n","digest":"d","source_type":"st","source":"s","schema":"sc"}}]}
                    """)
            ),
            ("GET metrics/get-history", "run_id=abc&run_uuid=abc&metric_key=m&max_results=25000"),
        ];
        Assert.Equal(
            expected,
            server.Requests.Select(request => ($"{request.Method} {request.Endpoint}", request.Body + HttpUtility.UrlDecode(request.Query)))
        );
        Assert.All(
            server.Requests,
            request =>
            {
                Assert.StartsWith("/prefix/api/2.0/mlflow/", request.Path);
                Assert.StartsWith("stream-tracking/", request.Header("User-Agent"));
                Assert.Equal(request.Method == "POST" ? "application/json" : null, request.Header("Content-Type"));
            }
        );
    }

    [Fact]
    public async Task A_run_is_read_exactly()
    {
        var run = await Client(Serve(Answer.Ok(RunJson))).GetRunAsync("abc");
        Assert.Equal(
            ("abc", "n", "7", "u", MlflowRunStatus.Killed, false),
            (run.Id, run.Name, run.ExperimentId, run.UserId, run.Status, run.IsActive)
        );
        Assert.Equal((9007199254740993, 9007199254740995), (run.StartTime, run.EndTime));
        Assert.Equal([new("m", double.NaN, 1, long.MinValue), new("i", double.NegativeInfinity, 2), new("d", 0.1, 3, 4)], run.Metrics);
        Assert.Equal([new("p", "1"), new("empty", "")], run.Params);
        Assert.Equal("2", run.Tag("t"));
        Assert.Null(run.Tag("absent"));
        var input = Assert.Single(run.Inputs);
        Assert.Equal(("ds", "{}", "train"), (input.Name, input.Profile, input.Tags[0].Value));
    }

    [Fact]
    public async Task The_servers_words_reach_the_caller()
    {
        var failure = await Assert.ThrowsAsync<MlflowException>(() =>
            Client(Serve(Answer.Error(400, "INVALID_PARAMETER_VALUE", "bad key"))).SetTagAsync("r", "k", "v")
        );
        Assert.Equal("INVALID_PARAMETER_VALUE: bad key", failure.Message);
        Assert.True(failure.IsRefusal);
    }

    [Theory]
    [InlineData("<html>log in</html>")]
    [InlineData("{\"run\":5}")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"run\":{\"info\":{\"run_id\":\"a\",\"start_time\":\"soon\"}}}")]
    [InlineData("{\"run\":{\"info\":{\"run_id\":\"a\",\"status\":\"SLEEPING\"}}}")]
    public async Task An_answer_that_is_none_is_told_as_such(string body)
    {
        var failure = await Assert.ThrowsAsync<MlflowException>(() => Client(Serve(Answer.Ok(body))).GetRunAsync("r"));
        Assert.Equal("BAD_ANSWER", failure.ErrorCode);
        Assert.False(failure.IsRefusal);
    }

    [Fact]
    public async Task An_absent_experiment_is_null_but_a_wrong_address_is_an_error()
    {
        Assert.Null(await Client(Serve(Answer.Error(404, "RESOURCE_DOES_NOT_EXIST", "no"))).FindExperimentAsync("e"));
        await Assert.ThrowsAsync<MlflowException>(() => Client(Serve(new Answer(404, "nothing here"))).FindExperimentAsync("e"));
    }

    [Fact]
    public async Task An_experiment_that_others_make_at_the_same_moment_is_found()
    {
        var asked = 0;
        var server = Serve(sent => sent.Endpoint == "experiments/create" ? Answer.Error(400, "RESOURCE_ALREADY_EXISTS", "exists")
            : asked++ == 0 ? Answer.Error(404, "RESOURCE_DOES_NOT_EXIST", "no")
            : Answer.Ok("""{"experiment":{"experiment_id":"12","name":"e"}}"""));
        Assert.Equal("12", await Client(server).GetOrCreateExperimentAsync("e"));
    }

    [Fact]
    public async Task Histories_are_read_page_by_page()
    {
        var server = Serve(sent =>
        {
            var page = int.Parse(HttpUtility.ParseQueryString(sent.Query)["page_token"] ?? "0");
            return Answer.Ok(JsonSerializer.Serialize(new
            {
                metrics = Enumerable.Range(page * 2, 2).Select(i => new { key = "m", value = i, timestamp = i, step = i }),
                next_page_token = page < 3 ? $"{page + 1}" : null,
            }));
        });
        Assert.Equal(
            Enumerable.Range(0, 8).Select(i => new MlflowMetric("m", i, i, i)),
            await Client(server).GetMetricHistoryAsync("r", "m", 2).ToListAsync()
        );
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_repeats_a_page_does_not_keep_the_client_for_ever()
    {
        var server = Serve(Answer.Ok("""{"metrics":[{"key":"m","value":1,"timestamp":1,"step":1}],"next_page_token":"same"}"""));
        Assert.Equal(2, await Client(server).GetMetricHistoryAsync("r", "m").CountAsync());
    }

    [Fact]
    public async Task Connections_are_kept_and_a_closed_one_is_replaced()
    {
        var server = Serve(new Answer(200, "{}", "Connection: close\r\n"));
        var client = Client(server);
        for (var i = 0; i < 3; i++)
            await client.SetTagAsync("r", "k", "v");
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Authorization_is_sent_with_every_request()
    {
        var server = Serve(Answer.Ok());
        await Client(server, with => with with { Token = "t0k" }).SetTagAsync("r", "k", "v");
        await Client(server, with => with with { Username = "u", Password = "p" }).SetTagAsync("r", "k", "v");
        await Client(server).SetTagAsync("r", "k", "v");
        Assert.Equal(["Bearer t0k", "Basic dTpw", null], server.Requests.Select(request => request.Header("Authorization")));
    }

    [Fact]
    public void Every_text_and_number_survives_the_wire() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<string>(),
                ArbMap.Default.ArbFor<double>(),
                ArbMap.Default.ArbFor<long>(),
                (text, value, integer) =>
                {
                    var batch = new LogBatch { Metrics = [new(text ?? "", value, integer, ~integer)], Params = [new("p", text ?? "")] };
                    var read = SpoolEntry.Decode(new SpoolEntry(1, "r") { Batch = batch }.Encode()).Batch!;
                    Assert.Equal(
                        BitConverter.DoubleToInt64Bits(value == 0 || double.IsNaN(value) ? 0 : value),
                        BitConverter.DoubleToInt64Bits(value == 0 || double.IsNaN(value) ? 0 : read.Metrics[0].Value)
                    );
                    Assert.Equal(double.IsNaN(value), double.IsNaN(read.Metrics[0].Value));
                    Assert.Equal((integer, ~integer), (read.Metrics[0].Timestamp, read.Metrics[0].Step));
                    Assert.Equal(text ?? "", read.Params[0].Value);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Odd_text_does_no_harm()
    {
        Assert.Equal("\uFFFD alone", OverTheWire($"{'\uD83D'} alone"));
        Assert.Equal("\0\u0001\u2028\u007f</script>", OverTheWire("\0\u0001\u2028\u007f</script>"));
    }

    static string OverTheWire(string text) =>
        SpoolEntry.Decode(new SpoolEntry(1, "r") { Batch = new LogBatch { Tags = [new("t", text)] } }.Encode()).Batch!.Tags[0].Value;

    static string Joined(string json) => json.Replace("\n", "", StringComparison.Ordinal);
}
