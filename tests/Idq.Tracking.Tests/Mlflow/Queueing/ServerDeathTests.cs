using Idq.Tracking.Mlflow;
using Idq.Tracking.Tests.Worker;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class ServerDeathTestsOnSqlite() : ServerDeathTests(TestEngine.Sqlite);

public sealed class ServerDeathTestsOnPostgres() : ServerDeathTests(TestEngine.Postgres);

/// <summary>The server is a process of its own, killed with -9 while batches arrive, and started again on its store and port.</summary>
public abstract class ServerDeathTests(TestEngine engine) : StoreFixture(engine)
{
    const int Runs = 4;
    const int Rounds = 250;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    WorkerProcess? server;
    Uri? address;

    void Start()
    {
        server = new WorkerProcess("mlflow", StorePath, address?.Port ?? 0);
        server.Go();
        address = new Uri(server.ReadLine()!);
    }

    void Kill()
    {
        server!.Kill();
        server.Dispose();
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
            await Task.Delay(1, patience.Token);
    }

    [Fact]
    public async Task Every_one_of_a_thousand_batches_is_there_once()
    {
        Start();
        using var client = new MlflowClient(new MlflowSettings { TrackingUri = address!, MaxRetries = 0, Timeout = Patience }, Clock);
        await using var spool = OfflineSpool.Open(
            InFolder("spool"),
            new MlflowTarget(client),
            new OfflineSpoolOptions { RetryPause = TimeSpan.FromMilliseconds(5), MaxRetryPause = TimeSpan.FromMilliseconds(50) }
        );
        await using var queue = new QueueingClient(spool, Clock);
        var runs = Enumerable.Range(0, Runs).Select(i => queue.CreateRun("0", runName: $"run {i}")).ToList();
        var killing = KillAfterAsync(spool, 300);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var run in runs)
                queue.LogMetrics(run, [new("a", round), new("b", -round), new("c", double.NaN)], step: round);
            // Never fails and never waits for the server, there or not.
            await queue.FlushAsync();
        }

        foreach (var run in runs)
            queue.SetTerminated(run);
        await queue.FlushAsync();
        await killing;
        Start();
        await KillAfterAsync(spool, 700);
        Assert.True(spool.Waiting > 0);
        Start();
        Assert.True(await spool.DrainAsync(Patience), $"{spool.LastError}");

        Assert.Equal(0, spool.Refused);
        Assert.Equal(Runs, (await client.SearchRunsAsync(["0"])).Items.Count);
        foreach (var run in runs)
        {
            var id = spool.TargetRunId(run.RunId!)!;
            Assert.Equal(MlflowRunStatus.Finished, (await client.GetRunAsync(id)).Status);
            foreach (var (key, sign) in ((string, double)[])[("a", 1), ("b", -1), ("c", double.NaN)])
            {
                var history = await client.GetMetricHistoryAsync(id, key).ToListAsync();
                Assert.Equal(
                    Enumerable.Range(0, Rounds).Select(round => ((long)round, round * sign)),
                    history.Select(metric => (metric.Step, metric.Value))
                );
            }
        }

        Kill();
    }

    async Task KillAfterAsync(OfflineSpool spool, int delivered)
    {
        await UntilAsync(() => spool.Delivered >= delivered);
        Kill();
    }

    [Fact]
    public async Task A_flush_that_the_servers_death_interrupts_is_completed_by_the_next()
    {
        Start();
        using var client = new MlflowClient(new MlflowSettings { TrackingUri = address!, MaxRetries = 0, Timeout = Patience }, Clock);
        await using var queue = new QueueingClient(new MlflowTarget(client), Clock);
        var run = queue.CreateRun("0");
        await queue.FlushAsync();
        for (var i = 0; i < 200_000; i++)
            queue.LogTimedMetrics(run, [new MlflowMetric("m", i, i, i)]);
        var flush = queue.Flush();
        await UntilAsync(() => client.GetMetricHistoryAsync(run.RunId!, "m", pageSize: 1).AnyAsync().AsTask().GetAwaiter().GetResult());
        Kill();
        await Assert.ThrowsAsync<FlushException>(() => flush.Completion);
        Assert.InRange(queue.Waiting, 1, 200_000 - 1);
        Start();
        await queue.FlushAsync();
        Assert.Equal(
            Enumerable.Range(0, 200_000).Select(i => (long)i),
            await client.GetMetricHistoryAsync(run.RunId!, "m").Select(metric => metric.Step).ToListAsync()
        );
        Kill();
    }
}
