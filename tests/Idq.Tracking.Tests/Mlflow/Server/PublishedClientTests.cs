using System.Text;
using System.Text.Json.Nodes;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class PublishedClientTestsOnSqlite() : PublishedClientTests(TestEngine.Sqlite);

public sealed class PublishedClientTestsOnPostgres() : PublishedClientTests(TestEngine.Postgres);

/// <summary>What the published clients in Python and Java send, byte for byte, and what they need to find in the answers.</summary>
public abstract class PublishedClientTests(TestEngine engine) : ServerFixture(engine)
{
    RawConnection? connection;

    RawConnection Wire => connection ??= new RawConnection(Server.Address);

    // requests and urllib3, one session.
    Task<RawConnection.Answer> Python(string line, string? json = null) =>
        Wire.Send(
            $"{line} HTTP/1.1\nHost: HOST\nUser-Agent: mlflow-python-client/3.17.2\nAccept-Encoding: gzip, deflate\nAccept: */*\n"
                + "Connection: keep-alive"
                + (
                    json is null
                        ? line.StartsWith("GET", StringComparison.Ordinal)
                            ? ""
                            : "\nContent-Length: 0"
                        : "\nContent-Length: LENGTH\nContent-Type: application/json"
                ),
            json ?? ""
        );

    // Apache's HTTP client, one pooled connection; protobuf prints JSON over several lines, 64-bit integers as texts, and some characters
    // escaped as for HTML.
    Task<RawConnection.Answer> Java(string line, string? json = null) =>
        Wire.Send(
            json is null
                ? $"{line} HTTP/1.1\nUser-Agent: mlflow-java-client/3.17.2\nHost: HOST\nConnection: Keep-Alive\n"
                    + "Accept-Encoding: gzip,deflate"
                : $"{line} HTTP/1.1\nUser-Agent: mlflow-java-client/3.17.2\nContent-Type: application/json\nContent-Length: LENGTH\n"
                    + "Host: HOST\nConnection: Keep-Alive\nAccept-Encoding: gzip,deflate",
            json ?? ""
        );

    const string At = "/api/2.0/mlflow";

    static string Text(JsonNode? node) => node!.GetValue<string>();

    static string Compact(JsonNode? node) => node?.ToJsonString() ?? "nothing";

