using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class HostileServerTests() : ServerFixture(TestEngine.Sqlite)
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
            foreach (byte[] part in parts)
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
        Assert.Equal("Bad Request. Content-Type header is missing.", await Refused(await Http.PostAsync(Api + "experiments/create", new ByteArrayContent([])), 400, "INVALID_PARAMETER_VALUE"));
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
        HttpResponseMessage response = await Http.DeleteAsync(Api + "runs/get");
        await Refused(response, 405, "ENDPOINT_NOT_FOUND");
        Assert.Equal("GET", Assert.Single(response.Content.Headers.Allow));
    }

    [Fact]
    public async Task A_batch_of_more_than_a_million_bytes_is_refused_and_one_of_a_million_is_not()
    {
        string run = await NewRun();
        string head = $$"""{"run_id": "{{run}}", "ignored": """ + "\"";
        string body = head + new string('x', 1_000_000 - head.Length - 2) + "\"}";
        await Good(await Send("runs/log-batch", body));
        Assert.Equal(
            "Batched logging API requests must be at most 1000000 bytes, got a request of size 1000001.",
            await Refused(await Send("runs/log-batch", body + " "), 400, "INVALID_PARAMETER_VALUE"));
    }

    [Fact]
    public async Task A_body_of_a_hundred_megabytes_is_refused_before_it_is_read()
    {
        byte[] block = new byte[1 << 16];
        Array.Fill(block, (byte)' ');
        string answer = await Raw([Bytes("POST /api/2.0/mlflow/runs/log-batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n"), .. Enumerable.Repeat(block, 1600)]);
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal), answer);
        string chunk = "10000\r\n";
        answer = await Raw([Bytes("POST /api/2.0/mlflow/runs/log-batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"),
            .. Enumerable.Repeat<byte[]>([.. Bytes(chunk), .. block, .. "\r\n"u8], 1600)]);
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal), answer);
        await Lives();
    }

    [Fact]
    public async Task Deep_json_is_refused()
    {
        foreach (string deep in new[] { new string('[', 400_000), string.Concat(Enumerable.Repeat("{\"a\":", 100_000)), "{\"name\": " + new string('[', 5000) + new string(']', 5000) + "}" })
            await Refused(await Send("experiments/create", deep), 400, "INVALID_PARAMETER_VALUE");
        await Lives();
    }

    [Fact]
    public async Task A_client_that_sends_too_slowly_is_told_and_cut_off()
    {
        string answer = await Raw(Bytes("POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"));
        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        await Lives();
    }

    [Fact]
    public async Task Many_idle_connections_leave_the_service_alive_when_they_go()
    {
        var clients = new List<TcpClient>();
        try
        {
            for (int i = 0; i < 1000; i++)
            {
                var client = new TcpClient();
                clients.Add(client);
                await client.ConnectAsync(Server.Address.Host, Server.Address.Port);
            }
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        for (long start = Stopwatch.GetTimestamp(); ; await Task.Delay(20))
        {
            try
            {
                await Lives();
                return;
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(start) < Patience)
            {
                // Until the server has seen them go.
            }
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
        using var request = new HttpRequestMessage(HttpMethod.Get, Api + "experiments/get?experiment_id=0") { Headers = { Host = "evil.example" } };
        Assert.StartsWith("Invalid Host header", await Refused(await Http.SendAsync(request), 403, "PERMISSION_DENIED"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_store_tells_nothing_of_itself()
    {
        string run = await NewRun();
        Sql("DROP TABLE latest");
        string message = await RefusedPost("runs/log-metric", new { run_id = run, key = "m", value = 1, timestamp = 1 }, 500, "INTERNAL_ERROR");
        foreach (string secret in new[] { "latest", "SQL", "sqlite", StorePath })
            Assert.DoesNotContain(secret, message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("latest", Assert.Single(Failures).Message, StringComparison.Ordinal);
        await Lives();
    }

    [Fact]
    public async Task Server_info_version_and_statistics_are_told()
    {
        Assert.Equal("""{"store_type":"SqlStore","workspaces_enabled":false}""", JsonNode.Parse(await Http.GetStringAsync("/api/3.0/mlflow/server-info"))!.ToJsonString());
        Assert.Equal("3.17.2", await Http.GetStringAsync("/version"));
        await Http.GetAsync("/nothing");
        string statistics = await Http.GetStringAsync("/metrics");
        Assert.Contains("# TYPE tracker_http_requests_total counter\n", statistics, StringComparison.Ordinal);
        Assert.Contains("tracker_http_requests_total{endpoint=\"unknown\",status=\"404\"} 1\n", statistics, StringComparison.Ordinal);
        Assert.Contains("tracker_http_request_duration_seconds_bucket{le=\"+Inf\"} 3\n", statistics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopping_server_finishes_what_is_under_way()
    {
        string run = await NewRun();
        int answered = 0;
        Task[] clients = [.. Enumerable.Range(0, 8).Select(async client =>
        {
            try
            {
                for (int i = 0; ; i++)
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
        for (int i = 0; i < 100 && !statuses.Contains(HttpStatusCode.TooManyRequests); i++)
        {
            HttpResponseMessage response = await http.GetAsync("/version");
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
