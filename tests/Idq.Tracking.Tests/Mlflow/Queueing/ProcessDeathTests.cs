using Idq.Tracking.Mlflow;
using Idq.Tracking.Tests.Worker;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class ProcessDeathTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("idq-death-").FullName;

    [Fact]
    public async Task What_a_killed_process_had_kept_is_delivered_by_the_next_one()
    {
        var path = Path.Combine(folder, "spool");
        int told;
        using (var worker = new WorkerProcess("spool", path, 100_000))
        {
            worker.Go();
            for (var i = 0; i < 200; i++)
                Assert.Equal($"{i}", worker.ReadLine());
            // The last line may be torn.
            told = 200 + Math.Max(0, worker.Kill().Count - 1);
        }

        var remembers = new List<long>();
        await using var spool = OfflineSpool.Open(path, new ListTarget(remembers));
        Assert.True(await spool.DrainAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(Enumerable.Range(0, remembers.Count).Select(i => (long)i), remembers);
        Assert.InRange(remembers.Count, told, told + 2);
    }

    [Fact]
    public void A_process_that_ends_in_order_sends_what_its_queue_holds()
    {
        var path = Path.Combine(folder, "lines");
        using var worker = new WorkerProcess("exit", path, 300);
        worker.Go();
        worker.End();
        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), File.ReadAllLines(path));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    sealed class ListTarget(List<long> steps) : ITrackingTarget
    {
        public Task<string> CreateRunAsync(MlflowRunDraft draft, bool isResent, CancellationToken cancellationToken) =>
            throw new InvalidOperationException();

        public Task LogBatchAsync(string runId, LogBatch batch, CancellationToken cancellationToken)
        {
            steps.AddRange(batch.Metrics.Select(metric => metric.Step));
            return Task.CompletedTask;
        }

        public Task LogInputsAsync(string runId, IReadOnlyList<MlflowDatasetInput> inputs, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public Task TerminateRunAsync(string runId, MlflowRunStatus status, long endTime, CancellationToken cancellationToken) =>
            Task.CompletedTask;
    }
}
