using System.Net.Http.Headers;
using System.Text;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class AccessServerTestsOnSqlite() : AccessServerTests(TestEngine.Sqlite);

public sealed class AccessServerTestsOnPostgres() : AccessServerTests(TestEngine.Postgres);

public abstract class AccessServerTests(TestEngine engine) : ServerFixture(engine)
{
    static readonly string Users = $$"""
        {
          "default": "none",
          "users": {
            "root": { "password": "{{AccessList.HashPassword("secret")}}", "admin": true },
            "ann": { "token": "ann-token", "experiments": { "shared": "edit", "shown": "read" } },
            "bob": { "password": "bob:password", "default": "read" }
          }
        }
        """;

    protected override MlflowServerOptions Options => base.Options with { Access = AccessList.Parse(Users) };

    void As(string? user) => Http.DefaultRequestHeaders.Authorization = user switch
    {
        null => null,
        "ann" => new AuthenticationHeaderValue("Bearer", "ann-token"),
        "bob" => Basic("bob:bob:password"),
        _ => Basic("root:secret"),
    };

    static AuthenticationHeaderValue Basic(string pair) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));

    async Task Denied(string path, object body) =>
        Assert.Equal("Permission denied", await RefusedPost(path, body, 403, "PERMISSION_DENIED"));

    [Fact]
    public async Task Nobody_gets_in_without_a_login_but_health_is_open()
    {
        Assert.Equal("OK", await Http.GetStringAsync("/health"));
        Assert.Equal("3.17.2", await Http.GetStringAsync("/version"));
        foreach (
            AuthenticationHeaderValue? header in new[]
            {
                null,
                Basic("root:wrong"),
                Basic("nobody:secret"),
                Basic("root"),
                new("Basic", "?"),
                new("Bearer", "secret"),
                new("Bearer", ""),
                new("Digest", "x"),
            }
        )
        {
            Http.DefaultRequestHeaders.Authorization = header;
            var response = await Http.GetAsync(Api + "experiments/get?experiment_id=0");
            await Refused(response, 401, "UNAUTHENTICATED");
            Assert.Equal(["Basic", "Bearer"], response.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme));
            await RefusedGet("/metrics", 401, "UNAUTHENTICATED");
            await RefusedGet("/nothing", 401, "UNAUTHENTICATED");
        }

        foreach (var user in new[] { "root", "root", "bob" })
        {
            As(user);
            await Get("experiments/get?experiment_id=0");
        }
    }

    [Fact]
    public async Task Each_user_does_what_is_permitted()
    {
        As("root");
        var shared = await NewExperiment("shared");
        var shown = await NewExperiment("shown");
        var hidden = await NewExperiment("hidden");
        Dictionary<string, string> runs = [];
        foreach (var experiment in new[] { shared, shown, hidden })
            runs[experiment] = await NewRun(experiment);

        As("ann");
        await LogMetric(runs[shared], "m", 1);
        await Post("runs/create", new { experiment_id = shared });
        await Post("experiments/set-experiment-tag", new { experiment_id = shared, key = "k", value = "v" });
        await Denied("experiments/delete", new { experiment_id = shared });
        await Denied("experiments/update", new { experiment_id = shared, new_name = "x" });
        await Denied("runs/delete", new { run_id = runs[shared] });
        await Run(runs[shown]);
        await Denied("runs/log-metric", new { run_id = runs[shown], key = "m", value = 1, timestamp = 1 });
        await Denied("runs/create", new { experiment_id = shown });
        await Denied("runs/set-tag", new { run_id = runs[shown], key = "k", value = "v" });
        await RefusedGet($"runs/get?run_id={runs[hidden]}", 403, "PERMISSION_DENIED");
        await RefusedGet($"metrics/get-history?run_id={runs[hidden]}&metric_key=m", 403, "PERMISSION_DENIED");
        await RefusedGet($"artifacts/list?run_id={runs[hidden]}", 403, "PERMISSION_DENIED");
        await RefusedGet($"/api/2.0/mlflow-artifacts/artifacts/{hidden}/x", 403, "PERMISSION_DENIED");
        await RefusedGet($"/api/2.0/stream/runs/{runs[hidden]}/metrics/live", 403, "PERMISSION_DENIED");
        await RefusedGet("experiments/get-by-name?experiment_name=hidden", 403, "PERMISSION_DENIED");
        var search = await Post("experiments/search", new { max_results = 1 });
        var rest = await Post(
            "experiments/search",
            new { max_results = 5, page_token = search["next_page_token"]!.GetValue<string>() }
        );
        Assert.Equal(
            ["shared", "shown"],
            search["experiments"]!.AsArray().Concat(rest["experiments"]!.AsArray()).Select(e => e!["name"]!.GetValue<string>())
        );
        Assert.Null(rest["next_page_token"]);
        Assert.Equal(3, (await Post("runs/search", new { experiment_ids = new[] { shared, shown, hidden } }))["runs"]!.AsArray().Count);

        As("bob");
        await Run(runs[hidden]);
        await Denied("runs/log-metric", new { run_id = runs[hidden], key = "m", value = 1, timestamp = 1 });
    }

    [Fact]
    public async Task A_flood_of_wrong_passwords_keeps_nobody_out_who_is_in()
    {
        As("root");
        await Get("experiments/get?experiment_id=0");
        using var flood = new HttpClient { BaseAddress = Server.Address };
        Task<int>[] wrong = [.. Enumerable.Range(0, 300).Select(async i =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Api + "experiments/get?experiment_id=0");
            request.Headers.Authorization = Basic($"{(i % 2 == 0 ? "root" : $"nobody{i}")}:guess {i}");
            return (int)(await flood.SendAsync(request)).StatusCode;
        })];
        for (var i = 0; i < 20; i++)
            await Get("experiments/get?experiment_id=0");
        var statuses = await Task.WhenAll(wrong);
        Assert.Equal([401, 429], statuses.Distinct().Order());
        Http.DefaultRequestHeaders.Authorization = Basic("nobody1:guess 1");
        await RefusedGet(Api + "experiments/get?experiment_id=0", 401, "UNAUTHENTICATED");
        As("root");
        await Get("experiments/get?experiment_id=0");
    }

    [Fact]
    public async Task The_maker_of_an_experiment_manages_it()
    {
        As("ann");
        var mine = await NewExperiment("mine");
        var run = await NewRun(mine);
        Assert.Equal("ann", (await Run(run))["info"]!["user_id"]!.GetValue<string>());
        await Post("experiments/update", new { experiment_id = mine, new_name = "still mine" });
        As("bob");
        await Denied("experiments/delete", new { experiment_id = mine });
        As("ann");
        await Post("experiments/delete", new { experiment_id = mine });
    }

    [Fact]
    public async Task An_experiment_cannot_borrow_the_artifacts_of_another()
    {
        As("root");
        var hidden = await NewExperiment("hidden");
        await Good(await Http.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{hidden}/r/artifacts/secret", new ByteArrayContent([1])));
        As("ann");
        var mine = (await Post("experiments/create", new { name = "thief", artifact_location = $"mlflow-artifacts:/{hidden}" }))[
            "experiment_id"
        ]!.GetValue<string>();
        var run = await NewRun(mine);
        await RefusedGet($"artifacts/list?run_id={run}", 403, "PERMISSION_DENIED");
    }

    [Fact]
    public async Task Without_users_only_loopback_is_listened_on()
    {
        foreach (var address in new[] { "0.0.0.0:0", "[::]:0", "*:0" })
        {
            ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() =>
                MlflowServer.StartAsync(Store, new MlflowServerOptions { Listen = address })
            );
            Assert.Contains("without authentication", refused.Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<ArgumentException>(() => MlflowServer.StartAsync(Store, new MlflowServerOptions { Listen = "nonsense" }));
        await using MlflowServer open = await MlflowServer.StartAsync(Store, Options with { Listen = "0.0.0.0:0" });
        Assert.NotEqual(0, open.Address.Port);
    }

    [Theory]
    [InlineData("{", "cannot be read")]
    [InlineData("""{"users": {}}""", "there is no user")]
    [InlineData("""{"users": {"a": {"admin": true}}}""", "'a' has neither a password nor a token")]
    [InlineData("""{"default": "write", "users": {"a": {"token": "t"}}}""", "'write' of default is no permission")]
    [InlineData("""{"users": {"a": {"tokn": "t"}}}""", "unknown setting 'tokn' of 'a'")]
    [InlineData("[user a]\ntoken", "line 2")]
    [InlineData("[group a]", "unknown section '[group a]'")]
    [InlineData("", "there is no user")]
    public void Bad_files_of_users_are_refused_with_the_place(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => AccessList.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Users_may_be_written_as_ini()
    {
        AccessList list = AccessList.Parse("""
            # users of the tracker
            [access]
            default = read
            [user ann]
            token = t = 1
            experiment my training = edit
            experiment 7 = manage
            [user root]
            password = p
            admin = yes
            """);
        AccessList.User ann = list.Authenticate("Bearer t = 1")!;
        Permission Of(AccessList.User user, long id, string name) =>
            list.Of(user, new TrackedExperiment(id, name, null, true, 0, 0, [], null));
        Assert.Equal(
            (Permission.Edit, Permission.Manage, Permission.Read, Permission.Manage),
            (Of(ann, 1, "my training"), Of(ann, 7, "x"), Of(ann, 8, "x"), Of(list.Authenticate("Basic cm9vdDpw")!, 8, "x")));
        Assert.Null(list.Authenticate("Bearer p"));
    }
}