    [Fact]
    public async Task A_session_of_the_python_client()
    {
        Assert.Equal(
            """{"store_type":"SqlStore","workspaces_enabled":false}""",
            Compact((await Python("GET /api/3.0/mlflow/server-info")).Good)
        );
        Assert.Equal("3.17.2", (await Python("GET /version")).Text);

        // The client makes the experiment when it reads exactly this code.
        (await Python($"GET {At}/experiments/get-by-name?experiment_name=caf%C3%A9+%26+bar")).Refused(404, "RESOURCE_DOES_NOT_EXIST");
        var experiment = Text(
            (
                await Python(
                    $"POST {At}/experiments/create",
                    """{"name": "caf\u00e9 & bar", "tags": [{"key": "mlflow.note", "value": "n"}]}"""
                )
            ).Good["experiment_id"]
        );
        var found = (await Python($"GET {At}/experiments/get-by-name?experiment_name=caf%C3%A9+%26+bar")).Good["experiment"]!;
        Assert.Equal(
            (experiment, "café & bar", "active"),
            (Text(found["experiment_id"]), Text(found["name"]), Text(found["lifecycle_stage"]))
        );
        Assert.Equal($"mlflow-artifacts:/{experiment}", Text(found["artifact_location"]));
        Assert.True(found["creation_time"]!.GetValue<long>() > 0 && found["last_update_time"]!.GetValue<long>() > 0);
        Assert.Equal(
            experiment,
            Text((await Python($"GET {At}/experiments/get?experiment_id={experiment}")).Good["experiment"]!["experiment_id"])
        );
        Assert.Equal(
            "{}",
            Compact(
                (
                    await Python(
                        $"POST {At}/experiments/set-experiment-tag",
                        $$"""{"experiment_id": "{{experiment}}", "key": "k", "value": "v"}"""
                    )
                ).Good
            )
        );
        Assert.Equal(
            "{}",
            Compact(
                (await Python($"POST {At}/experiments/delete-experiment-tag", $$"""{"experiment_id": "{{experiment}}", "key": "k"}""")).Good
            )
        );
        Assert.Equal(
            2,
            (await Python($"POST {At}/experiments/search", """{"max_results": 1000, "view_type": "ACTIVE_ONLY"}""")).Good["experiments"]!
                .AsArray()
                .Count
        );
        var searchedExperiments = (
            await Python(
                $"POST {At}/experiments/search",
                """{"max_results": 1000, "filter": "name LIKE 'caf%'", "order_by": ["creation_time DESC"], "view_type": "ALL"}"""
            )
        ).Good["experiments"]!.AsArray();
        Assert.Equal("café & bar", Text(Assert.Single(searchedExperiments)!["name"]));

        var created = (
            await Python(
                $"POST {At}/runs/create",
                $$"""{"experiment_id": "{{experiment}}", "user_id": "me", "start_time": 1700000000000, "tags": [{"key": "mlflow.user","""
                    + $$""" "value": "me"}, {"key": "mlflow.source.name", "value": "train.py"}, {"key": "mlflow.source.type","""
                    + $$""" "value": "LOCAL"}, {"key": "mlflow.runName", "value": "bold-fox-1"}], "run_name": "bold-fox-1"}"""
            )
        ).Good["run"]!;
        var run = Text(created["info"]!["run_id"]);
        Assert.Equal(
            (run, "RUNNING", "bold-fox-1", "me", 1700000000000),
            (
                Text(created["info"]!["run_uuid"]),
                Text(created["info"]!["status"]),
                Text(created["info"]!["run_name"]),
                Text(created["info"]!["user_id"]),
                created["info"]!["start_time"]!.GetValue<long>()
            )
        );
        Assert.Equal($"mlflow-artifacts:/{experiment}/{run}/artifacts", Text(created["info"]!["artifact_uri"]));

        async Task Logged(string path, string body) =>
            Assert.Equal("{}", Compact((await Python($"POST {At}/runs/{path}", body.Replace("RUN", run, StringComparison.Ordinal))).Good));
        await Logged(
            "log-metric",
            """{"run_uuid": "RUN", "key": "loss", "value": 0.5, "timestamp": 1700000000001, "step": 1, "run_id": "RUN","""
                + """ "model_id": "m-1", "dataset_name": "d", "dataset_digest": "d1"}"""
        );
        await Logged(
            "log-metric",
            """{"run_uuid": "RUN", "key": "loss", "value": "NaN", "timestamp": 1700000000002, "step": 2, "run_id": "RUN"}"""
        );
        await Logged(
            "log-metric",
            """{"run_uuid": "RUN", "key": "peak", "value": "Infinity", "timestamp": 1700000000002, "step": 0, "run_id": "RUN"}"""
        );
        await Logged("log-parameter", """{"run_uuid": "RUN", "key": "lr", "value": "0.1", "run_id": "RUN"}""");
        await Logged("log-parameter", """{"run_uuid": "RUN", "key": "empty", "value": "", "run_id": "RUN"}""");
        await Logged("set-tag", """{"run_uuid": "RUN", "key": "t", "value": "\u2603", "run_id": "RUN"}""");
        await Logged("set-tag", """{"run_uuid": "RUN", "key": "gone", "value": "x", "run_id": "RUN"}""");
        await Logged("delete-tag", """{"run_id": "RUN", "key": "gone"}""");
        await Logged(
            "log-batch",
            """{"run_id": "RUN", "metrics": [{"key": "acc", "value": 0.9, "timestamp": 1700000000003, "step": 0, "dataset_name": "d","""
                + """ "dataset_digest": "d1"}], "params": [{"key": "p", "value": "q"}], "tags": [{"key": "a", "value": "b"}]}"""
        );
        await Logged("log-batch", """{"run_id": "RUN"}""");
        await Logged(
            "log-inputs",
            """{"run_id": "RUN", "datasets": [{"tags": [{"key": "mlflow.data.context", "value": "training"}], "dataset": {"name": "d","""
                + """ "digest": "d1", "source_type": "code", "source": "{\"tags\": {}}", "schema": "{}","""
                + """ "profile": "{\"num_rows\": 3}"}}]}"""
        );
        await Logged("log-inputs", """{"run_id": "RUN", "models": [{"model_id": "m-0"}]}""");
        await Logged("outputs", """{"run_id": "RUN", "models": [{"model_id": "m-1", "step": 3}, {"model_id": "m-2", "step": 0}]}""");
        await Logged(
            "log-model",
            """{"run_id": "RUN", "model_json": "{\"artifact_path\": \"model\", \"utc_time_created\": \"2026-01-01\"}"}"""
        );

        var shown = (await Python($"GET {At}/runs/get?run_uuid={run}&run_id={run}")).Good["run"]!;
        Assert.Equal(
            "acc=0.9 loss=NaN peak=Infinity",
            string.Join(' ', shown["data"]!["metrics"]!.AsArray().Select(m => $"{m!["key"]}={m["value"]}"))
        );
        Assert.Equal(
            "empty= lr=0.1 p=q",
            string.Join(' ', Pairs(shown["data"]!["params"]).OrderBy(p => p.Key).Select(p => $"{p.Key}={p.Value}"))
        );
        var tags = Pairs(shown["data"]!["tags"]);
        Assert.Equal(("☃", "b", "train.py"), (tags["t"], tags["a"], tags["mlflow.source.name"]));
        Assert.StartsWith("[{", tags["mlflow.log-model.history"], StringComparison.Ordinal);
        Assert.DoesNotContain("gone", tags.Keys);
        var dataset = shown["inputs"]!["dataset_inputs"]![0]!;
        Assert.Equal(
            ("d", "{\"num_rows\": 3}", "training"),
            (Text(dataset["dataset"]!["name"]), Text(dataset["dataset"]!["profile"]), Text(dataset["tags"]![0]!["value"]))
        );
        Assert.Equal("""[{"model_id":"m-0"}]""", Compact(shown["inputs"]!["model_inputs"]));
        Assert.Equal("""{"model_outputs":[{"model_id":"m-1","step":3},{"model_id":"m-2","step":0}]}""", Compact(shown["outputs"]));

        var history = (
            await Python($"GET {At}/metrics/get-history?run_uuid={run}&metric_key=loss&max_results=25000&run_id={run}")
        ).Good["metrics"]!.AsArray();
        Assert.Equal(
            """{"key":"loss","value":0.5,"timestamp":1700000000001,"step":1,"dataset_digest":"d1","dataset_name":"d","model_id":"m-1"}""",
            Compact(history[0])
        );
        Assert.Equal("""{"key":"loss","value":"NaN","timestamp":1700000000002,"step":2}""", Compact(history[1]));
        var page = (await Python($"GET {At}/metrics/get-history?run_uuid={run}&metric_key=loss&max_results=1&run_id={run}")).Good;
        Assert.Single(page["metrics"]!.AsArray());
        page = (
            await Python(
                $"GET {At}/metrics/get-history?run_uuid={run}&metric_key=loss&max_results=1"
                    + $"&page_token={Uri.EscapeDataString(Text(page["next_page_token"]))}&run_id={run}"
            )
        ).Good;
        Assert.Equal((2, null), (Assert.Single(page["metrics"]!.AsArray())!["step"]!.GetValue<int>(), page["next_page_token"]));
        Assert.Equal(
            "{}",
            Compact((await Python($"GET {At}/metrics/get-history?run_uuid={run}&metric_key=none&max_results=25000&run_id={run}")).Good)
        );

        var ended = (
            await Python(
                $"POST {At}/runs/update",
                $$"""{"run_uuid": "{{run}}", "status": "FINISHED", "end_time": 1700000009000, "run_id": "{{run}}","""
                    + $$""" "run_name": "bolder-fox"}"""
            )
        ).Good["run_info"]!;
        Assert.Equal(
            ("FINISHED", 1700000009000, "bolder-fox"),
            (Text(ended["status"]), ended["end_time"]!.GetValue<long>(), Text(ended["run_name"]))
        );
        var searched = (
            await Python(
                $"POST {At}/runs/search",
                $$"""{"experiment_ids": ["{{experiment}}"], "filter": "metrics.acc > 0.5 and tags.a = 'b' and attributes.status = """
                    + $$"""'FINISHED' and dataset.name = 'd'", "run_view_type": "ACTIVE_ONLY", "max_results": 100,"""
                    + $$""" "order_by": ["metrics.acc DESC", "start_time DESC"]}"""
            )
        ).Good["runs"]!
            .AsArray()
            .Single()!;
        Assert.Equal(shown["outputs"]!.ToJsonString(), searched["outputs"]!.ToJsonString());
        Assert.Equal("{}", Compact((await Python($"POST {At}/runs/delete", $$"""{"run_id": "{{run}}"}""")).Good));
        Assert.Equal(
            "{}",
            Compact(
                (
                    await Python(
                        $"POST {At}/runs/search",
                        $$"""{"experiment_ids": ["{{experiment}}"], "filter": "", "run_view_type": "ACTIVE_ONLY", "max_results": 1000}"""
                    )
                ).Good
            )
        );
        Assert.Equal("{}", Compact((await Python($"POST {At}/runs/restore", $$"""{"run_id": "{{run}}"}""")).Good));
        Assert.Equal(
            "{}",
            Compact(
                (await Python($"POST {At}/experiments/update", $$"""{"experiment_id": "{{experiment}}", "new_name": "renamed"}""")).Good
            )
        );
        Assert.Equal("{}", Compact((await Python($"POST {At}/experiments/delete", $$"""{"experiment_id": "{{experiment}}"}""")).Good));
        Assert.Equal("{}", Compact((await Python($"POST {At}/experiments/restore", $$"""{"experiment_id": "{{experiment}}"}""")).Good));
        (await Python($"GET {At}/runs/get?run_uuid=nope&run_id=nope")).Refused(404, "RESOURCE_DOES_NOT_EXIST");
        Assert.Empty(Failures);
    }

