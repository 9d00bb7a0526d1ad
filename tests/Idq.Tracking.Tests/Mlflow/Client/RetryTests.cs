using System.Net;
using System.Net.Sockets;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class RetryTests : MlflowClientFixture
{
    static readonly Answer Busy = new(503, "busy");

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task What_may_pass_is_sent_again(int status)
    {
        var server = Serve(new Answer(status, ""), new Answer(status, ""), Answer.Ok());
        await Client(server).SetTagAsync("r", "k", "v");
        Assert.Equal(3, server.Requests.Count);
        Assert.Single(server.Requests.Select(request => request.Body).Distinct());
    }

    [Theory]
    [InlineData(400, "BAD_REQUEST")]
    [InlineData(401, "UNAUTHENTICATED")]
    [InlineData(403, "PERMISSION_DENIED")]
    [InlineData(404, "ENDPOINT_NOT_FOUND")]
    [InlineData(409, "RESOURCE_CONFLICT")]
    [InlineData(501, "NOT_IMPLEMENTED")]
    public async Task What_will_not_pass_is_sent_once(int status, string code)
    {
        var server = Serve(new Answer(status, "<html>no</html>"), Answer.Ok());
        var failure = await Assert.ThrowsAsync<MlflowException>(() => Client(server).SetTagAsync("r", "k", "v"));
        Assert.Equal((code, status, 1, false), (failure.ErrorCode, failure.StatusCode, failure.Attempts, failure.IsTransient));
        Assert.Contains("<html>no</html>", failure.Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Pauses_double_and_end_at_the_last_retry()
    {
        var server = Serve(Busy);
        var failure = await Assert.ThrowsAsync<MlflowException>(() => Client(server).SetTagAsync("r", "k", "v"));
        Assert.Equal([0, 4, 8, 16, 32, 64, 120], Pauses.Select(pause => pause.TotalSeconds));
        Assert.Equal(8, server.Requests.Count);
        Assert.Equal(
            ("TEMPORARILY_UNAVAILABLE", 503, 8, true),
            (failure.ErrorCode, failure.StatusCode, failure.Attempts, failure.IsTransient)
        );
    }

    [Fact]
    public async Task Jitter_is_added_but_not_to_the_first_retry()
    {
        await Assert.ThrowsAsync<MlflowException>(() =>
            Client(Serve(Busy), with => with with { BackoffFactor = 1, BackoffJitter = 1, MaxRetries = 3 }).SetTagAsync("r", "k", "v")
        );
        Assert.Equal(TimeSpan.Zero, Pauses[0]);
        Assert.InRange(Pauses[1].TotalSeconds, 2, 3);
        Assert.InRange(Pauses[2].TotalSeconds, 4, 5);
        Assert.NotEqual(0, Pauses[1].TotalSeconds + Pauses[2].TotalSeconds - 6);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    [InlineData("Fri, 02 Jan 2026 03:04:35 GMT", 30)]
    [InlineData("Fri, 02 Jan 2026 03:00:00 GMT", 0)]
    [InlineData("86400", 120)]
    [InlineData("later", 4)]
    public async Task The_server_says_how_long_to_wait(string retryAfter, double seconds)
    {
        var asked = Busy with { ExtraHeaders = $"Retry-After: {retryAfter}\r\n" };
        await Client(Serve(Busy, asked, Answer.Ok())).SetTagAsync("r", "k", "v");
        Assert.Equal([0, seconds], Pauses.Select(pause => pause.TotalSeconds));
    }

    [Fact]
    public async Task Retry_After_can_be_ignored()
    {
        var asked = Busy with { ExtraHeaders = "Retry-After: 99\r\n" };
        await Client(Serve(asked, asked, Answer.Ok()), with => with with { RespectRetryAfter = false }).SetTagAsync("r", "k", "v");
        Assert.Equal([0, 4], Pauses.Select(pause => pause.TotalSeconds));
    }

    [Fact]
    public async Task Connections_that_break_are_tried_again()
    {
        var server = Serve(Answer.Cut, Answer.Cut, Answer.Ok());
        await Client(server).SetTagAsync("r", "k", "v");
        Assert.Equal(2, Pauses.Count);
    }

    [Fact]
    public async Task Nobody_there_is_a_transient_failure_that_names_the_server_but_no_secret()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var client = Client(new Uri($"http://user:secret@localhost:{port}/x"), with => with with { MaxRetries = 2 });
        var failure = await Assert.ThrowsAsync<MlflowException>(() => client.SetTagAsync("r", "k", "v"));
        Assert.True(failure.IsTransient);
        Assert.False(failure.IsRefusal);
        Assert.Equal((null, 3), (failure.StatusCode, failure.Attempts));
        Assert.Contains($"http://localhost:{port}/x", failure.Message);
        Assert.DoesNotContain("secret", failure.Message);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_after_the_timeout()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var client = Client(
            new Uri($"http://localhost:{((IPEndPoint)silent.LocalEndpoint).Port}"),
            with => with with { MaxRetries = 1, Timeout = TimeSpan.FromMilliseconds(50) }
        );
        var failure = await Assert.ThrowsAsync<MlflowException>(() => client.SetTagAsync("r", "k", "v"));
        Assert.Contains("no answer within 0.05 s", failure.Message);
        Assert.Equal(2, failure.Attempts);
    }

    [Fact]
    public async Task A_cancelled_call_ends_at_once()
    {
        using var cancelled = new CancellationTokenSource();
        var server = Serve(_ =>
        {
            cancelled.Cancel();
            return Busy;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client(server).SetTagAsync("r", "k", "v", cancelled.Token));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_but_told()
    {
        var server = Serve(new Answer(302, "", "Location: https://elsewhere/\r\n"));
        var failure = await Assert.ThrowsAsync<MlflowException>(() => Client(server).SetTagAsync("r", "k", "v"));
        Assert.Contains("https://elsewhere/", failure.Message);
        Assert.False(failure.IsRefusal);
    }

    [Fact]
    public async Task A_run_whose_creation_was_not_answered_is_made_once()
    {
        using var mlflow = new MlflowDouble();
        var answers = 0;
        mlflow.After = sent => sent.Endpoint == "runs/create" && answers++ == 0 ? Answer.Cut : null;
        var run = await Client(mlflow.Server).CreateRunAsync(new MlflowRunDraft("1") { ClientKey = "k1" });
        Assert.Equal(mlflow.TheRun.Id, run.Id);
        Assert.Equal(["runs/create", "runs/search"], mlflow.Server.Requests.Select(request => request.Endpoint));
    }

    [Fact]
    public async Task A_run_whose_creation_did_not_arrive_is_made_all_the_same()
    {
        using var mlflow = new MlflowDouble();
        var requests = 0;
        mlflow.Before = _ => requests++ == 0 ? Busy : null;
        var run = await Client(mlflow.Server).CreateRunAsync(new MlflowRunDraft("1") { ClientKey = "k1" });
        Assert.Equal(mlflow.TheRun.Id, run.Id);
        Assert.Equal(["runs/create", "runs/search", "runs/create"], mlflow.Server.Requests.Select(request => request.Endpoint));
    }
}
