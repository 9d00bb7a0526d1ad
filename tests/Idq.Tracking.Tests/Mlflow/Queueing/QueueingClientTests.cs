using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

/// <summary>The behaviours that MLflow's own tests of its queueing client ask for.</summary>
public sealed class QueueingClientTests : QueueingFixture
{
    [Fact]
    public async Task Names_and_values_of_parameters_are_cut()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1");
        queue.LogParams(
            run,
            new Dictionary<string, object?> { [new string('a', 400)] = new string('b', 7000), ["exact"] = new string('c', 6000) }
        );
        await queue.FlushAsync();

        Assert.Equal(new string('b', 5997) + "...", Double.TheRun.Params[new string('a', 247) + "..."]);
        Assert.Equal(new string('c', 6000), Double.TheRun.Params["exact"]);
        Assert.Equal(2, Warnings.Count);
        Assert.Contains("had length 400, which exceeded length limit of 250", Warnings[0]);
    }

    [Fact]
    public async Task Names_and_values_of_tags_are_cut_also_of_a_new_run()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1", tags: new Dictionary<string, object?> { [new string('x', 251)] = new string('y', 5001) });
        queue.SetTags(run, new Dictionary<string, object?> { [new string('a', 400)] = new string('b', 7000) });
        await queue.FlushAsync();

        Assert.Equal(new string('b', 4997) + "...", Double.TheRun.Tags[new string('a', 247) + "..."]);
        Assert.Equal(new string('y', 4997) + "...", Double.TheRun.Tags[new string('x', 247) + "..."]);
    }

    [Fact]
    public async Task Names_of_metrics_are_cut_and_names_that_become_equal_are_one()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1");
        var name = new string('a', 400);
        queue.LogMetrics(run, [new(name + "1", 1.0), new("other", 5.0), new(name + "2", 2.0)]);
        await queue.FlushAsync();

        Assert.Equal(
            [(new string('a', 247) + "...", "2"), ("other", "5")],
            Double.TheRun.Metrics.Select(metric => (metric.Key, metric.Value))
        );
    }

    [Fact]
    public async Task All_data_of_a_run_arrives()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1", runName: "kept");
        queue.LogParams(run, Many("p", 201));
        queue.SetTags(run, Many("t", 201));
        queue.LogMetrics(run, ManyMetrics("m", 4001), step: 1);
        await queue.FlushAsync();

        var stored = Double.TheRun;
        Assert.Equal("kept", stored.Name);
        Assert.Equal(Many("p", 201).ToDictionary(p => p.Key, p => p.Value!.ToString()!), stored.Params);
        Assert.Equal(
            Many("t", 201).ToDictionary(p => p.Key, p => p.Value!.ToString()!),
            stored.Tags.Where(tag => tag.Key != MlflowRunDraft.ClientKeyTag).ToDictionary()
        );
        Assert.Equal(ManyMetrics("m", 4001).Select(m => new StoredMetric(m.Key, m.Value.ToString(), 1_767_322_800_123, 1)), stored.Metrics);
    }

    [Fact]
    public async Task Steps_of_metrics_keep_their_order()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1");
        queue.LogMetrics(run, [new("m", 1.0)], step: 3);
        queue.LogMetrics(run, [new("m", 2.0)]);
        queue.LogMetrics(run, [new("m", 3.0)], step: long.MinValue);
        await queue.FlushAsync();
        Assert.Equal([(3, "1"), (0, "2"), (long.MinValue, "3")], Double.TheRun.Metrics.Select(metric => (metric.Step, metric.Value)));
    }

    [Fact]
    public async Task A_run_is_made_and_ended()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1", startTime: 5, tags: new Dictionary<string, object?> { ["a"] = "b" });
        queue.SetTerminated(run, MlflowRunStatus.Finished, endTime: 6);
        Assert.Null(run.RunId);
        await queue.FlushAsync();

        var stored = Double.TheRun;
        Assert.Equal((5, 6, "FINISHED", "b"), (stored.StartTime, stored.EndTime, stored.Status, stored.Tags["a"]));
        Assert.Equal(stored.Id, run.RunId);
    }

    [Fact]
    public async Task Nothing_is_sent_before_a_flush()
    {
        var queue = Queue();
        var run = queue.CreateRun("1");
        queue.LogParams(run, Many("p", 10));
        queue.SetTerminated(run);
        await queue.UseAsync(_ =>
        {
            Assert.Empty(Double.Server.Requests);
            return Task.CompletedTask;
        });
        Assert.NotEmpty(Double.Server.Requests);
    }

    [Fact]
    public async Task An_asynchronous_flush_returns_before_anything_is_stored()
    {
        var go = new SemaphoreSlim(0);
        Double.Before = _ =>
        {
            go.Wait();
            return null;
        };
        await using var queue = Queue();
        var run = queue.CreateRun("1");
        queue.LogParams(run, Many("p", 1));
        var flush = queue.Flush();
        Assert.False(flush.Completion.IsCompleted);
        Assert.Empty(Double.Runs);
        go.Release(100);
        await flush;
        Assert.Equal("0", Double.TheRun.Params["p0"]);
    }

    [Fact]
    public async Task A_second_flush_has_nothing_to_do()
    {
        await using var queue = Queue();
        queue.LogParams(queue.CreateRun("1"), Many("p", 1));
        await queue.FlushAsync();
        var requests = Double.Server.Requests.Count;
        await queue.FlushAsync();
        Assert.Equal(requests, Double.Server.Requests.Count);
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public async Task Work_that_ends_well_is_flushed_and_work_that_throws_is_not()
    {
        await Queue().UseAsync(queue =>
        {
            queue.CreateRun("1", runName: "well");
            return Task.CompletedTask;
        });
        Assert.Equal("well", Double.TheRun.Name);

        var failing = Queue();
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing.UseAsync(queue =>
        {
            queue.CreateRun("1", runName: "badly");
            throw new InvalidOperationException("mine");
        }));
        await failing.DisposeAsync();
        Assert.Equal("well", Double.TheRun.Name);
    }

    [Fact]
    public async Task Disposing_flushes()
    {
        await using (var queue = Queue())
            queue.CreateRun("1", runName: "disposed");
        Assert.Equal("disposed", Double.TheRun.Name);
    }

    [Fact]
    public async Task A_failure_leaves_the_other_operations_alone_and_is_told()
    {
        Double.Before = sent =>
            sent.Endpoint == "runs/log-batch" ? Answer.Error(400, "INVALID_PARAMETER_VALUE", "Batch logging failed!") : null;
        var queue = Queue();
        var run = queue.CreateRun("1");
        queue.LogParams(run, Many("p", 1));
        queue.SetTerminated(run, MlflowRunStatus.Killed);
        var failure = await Assert.ThrowsAsync<FlushException>(() => queue.FlushAsync());

        Assert.Equal("KILLED", Double.TheRun.Status);
        Assert.Equal(
            "The following failures occurred while performing one or more logging operations: "
                + $"[Failed to perform one or more operations on the run with ID {run.RunId}. Failed operations: [INVALID_PARAMETER_VALUE: "
                + "Batch logging failed!]]",
            failure.Message
        );
        Assert.Equal(run.RunId, Assert.Single(failure.Runs).Run);
        queue.Discard(run);
        await queue.DisposeAsync();
    }

    [Fact]
    public async Task The_wire_is_MLflows()
    {
        await using var queue = Queue();
        var run = queue.CreateRun("1");
        queue.SetTags(run, Many("t", 270));
        queue.LogParams(run, Many("p", 250));
        queue.LogMetrics(run, ManyMetrics("m", 2300));
        queue.SetTerminated(run);
        await queue.FlushAsync();

        Assert.Equal(
            ["runs/create", "runs/log-batch", "runs/log-batch", "runs/log-batch", "runs/update"],
            Double.Server.Requests.Select(request => request.Endpoint)
        );
        Assert.Equal(
            [(100, 900, 0), (100, 900, 0), (50, 500, 0)],
            Double
                .Server.To("runs/log-batch")
                .Select(sent => (sent.Array("params").Count(), sent.Array("metrics").Count(), sent.Array("tags").Count()))
        );
        Assert.Equal(
            270,
            Double.Server.Requests[0].Array("tags").Count(tag => tag.GetProperty("key").GetString() != MlflowRunDraft.ClientKeyTag)
        );
    }
}
