using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Idq.Tracking.Tests;

namespace Idq.EndToEnd.Tests.Tracker;

/// <summary>stream tracker serve as a process: who is let in, how it hangs on, and what it refuses.</summary>
public sealed class TrackerServeTests
{
    const string Api = "/api/2.0/mlflow/";

    static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(HttpClient http, string path, object body)
    {
        using var response = await http.PostAsJsonAsync(Api + path, body);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    static async Task<JsonElement> GoodAsync(HttpClient http, string path, object body)
    {
        var (status, answer) = await PostAsync(http, path, body);
        Assert.True(status == HttpStatusCode.OK, $"{status}: {answer}");
        return answer;
    }

    static AuthenticationHeaderValue Basic(string pair) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));

    [Fact]
    public async Task Users_log_in_with_hashed_passwords_and_tokens_and_do_what_they_may()
    {
        using var store = new TestStore();
        var hash = (await StreamProgram.RunAsync(["tracker", "serve", "--hash-password"], "correct horse\n")).Done.Lines.Single();
        Assert.DoesNotContain("horse", hash, StringComparison.Ordinal);
        var users = store.Folder.Write("users.ini", $"""
            [access]
            default = none
            [user root]
            password = {hash}
            admin = true
            [user ann]
            token = ann-s-token
            experiment shared = edit
            """);
        using var service = await Service.StartAsync(store.Arguments("serve", "--listen", "0.0.0.0:0", "--users", users));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{new Uri(service.Address).Port}") };
        Assert.Equal("OK", await http.GetStringAsync("/health"));
        foreach (
            var wrong in new[]
            {
                null,
                Basic("root:correct"),
                Basic("ann:ann-s-token"),
                new("Bearer", hash),
                new("Bearer", "correct horse"),
            }
        )
        {
            http.DefaultRequestHeaders.Authorization = wrong;
            var (status, refused) = await PostAsync(http, "experiments/create", new { name = "no" });
            Assert.Equal((HttpStatusCode.Unauthorized, "UNAUTHENTICATED"), (status, refused.GetProperty("error_code").GetString()));
        }

        http.DefaultRequestHeaders.Authorization = Basic("root:correct horse");
        var shared = (await GoodAsync(http, "experiments/create", new { name = "shared" })).GetProperty("experiment_id").GetString();
        var hidden = (await GoodAsync(http, "experiments/create", new { name = "hidden" })).GetProperty("experiment_id").GetString();
        http.DefaultRequestHeaders.Authorization = new("Bearer", "ann-s-token");
        await GoodAsync(http, "runs/create", new { experiment_id = shared });
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(http, "runs/create", new { experiment_id = hidden })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(http, "experiments/delete", new { experiment_id = shared })).Status);
        Assert.Equal(
            "shared",
            Assert
                .Single((await GoodAsync(http, "experiments/search", new { max_results = 10 })).GetProperty("experiments").EnumerateArray())
                .GetProperty("name")
                .GetString()
        );

        // Our own commands log in with the variables that MLflow's clients read.
        var listed = await StreamProgram.RunAsync(
            ["tracker", "experiments", "--store", http.BaseAddress.ToString(), "--output", "json"],
            null,
            null,
            ("MLFLOW_TRACKING_TOKEN", "ann-s-token")
        );
        Assert.Equal("shared", Assert.Single(listed.Done.Json.EnumerateArray()).GetProperty("name").GetString());
        var failed = (
            await StreamProgram.RunAsync(
                ["tracker", "experiments", "--store", http.BaseAddress.ToString()],
                null,
                null,
                ("MLFLOW_TRACKING_TOKEN", "wrong-token")
            )
        ).Failed;
        Assert.DoesNotContain("wrong-token", failed.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await service.EndAsync("TERM"));
    }

    [Fact]
    public async Task It_refuses_to_listen_or_start_when_that_would_be_wrong()
    {
        using var store = new TestStore();
        var broken = store.Folder.Write("broken.ini", "[user ann]\n");
        foreach (var (arguments, told) in new (string[], string)[]
        {
            (["--listen", "0.0.0.0:0"], "without authentication"),
            (["--listen", "[::]:0"], "without authentication"),
            (["--listen", "nowhere"], "cannot listen on 'nowhere'"),
            (["--listen", "127.0.0.1:0", "--users", broken], "neither a password nor a token"),
            (["--listen", "127.0.0.1:0", "--users", store.Folder.File("absent.ini")], "absent.ini"),
            (["--listen", "127.0.0.1:0", "--tls-cert", broken], "PEM"),
            (["--listen", "127.0.0.1:0", "--client-ca", broken], "--tls-cert"),
            (["--listen", "127.0.0.1:0", "--drain", "-1"], "--drain"),
        })
        {
            Assert.Contains(told, (await store.RunAsync("serve", arguments)).Refused.Errors, StringComparison.Ordinal);
        }

        using var service = await Service.StartAsync(store.Arguments("serve", "--listen", "127.0.0.1:0"));
        var taken = new Uri(service.Address).Authority;
        Assert.Contains(taken, (await store.RunAsync("serve", "--listen", taken)).Failed.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whether_long_values_are_cut_is_said_by_mlflows_variable()
    {
        using var store = new TestStore();
        var refused = await StreamProgram.RunAsync(
            store.Arguments("serve", "--listen", "127.0.0.1:0"),
            null,
            null,
            ("MLFLOW_TRUNCATE_LONG_VALUES", "perhaps")
        );
        Assert.Contains("MLFLOW_TRUNCATE_LONG_VALUES", refused.Refused.Errors, StringComparison.Ordinal);
        foreach (var cuts in new[] { true, false })
        {
            using var service = await Service.StartAsync(
                [("MLFLOW_TRUNCATE_LONG_VALUES", cuts ? "true" : "false")],
                store.Arguments("serve", "--listen", "127.0.0.1:0")
            );
            using var http = new HttpClient { BaseAddress = new Uri(service.Address) };
            var run = (await GoodAsync(http, "runs/create", new { experiment_id = "0" }))
                .GetProperty("run")
                .GetProperty("info")
                .GetProperty("run_id")
                .GetString();
            var (status, _) = await PostAsync(
                http,
                "runs/log-parameter",
                new
                {
                    run_id = run,
                    key = "p",
                    value = new string('x', 6001),
                }
            );
            Assert.Equal(cuts ? HttpStatusCode.OK : HttpStatusCode.BadRequest, status);
        }
    }

    [Fact]
    public async Task Clients_and_the_server_prove_themselves_by_certificates()
    {
        using var store = new TestStore();
        using var authority = new TestAuthority(store.Folder.File(""));
        var (certificate, key) = authority.Server();
        using var service = await Service.StartAsync(
            store.Arguments("serve", "--listen", "0.0.0.0:0", "--tls-cert", certificate, "--tls-key", key, "--client-ca", authority.File)
        );
        Assert.StartsWith("https://", service.Address, StringComparison.Ordinal);
        string[] command = ["tracker", "experiments", "--store", $"https://localhost:{new Uri(service.Address).Port}", "--output", "json"];
        var trust = ("MLFLOW_TRACKING_SERVER_CERT_PATH", authority.File);
        var listed = await StreamProgram.RunAsync(
            command,
            null,
            null,
            trust,
            ("MLFLOW_TRACKING_CLIENT_CERT_PATH", authority.Client()),
            ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        );
        Assert.Equal("Default", Assert.Single(listed.Done.Json.EnumerateArray()).GetProperty("name").GetString());
        (await StreamProgram.RunAsync(command, null, null, trust, ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0"))).Expect(1);
        (
            await StreamProgram.RunAsync(
                command,
                null,
                null,
                ("MLFLOW_TRACKING_CLIENT_CERT_PATH", authority.Client()),
                ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
            )
        ).Expect(1);
        Assert.Equal(130, await service.EndAsync("INT"));
    }

    [Theory]
    [InlineData(TestEngine.Sqlite)]
    [InlineData(TestEngine.Postgres)]
    public async Task What_was_answered_before_a_kill_is_there_after_it(TestEngine engine)
    {
        using var store = new TestStore();
        var location = engine == TestEngine.Postgres ? PostgresServer.NewLocation() : store.Location;
        string[] arguments = ["tracker", "serve", "--store", location, "--listen", "127.0.0.1:0"];
        var answered = new HashSet<(int Client, int Step)>();
        var run = "";
        for (var life = 0; life < 3; life++)
        {
            using var service = await Service.StartAsync(arguments);
            using var http = new HttpClient { BaseAddress = new Uri(service.Address) };
            if (run.Length == 0)
                run = (await GoodAsync(http, "runs/create", new { experiment_id = "0" }))
                    .GetProperty("run")
                    .GetProperty("info")
                    .GetProperty("run_id")
                    .GetString()!;
            var lives = life;
            var goal = answered.Count + 200;
            var clients = Enumerable
                .Range(0, 8)
                .Select(async client =>
                {
                    try
                    {
                        for (var i = 0; ; i++)
                        {
                            var step = (lives * 1_000_000) + i;
                            await GoodAsync(
                                http,
                                "runs/log-batch",
                                new
                                {
                                    run_id = run,
                                    metrics = Enumerable
                                        .Range(0, 3)
                                        .Select(k => new
                                        {
                                            key = $"m{client}.{k}",
                                            value = step,
                                            timestamp = 1,
                                            step,
                                        }),
                                }
                            );
                            lock (answered)
                                answered.Add((client, step));
                        }
                    }
                    catch (HttpRequestException)
                    {
                        // The server is gone.
                    }
                })
                .ToArray();
            while (Count() < goal)
                await Task.Delay(5);
            await service.KillAsync();
            await Task.WhenAll(clients);
        }

        using (var service = await Service.StartAsync(arguments))
        using (var http = new HttpClient { BaseAddress = new Uri(service.Address) })
        {
            for (var client = 0; client < 8; client++)
            {
                HashSet<int>[] stored =
                [
                    .. await Task.WhenAll(
                        Enumerable
                            .Range(0, 3)
                            .Select(async k =>
                            {
                                var history = await http.GetFromJsonAsync<JsonElement>(
                                    $"{Api}metrics/get-history?run_id={run}&metric_key=m{client}.{k}"
                                );
                                return history
                                    .GetProperty("metrics")
                                    .EnumerateArray()
                                    .Select(m => m.GetProperty("step").GetInt32())
                                    .ToHashSet();
                            })
                    ),
                ];
                // A batch is there whole or not at all.
                Assert.True(stored[0].SetEquals(stored[1]) && stored[0].SetEquals(stored[2]));
                Assert.Superset(answered.Where(a => a.Client == client).Select(a => a.Step).ToHashSet(), stored[0]);
            }

            Assert.Equal(0, await service.EndAsync("TERM"));
        }

        if (engine == TestEngine.Postgres) PostgresServer.Drop(location);

        int Count()
        {
            lock (answered) return answered.Count;
        }
    }

    [Fact]
    public async Task Ten_thousand_connections_keep_nobody_out_and_cost_little()
    {
        const int connections = 10_000;
        using var store = new TestStore();
        using var service = await Service.StartAsync(store.Arguments("serve", "--listen", "127.0.0.1:0"));
        var address = new Uri(service.Address);
        // A third says nothing, a third never ends its head, a third never ends its body.
        byte[][] said =
        [
            [],
            "POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: local"u8.ToArray(),
            [
                .. "POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: localhost\r\n"u8,
                .. "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"u8,
            ],
        ];
        var held = new List<Socket>(connections);
        var failed = 0;
        async Task HealthyAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                using var http = new HttpClient { BaseAddress = address };
                Assert.Equal("OK", await http.GetStringAsync("/health"));
                await GoodAsync(http, "runs/create", new { experiment_id = "0" });
            }
        }

        try
        {
            for (var i = 0; i < connections; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                held.Add(socket);
                try
                {
                    await socket.ConnectAsync(address.Host, address.Port);
                    await socket.SendAsync(said[i % said.Length]);
                }
                catch (SocketException)
                {
                    failed++;
                }

                // Healthy clients come while the others come, and after.
                if (i % 1000 == 999) await HealthyAsync(2);
            }

            await HealthyAsync(10);
            using var other = new HttpClient { BaseAddress = address };
            var statistics = await other.GetStringAsync("/metrics");
            var open = statistics.Split('\n').Single(l => l.StartsWith("tracker_connections ", StringComparison.Ordinal));
            Assert.InRange(int.Parse(open.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), 1, 2000);
            Assert.InRange(failed, 0, connections / 2);
        }
        finally
        {
            held.ForEach(socket => socket.Dispose());
        }

        await HealthyAsync(5);
        Assert.InRange(service.MemoryPeak, 1, 600L << 20);
        Assert.Equal(0, await service.EndAsync("TERM"));
        Assert.Equal(35, (await store.JsonAsync("sql", "SELECT count(*) AS n FROM runs"))[0].GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task A_body_of_a_hundred_megabytes_and_deep_json_cost_little()
    {
        using var store = new TestStore();
        using var service = await Service.StartAsync(store.Arguments("serve", "--listen", "127.0.0.1:0"));
        using var http = new HttpClient { BaseAddress = new Uri(service.Address) };
        var before = service.MemoryPeak;
        var big = new byte[100_000_000];
        Array.Fill(big, (byte)' ');
        for (var i = 0; i < 8; i++)
        {
            using var content = new ByteArrayContent(big);
            content.Headers.ContentType = new("application/json");
            try
            {
                using var response = await http.PostAsync(Api + "runs/create", content);
                Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            }
            catch (HttpRequestException)
            {
                // The server may close while the client still sends.
            }

            using var deep = new StringContent(string.Concat(Enumerable.Repeat("[", 100_000)), Encoding.UTF8, "application/json");
            using var refused = await http.PostAsync(Api + "runs/create", deep);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        Assert.Equal("OK", await http.GetStringAsync("/health"));
        Assert.InRange(service.MemoryPeak - before, 0, 100L << 20);
    }
}