    [Fact]
    public async Task A_session_of_the_java_client()
    {
        (await Java($"GET {At}/experiments/get-by-name?experiment_name=from+java")).Refused(404, "RESOURCE_DOES_NOT_EXIST");
        var experiment = Text(
            (
                await Java(
                    $"POST {At}/experiments/create",
                    "{\n  \"name\": \"from java\",\n  \"tags\": [{\n    \"key\": \"k\",\n    \"value\": \"v\"\n  }]\n}"
                )
            ).Good["experiment_id"]
        );
        Assert.Equal(
            experiment,
            Text((await Java($"GET {At}/experiments/get-by-name?experiment_name=from+java")).Good["experiment"]!["experiment_id"])
        );
        var page = (
            await Java(
                $"POST {At}/experiments/search",
                "{\n  \"max_results\": \"1\",\n  \"order_by\": [\"name\"],\n  \"view_type\": \"ACTIVE_ONLY\"\n}"
            )
        ).Good;
        Assert.Equal("Default", Text(Assert.Single(page["experiments"]!.AsArray())!["name"]));
        page = (
            await Java(
                $"POST {At}/experiments/search",
                $"{{\n  \"max_results\": \"1\",\n  \"page_token\": \"{page["next_page_token"]}\",\n  \"order_by\": [\"name\"],\n"
                    + $"  \"view_type\": \"ACTIVE_ONLY\"\n}}"
            )
        ).Good;
        Assert.Equal("from java", Text(Assert.Single(page["experiments"]!.AsArray())!["name"]));
        Assert.Null(page["next_page_token"]);

        var run = Text(
            (
                await Java(
                    $"POST {At}/runs/create",
                    $"{{\n  \"experiment_id\": \"{experiment}\",\n  \"user_id\": \"duke\",\n  \"start_time\": \"1700000000000\"\n}}"
                )
            ).Good["run"]!["info"]!["run_id"]
        );
        async Task Logged(string path, string body) =>
            Assert.Equal("{}", Compact((await Java($"POST {At}/runs/{path}", body.Replace("RUN", run, StringComparison.Ordinal))).Good));
        await Logged(
            "log-metric",
            "{\n  \"run_uuid\": \"RUN\",\n  \"key\": \"loss\",\n  \"value\": 1.0E-5,\n  \"timestamp\": \"1700000000001\",\n"
                + "  \"step\": \"9007199254740993\",\n  \"run_id\": \"RUN\"\n}"
        );
        await Logged(
            "log-metric",
            "{\n  \"run_uuid\": \"RUN\",\n  \"key\": \"nan\",\n  \"value\": \"NaN\",\n  \"timestamp\": \"1700000000001\",\n"
                + "  \"step\": \"-3\",\n  \"run_id\": \"RUN\"\n}"
        );
        await Logged(
            "log-parameter",
            "{\n  \"run_uuid\": \"RUN\",\n  \"key\": \"p\",\n  \"value\": \"a\\u003db \\u0026 \\u0027c\\u0027\",\n  \"run_id\": \"RUN\"\n}"
        );
        await Logged("set-tag", "{\n  \"run_uuid\": \"RUN\",\n  \"key\": \"t\",\n  \"value\": \"é☃😀\",\n  \"run_id\": \"RUN\"\n}");
        await Logged("set-tag", "{\n  \"run_uuid\": \"RUN\",\n  \"key\": \"gone\",\n  \"value\": \"\",\n  \"run_id\": \"RUN\"\n}");
        await Logged("delete-tag", "{\n  \"run_id\": \"RUN\",\n  \"key\": \"gone\"\n}");
        await Logged(
            "log-batch",
            "{\n  \"run_id\": \"RUN\",\n  \"metrics\": [{\n    \"key\": \"acc\",\n    \"value\": \"-Infinity\",\n"
                + "    \"timestamp\": \"1\",\n    \"step\": \"0\"\n  }]\n}"
        );

        var shown = (await Java($"GET {At}/runs/get?run_uuid={run}&run_id={run}")).Good["run"]!;
        Assert.Equal(
            "acc=-Infinity@0 loss=1E-05@9007199254740993 nan=NaN@-3",
            string.Join(' ', shown["data"]!["metrics"]!.AsArray().Select(m => $"{m!["key"]}={m["value"]}@{m["step"]}"))
        );
        Assert.Equal(("a=b & 'c'", "é☃😀"), (Pairs(shown["data"]!["params"])["p"], Pairs(shown["data"]!["tags"])["t"]));
        Assert.Single((await Java($"GET {At}/metrics/get-history?run_uuid={run}&run_id={run}&metric_key=loss")).Good["metrics"]!.AsArray());
        var found = (
            await Java(
                $"POST {At}/runs/search",
                $"{{\n  \"experiment_ids\": [\"{experiment}\"],\n  \"filter\": \"params.p \\u003d \\u0027a\\u003db \\u0026 "
                    + "\\u0027\\u0027c\\u0027\\u0027\\u0027 and metrics.loss \\u003c 1\",\n  \"run_view_type\": \"ACTIVE_ONLY\",\n"
                    + $"  \"max_results\": 1000\n}}"
            )
        ).Good;
        Assert.Equal(run, Text(Assert.Single(found["runs"]!.AsArray())!["info"]!["run_id"]));
        Assert.Equal(
            "KILLED",
            Text(
                (
                    await Java(
                        $"POST {At}/runs/update",
                        $"{{\n  \"run_uuid\": \"{run}\",\n  \"status\": \"KILLED\",\n  \"end_time\": \"1700000000009\",\n"
                            + $"  \"run_id\": \"{run}\"\n}}"
                    )
                ).Good["run_info"]!["status"]
            )
        );
        Assert.Equal("{}", Compact((await Java($"POST {At}/runs/delete", $"{{\n  \"run_id\": \"{run}\"\n}}")).Good));
        Assert.Equal("{}", Compact((await Java($"POST {At}/runs/restore", $"{{\n  \"run_id\": \"{run}\"\n}}")).Good));
        Assert.Equal(
            "{}",
            Compact(
                (
                    await Java(
                        $"POST {At}/experiments/update",
                        $"{{\n  \"experiment_id\": \"{experiment}\",\n  \"new_name\": \"renamed\"\n}}"
                    )
                ).Good
            )
        );
        Assert.Equal("{}", Compact((await Java($"POST {At}/experiments/delete", $"{{\n  \"experiment_id\": \"{experiment}\"\n}}")).Good));
        Assert.Equal("{}", Compact((await Java($"POST {At}/experiments/restore", $"{{\n  \"experiment_id\": \"{experiment}\"\n}}")).Good));
        Assert.Equal(2, (await Java($"GET {At}/experiments/list")).Good["experiments"]!.AsArray().Count);
        // An address with a slash at its end.
        Assert.Equal(run, Text((await Java($"GET //api/2.0/mlflow/runs/get?run_uuid={run}&run_id={run}")).Good["run"]!["info"]!["run_id"]));
        Assert.Empty(Failures);
    }

