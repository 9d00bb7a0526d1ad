using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

/// <summary>A server on a free loopback port, on a fresh store of either engine, and a client that speaks plain HTTP.</summary>
public abstract class ServerFixture(TestEngine engine) : StoreFixture(engine), IAsyncLifetime
{
    protected const string Api = "/api/2.0/mlflow/";

    MlflowServer? server;

    protected MlflowServer Server => server!;

    protected HttpClient Http { get; } = new();

    protected string ArtifactsFolder => InFolder("artifacts");

    protected List<Exception> Failures { get; } = [];

    protected virtual MlflowServerOptions Options =>
        new()
        {
            Listen = "127.0.0.1:0",
            ArtifactsFolder = ArtifactsFolder,
            LivePoll = TimeSpan.FromMilliseconds(50),
        };

    public async Task InitializeAsync()
    {
        server = await MlflowServer.StartAsync(Store, Options with { OnFailure = Failures.Add });
        Http.BaseAddress = server.Address;
    }

    public virtual async Task DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }

    protected async Task<JsonObject> Post(string path, object body) => await Good(await Send(path, JsonSerializer.Serialize(body)));

    protected async Task<JsonObject> Get(string path) => await Good(await Http.GetAsync(Api + path));

    protected async Task<HttpResponseMessage> Send(string path, string json, string contentType = "application/json")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return await Http.PostAsync(path.StartsWith('/') ? path : Api + path, content);
    }

    protected static async Task<JsonObject> Good(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{(int)response.StatusCode}: {body}");
        return JsonNode.Parse(body)!.AsObject();
    }

    /// <summary>The message of an answer that refuses.</summary>
    protected static async Task<string> Refused(HttpResponseMessage response, int status, string code)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode}: {body}");
        var error = JsonNode.Parse(body)!.AsObject();
        Assert.Equal(code, error["error_code"]!.GetValue<string>());
        Assert.Equal(code, error["error_class"]!.GetValue<string>());
        Assert.NotNull(error["sqlstate"]);
        return error["message"]!.GetValue<string>();
    }

    protected async Task<string> RefusedPost(string path, object body, int status = 400, string code = "INVALID_PARAMETER_VALUE") =>
        await Refused(await Send(path, JsonSerializer.Serialize(body)), status, code);

    protected async Task<string> RefusedGet(string path, int status = 400, string code = "INVALID_PARAMETER_VALUE") =>
        await Refused(await Http.GetAsync(path.StartsWith('/') ? path : Api + path), status, code);

    protected async Task<string> NewExperiment(string name = "experiment") =>
        (await Post("experiments/create", new { name }))["experiment_id"]!.GetValue<string>();

    protected async Task<string> NewRun(string experiment = "0", long start = 1) =>
        RunId(await Post("runs/create", new { experiment_id = experiment, start_time = start }));

    protected static string RunId(JsonObject created) => created["run"]!["info"]!["run_id"]!.GetValue<string>();

    protected Task LogMetric(string run, string key, object value, long timestamp = 1, long step = 0) =>
        Post("runs/log-metric", new { run_id = run, key, value, timestamp, step });

    protected async Task<JsonObject> Run(string run) => (await Get($"runs/get?run_id={run}"))["run"]!.AsObject();

    protected static Dictionary<string, string> Pairs(JsonNode? list) =>
        (list?.AsArray() ?? []).ToDictionary(pair => pair!["key"]!.GetValue<string>(), pair => pair!["value"]!.ToString());

    protected async Task<List<(long Step, long Timestamp, string Value)>> History(string run, string key) =>
        [.. ((await Get($"metrics/get-history?run_id={run}&metric_key={key}"))["metrics"]?.AsArray() ?? []).Select(Point)];

    protected static (long Step, long Timestamp, string Value) Point(JsonNode? point) =>
        (point!["step"]!.GetValue<long>(), point["timestamp"]!.GetValue<long>(), point["value"]!.ToString());
}
