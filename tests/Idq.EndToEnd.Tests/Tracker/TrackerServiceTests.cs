using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Idq.Tracking;

namespace Idq.EndToEnd.Tests.Tracker;

/// <summary>stream tracker serve and listen as processes: what they accepted is in the store when they have ended.</summary>
public sealed class TrackerServiceTests
{
    [Theory]
    [InlineData("TERM", 0)]
    [InlineData("INT", 130)]
    public async Task A_server_says_where_it_listens_and_ends_in_order(string signal, int exitCode)
    {
        using var store = new TestStore();
        using var service = await Service.StartAsync(
            store.Arguments("serve", "--listen", "127.0.0.1:0", "--artifacts", store.Folder.File("artifacts"))
        );
        Assert.Matches("^http://127\\.0\\.0\\.1:[1-9][0-9]*$", service.Address);
        using var http = new HttpClient { BaseAddress = new Uri(service.Address) };
        Assert.Equal("OK", await http.GetStringAsync("/health"));
        var experiment = await PostAsync("experiments/create", new { name = "from outside" });
        var run = (
            await PostAsync("runs/create", new { experiment_id = experiment.GetProperty("experiment_id").GetString(), run_name = "r" })
        )
            .GetProperty("run")
            .GetProperty("info")
            .GetProperty("run_id")
            .GetString()!;
        for (var step = 0; step < 20; step++)
            await PostAsync(
                "runs/log-metric",
                new
                {
                    run_id = run,
                    key = "loss",
                    value = 1.0 / (step + 1),
                    timestamp = 1000 + step,
                    step,
                }
            );

        // The same server as the store of other commands.
        var listed = (await StreamProgram.RunAsync("tracker", "experiments", "--store", service.Address, "--output", "json")).Done.Json;
        Assert.Contains(listed.EnumerateArray(), e => e.GetProperty("name").GetString() == "from outside");
        var runs = (await StreamProgram.RunAsync("tracker", "runs", "--store", service.Address, "--output", "json")).Done.Json;
        Assert.Equal(0.05, Assert.Single(runs.EnumerateArray()).GetProperty("metrics").GetProperty("loss").GetDouble());
        var shown = (await StreamProgram.RunAsync("tracker", "show", run[..8], "--store", service.Address)).Done.Output;
        Assert.Contains("from outside", shown, StringComparison.Ordinal);
        Assert.True(shown.Count(c => c == '•') > 10, shown);
        Assert.Equal(
            "RUNNING",
            (await StreamProgram.RunAsync("tracker", "show", run, "--store", service.Address, "--output", "json"))
                .Done.Json[0]
                .GetProperty("status")
                .GetString()
        );
        Assert.Contains(
            "no run",
            (await StreamProgram.RunAsync("tracker", "show", new string('f', 32), "--store", service.Address)).Failed.Errors,
            StringComparison.Ordinal
        );
        var counts = (await StreamProgram.RunAsync("tracker", "stats", "--store", service.Address, "--output", "json"))
            .Done.Json.EnumerateArray()
            .ToDictionary(c => c.GetProperty("what").GetString()!, c => c.GetProperty("count").GetInt64());
        Assert.Equal((1, 1, 1), (counts["runs"], counts["running runs"], counts["histories"]));

        Directory.CreateDirectory(store.Folder.File($"artifacts/{experiment.GetProperty("experiment_id").GetString()}/{run}/artifacts"));
        await File.WriteAllTextAsync(
            store.Folder.File($"artifacts/{experiment.GetProperty("experiment_id").GetString()}/{run}/artifacts/note.txt"),
            "an artifact"
        );
        using var copy = new TestStore();
        var imported = (await copy.JsonAsync("import", service.Address, "--with-artifacts", "--artifacts", copy.Folder.File("artifacts")))[
            0
        ];
        Assert.Equal(
            (1, 20, 1),
            (
                imported.GetProperty("runs_added").GetInt32(),
                imported.GetProperty("history_points").GetInt32(),
                imported.GetProperty("artifacts").GetInt32()
            )
        );
        Assert.Equal(
            "an artifact",
            await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(copy.Folder.File("artifacts"), "*", SearchOption.AllDirectories)))
        );
        var file = store.Folder.File("remote.jsonl.gz");
        Assert.Equal(
            1,
            (await StreamProgram.RunAsync("tracker", "export", "--store", service.Address, file, "--output", "json"))
                .Done.Json[0]
                .GetProperty("runs")
                .GetInt32()
        );

        Assert.Equal(exitCode, await service.EndAsync(signal));
        Assert.Equal(20, (await store.JsonAsync("sql", "SELECT count(*) AS n FROM history"))[0].GetProperty("n").GetInt32());

        async Task<JsonElement> PostAsync(string path, object body)
        {
            using var response = await http.PostAsJsonAsync("/api/2.0/mlflow/" + path, body);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await response.Content.ReadFromJsonAsync<JsonElement>();
        }
    }

    [Theory]
    [InlineData("UNIX", "TERM", 0)]
    [InlineData("INET", "INT", 130)]
    public async Task A_listener_stores_everything_it_received_before_it_ends(string kind, string signal, int exitCode)
    {
        using var store = new TestStore();
        Assert.Equal(2, (await store.JsonAsync("import", store.Sample()))[0].GetProperty("runs_added").GetInt32());
        var address = kind == "UNIX" ? store.Folder.File("s.sock") : "127.0.0.1:0";
        using var service = await Service.StartAsync(store.Arguments("listen", "--kind", kind, "--address", address));
        var options = DataStreamOptions.Default with
        {
            Kind = kind == "UNIX" ? DataStreamKind.Unix : DataStreamKind.Inet,
            CliAddress = service.Address,
        };
        const int rows = 500;
        await using (var client = DataStreamClient.Connect(options))
        {
            for (var idx = 0; idx < rows; idx++)
                Assert.True(
                    client.Append(
                        Guid.ParseExact(new string('a', 32), "N"),
                        "streamed",
                        idx,
                        1_000_000 + idx,
                        RecordValues.Of(("loss", 1.0 / (idx + 1)))
                    )
                );
            // On the machine is where the service must find it: what it has received counts, not what it has written.
            await client.FlushAsync();
        }

        Assert.Equal(exitCode, await service.EndAsync(signal));
        Assert.Equal(
            rows,
            (
                await store.JsonAsync(
                    "sql",
                    "SELECT count(*) AS n FROM sequence_rows q JOIN sequences s ON s.id = q.sequence_id WHERE s.name = 'streamed'"
                )
            )[0]
                .GetProperty("n")
                .GetInt32()
        );
        Assert.DoesNotContain((await store.JsonAsync("gaps")).EnumerateArray(), g => g.GetProperty("sequence").GetString() == "streamed");
    }
}