    [Fact]
    public async Task Artifacts_of_the_python_client()
    {
        var run = await NewRun();
        const string proxy = "/api/2.0/mlflow-artifacts";
        var folder = $"{proxy}/artifacts/0/{run}/artifacts";
        Task<RawConnection.Answer> Put(string name, byte[] content) =>
            Wire.Send(
                $"PUT {folder}/{name} HTTP/1.1\nHost: HOST\nUser-Agent: mlflow-python-client/3.17.2\nAccept-Encoding: gzip, deflate\n"
                    + "Accept: */*\nConnection: keep-alive\nContent-Type: text/plain\nContent-Length: LENGTH",
                content
            );

        Assert.Equal(200, (await Put("a%20b.txt", "hello"u8.ToArray())).Status);
        // An empty file is sent in chunks, of which there are none.
        Assert.Equal(
            200,
            (
                await Wire.Send(
                    $"PUT {folder}/dir/empty HTTP/1.1\nHost: HOST\nTransfer-Encoding: chunked\nContent-Type: application/octet-stream",
                    "0\r\n\r\n"
                )
            ).Status
        );
        var files = (await Python($"GET {proxy}/artifacts?path=0%2F{run}%2Fartifacts")).Good["files"]!.AsArray();
        Assert.Equal("""[{"path":"a b.txt","is_dir":false,"file_size":5},{"path":"dir","is_dir":true}]""", Compact(files));
        Assert.Equal(
            """[{"path":"empty","is_dir":false,"file_size":0}]""",
            Compact((await Python($"GET {proxy}/artifacts?path=0%2F{run}%2Fartifacts%2Fdir")).Good["files"])
        );
        Assert.Equal("{}", Compact((await Python($"GET {proxy}/artifacts?path=0%2F{run}%2Fartifacts%2Fnone")).Good));
        Assert.Equal("hello", (await Python($"GET {folder}/a%20b.txt")).Text);
        (await Python($"GET {folder}/none")).Refused(404, "RESOURCE_DOES_NOT_EXIST");
        // The client falls back to one plain upload when the message begins like this.
        var message = (
            await Python($"POST {proxy}/mpu/create/0/{run}/artifacts", """{"path": "/home/me/big.bin", "num_parts": 60}""")
        ).Refused(501, "NOT_IMPLEMENTED");
        Assert.StartsWith("Multipart upload is not supported for the current artifact repository", message, StringComparison.Ordinal);

        // Asking for the head alone must not change anything.
        RawConnection.Answer head = await Wire.Send($"HEAD {folder}/a%20b.txt HTTP/1.1\nHost: HOST");
        Assert.Equal((200, "5"), (head.Status, head.Headers["content-length"]));
        Assert.Equal(404, (await Wire.Send($"HEAD {folder}/none HTTP/1.1\nHost: HOST")).Status);
        Assert.Equal("hello", (await Python($"GET {folder}/a%20b.txt")).Text);
        Assert.Equal("{}", Compact((await Python($"DELETE {folder}/a%20b.txt")).Good));
        Assert.Equal("{}", Compact((await Python($"DELETE {folder}/")).Good));
        Assert.Equal("{}", Compact((await Python($"GET {proxy}/artifacts?path=0%2F{run}%2Fartifacts")).Good));
        Assert.Empty(Failures);
    }

