using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class OfflineSpoolTests : QueueingFixture
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly OfflineSpoolOptions Quick = new()
    {
        RetryPause = TimeSpan.FromMilliseconds(1),
        MaxRetryPause = TimeSpan.FromMilliseconds(10),
    };

    readonly string folder = Directory.CreateTempSubdirectory("idq-spool-").FullName;

    OfflineSpool Open(OfflineSpoolOptions? options = null, ITrackingTarget? target = null, string? path = null) =>
        OfflineSpool.Open(path ?? folder, target ?? Target, (options ?? Quick) with { Warn = Warn });

    void Warn(string message)
    {
        lock (Warnings)
            Warnings.Add(message);
    }

    static MlflowRunDraft Draft(string key) => new("1") { ClientKey = key };

    static LogBatch Batch(int step, int count = 1) =>
        new() { Metrics = [.. Enumerable.Range(0, count).Select(i => new MlflowMetric($"m{i}", step, step, step))] };

    string[] Segments => [.. Directory.GetFiles(folder, "*.spool").Order(StringComparer.Ordinal)];

    [Fact]
    public async Task What_is_logged_while_nobody_is_there_arrives_when_somebody_is()
    {
        Double.Server.Kill();
        await using var spool = Open();
        await using (var queue = new QueueingClient(spool, Clock))
        {
            for (var i = 0; i < 3; i++)
            {
                var run = queue.CreateRun("1", runName: $"run {i}", tags: [new("t", i)]);
                queue.LogParams(run, Many("p", 150));
                queue.LogMetrics(
                    run,
                    [new("nan", double.NaN), new("inf", double.PositiveInfinity), new("tenth", 0.1)],
                    step: long.MinValue
                );
                queue.LogMetrics(run, ManyMetrics("m", 1500));
                queue.LogInputs(run, [new MlflowDatasetInput("ds", "d", "t", "s") { Tags = [new("c", "v")], Schema = "x" }]);
                queue.SetTerminated(run, MlflowRunStatus.Killed, 77);
            }

            // The caller does not wait for the network.
            await queue.FlushAsync();
        }

        Assert.True(spool.Waiting > 0);
        Assert.Empty(Double.Runs);
        Double.Server.Restart();
        Assert.True(await spool.DrainAsync(Patience), $"{spool.LastError}");

        Assert.Equal(["run 0", "run 1", "run 2"], Double.Runs.Values.Select(run => run.Name).Order());
        Assert.All(Double.Runs.Values, run =>
        {
            Assert.Equal((150, 1503, "KILLED", 77), (run.Params.Count, run.Metrics.Count, run.Status, run.EndTime));
            Assert.Equal(["NaN", "Infinity", "0.1"], run.Metrics.Take(3).Select(metric => metric.Value));
            Assert.Equal(long.MinValue, run.Metrics[0].Step);
            Assert.Equal(["ds"], run.Inputs);
        });
        Assert.Equal((0, 0), (spool.Waiting, spool.Refused));
        Assert.InRange(Segments.Length, 0, 1);
        await spool.DisposeAsync();
        Assert.Empty(Segments);
        Assert.Contains(Warnings, warning => warning.Contains("wait on disk"));
        Assert.Contains(Warnings, warning => warning.Contains("reached again"));
    }

    [Fact]
    public async Task Another_process_goes_on_where_one_ended()
    {
        Double.Server.Kill();
        string run;
        await using (var spool = Open())
        {
            run = await spool.CreateRunAsync(Draft("k"), false, default);
            for (var i = 0; i < 5; i++)
                await spool.LogBatchAsync(run, Batch(i), default);
            Assert.Null(spool.TargetRunId(run));
        }

        Double.Server.Restart();
        await using var again = Open();
        await again.LogBatchAsync(run, Batch(5), default);
        Assert.True(await again.DrainAsync(Patience));
        Assert.Equal(Enumerable.Range(0, 6).Select(i => (long)i), Double.TheRun.Metrics.Select(metric => metric.Step));
        Assert.Equal(Double.TheRun.Id, again.TargetRunId(run));
    }

    [Fact]
    public async Task Ids_of_runs_are_known_after_a_restart()
    {
        string run;
        await using (var spool = Open())
        {
            run = await spool.CreateRunAsync(Draft("k"), false, default);
            Assert.True(await spool.DrainAsync(Patience));
        }

        await using var again = Open();
        Assert.Equal(Double.TheRun.Id, again.TargetRunId(run));
        await again.TerminateRunAsync(run, MlflowRunStatus.Failed, 3, default);
        Assert.True(await again.DrainAsync(Patience));
        Assert.Equal("FAILED", Double.TheRun.Status);
        Assert.Equal("abc", again.TargetRunId("abc"));
    }

    [Fact]
    public async Task A_run_whose_creation_was_not_answered_is_made_once_also_by_the_next_process()
    {
        Double.After = sent => sent.Endpoint == "runs/create" ? Answer.Cut : null;
        await using (var spool = Open(Quick with { RetryPause = TimeSpan.FromHours(1), MaxRetryPause = TimeSpan.FromHours(1) }))
        {
            await spool.CreateRunAsync(Draft("k"), false, default);
            while (Double.Server.To("runs/create").Count == 0)
                await Task.Delay(1);
        }

        Double.After = _ => null;
        await using var again = Open();
        Assert.True(await again.DrainAsync(Patience));
        Assert.Single(Double.Runs);
        Assert.Single(Double.Server.To("runs/create"));
    }

    [Fact]
    public async Task What_was_not_answered_is_known_to_be_sent_again()
    {
        var answers = 0;
        Double.After = _ => answers++ % 2 == 0 ? Answer.Cut : null;
        var batches = 0;
        Double.Before = sent =>
            sent.Endpoint == "runs/log-batch" && batches++ > 0
                ? Answer.Error(400, "BAD_REQUEST", "UNIQUE constraint failed: metrics.key")
                : null;
        await using var spool = Open();
        var run = await spool.CreateRunAsync(Draft("k"), false, default);
        await spool.LogBatchAsync(run, Batch(1, count: 5), default);
        Assert.True(await spool.DrainAsync(Patience), $"{spool.LastError}");
        Assert.Equal(5, Double.TheRun.Metrics.Count);
        Assert.Equal(0, spool.Refused);
    }

    [Fact]
    public async Task A_creation_that_is_kept_already_is_not_kept_twice()
    {
        Double.Server.Kill();
        await using var spool = Open();
        var run = await spool.CreateRunAsync(Draft("k"), false, default);
        Assert.Equal(run, await spool.CreateRunAsync(Draft("k"), true, default));
        Assert.Equal(1, spool.Waiting);
    }

    [Fact]
    public async Task Of_a_refused_batch_only_what_is_to_blame_is_set_aside()
    {
        var text = new string('x', 10);
        await using var spool = Open();
        var run = await spool.CreateRunAsync(Draft("k"), false, default);
        await spool.LogBatchAsync(
            run,
            new LogBatch
            {
                Params = [new("p1", text), new("bad", text), new("p2", text)],
                Tags = [new("t1", text), new("bad", text)],
                Metrics = [.. Enumerable.Range(0, 300).Select(i => new MlflowMetric(i is 17 or 250 ? "bad" : $"m{i}", i, i, i))],
            },
            default);
        await spool.LogBatchAsync(run, Batch(1000), default);
        Assert.True(await spool.DrainAsync(Patience));

        Assert.Equal(299, Double.TheRun.Metrics.Count);
        Assert.Equal(["p1", "p2"], Double.TheRun.Params.Keys.Order());
        Assert.Contains("t1", Double.TheRun.Tags);
        Assert.Equal(4, spool.Refused);
        var refused = spool.ReadRefused();
        Assert.Equal(4, refused.Count);
        Assert.All(refused, entry => Assert.Equal((run, "INVALID_PARAMETER_VALUE: Invalid name: 'bad'"), entry));
        Assert.Equal(4, Warnings.Count);
    }

    [Fact]
    public async Task What_cannot_be_logged_at_all_is_set_aside_whole()
    {
        await using var spool = Open();
        await spool.LogBatchAsync("nosuchrun", Batch(1, count: 500), default);
        await spool.TerminateRunAsync("nosuchrun", MlflowRunStatus.Finished, 1, default);
        Assert.True(await spool.DrainAsync(Patience));
        Assert.Equal(["nosuchrun", "nosuchrun"], spool.ReadRefused().Select(entry => entry.RunId));
        Assert.Equal(3, Double.Server.Requests.Count);
    }

    [Fact]
    public async Task What_belongs_to_a_run_that_was_refused_is_set_aside_with_it()
    {
        Double.Before = sent =>
            sent.Endpoint == "runs/create" ? Answer.Error(404, "RESOURCE_DOES_NOT_EXIST", "No Experiment with id=1 exists") : null;
        await using var spool = Open();
        var run = await spool.CreateRunAsync(Draft("k"), false, default);
        await spool.LogBatchAsync(run, Batch(1), default);
        await spool.LogBatchAsync("other", Batch(1), default);
        Assert.True(await spool.DrainAsync(Patience));
        Assert.Equal(3, spool.Refused);
        Assert.Contains(spool.ReadRefused(), entry => entry.Reason == "its run could not be made");

        // Somebody made the experiment.
        Double.Before = _ => null;
        Assert.Equal(3, spool.RetryRefused());
        Assert.True(await spool.DrainAsync(Patience));
        Assert.Equal("1", Assert.Single(Double.TheRun.Metrics).Value);
        Assert.Equal("other", Assert.Single(spool.ReadRefused()).RunId);
    }

    [Fact]
    public async Task A_directory_tells_what_it_holds_also_while_it_is_used_and_takes_back_what_was_refused_when_it_is_not()
    {
        Double.Before = sent =>
            sent.Json.GetRawText().Contains("\"m0\"", StringComparison.Ordinal)
                ? Answer.Error(400, "INVALID_PARAMETER_VALUE", "no m0")
                : null;
        string run;
        await using (var spool = Open())
        {
            run = await spool.CreateRunAsync(Draft("k"), false, default);
            await spool.LogBatchAsync(run, Batch(1), default);
            Assert.True(await spool.DrainAsync(Patience));
            Double.Server.Kill();
            await spool.TerminateRunAsync(run, MlflowRunStatus.Finished, 1, default);
            var contents = OfflineSpool.Inspect(folder);
            Assert.Equal([new SpooledRun(run, 1)], contents.Waiting);
            Assert.Equal([new SpoolRefusal(run, "INVALID_PARAMETER_VALUE: no m0")], contents.Refused);
            Assert.Throws<InvalidOperationException>(() => OfflineSpool.RetryRefused(folder));
        }

        Assert.Equal(1, OfflineSpool.RetryRefused(folder));
        var after = OfflineSpool.Inspect(folder);
        Assert.Equal([new SpooledRun(run, 2)], after.Waiting);
        Assert.Empty(after.Refused);
        Double.Server.Restart();
        Double.Before = _ => null;
        await using var again = Open();
        Assert.True(await again.DrainAsync(Patience));
        Assert.Equal(("FINISHED", 1), (Double.TheRun.Status, Double.TheRun.Metrics.Count));
        Assert.Empty(OfflineSpool.Inspect(folder).Waiting);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(500)]
    public async Task What_somebody_can_put_right_is_not_set_aside(int status)
    {
        Double.Before = _ => new Answer(status, "");
        await using var spool = Open();
        await spool.CreateRunAsync(Draft("k"), false, default);
        Assert.False(await spool.DrainAsync(TimeSpan.FromMilliseconds(50)));
        Assert.Equal(0, spool.Refused);
        Double.Before = _ => null;
        Assert.True(await spool.DrainAsync(Patience));
        Assert.Single(Double.Runs);
        Assert.Null(spool.LastError);
    }

    [Fact]
    public async Task Runs_do_not_wait_for_each_other_for_long_and_keep_their_order()
    {
        await using var spool = Open(Quick with { SegmentBytes = 4096 });
        var runs = new List<string>();
        for (var run = 0; run < 6; run++)
            runs.Add(await spool.CreateRunAsync(Draft($"k{run}"), false, default));
        for (var i = 0; i < 100; i++)
        {
            foreach (var run in runs)
                await spool.LogBatchAsync(run, Batch(i), default);
        }

        Assert.True(await spool.DrainAsync(Patience));
        Assert.All(
            Double.Runs.Values,
            run => Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), run.Metrics.Select(metric => metric.Step))
        );
        // 4 KiB each: all but perhaps the newest are gone, and that one goes at the end.
        Assert.InRange(Segments.Length, 0, 1);
        await spool.DisposeAsync();
        Assert.Empty(Segments);
    }

    [Fact]
    public async Task A_server_that_is_away_is_not_stormed()
    {
        Double.Before = _ => new Answer(503, "");
        await using var spool = Open(
            Quick with
            {
                RetryPause = TimeSpan.FromHours(1),
                MaxRetryPause = TimeSpan.FromHours(1),
                Parallelism = 2,
            }
        );
        for (var run = 0; run < 10; run++)
            await spool.CreateRunAsync(Draft($"k{run}"), false, default);
        while (spool.LastError is null)
            await Task.Delay(1);
        Assert.False(await spool.DrainAsync(TimeSpan.FromMilliseconds(100)));
        // The first round and the one that draining asks for; each ends with what is under way.
        Assert.InRange(Double.Server.Requests.Count, 1, 4);
    }

    [Fact]
    public async Task A_directory_has_one_owner()
    {
        await using var spool = Open();
        Assert.Contains(folder, Assert.Throws<InvalidOperationException>(() => Open()).Message);
    }

    [Fact]
    public async Task A_full_spool_takes_no_more_until_there_is_room()
    {
        Double.Server.Kill();
        await using var spool = Open(Quick with { MaxBytes = 1000 });
        await using var queue = new QueueingClient(spool, Clock);
        queue.LogParams("r", Many("p", 100));
        await queue.FlushAsync();
        queue.LogParams("r", Many("q", 100));
        Assert.Contains("RESOURCE_EXHAUSTED", (await Assert.ThrowsAsync<FlushException>(() => queue.FlushAsync())).Message);
        Assert.Equal(100, queue.Waiting);
        queue.Discard("r");
    }

    [Fact]
    public async Task An_entry_that_was_cut_anywhere_is_left_out_and_all_others_arrive()
    {
        var (whole, frames) = await RecordedAsync();
        var target = new TargetThatRemembers();
        for (var length = 0; length <= whole.Length; length++)
        {
            var path = Directory.CreateDirectory(Path.Combine(folder, "torn")).FullName;
            File.WriteAllBytes(Path.Combine(path, "00000001.spool"), whole[..length]);
            target.Steps.Clear();
            await using (var spool = Open(target: target, path: path))
            {
                await spool.LogBatchAsync("r", Batch(99), default);
                Assert.True(await spool.DrainAsync(Patience));
            }

            Assert.Equal(
                [.. Enumerable.Range(0, frames.Count(frame => frame.Offset + frame.Length <= length)).Select(i => (long)i), 99L],
                target.Steps
            );
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public async Task A_damaged_byte_costs_one_entry()
    {
        var (whole, frames) = await RecordedAsync();
        var target = new TargetThatRemembers();
        for (var at = 0; at < whole.Length; at++)
        {
            var path = Directory.CreateDirectory(Path.Combine(folder, "damaged")).FullName;
            var damaged = whole.ToArray();
            damaged[at] ^= 0x41;
            File.WriteAllBytes(Path.Combine(path, "00000001.spool"), damaged);
            target.Steps.Clear();
            await using (var spool = Open(target: target, path: path))
                Assert.True(await spool.DrainAsync(Patience));
            var hit = frames.FindIndex(frame => at < frame.Offset + frame.Length);
            Assert.Equal(Enumerable.Range(0, frames.Count).Where(i => i != hit).Select(i => (long)i), target.Steps);
            Directory.Delete(path, recursive: true);
        }

        Assert.All(Warnings, warning => Assert.Contains("belong to no whole entry", warning));
    }

    [Fact]
    public async Task Torn_progress_costs_a_second_delivery_and_nothing_else()
    {
        var gate = new TargetThatRemembers { Limit = 3 };
        await using (var spool = Open(target: gate))
        {
            for (var i = 0; i < 5; i++)
                await spool.LogBatchAsync("r", Batch(i), default);
            while (spool.Delivered < 3)
                await Task.Delay(1);
        }

        var progress = File.ReadAllBytes(Path.Combine(folder, "progress.log"));
        var segment = File.ReadAllBytes(Assert.Single(Segments));
        for (var length = 0; length <= progress.Length; length++)
        {
            var path = Directory.CreateDirectory(Path.Combine(folder, "progress")).FullName;
            File.WriteAllBytes(Path.Combine(path, "00000001.spool"), segment);
            File.WriteAllBytes(Path.Combine(path, "progress.log"), progress[..length]);
            var target = new TargetThatRemembers();
            await using (var spool = Open(target: target, path: path))
                Assert.True(await spool.DrainAsync(Patience));
            Assert.Equal([3, 4], target.Steps.TakeLast(2));
            Assert.Equal(target.Steps.Order(), target.Steps);
            Assert.InRange(target.Steps.Count, 2, 5);
            Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>A segment of five entries, and where they lie.</summary>
    async Task<(byte[] File, List<(int Offset, int Length)> Frames)> RecordedAsync()
    {
        var path = Path.Combine(folder, "recorded");
        await using (var spool = Open(target: new TargetThatRemembers { Limit = 0 }, path: path))
        {
            for (var i = 0; i < 5; i++)
                await spool.LogBatchAsync("r", Batch(i), default);
        }

        var file = File.ReadAllBytes(Assert.Single(Directory.GetFiles(path, "*.spool")));
        var frames = SpoolFrame.Scan(file, out var damaged);
        Assert.Equal((5, 0), (frames.Count, damaged));
        Warnings.Clear();
        return (file, frames);
    }

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Remembers the steps of metrics; after a number of batches nobody is there any more.</summary>
    sealed class TargetThatRemembers : ITrackingTarget
    {
        public List<long> Steps { get; } = [];

        public int Limit { get; init; } = int.MaxValue;

        public Task<string> CreateRunAsync(MlflowRunDraft draft, bool isResent, CancellationToken cancellationToken) =>
            Task.FromResult("r");

        public Task LogBatchAsync(string runId, LogBatch batch, CancellationToken cancellationToken)
        {
            if (Steps.Count >= Limit)
                throw new MlflowException("TEMPORARILY_UNAVAILABLE", "nobody is there");
            Steps.AddRange(batch.Metrics.Select(metric => metric.Step));
            return Task.CompletedTask;
        }

        public Task LogInputsAsync(string runId, IReadOnlyList<MlflowDatasetInput> inputs, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public Task TerminateRunAsync(string runId, MlflowRunStatus status, long endTime, CancellationToken cancellationToken) =>
            Task.CompletedTask;
    }
}
