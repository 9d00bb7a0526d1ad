using System.Collections.Concurrent;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

/// <summary>What MLflow's client loses or mixes up, and this one does not.</summary>
public sealed class RetentionTests : QueueingFixture
{
    static readonly Answer Down = new(503, "down");

    Answer? DownFor(Sent sent, string endpoint) => sent.Endpoint == endpoint ? Down : null;

    [Fact]
    public async Task What_failed_is_sent_by_the_next_flush_and_nothing_else()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1");
        queue.LogParams(run, Many("p", 150));
        queue.LogMetrics(run, ManyMetrics("m", 1500));
        queue.LogInputs(run, [new MlflowDatasetInput("ds", "d", "t", "s")]);
        queue.SetTerminated(run);
        var batches = 0;
        Double.Before = sent => sent.Endpoint == "runs/log-batch" && batches++ == 0 ? Down : DownFor(sent, "runs/log-inputs");
        await Assert.ThrowsAsync<FlushException>(() => queue.FlushAsync());
        Assert.Equal(100 + 900 + 1, queue.Waiting);
        Assert.Equal((50, 600), (Double.TheRun.Params.Count, Double.TheRun.Metrics.Count));

        Double.Before = _ => null;
        var before = Double.Server.Requests.Count;
        await queue.FlushAsync();
        Assert.Equal(["runs/log-batch", "runs/log-inputs"], Double.Server.Requests.Skip(before).Select(request => request.Endpoint));
        Assert.Equal((150, 1500, "FINISHED"), (Double.TheRun.Params.Count, Double.TheRun.Metrics.Count, Double.TheRun.Status));
        Assert.Equal(["ds"], Double.TheRun.Inputs);
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public async Task A_run_that_cannot_be_made_keeps_everything_and_is_made_later()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1", runName: "late");
        queue.LogParams(run, Many("p", 3));
        queue.SetTags(run, Many("t", 3));
        queue.SetTerminated(run, MlflowRunStatus.Killed);
        Double.Before = sent => DownFor(sent, "runs/create");
        var failure = await Assert.ThrowsAsync<FlushException>(() => queue.FlushAsync());
        Assert.Contains(run.Key, failure.Message);
        Assert.Single(Assert.Single(failure.Runs).Failures);
        Assert.Equal(["runs/create"], Double.Server.Requests.Select(request => request.Endpoint));

