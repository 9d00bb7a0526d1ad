using System.Diagnostics;
using System.Text.Json;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class NpmClientTestsOnSqlite() : NpmClientTests(TestEngine.Sqlite);

public sealed class NpmClientTestsOnPostgres() : NpmClientTests(TestEngine.Postgres);

/// <summary>The npm package "mlflow", somebody else's client, makes every call that it has.</summary>
public abstract class NpmClientTests(TestEngine engine) : ServerFixture(engine)
{
    [Fact]
    public async Task Every_call_of_the_npm_client_is_answered_as_it_expects()
    {
        var answers = await RunAsync();
        JsonElement Of(string call) => answers.GetProperty(call);
        var failed = answers
            .EnumerateObject()
            .Where(a => a.Value.ValueKind == JsonValueKind.Object && a.Value.TryGetProperty("failed", out _))
            .Select(a => $"{a.Name}: {a.Value}");
        Assert.StartsWith("unknown run:", Assert.Single(failed), StringComparison.Ordinal);
        Assert.Contains("RESOURCE_DOES_NOT_EXIST", Of("unknown run").GetProperty("failed").GetString(), StringComparison.Ordinal);

        string[] Names(string call) =>
            Of(call).GetProperty("experiments").EnumerateArray().Select(e => e.GetProperty("name").GetString()!).Order().ToArray();
        Assert.Equal(["Default", "from npm"], Names("experiments.list"));
        Assert.Equal(["Default", "from npm"], Names("experiments.list all"));
        Assert.Equal(["Default"], Names("experiments.list active"));
        var experiment = Of("experiments.get again").GetProperty("experiment");
        Assert.Equal(
            ("renamed", "active"),
            (experiment.GetProperty("name").GetString(), experiment.GetProperty("lifecycle_stage").GetString())
        );
        Assert.Equal("v", Assert.Single(experiment.GetProperty("tags").EnumerateArray()).GetProperty("value").GetString());

        var run = Of("runs.get").GetProperty("run");
        var info = run.GetProperty("info");
        Assert.Equal(
            ("FINISHED", 1700000000000, 1700000001000),
            (info.GetProperty("status").GetString(), info.GetProperty("start_time").GetInt64(), info.GetProperty("end_time").GetInt64())
        );
        Assert.Equal(info.GetProperty("run_id").GetString(), info.GetProperty("run_uuid").GetString());
        Assert.Equal(
            [("acc", 0.9), ("loss", 0.25)],
            run.GetProperty("data")
                .GetProperty("metrics")
                .EnumerateArray()
                .Select(m => (m.GetProperty("key").GetString()!, m.GetProperty("value").GetDouble()))
                .Order()
        );
        Assert.Equal([("p", "1"), ("q", "2")], Pairs(run, "params"));
        Assert.Equal([("a", "b"), ("u", "y")], Pairs(run, "tags").Where(t => !t.Item1.StartsWith("mlflow.", StringComparison.Ordinal)));
        Assert.Equal(
            [0.5, 0.25],
            Of("metrics.getHistory").GetProperty("metrics").EnumerateArray().Select(m => m.GetProperty("value").GetDouble())
        );
        Assert.Single(Of("runs.search").GetProperty("runs").EnumerateArray());
        Assert.Single(Of("runs.search deleted").GetProperty("runs").EnumerateArray());
        Assert.Empty(Failures);
    }

    static IEnumerable<(string, string)> Pairs(JsonElement run, string kind) =>
        run.GetProperty("data")
            .GetProperty(kind)
            .EnumerateArray()
            .Select(p => (p.GetProperty("key").GetString()!, p.GetProperty("value").GetString()!))
            .Order();

    async Task<JsonElement> RunAsync()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Mlflow", "Npm", "calls.js");
        using var process = Process.Start(new ProcessStartInfo("node", [script, Server.Address.ToString().TrimEnd('/'), Modules()])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        using var json = JsonDocument.Parse(output);
        return json.RootElement.Clone();
    }

    static string Modules()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var modules = Path.Combine(folder.FullName, "artifacts", "mlflow-npm", "node_modules");
            if (Directory.Exists(modules)) return modules;
        }
        throw new InvalidOperationException("the npm package 'mlflow' is not installed: scripts/setup --tests installs it");
    }
}
