using Idq.Tracking.Mlflow;
using NodaTime;

namespace Idq.Tracking.Tests.Mlflow;

/// <summary>What a process of its own does that is killed, or simply ends, with batches under way.</summary>
public static class LoggingWork
{
    /// <summary>False when the command is not one of these.</summary>
    public static bool Run(string command, string path, int count)
    {
        switch (command)
        {
            case "spool":
                Keep(path, count);
                return true;
            case "exit":
                LeaveBehind(path, count);
                return true;
            case "mlflow":
                ServeAsync(path, port: count).GetAwaiter().GetResult();
                return true;
            default:
                return false;
        }
    }

    public static LogBatch Batch(int step) => new() { Metrics = [new MlflowMetric("m", step, step, step)] };

    /// <summary>Serves a store until it is killed, and says where.</summary>
    static async Task ServeAsync(string path, int port)
    {
        using var store = TrackerStore.Open(path, new FakeClock(Instant.FromUtc(2026, 1, 2, 3, 4, 5)));
        await using var server = await MlflowServer.StartAsync(store, new MlflowServerOptions { Listen = $"127.0.0.1:{port}" });
        Console.WriteLine(server.Address);
        Console.ReadLine();
    }

    /// <summary>Keeps batches for a server that is not there, and tells of each one that is kept.</summary>
    static void Keep(string path, int count)
    {
        var spool = OfflineSpool.Open(path, new NobodyThere());
        for (var i = 0; i < count; i++)
        {
            spool.LogBatchAsync("r", Batch(i), default).GetAwaiter().GetResult();
            Console.WriteLine(i);
        }
    }

    /// <summary>Ends with a queue that is full of batches; each becomes a line of a file a little later.</summary>
    static void LeaveBehind(string path, int count)
    {
        var queue = new AsyncLoggingQueue(async (_, batch, cancellationToken) =>
        {
            await Task.Delay(1, cancellationToken);
            await File.AppendAllTextAsync(path, $"{batch.Metrics[0].Step}\n", cancellationToken);
        });
        queue.Activate();
        for (var i = 0; i < count; i++)
            _ = queue.LogAsync("r", Batch(i)).AsTask().GetAwaiter().GetResult();
    }

    sealed class NobodyThere : ITrackingTarget
    {
        public Task<string> CreateRunAsync(MlflowRunDraft draft, bool isResent, CancellationToken cancellationToken) => throw Gone;

        public Task LogBatchAsync(string runId, LogBatch batch, CancellationToken cancellationToken) => throw Gone;

        public Task LogInputsAsync(string runId, IReadOnlyList<MlflowDatasetInput> inputs, CancellationToken cancellationToken) =>
            throw Gone;

        public Task TerminateRunAsync(string runId, MlflowRunStatus status, long endTime, CancellationToken cancellationToken) =>
            throw Gone;

        static MlflowException Gone => new("TEMPORARILY_UNAVAILABLE", "nobody is there");
    }
}