        queue.LogParams(run, Many("q", 3));
        Double.Before = _ => null;
        await queue.FlushAsync();
        Assert.Equal(
            ("late", "KILLED", 6, 4),
            (Double.TheRun.Name, Double.TheRun.Status, Double.TheRun.Params.Count, Double.TheRun.Tags.Count)
        );
    }

    [Fact]
    public async Task A_run_whose_creation_was_not_answered_is_found_again()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1");
        Double.After = sent => sent.Endpoint == "runs/create" ? Answer.Cut : null;
        await Assert.ThrowsAsync<FlushException>(() => queue.FlushAsync());
        Double.After = _ => null;
        await queue.FlushAsync();
        Assert.Equal(Double.TheRun.Id, run.RunId);
        Assert.Single(Double.Server.To("runs/create"));
    }

    [Fact]
    public async Task A_batch_whose_answer_was_lost_is_known_to_be_sent_again()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1");
        queue.LogMetrics(run, [new("m", 1.0)]);
        Double.After = sent => sent.Endpoint == "runs/log-batch" ? Answer.Cut : null;
        await Assert.ThrowsAsync<FlushException>(() => queue.FlushAsync());

        // As an old server that trips over rows which it has already.
        Double.After = _ => null;
        Double.Before = sent =>
            sent.Endpoint == "runs/log-batch" ? Answer.Error(400, "BAD_REQUEST", "UNIQUE constraint failed: metrics.key") : null;
        await queue.FlushAsync();
        Assert.Equal("m", Assert.Single(Double.TheRun.Metrics).Key);
    }

    [Fact]
    public async Task Without_idempotent_creation_no_tag_is_added()
    {
        await using var queue = Queue(new QueueingClientOptions { IsCreationIdempotent = false });
        queue.CreateRun("1");
        await queue.FlushAsync();
        Assert.Empty(Double.TheRun.Tags);
    }

    [Fact]
    public async Task A_tag_that_was_overwritten_meanwhile_is_not_undone_by_the_retry()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1");
        await queue.FlushAsync();
        queue.SetTags(run, Many("t", 100));
        queue.SetTags(run, new Dictionary<string, object?> { ["t5"] = "new" });
        var batches = 0;
        Double.Before = sent => sent.Endpoint == "runs/log-batch" && batches++ == 0 ? Down : null;
        await Assert.ThrowsAsync<FlushException>(() => queue.FlushAsync());
        Assert.Equal("new", Double.TheRun.Tags["t5"]);
        Assert.Equal(99, queue.Waiting);
        await queue.FlushAsync();
        Assert.Equal(("new", "6"), (Double.TheRun.Tags["t5"], Double.TheRun.Tags["t6"]));
    }

    [Fact]
    public async Task A_new_value_is_not_undone_by_an_old_one_that_waits_for_its_retry()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1");
        await queue.FlushAsync();
        queue.SetTags(run, [new("t", "old")]);
        Double.Before = sent => DownFor(sent, "runs/log-batch");
        await Assert.ThrowsAsync<FlushException>(() => queue.FlushAsync());
        queue.SetTags(run, [new("t", "new")]);
        Double.Before = _ => null;
        await queue.FlushAsync();
        Assert.Equal("new", Double.TheRun.Tags["t"]);
    }

    [Fact]
    public async Task One_parameter_twice_is_one_and_another_value_does_not_take_its_neighbours_with_it()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1");
        queue.LogParams(run, [new("a", 1), new("b", 1)]);
        queue.LogParams(run, [new("a", 1)]);
        await queue.FlushAsync();
        Assert.Equal(2, Assert.Single(Double.Server.To("runs/log-batch")).Array("params").Count());

        queue.LogParams(run, [new("a", 2), new("c", 3), new("a", 4)]);
        await Assert.ThrowsAsync<FlushException>(() => queue.FlushAsync());
        Assert.Equal("1", Double.TheRun.Params["a"]);
        queue.Discard(run);
    }

    [Fact]
    public void The_end_of_a_run_is_queued_once()
    {
        var queue = Queue();
        queue.SetTerminated("r");
        Assert.Throws<InvalidOperationException>(() => queue.SetTerminated("r"));
    }

    [Fact]
    public async Task A_run_may_be_ended_again_after_it_was_taken_up_again()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1");
        queue.SetTerminated(run, MlflowRunStatus.Failed);
        await queue.FlushAsync();
        queue.SetTerminated(run, MlflowRunStatus.Finished);
        await queue.FlushAsync();
        Assert.Equal("FINISHED", Double.TheRun.Status);
    }

    [Fact]
    public async Task A_name_may_be_given_once()
    {
        await using var queue = Queue();
        Assert.Throws<ArgumentException>(() => queue.CreateRun("1", tags: [new("mlflow.runName", "a")], runName: "b"));
        var run = queue.CreateRun("1", tags: [new("mlflow.runName", "a")], runName: "a");
        queue.SetTags(run, [new("mlflow.runName", "c")]);
        await queue.FlushAsync();
        Assert.Equal(("c", "c"), (Double.TheRun.Name, Double.TheRun.Tags["mlflow.runName"]));
    }

    [Fact]
    public async Task A_run_that_is_there_is_logged_to_by_its_id()
    {
        await using var queue = Queue();
        var pending = queue.CreateRun("1");
        await queue.FlushAsync();
        queue.LogParams(pending.RunId!, [new("a", 1)]);
        queue.LogParams(pending, [new("b", 2)]);
        await queue.FlushAsync();
        Assert.Single(Double.Server.To("runs/log-batch"));
        Assert.Equal(["a", "b"], Double.TheRun.Params.Keys);
    }

    [Fact]
    public async Task Rejecting_takes_nothing_of_a_call_that_has_something_too_long()
    {
        await using var queue = Queue(
            QueueingClientOptions.FromEnvironment(name => name == "MLFLOW_TRUNCATE_LONG_VALUES" ? "false" : null)
        );
        var run = queue.CreateRun("1");
        var refusal = Assert.Throws<MlflowException>(() => queue.LogParams(run, [new("fine", 1), new("long", new string('x', 6001))]));
        Assert.Equal("INVALID_PARAMETER_VALUE", refusal.ErrorCode);
        Assert.True(refusal.IsRefusal);
        Assert.Contains("had length 6001, which exceeded length limit of 6000", refusal.Message);
        Assert.Throws<MlflowException>(() => queue.SetTags(run, [new(new string('x', 251), 1)]));
        Assert.Throws<MlflowException>(() => queue.LogMetrics(run, [new(new string('x', 251), 1.0)]));
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public async Task Values_become_text_as_they_do_elsewhere()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1");
        queue.LogParams(
            run,
            [
                new("null", null),
                new("double", 0.1),
                new("big", 12345678901234567890UL),
                new("bool", true),
                new("text", "x y"),
                new("empty", ""),
            ]
        );
        await queue.FlushAsync();
        Assert.Equal(["None", "0.1", "12345678901234567890", "True", "x y", ""], Double.TheRun.Params.Values);
    }

    [Fact]
    public async Task Runs_go_out_in_parallel_and_each_in_its_order()
    {
        var target = new TargetThatWatches();
        await using var queue = new QueueingClient(target, Clock, new QueueingClientOptions { Parallelism = 4 });
        var runs = Enumerable.Range(0, 8).Select(_ => queue.CreateRun("1")).ToList();
        var flushes = new List<FlushOperation>();
        for (var round = 0; round < 10; round++)
        {
            foreach (var run in runs)
                queue.LogMetrics(run, ManyMetrics($"r{round}-", 1500));
            flushes.Add(queue.Flush());
        }

        foreach (var flush in flushes)
            await flush;
        Assert.InRange(target.MostAtOnce, 2, 4);
        var expected = Enumerable.Range(0, 10).SelectMany(round => Enumerable.Range(0, 1500).Select(i => $"r{round}-{i}")).ToList();
        Assert.All(runs, run => Assert.Equal(expected, target.Keys[run.RunId!]));
    }

    [Fact]
    public async Task Many_threads_lose_nothing()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                queue.LogMetrics(run, [new($"m{thread}", i)], step: i);
                if (i % 20 == 0)
                    await queue.FlushAsync();
            }
        })));
        await queue.FlushAsync();
        foreach (var thread in Enumerable.Range(0, 4))
            Assert.Equal(
                Enumerable.Range(0, 200).Select(i => (long)i),
                Double.TheRun.Metrics.Where(metric => metric.Key == $"m{thread}").Select(metric => metric.Step)
            );
    }

    [Fact]
    public async Task A_cancelled_flush_keeps_what_it_did_not_send()
    {
        await using var queue = Queue();
        queue.LogParams(queue.CreateRun("1"), Many("p", 5));
        await Assert.ThrowsAsync<FlushException>(() => queue.FlushAsync(new CancellationToken(canceled: true)));
        Assert.Equal(5, queue.Waiting);
        await queue.FlushAsync();
        Assert.Equal(5, Double.TheRun.Params.Count);
    }

    [Fact]
    public async Task Aborting_does_not_take_back_what_a_flush_has_begun()
    {
        var go = new SemaphoreSlim(0);
        Double.Before = _ =>
        {
            go.Wait();
            return null;
        };
        var queue = Queue();
        queue.LogParams(queue.CreateRun("1"), Many("p", 5));
        _ = queue.Flush();
        queue.LogParams("other", Many("p", 5));
        queue.Abort();
        go.Release(100);
        await queue.DisposeAsync();
        Assert.Equal(5, Double.TheRun.Params.Count);
        Assert.Equal(2, Double.Server.Requests.Count);
    }

    sealed class TargetThatWatches : ITrackingTarget
    {
        int now;

        public int MostAtOnce { get; private set; }

        public ConcurrentDictionary<string, List<string>> Keys { get; } = [];

        public Task<string> CreateRunAsync(MlflowRunDraft draft, bool isResent, CancellationToken cancellationToken) =>
            Task.FromResult(draft.ClientKey!);

        public async Task LogBatchAsync(string runId, LogBatch batch, CancellationToken cancellationToken)
        {
            var inside = Interlocked.Increment(ref now);
            lock (Keys)
                MostAtOnce = Math.Max(MostAtOnce, inside);
            await Task.Delay(1, cancellationToken);
            Keys.GetOrAdd(runId, _ => []).AddRange(batch.Metrics.Select(metric => metric.Key));
            Interlocked.Decrement(ref now);
        }

        public Task LogInputsAsync(string runId, IReadOnlyList<MlflowDatasetInput> inputs, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public Task TerminateRunAsync(string runId, MlflowRunStatus status, long endTime, CancellationToken cancellationToken) =>
            Task.CompletedTask;
    }

    [Theory]
    [InlineData(OverflowPolicy.DropNewest)]
    [InlineData(OverflowPolicy.DropOldest)]
    [InlineData(OverflowPolicy.Sample)]
    public async Task What_waits_for_a_lost_server_is_bounded_and_what_is_given_up_is_counted(OverflowPolicy overflow)
    {
        const int capacity = 100, logged = 1050;
        await using var queue = Queue(new QueueingClientOptions { Capacity = capacity, Overflow = overflow });
        var run = queue.CreateRun("1");
        Double.Before = _ => Down;
        for (var i = 0; i < logged; i++)
        {
            queue.LogMetrics(run, [new("m", i)], i);
            // Some of what waits has failed already.
            if (i == 60)
                await Assert.ThrowsAsync<FlushException>(() => queue.FlushAsync());
            Assert.InRange(queue.Waiting, 1, capacity);
        }

        Assert.Equal(logged, queue.Waiting + queue.Dropped);
        Assert.NotEmpty(Warnings);
        Double.Before = _ => null;
        await queue.FlushAsync();
        var steps = Double.TheRun.Metrics.Select(metric => metric.Step).ToArray();
        Assert.Equal(steps.Order(), steps);
        Assert.Equal(logged - queue.Dropped, steps.Length);
        if (overflow == OverflowPolicy.DropNewest)
            Assert.Equal(Enumerable.Range(0, capacity).Select(i => (long)i), steps);
        else
            Assert.Equal(logged - 1, steps[^1]);
        if (overflow == OverflowPolicy.DropOldest)
            Assert.Equal(Enumerable.Range(logged - steps.Length, steps.Length).Select(i => (long)i), steps);
        // The thinned ones still reach back to the beginning.
        if (overflow == OverflowPolicy.Sample)
            Assert.InRange(steps[0], 0, logged / 4);
    }

    [Fact]
    public void A_client_that_would_make_its_caller_wait_cannot_be_had() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Queue(new QueueingClientOptions { Overflow = OverflowPolicy.Block }));
}