    [Theory]
    [InlineData("POST /api/2.0/mlflow/logged-models")]
    [InlineData("GET /api/2.0/mlflow/logged-models/m-1")]
    [InlineData("POST /api/2.0/mlflow/logged-models/search")]
    [InlineData("POST /api/3.0/mlflow/traces")]
    [InlineData("POST /api/2.0/mlflow/traces")]
    [InlineData("POST /api/3.0/mlflow/traces/search")]
    [InlineData("POST /v1/traces")]
    [InlineData("POST /api/2.0/mlflow/registered-models/create")]
    [InlineData("GET /api/2.0/mlflow/model-versions/search?filter=name%3D%27m%27")]
    [InlineData("PATCH /api/2.0/mlflow/registered-models/update")]
    [InlineData("GET /api/2.0/mlflow/server-features")]
    [InlineData("POST /graphql")]
    public async Task What_belongs_to_models_and_traces_is_told_to_be_absent_and_the_connection_stays(string line)
    {
        (
            await Python(
                line,
                line.StartsWith("GET", StringComparison.Ordinal) ? null : """{"experiment_id": "0", "trace": {"info": {}}}"""
            )
        ).Refused(404, "ENDPOINT_NOT_FOUND");
        Assert.Equal("OK", (await Python("GET /health")).Text);
    }

