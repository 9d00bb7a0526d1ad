using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class HostileServerTestsOnSqlite() : HostileServerTests(TestEngine.Sqlite);

public sealed class HostileServerTestsOnPostgres() : HostileServerTests(TestEngine.Postgres);

public abstract class HostileServerTests(TestEngine engine) : ServerFixture(engine)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    protected override MlflowServerOptions Options => base.Options with { RequestTimeout = TimeSpan.FromSeconds(1), MaxConnections = 200 };

    async Task Lives() => Assert.Equal("OK", await Http.GetStringAsync("/health"));

    // Sends bytes and reads what comes until the server closes or the patience ends.
    async Task<string> Raw(params byte[][] parts)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Server.Address.Host, Server.Address.Port);
        NetworkStream stream = client.GetStream();
        using var patience = new CancellationTokenSource(Patience);
        var answer = new MemoryStream();
        try
        {
            foreach (var part in parts)
                await stream.WriteAsync(part, patience.Token);
            await stream.CopyToAsync(answer, patience.Token);
        }
        catch (IOException)
        {
            // The server may close while we still send.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [Theory]
    [InlineData("text/plain", "Bad Request. Content-Type must be one of ['application/json'].")]
    [InlineData("application/jsonp", "Bad Request. Content-Type must be one of ['application/json'].")]
    public async Task Another_content_type_is_refused(string type, string message) =>
        Assert.Equal(message, await Refused(await Send("experiments/create", """{"name": "x"}""", type), 400, "INVALID_PARAMETER_VALUE"));

    [Fact]
    public async Task Parameters_of_the_content_type_do_no_harm_and_its_absence_is_told()
    {
        await Good(await Send("experiments/create", """{"name": "x"}""", "application/json; charset=utf-8"));
        Assert.Equal(
            "Bad Request. Content-Type header is missing.",
            await Refused(await Http.PostAsync(Api + "experiments/create", new ByteArrayContent([])), 400, "INVALID_PARAMETER_VALUE")
        );
        await Good(await Send("experiments/create", "\"{\\\"name\\\": \\\"twice\\\"}\""));
        Assert.NotNull((await Get("experiments/get-by-name?experiment_name=twice&unknown=1"))["experiment"]);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/2.0/mlflow/registered-models/create")]
    [InlineData("/api/2.0/mlflow/logged-models")]
    [InlineData("/api/3.0/mlflow/traces/search")]
    [InlineData("/api/2.0/mlflow/runs")]
    [InlineData("/api/2.0/mlflow/../../etc/passwd")]
    [InlineData("/static/index.html")]
    public async Task What_is_not_there_is_told_as_json(string path) => await RefusedGet(path, 404, "ENDPOINT_NOT_FOUND");

    [Fact]
    public async Task A_method_that_is_not_there_is_told_as_json()
    {
        var response = await Http.DeleteAsync(Api + "runs/get");
        await Refused(response, 405, "ENDPOINT_NOT_FOUND");
        Assert.Equal(["GET", "HEAD", "OPTIONS"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_batch_of_more_than_a_million_bytes_is_refused_and_one_of_a_million_is_not()
    {
        var run = await NewRun();
        var head = $$"""{"run_id": "{{run}}", "ignored": """ + "\"";
        var body = head + new string('x', 1_000_000 - head.Length - 2) + "\"}";
        await Good(await Send("runs/log-batch", body));
        Assert.Equal(
            "Batched logging API requests must be at most 1000000 bytes, got a request of size 1000001.",
            await Refused(await Send("runs/log-batch", body + " "), 400, "INVALID_PARAMETER_VALUE"));
    }

    [Fact]
    public async Task A_body_of_a_hundred_megabytes_is_refused_before_it_is_read()
    {
        var block = new byte[1 << 16];
        Array.Fill(block, (byte)' ');
        var answer = await Raw([
            Bytes(
                "POST /api/2.0/mlflow/runs/log-batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 100000000\r\n\r\n"
            ),
            .. Enumerable.Repeat(block, 1600),
        ]);
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal), answer);
        var chunk = "10000\r\n";
        answer = await Raw([
            Bytes(
                "POST /api/2.0/mlflow/runs/log-batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n"
            ),
            .. Enumerable.Repeat<byte[]>([.. Bytes(chunk), .. block, .. "\r\n"u8], 1600),
        ]);
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal), answer);
        await Lives();
    }

    [Fact]
    public async Task Deep_json_is_refused()
    {
        foreach (
            string deep in new[]
            {
                new string('[', 400_000),
                string.Concat(Enumerable.Repeat("{\"a\":", 100_000)),
                "{\"name\": " + new string('[', 5000) + new string(']', 5000) + "}",
            }
        )
            await Refused(await Send("experiments/create", deep), 400, "INVALID_PARAMETER_VALUE");
        await Lives();
    }

    [Fact]
    public async Task A_client_that_sends_too_slowly_is_told_and_cut_off()
    {
        var answer = await Raw(
            Bytes(
                "POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"
                    + "\r\n{"
            )
        );
        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        await Lives();
    }

    // Opens connections that say something and then nothing more.
    async Task<List<TcpClient>> Hang(int count, string said)
    {
        var clients = new List<TcpClient>();
        byte[] bytes = Bytes(said);
        for (var i = 0; i < count; i++)
        {
            var client = new TcpClient();
            clients.Add(client);
            await client.ConnectAsync(Server.Address.Host, Server.Address.Port);
            if (bytes.Length == 0)
                continue;
            try
            {
                await client.GetStream().WriteAsync(bytes);
            }
            catch (IOException)
            {
                // It had to make room already.
            }
        }

        return clients;
    }

    // A client of its own connection each time.
    async Task Answers(int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var http = new HttpClient { BaseAddress = Server.Address };
            Assert.Equal("OK", await http.GetStringAsync("/health"));
        }
    }

    async Task<long> Statistic(string name)
    {
        using var http = new HttpClient { BaseAddress = Server.Address };
        var line = (await http.GetStringAsync("/metrics"))
            .Split('\n')
            .Single(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        return long.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /health HTTP/1.1\r\nHost: local")]
    [InlineData(
        "POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )]
    public async Task Whoever_only_holds_connections_keeps_nobody_out(string said)
    {
        var clients = await Hang(1000, said);
        try
        {
            await Answers(20);
            Assert.InRange(await Statistic("tracker_connections"), 1, 200);
            Assert.True(await Statistic("tracker_connections_displaced_total") >= 800);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        await Answers(3);
        await Lives();
    }

    [Fact]
    public async Task Bodies_hold_only_so_much_memory_together()
    {
        await using MlflowServer small = await MlflowServer.StartAsync(
            Store,
            Options with
            {
                BodyMemory = 1_000_000,
                RequestTimeout = Patience,
            }
        );
        var clients = new List<RawConnection>();
        try
        {
            for (var i = 0; i < 2; i++)
            {
                clients.Add(new RawConnection(small.Address));
                await clients[i]
                    .Write(
                        clients[i]
                            .Head(
                                "POST /api/2.0/mlflow/runs/log-inputs HTTP/1.1\nHost: HOST\nContent-Type: application/json\n"
                                    + "Content-Length: 900000",
                                0
                            )
                    );
                await clients[i].Write(Bytes(new string(' ', 450_000)));
            }

            using var http = new HttpClient { BaseAddress = small.Address };
            async Task<HttpResponseMessage> Large() =>
                await http.PostAsync(
                    Api + "experiments/search",
                    new StringContent($$"""{"max_results": 5, "x": "{{new string('x', 200_000)}}"}""", Encoding.UTF8, "application/json")
                );
            async Task Holds(long bytes)
            {
                using var patience = new CancellationTokenSource(Patience);
                while (
                    !(await http.GetStringAsync("/metrics", patience.Token)).Contains(
                        $"tracker_body_bytes {bytes}\n",
                        StringComparison.Ordinal
                    )
                )
                    await Task.Delay(5, patience.Token);
            }

            await Holds(900_000);
            var refused = await Large();
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Contains("try again later", await Refused(refused, 503, "TEMPORARILY_UNAVAILABLE"), StringComparison.Ordinal);
            Assert.Equal("OK", await http.GetStringAsync("/health"));
            clients.ForEach(client => client.Dispose());
            await Holds(0);
            await Good(await Large());
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task Connections_with_requests_under_way_do_not_make_room()
    {
        await using MlflowServer small = await MlflowServer.StartAsync(Store, Options with { MaxConnections = 3 });
        var run = await NewRun();
        var clients = new List<RawConnection>();
        try
        {
            for (var i = 0; i < 3; i++)
            {
                clients.Add(new RawConnection(small.Address));
                await clients[i].Write(clients[i].Head($"GET /api/2.0/stream/runs/{run}/metrics/live HTTP/1.1\nHost: HOST", 0));
                Assert.Equal(200, (await clients[i].Read(toHead: true)).Status);
            }

            using var late = new RawConnection(small.Address);
            await Assert.ThrowsAnyAsync<IOException>(() => late.Send("GET /health HTTP/1.1\nHost: HOST"));
            await LogMetric(run, "m", 1);
            foreach (var client in clients)
                await client.ReadUntil("event: metric");
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    static readonly string[] Injections =
    [
        "'; DROP TABLE runs; --",
        "\"; DROP TABLE runs; --",
        "`; DROP TABLE runs; --",
        "' OR '1'='1",
        "1; SELECT pg_sleep(9)",
        "') UNION SELECT name FROM sqlite_master --",
        "\\'; DROP TABLE runs; --",
        "$$; DROP TABLE runs; $$",
        "@p0",
        ":p0",
        "?",
        "{0}",
        "%s",
        "${jndi:ldap://x}",
        "a\u0001b",
        "\u202e",
        "\ud83d\ude00",
        "NULL",
        "x' || (SELECT 1) || '",
        "/*",
        "--",
    ];

    [Fact]
    public async Task Sql_in_names_is_a_name_or_refused_and_never_told_or_run()
    {
        string[] secrets =
        [
            "SELECT ",
            "INSERT ",
            "syntax",
            "sqlite",
            "npgsql",
            "postgres",
            "SQLSTATE",
            "   at ",
            ".cs:",
            InFolder(""),
            "constraint",
            "column",
            "22P0",
        ];
        var answers = new Dictionary<int, int>();
        async Task Tried(Task<HttpResponseMessage> sent, string injection)
        {
            var response = await sent;
            var body = await response.Content.ReadAsStringAsync();
            var status = (int)response.StatusCode;
            answers[status] = answers.GetValueOrDefault(status) + 1;
            Assert.True(status is 200 or 400 or 404, $"{injection}: {status} {body}");
            if (status == 200)
                return;
            var message = JsonNode.Parse(body)!["message"]!.GetValue<string>();
            // What the client said itself may come back to it.
            message = message
                .Replace(injection, "", StringComparison.Ordinal)
                .Replace(PythonText.Dumps(injection), "", StringComparison.Ordinal);
            foreach (var secret in secrets.Where(secret => !injection.Contains(secret, StringComparison.OrdinalIgnoreCase)))
                Assert.DoesNotContain(secret, message, StringComparison.OrdinalIgnoreCase);
        }

        string Json(object body) => System.Text.Json.JsonSerializer.Serialize(body);
        var run = await NewRun();
        foreach (var injection in Injections)
        {
            var quoted = Uri.EscapeDataString(injection);
            var token = Convert.ToBase64String(Bytes($$"""{"offset": 1, "after": {{PythonText.Dumps(injection)}}}"""));
            object[] many = [new { key = injection, value = injection }];
            (string Path, object Body)[] posts =
            [
                ("experiments/create", new { name = injection, artifact_location = injection, tags = many }),
                ("experiments/create", new { name = $"x{injection}" }),
                ("experiments/update", new { experiment_id = injection, new_name = injection }),
                ("experiments/set-experiment-tag", new { experiment_id = "0", key = "k", value = injection }),
                ("experiments/search", new { max_results = 5, filter = injection, order_by = new[] { injection }, page_token = token }),
                ("experiments/search", new { max_results = 5, filter = $"name = '{injection}'" }),
                ("experiments/search", new { max_results = 5, order_by = new[] { $"tags.`{injection}` DESC" } }),
                ("experiments/search", new { max_results = 5, view_type = injection }),
                (
                    "runs/create",
                    new
                    {
                        experiment_id = "0",
                        run_name = injection,
                        user_id = injection,
                        tags = new[] { new { key = "t", value = injection } },
                    }
                ),
                ("runs/update", new { run_id = injection, status = injection }),
                (
                    "runs/update",
                    new
                    {
                        run_id = run,
                        run_name = injection,
                        end_time = injection,
                    }
                ),
                (
                    "runs/log-metric",
                    new
                    {
                        run_id = run,
                        key = injection,
                        value = injection,
                        timestamp = 1,
                    }
                ),
                (
                    "runs/log-metric",
                    new
                    {
                        run_id = run,
                        key = injection,
                        value = 1,
                        timestamp = 1,
                        model_id = injection,
                    }
                ),
                (
                    "runs/log-metric",
                    new
                    {
                        run_id = run,
                        key = "m",
                        value = 1,
                        timestamp = 1,
                        model_id = injection,
                        dataset_name = injection,
                    }
                ),
                (
                    "runs/log-parameter",
                    new
                    {
                        run_id = run,
                        key = injection,
                        value = injection,
                    }
                ),
                (
                    "runs/set-tag",
                    new
                    {
                        run_id = run,
                        key = "t",
                        value = injection,
                    }
                ),
                ("runs/delete-tag", new { run_id = run, key = injection }),
                (
                    "runs/log-inputs",
                    new
                    {
                        run_id = run,
                        datasets = new[]
                        {
                            new
                            {
                                tags = many,
                                dataset = new
                                {
                                    name = injection,
                                    digest = injection,
                                    source_type = injection,
                                    source = injection,
                                },
                            },
                        },
                    }
                ),
                ("runs/outputs", new { run_id = run, models = new[] { new { model_id = injection } } }),
                ("runs/search", new { experiment_ids = new[] { injection } }),
                ("runs/search", new { experiment_ids = new[] { "0" }, filter = injection }),
                (
                    "runs/search",
                    new
                    {
                        experiment_ids = new[] { "0" },
                        filter = $"params.`{injection}` = '{injection.Replace("'", "''", StringComparison.Ordinal)}'",
                    }
                ),
                (
                    "runs/search",
                    new
                    {
                        experiment_ids = new[] { "0" },
                        filter = $"attributes.run_name LIKE '%{injection.Replace("'", "''", StringComparison.Ordinal)}%'",
                    }
                ),
                (
                    "runs/search",
                    new
                    {
                        experiment_ids = new[] { "0" },
                        filter = $"tags.t ILIKE '{injection.Replace("'", "''", StringComparison.Ordinal)}'",
                    }
                ),
                (
                    "runs/search",
                    new
                    {
                        experiment_ids = new[] { "0" },
                        filter = $"attributes.run_id IN ('{injection.Replace("'", "''", StringComparison.Ordinal)}')",
                    }
                ),
                (
                    "runs/search",
                    new
                    {
                        experiment_ids = new[] { "0" },
                        filter = $"metrics.\"{injection.Replace("\"", "", StringComparison.Ordinal)}\" > 1",
                    }
                ),
                ("runs/search", new { experiment_ids = new[] { "0" }, order_by = new[] { $"metrics.`{injection}`" } }),
                ("runs/search", new { experiment_ids = new[] { "0" }, order_by = new[] { $"params.\"{injection}\" ASC" } }),
                ("runs/search", new { experiment_ids = new[] { "0" }, page_token = token }),
                ("runs/search", new { experiment_ids = new[] { "0" }, run_view_type = injection, max_results = injection }),
            ];
            foreach ((string path, object body) in posts)
                await Tried(Send(path, Json(body)), injection);
            foreach (
                string path in new[]
                {
                    $"experiments/get?experiment_id={quoted}",
                    $"experiments/get-by-name?experiment_name={quoted}",
                    $"runs/get?run_id={quoted}",
                    $"runs/get?run_uuid={quoted}",
                    $"metrics/get-history?run_id={run}&metric_key={quoted}",
                    $"metrics/get-history?run_id={quoted}&metric_key=m",
                    $"metrics/get-history?run_id={run}&metric_key=m&page_token={Uri.EscapeDataString(token)}",
                    $"metrics/get-history-bulk?run_id={quoted}&metric_key={quoted}",
                    $"metrics/get-history-bulk-interval?run_ids={quoted}&metric_key={quoted}&start_step={quoted}&end_step=5",
                    $"artifacts/list?run_id={run}&path={quoted}",
                }
            )
            {
                await Tried(Http.GetAsync(Api + path), injection);
            }
        }

        Assert.Empty(Failures);
        Assert.True(answers[200] > 100 && answers[400] > 100 && answers.GetValueOrDefault(404) > 20, string.Join(' ', answers));
        // Everything is where it was, and what was a name is found by it.
        Assert.True(Sql("SELECT count(*) FROM runs") > Injections.Length);
        foreach (var injection in Injections)
        {
            var found = (
                await Post(
                    "runs/search",
                    new
                    {
                        experiment_ids = new[] { "0" },
                        filter = $"attributes.run_name = '{injection.Replace("'", "''", StringComparison.Ordinal)}'",
                    }
                )
            )["runs"]!;
            Assert.Contains(injection, found.AsArray().Select(one => one!["info"]!["run_name"]!.GetValue<string>()));
            Assert.NotNull((await Get($"experiments/get-by-name?experiment_name={Uri.EscapeDataString($"x{injection}")}"))["experiment"]);
        }
    }

    [Theory]
    [InlineData("GET / HTTP/9.9\r\n\r\n")]
    [InlineData("\0\0\0\0\r\n\r\n")]
    [InlineData("POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("GET /api/2.0/mlflow/runs/get?run_id=%00%ff HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /api/2.0/mlflow/%ZZ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    public async Task Broken_requests_are_refused(string request)
    {
        Assert.Matches("^(HTTP/1.1 [45]0[0-9]|$)", await Raw(Bytes(request)));
        await Lives();
        Assert.Empty(Failures);
    }

    [Fact]
    public async Task A_page_of_another_host_cannot_reach_a_server_without_logins()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Api + "experiments/get?experiment_id=0")
        {
            Headers = { Host = "evil.example" },
        };
        Assert.StartsWith(
            "Invalid Host header",
            await Refused(await Http.SendAsync(request), 403, "PERMISSION_DENIED"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_failing_store_tells_nothing_of_itself()
    {
        var run = await NewRun();
        Sql($"DROP TABLE latest{(Engine == TestEngine.Postgres ? " CASCADE" : "")}");
        var message = await RefusedPost(
            "runs/log-metric",
            new
            {
                run_id = run,
                key = "m",
                value = 1,
                timestamp = 1,
            },
            500,
            "INTERNAL_ERROR"
        );
        foreach (var secret in new[] { "latest", "SQL", "sqlite", StorePath })
            Assert.DoesNotContain(secret, message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("latest", Assert.Single(Failures).Message, StringComparison.Ordinal);
        await Lives();
    }

    [Fact]
    public async Task Server_info_version_and_statistics_are_told()
    {
        Assert.Equal(
            """{"store_type":"SqlStore","workspaces_enabled":false}""",
            JsonNode.Parse(await Http.GetStringAsync("/api/3.0/mlflow/server-info"))!.ToJsonString()
        );
        Assert.Equal("3.17.2", await Http.GetStringAsync("/version"));
        await Http.GetAsync("/nothing");
        var statistics = await Http.GetStringAsync("/metrics");
        Assert.Contains("# TYPE tracker_http_requests_total counter\n", statistics, StringComparison.Ordinal);
        Assert.Contains("tracker_http_requests_total{endpoint=\"unknown\",status=\"404\"} 1\n", statistics, StringComparison.Ordinal);
        Assert.Contains("tracker_http_request_duration_seconds_bucket{le=\"+Inf\"} 3\n", statistics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopping_server_finishes_what_is_under_way()
    {
        var run = await NewRun();
        var answered = 0;
        Task[] clients = [.. Enumerable.Range(0, 8).Select(async client =>
        {
            try
            {
                for (var i = 0; ; i++)
                {
                    await LogMetric(run, $"m{client}", i, 1, i);
                    Interlocked.Increment(ref answered);
                }
            }
            catch (HttpRequestException)
            {
                // The server is gone.
            }
        })];
        while (Volatile.Read(ref answered) < 100)
            await Task.Delay(5);
        await Server.StopAsync();
        await Task.WhenAll(clients);
        Assert.True(Sql("SELECT count(*) FROM history") >= answered, "an answered point is missing");
    }

    [Fact]
    public async Task The_rate_of_one_client_can_be_limited()
    {
        await using MlflowServer slow = await MlflowServer.StartAsync(Store, Options with { RequestsPerSecond = 5 });
        using var http = new HttpClient { BaseAddress = slow.Address };
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 100 && !statuses.Contains(HttpStatusCode.TooManyRequests); i++)
        {
            var response = await http.GetAsync("/version");
            statuses.Add(response.StatusCode);
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                await Refused(response, 429, "REQUEST_LIMIT_EXCEEDED");
                Assert.NotNull(response.Headers.RetryAfter);
            }
        }

        Assert.Equal(HttpStatusCode.OK, statuses[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }
}
