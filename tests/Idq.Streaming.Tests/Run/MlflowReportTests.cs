using System.Net;
using System.Net.Sockets;
using Idq.Tracking;
using Idq.Tracking.Mlflow;

namespace Idq.Streaming.Tests.Run;

/// <summary>The loops tell an MLflow server of their runs: here our own server, over HTTP.</summary>
public sealed class MlflowReportTests : IDisposable
{
    static readonly Segment Range = Gps.Seg(0, 160);

    readonly TemporaryFolder folder = new();
    readonly TrackerStore remote;

    public MlflowReportTests() => remote = TrackerStore.Open(folder.File("remote.sqlite"), Clocks.Still);

    public void Dispose()
    {
        remote.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Every_job_is_a_run_with_the_metrics_of_the_store()
    {
        await using var server = await MlflowServer.StartAsync(
            remote,
            new MlflowServerOptions { Listen = "127.0.0.1:0", ArtifactsFolder = folder.File("artifacts") }
        );
        using var analysis = new Analysis($"tracker:uri={server.Address}", "tracker:experiment=o4 replay");
        await analysis.ReplayAsync(Range);
        using var client = new MlflowClient(new MlflowSettings { TrackingUri = server.Address }, Clocks.Still);
        await AssertToldAsync(analysis, client);
    }

    [Fact]
    public async Task A_server_that_is_away_delays_nothing_and_is_told_by_the_next_call()
    {
        var port = FreePort();
        using var analysis = new Analysis($"tracker:uri=http://127.0.0.1:{port}", "tracker:experiment=o4 replay");
        var report = await analysis.ReplayAsync(Range);
        Assert.False(report.Interrupted);
        Assert.NotEmpty(report.Products);

        await using var server = await MlflowServer.StartAsync(
            remote,
            new MlflowServerOptions { Listen = $"127.0.0.1:{port}", ArtifactsFolder = folder.File("artifacts") }
        );
        await analysis.ReplayAsync(Range);
        using var client = new MlflowClient(new MlflowSettings { TrackingUri = server.Address }, Clocks.Still);
        await AssertToldAsync(analysis, client);
    }

    static async Task AssertToldAsync(Analysis analysis, MlflowClient client)
    {
        var experiment = await client.FindExperimentAsync("o4 replay");
        Assert.NotNull(experiment);
        var told = (await client.SearchRunsAsync([experiment.Id])).Items;
        var runs = analysis.Store.Runs().OrderBy(r => r.Id).ToArray();
        Assert.Equal(runs.Select(r => r.Name).Order(), told.Select(r => r.Name).Order());
        foreach (var run in told)
        {
            var own = runs.Single(r => r.Id.ToString() == run.Tag("stream.store"));
            Assert.Equal((own.Name, MlflowRunStatus.Finished), (run.Name, run.Status));
            Assert.Contains(run.Params, p => p is { Key: "replay", Value: "True" or "true" });
            foreach (var key in analysis.Store.ReadMetrics(own.Id).Select(p => p.Key).Distinct().Take(3))
            {
                var history = new List<MlflowMetric>();
                await foreach (var metric in client.GetMetricHistoryAsync(run.Id, key))
                    history.Add(metric);
                Assert.Equal(
                    analysis.Store.ReadMetrics(own.Id).Where(p => p.Key == key).Select(p => (p.Step, p.Value.AsDouble)),
                    history.OrderBy(m => m.Step).Select(m => (m.Step, m.Value))
                );
                Assert.All(history, m => Assert.InRange(m.Timestamp, 1_578_000_000_000, 1_579_000_000_000));
            }
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
