using System.Text.Json.Nodes;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class LiveServerTestsOnSqlite() : LiveServerTests(TestEngine.Sqlite);

public sealed class LiveServerTestsOnPostgres() : LiveServerTests(TestEngine.Postgres);

public abstract class LiveServerTests(TestEngine engine) : ServerFixture(engine)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    sealed class Events(StreamReader reader, CancellationToken cancellation)
    {
        public async Task<(string Name, JsonObject Data)?> Next()
        {
            string? name = null;
            while (await reader.ReadLineAsync(cancellation) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                    name = line[7..];
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                    return (name!, JsonNode.Parse(line[6..])!.AsObject());
            }

            return null;
        }

        public async Task<(string Key, long Step, string Value)> Point()
        {
            (string name, JsonObject data) = (await Next())!.Value;
            Assert.Equal("metric", name);
            return (data["key"]!.GetValue<string>(), data["step"]!.GetValue<long>(), data["value"]!.ToString());
        }
    }

    async Task Watch(string run, string query, Func<Events, Task> look)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var response = await Http.GetAsync(
            $"/api/2.0/stream/runs/{run}/metrics/live{query}",
            HttpCompletionOption.ResponseHeadersRead,
            patience.Token
        );
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token));
        await look(new Events(reader, patience.Token));
    }

    [Fact]
    public async Task New_points_are_pushed_in_order_after_the_latest_ones_until_the_run_ends()
    {
        var run = await NewRun();
        await LogMetric(run, "old", 1, 1, 1);
        await LogMetric(run, "old", 2, 2, 2);
        await Watch(run, "", async events =>
        {
            Assert.Equal(("old", 2L, "2"), await events.Point());
            for (var i = 0; i < 20; i++)
                await LogMetric(run, "m", i % 3 == 0 ? "NaN" : i, 1, i);
            for (var i = 0; i < 20; i++)
                Assert.Equal(("m", (long)i, i % 3 == 0 ? "NaN" : $"{i}"), await events.Point());
            await Post("runs/update", new { run_id = run, status = "FINISHED", end_time = 9 });
            (string name, JsonObject data) = (await events.Next())!.Value;
            Assert.Equal(("run", "FINISHED", run), (name, data["status"]!.GetValue<string>(), data["run_id"]!.GetValue<string>()));
            Assert.Null(await events.Next());
        });
    }

    [Fact]
    public async Task Points_that_reach_the_store_another_way_are_found()
    {
        var run = await NewRun();
        await Watch(
            run,
            "?metric_key=wanted",
            async events =>
            {
                using var other = OpenAgain();
                other.LogTracked(
                    run,
                    new TrackedBatch([new TrackedPoint("wanted", 0.5, 1, 1), new TrackedPoint("unwanted", 0.5, 1, 1)], [], [])
                );
                Assert.Equal(("wanted", 1L, "0.5"), await events.Point());
                other.LogTracked(run, new TrackedBatch([new TrackedPoint("wanted", 0.75, 1, 2)], [], []));
                Assert.Equal(("wanted", 2L, "0.75"), await events.Point());
            }
        );
    }

    static async Task<string> Told(Events events)
    {
        (string name, JsonObject data) = (await events.Next())!.Value;
        if (name == "metric") return $"{data["key"]}={data["value"]}";
        var state = data["raised"]!.GetValue<bool>() ? "raised" : "over";
        return $"{name} {data["key"]} {data["kind"]} {state} {data["limit"]} {data["value"]}".TrimEnd();
    }

    [Fact]
    public async Task Thresholds_are_told_when_they_are_passed_and_when_that_is_over()
    {
        var run = await NewRun();
        await LogMetric(run, "m", 9, 1, 0);
        await Watch(
            run,
            "?above=5&below=-1",
            async events =>
            {
                Assert.Equal("m=9", await Told(events));
                Assert.Equal("alert m above raised 5 9", await Told(events));
                (object Value, long Step, string[] Told)[] steps =
                [
                    (8, 1, []),
                    (5, 2, ["alert m above over 5 5"]),
                    (-1, 3, []),
                    (-2, 4, ["alert m below raised -1 -2"]),
                    (7, 5, ["alert m above raised 5 7", "alert m below over -1 7"]),
                    // What is older than the newest decides nothing.
                    (0, 4, []),
                    (0, 6, ["alert m above over 5 0"]),
                    ("NaN", 7, ["alert m above raised 5 NaN", "alert m below raised -1 NaN"]),
                    ("Infinity", 8, ["alert m below over -1 Infinity"]),
                ];
                foreach ((object value, long step, string[] told) in steps)
                {
                    await LogMetric(run, "m", value, 1, step);
                    Assert.Equal($"m={value}", await Told(events));
                    foreach (var alert in told)
                        Assert.Equal(alert, await Told(events));
                }

                // Every metric has its own state.
                await LogMetric(run, "other", 6, 1, 0);
                Assert.Equal("other=6", await Told(events));
                Assert.Equal("alert other above raised 5 6", await Told(events));
            }
        );
    }

    [Fact]
    public async Task A_metric_that_says_nothing_is_told_once_until_it_speaks_again()
    {
        var run = await NewRun();
        await LogMetric(run, "unwatched", 1);
        await Watch(run, "?metric_key=m&stale=0.2", async events =>
        {
            Assert.Equal("alert m stale raised 0.2", await Told(events));
            await LogMetric(run, "m", 1, 1, 1);
            Assert.Equal("m=1", await Told(events));
            Assert.Equal("alert m stale over 0.2 1", await Told(events));
            Assert.Equal("alert m stale raised 0.2", await Told(events));
            await Post("runs/update", new { run_id = run, status = "FAILED" });
            Assert.Equal("run", (await events.Next())!.Value.Name);
        });
    }

    [Theory]
    [InlineData("above=x")]
    [InlineData("above=NaN")]
    [InlineData("below=Infinity")]
    [InlineData("stale=0")]
    [InlineData("stale=-1")]
    [InlineData("stale=1e300")]
    public async Task Limits_that_are_none_are_refused(string query) =>
        Assert.Contains(
            $"'{query[..5]}'",
            await RefusedGet($"/api/2.0/stream/runs/{await NewRun()}/metrics/live?{query}"),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_stopping_server_ends_its_streams()
    {
        var run = await NewRun();
        await LogMetric(run, "m", 1);
        await Watch(run, "", async events =>
        {
            await events.Point();
            await Server.StopAsync();
            Assert.Null(await events.Next());
        });
    }

    [Fact]
    public async Task There_are_only_so_many_streams_and_only_of_runs_that_are_there()
    {
        await RefusedGet("/api/2.0/stream/runs/nope/metrics/live", 404, "RESOURCE_DOES_NOT_EXIST");
        var run = await NewRun();
        await LogMetric(run, "m", 1);
        await using MlflowServer few = await MlflowServer.StartAsync(Store, Options with { MaxLiveStreams = 1 });
        using var http = new HttpClient { BaseAddress = few.Address };
        using var first = await http.GetAsync(
            $"/api/2.0/stream/runs/{run}/metrics/live",
            HttpCompletionOption.ResponseHeadersRead
        );
        await Refused(await http.GetAsync($"/api/2.0/stream/runs/{run}/metrics/live"), 429, "RESOURCE_EXHAUSTED");
        Assert.Contains("tracker_live_streams 1\n", await http.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }
}