    [Fact]
    public async Task A_body_may_come_in_chunks_and_after_a_question()
    {
        const string json = """{"name": "in chunks"}""";
        var chunked = $"5\r\n{json[..5]}\r\n{json.Length - 5:x}\r\n{json[5..]}\r\n0\r\n\r\n";
        var id = Text(
            (
                await Wire.Send(
                    $"POST {At}/experiments/create HTTP/1.1\nHost: HOST\nContent-Type: application/json\nTransfer-Encoding: chunked",
                    chunked
                )
            ).Good["experiment_id"]
        );
        Assert.NotEqual("0", id);

        var body = Encoding.UTF8.GetBytes("""{"name": "after a question"}""");
        await Wire.Write(
            Wire.Head(
                $"POST {At}/experiments/create HTTP/1.1\nHost: HOST\nContent-Type: application/json\nContent-Length: LENGTH\n"
                    + "Expect: 100-continue",
                body.Length
            )
        );
        Assert.Equal(100, (await Wire.Read()).Status);
        await Wire.Write(body);
        Assert.NotNull((await Wire.Read()).Good["experiment_id"]);

        // What is refused by its head needs no body.
        await Wire.Write(
            Wire.Head(
                $"POST {At}/runs/log-batch HTTP/1.1\nHost: HOST\nContent-Type: application/json\nContent-Length: LENGTH\n"
                    + "Expect: 100-continue",
                100_000_000
            )
        );
        Assert.Contains("at most 1000000 bytes", (await Wire.Read()).Refused(400, "INVALID_PARAMETER_VALUE"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_body_is_refused_by_name()
    {
        foreach (var line in new[] { $"POST {At}/experiments/create", "PUT /api/2.0/mlflow-artifacts/artifacts/0/x" })
        {
            using var other = new RawConnection(Server.Address);
            RawConnection.Answer answer = await other.Send(
                $"{line} HTTP/1.1\nHost: HOST\nContent-Type: application/json\nContent-Encoding: gzip\nContent-Length: LENGTH",
                [0x1f, 0x8b, 8, 0]
            );
            Assert.Contains("Content-Encoding", answer.Refused(400, "INVALID_PARAMETER_VALUE"), StringComparison.Ordinal);
        }

        Assert.False(File.Exists(Path.Combine(ArtifactsFolder, "0", "x")));
    }

    [Fact]
    public async Task Heads_and_options_change_nothing_and_name_no_other_origin()
    {
        var run = await NewRun();
        foreach (
            string path in new[]
            {
                "/health",
                "/version",
                $"{At}/runs/get?run_id={run}",
                $"{At}/metrics/get-history?run_id={run}&metric_key=m",
                $"/api/2.0/stream/runs/{run}/metrics/live",
            }
        )
        {
            RawConnection.Answer head = await Wire.Send($"HEAD {path} HTTP/1.1\nHost: HOST");
            Assert.Equal(200, head.Status);
        }

        RawConnection.Answer options = await Wire.Send(
            $"OPTIONS {At}/runs/get HTTP/1.1\nHost: HOST\nOrigin: http://evil.example\nAccess-Control-Request-Method: GET\n"
                + "Access-Control-Request-Headers: content-type"
        );
        Assert.Equal((204, "GET, HEAD, OPTIONS"), (options.Status, options.Headers["allow"]));
        Assert.DoesNotContain(options.Headers.Keys, name => name.StartsWith("access-control", StringComparison.Ordinal));
        Assert.Equal("POST, OPTIONS", (await Wire.Send($"OPTIONS {At}/runs/create HTTP/1.1\nHost: HOST")).Headers["allow"]);
        (await Wire.Send("OPTIONS /nothing HTTP/1.1\nHost: HOST")).Refused(404, "ENDPOINT_NOT_FOUND");
        RawConnection.Answer refused = await Wire.Send($"HEAD {At}/runs/create HTTP/1.1\nHost: HOST");
        Assert.Equal((405, "POST, OPTIONS"), (refused.Status, refused.Headers["allow"]));
        // The connection is still in step.
        Assert.Equal("OK", (await Python("GET /health")).Text);
    }

    [Fact]
    public async Task Models_are_kept_once_and_checked()
    {
        var run = await NewRun();
        for (var i = 0; i < 2; i++)
        {
            await Post("runs/log-inputs", new { run_id = run, models = new[] { new { model_id = "m-1" } } });
            await Post(
                "runs/outputs",
                new
                {
                    run_id = run,
                    models = new object[]
                    {
                        new { model_id = "m-2", step = "7" },
                        new { model_id = "m-2", step = 8 },
                        new { model_id = "m-3" },
                    },
                }
            );
        }

        var shown = await Run(run);
        Assert.Equal("""{"model_inputs":[{"model_id":"m-1"}]}""", Compact(shown["inputs"]));
        Assert.Equal(
            """{"model_outputs":[{"model_id":"m-2","step":7},{"model_id":"m-2","step":8},{"model_id":"m-3","step":0}]}""",
            Compact(shown["outputs"])
        );
        Assert.Contains(
            "'models[0].model_id'",
            await RefusedPost("runs/outputs", new { run_id = run, models = new[] { new { step = 1 } } }),
            StringComparison.Ordinal
        );
        Assert.Contains("'models'", await RefusedPost("runs/outputs", new { run_id = run }), StringComparison.Ordinal);
        Assert.Contains("'models'", await RefusedPost("runs/outputs", new { run_id = run, models = "m-1" }), StringComparison.Ordinal);
        Assert.Contains(
            "'models[0].step'",
            await RefusedPost("runs/outputs", new { run_id = run, models = new[] { new { model_id = "m", step = 1.5 } } }),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "at most 1000 models",
            await RefusedPost(
                "runs/outputs",
                new { run_id = run, models = Enumerable.Range(0, 1001).Select(i => new { model_id = $"m-{i}" }) }
            ),
            StringComparison.Ordinal
        );
        await RefusedPost(
            "runs/outputs",
            new { run_id = "none", models = new[] { new { model_id = "m" } } },
            404,
            "RESOURCE_DOES_NOT_EXIST"
        );
        Assert.Contains(
            "'datasets[0].tags'",
            await RefusedPost(
                "runs/log-inputs",
                new
                {
                    run_id = run,
                    datasets = new[]
                    {
                        new
                        {
                            tags = "x",
                            dataset = new
                            {
                                name = "d",
                                digest = "1",
                                source_type = "s",
                                source = "s",
                            },
                        },
                    },
                }
            ),
            StringComparison.Ordinal
        );
        await Post("runs/delete", new { run_id = run });
        await RefusedPost("runs/outputs", new { run_id = run, models = new[] { new { model_id = "m" } } });
    }

    public override async Task DisposeAsync()
    {
        connection?.Dispose();
        await base.DisposeAsync();
    }
}
