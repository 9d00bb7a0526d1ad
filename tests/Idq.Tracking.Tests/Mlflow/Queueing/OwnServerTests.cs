using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

/// <summary>The queueing client in front of this program's own server, and directly on its store.</summary>
public abstract class OwnServerTests(TestEngine engine) : ServerFixture(engine)
{
    MlflowClient? client;

    MlflowClient Client => client ??= new MlflowClient(new MlflowSettings { TrackingUri = Server.Address, MaxRetries = 0 }, Clock);

    ITrackingTarget Target(bool direct) => direct ? new StoreTarget(Store) : new MlflowTarget(Client);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_data_of_a_run_arrives(bool direct)
    {
        var experiment = await Client.GetOrCreateExperimentAsync("e");
        Assert.Equal(experiment, await Client.GetOrCreateExperimentAsync("e"));
        await using var queue = new QueueingClient(Target(direct), Clock);
        var run = queue.CreateRun(experiment, startTime: 5, tags: [new("own", "1")], runName: "named");
        queue.LogParams(run, Enumerable.Range(0, 250).Select(i => KeyValuePair.Create($"p{i}", (object?)i)));
        queue.SetTags(run, Enumerable.Range(0, 1200).Select(i => KeyValuePair.Create($"t{i}", (object?)i)));
        queue.LogMetrics(run, Enumerable.Range(0, 4001).Select(i => KeyValuePair.Create($"m{i}", i / 3.0)), step: -7);
        queue.LogInputs(
            run,
            [
                new MlflowDatasetInput("ds", "d", "local", "here")
                {
                    Schema = "s",
                    Profile = "p",
                    Tags = [new("mlflow.data.context", "train")],
                },
            ]
        );
        queue.SetTerminated(run, MlflowRunStatus.Killed, 6);
        await queue.FlushAsync();

        var stored = await Client.GetRunAsync(run.RunId!);
        Assert.Equal(
            ("named", experiment, MlflowRunStatus.Killed, 5, 6),
            (stored.Name, stored.ExperimentId, stored.Status, stored.StartTime, stored.EndTime)
        );
        Assert.Equal(Enumerable.Range(0, 250).Select(i => new MlflowEntry($"p{i}", $"{i}")).ToHashSet(), stored.Params.ToHashSet());
        Assert.Equal(1200 + 3, stored.Tags.Count);
        Assert.Equal(("1", run.Key, "1199"), (stored.Tag("own"), stored.Tag(MlflowRunDraft.ClientKeyTag), stored.Tag("t1199")));
        Assert.Equal(
            Enumerable
                .Range(0, 4001)
                .Select(i => new MlflowMetric($"m{i}", i / 3.0, Clock.GetCurrentInstant().ToUnixTimeMilliseconds(), -7))
                .ToHashSet(),
            stored.Metrics.ToHashSet()
        );
        var input = Assert.Single(stored.Inputs);
        Assert.Equal(("ds", "s", "p", "train"), (input.Name, input.Schema, input.Profile, Assert.Single(input.Tags).Value));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Data_sets_that_are_too_long_or_unnamed_are_refused_in_the_same_words(bool direct)
    {
        var target = Target(direct);
        var run = await target.CreateRunAsync(new MlflowRunDraft("0"), false, default);
        var good = new MlflowDatasetInput("ds", "d", "local", "here");
        foreach (
            var (bad, text) in new (MlflowDatasetInput, string)[]
            {
                (good with { Name = "" }, "Missing value for required parameter 'datasets[1].dataset.name'"),
                (good with { Digest = new string('d', 37) }, "'datasets[1].dataset.digest' exceeds the maximum length of 36 characters"),
                (
                    good with
                    {
                        Tags = [new("k", new string('v', 501))],
                    },
                    "'datasets[1].tags[0].value' exceeds the maximum length of 500 characters"
                ),
            }
        )
        {
            var refused = await Assert.ThrowsAsync<MlflowException>(() => target.LogInputsAsync(run, [good, bad], default));
            Assert.StartsWith("INVALID_PARAMETER_VALUE: " + text, refused.Message, StringComparison.Ordinal);
        }

        Assert.Empty((await Client.GetRunAsync(run)).Inputs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Numbers_are_exact_and_sent_again_are_there_once(bool direct)
    {
        var target = Target(direct);
        var run = await target.CreateRunAsync(new MlflowRunDraft("0"), false, default);
        double[] values = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, -1.5, 0.1];
        var batch = new LogBatch
        {
            Metrics =
            [
                .. values.Select((value, i) => new MlflowMetric("m", value, long.MaxValue - i, i)),
                new("steps", 1, 0, long.MinValue),
                new("steps", 1, 0, long.MaxValue),
                new("extras", 1, 0) { DatasetName = "dn", DatasetDigest = "dd", ModelId = "mi" },
            ],
            Params = [new("p", "1")],
            Tags = [new("t", "1"), new("t", "2")],
        };
        for (var i = 0; i < 3; i++)
            await target.LogBatchAsync(run, batch with { IsResent = i > 0 }, default);

        Assert.Equal(
            batch.Metrics.Where(metric => metric.Key == "m"),
            await Client.GetMetricHistoryAsync(run, "m", pageSize: 2).ToListAsync()
        );
        Assert.Equal(
            [long.MinValue, long.MaxValue],
            await Client.GetMetricHistoryAsync(run, "steps").Select(metric => metric.Step).ToListAsync()
        );
        Assert.Equal([batch.Metrics[^1]], await Client.GetMetricHistoryAsync(run, "extras").ToListAsync());
        Assert.Equal("2", (await Client.GetRunAsync(run)).Tag("t"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_is_made_once(bool direct)
    {
        var target = Target(direct);
        var draft = new MlflowRunDraft("0") { ClientKey = "k1", Name = "once" };
        var run = await target.CreateRunAsync(draft, isResent: true, default);
        Assert.Equal(run, await target.CreateRunAsync(draft, isResent: true, default));
        Assert.NotEqual(run, await target.CreateRunAsync(draft with { ClientKey = "k2" }, isResent: true, default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refusals_are_the_same_on_both_ways(bool direct)
    {
        var target = Target(direct);
        var run = await target.CreateRunAsync(new MlflowRunDraft("0"), false, default);
        await target.LogBatchAsync(run, new LogBatch { Params = [new("p", "1")] }, default);
        await RefusedAsync(
            "RESOURCE_DOES_NOT_EXIST",
            "No Experiment with id=77 exists",
            () => target.CreateRunAsync(new MlflowRunDraft("77"), false, default)
        );
        await RefusedAsync(
            "INVALID_PARAMETER_VALUE",
            "Invalid experiment ID 'x'",
            () => target.CreateRunAsync(new MlflowRunDraft("x"), false, default)
        );
        await RefusedAsync(
            "RESOURCE_DOES_NOT_EXIST",
            "not found",
            () => target.LogBatchAsync(new string('0', 32), new LogBatch(), default)
        );
        await RefusedAsync(
            "RESOURCE_DOES_NOT_EXIST",
            "not found",
            () => target.TerminateRunAsync(new string('0', 32), MlflowRunStatus.Finished, 1, default)
        );
        await RefusedAsync(
            "INVALID_PARAMETER_VALUE",
            "Changing param values is not allowed",
            () => target.LogBatchAsync(run, new LogBatch { Params = [new("p", "2")] }, default)
        );
        await RefusedAsync(
            "INVALID_PARAMETER_VALUE",
            "metrics[1]",
            () => target.LogBatchAsync(run, new LogBatch { Metrics = [new("a", 1, 1), new("../a", 1, 1)] }, default)
        );
        await RefusedAsync(
            "INVALID_PARAMETER_VALUE",
            "timestamp",
            () => target.LogBatchAsync(run, new LogBatch { Metrics = [new("a", 1, -1)] }, default)
        );
        await RefusedAsync(
            "INVALID_PARAMETER_VALUE",
            "params[0]",
            () => target.LogBatchAsync(run, new LogBatch { Params = [new("a//b", "1")] }, default)
        );
        await RefusedAsync(
            "INVALID_PARAMETER_VALUE",
            "tags[0]",
            () => target.LogBatchAsync(run, new LogBatch { Tags = [new("/a", "1")] }, default)
        );
        Assert.Empty((await Client.GetRunAsync(run)).Metrics);
    }

    static async Task RefusedAsync(string code, string text, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<MlflowException>(call);
        Assert.True(refusal.IsRefusal);
        Assert.Equal(code, refusal.ErrorCode);
        Assert.Contains(text, refusal.Detail);
    }

    [Fact]
    public async Task The_widest_entries_fit_into_requests()
    {
        var queue = new QueueingClient(new MlflowTarget(Client), Clock);
        var run = queue.CreateRun("0");
        queue.LogParams(
            run,
            Enumerable.Range(0, 300).Select(i => KeyValuePair.Create($"p{i}", (object?)new string(i % 2 == 0 ? 'ü' : '"', 6000)))
        );
        queue.SetTags(run, Enumerable.Range(0, 300).Select(i => KeyValuePair.Create($"t{i}", (object?)new string('界', 5000))));
        queue.LogMetrics(run, Enumerable.Range(0, 1500).Select(i => KeyValuePair.Create($"{new string('m', 245)}{i}", 1.0)));
        await queue.FlushAsync();
        var stored = await Client.GetRunAsync(run.RunId!);
        Assert.Equal((300, 302, 1500), (stored.Params.Count, stored.Tags.Count, stored.Metrics.Count));
        Assert.All(stored.Params, entry => Assert.Equal(6000, entry.Value.Length));
        Assert.All(stored.Tags.Where(tag => tag.Key[0] == 't'), tag => Assert.Equal(5000, tag.Value.Length));
        await queue.DisposeAsync();
    }

    [Fact]
    public async Task What_the_asynchronous_queue_takes_arrives_in_order()
    {
        var run = await Target(false).CreateRunAsync(new MlflowRunDraft("0"), false, default);
        await using var queue = new AsyncLoggingQueue(Target(false), new AsyncLoggingOptions { Window = TimeSpan.FromMilliseconds(5) });
        queue.Activate();
        for (var i = 0; i < 200; i++)
            await queue.LogAsync(run, new LogBatch { Metrics = [new("m", i, i, i)], Tags = [new("last", $"{i}")] });
        Assert.True(await queue.FlushAsync());
        Assert.Equal(
            Enumerable.Range(0, 200).Select(i => (double)i),
            await Client.GetMetricHistoryAsync(run, "m").Select(metric => metric.Value).ToListAsync()
        );
        Assert.Equal("199", (await Client.GetRunAsync(run)).Tag("last"));
    }

    [Fact]
    public async Task Every_call_of_the_client_is_answered()
    {
        var experiment = await Client.CreateExperimentAsync("calls", tags: [new("t", "1")]);
        Assert.Equal("calls", (await Client.GetExperimentAsync(experiment)).Name);
        await Client.SetExperimentTagAsync(experiment, "u", "2");
        await Client.RenameExperimentAsync(experiment, "renamed");
        var found = await Client.FindExperimentAsync("renamed");
        Assert.Equal([new("t", "1"), new("u", "2")], found!.Tags.OrderBy(tag => tag.Key));
        Assert.Null(await Client.FindExperimentAsync("calls"));
        Assert.Equal(experiment, Assert.Single((await Client.SearchExperimentsAsync("name = 'renamed'")).Items).Id);
        var run = await Client.CreateRunAsync(new MlflowRunDraft(experiment) { UserId = "me", Name = "r", ClientKey = "key" });
        Assert.Equal(run.Id, (await Client.FindRunAsync(experiment, "key"))!.Id);
        Assert.Null(await Client.FindRunAsync(experiment, "other"));
        await Client.LogMetricAsync(run.Id, new MlflowMetric("m", 2, 3, 4));
        await Client.LogParameterAsync(run.Id, "p", "1");
        await Client.SetTagAsync(run.Id, "t", "1");
        await Client.SetTagAsync(run.Id, "gone", "1");
        await Client.DeleteTagAsync(run.Id, "gone");
        Assert.Equal("s", (await Client.UpdateRunAsync(run.Id, name: "s")).Name);
        var page = await Client.SearchRunsAsync(
            [experiment],
            "metrics.m = 2 and params.p = '1' and tags.t = '1'",
            orderBy: ["metrics.m DESC"]
        );
        Assert.Equal(("s", "me"), (Assert.Single(page.Items).Name, page.Items[0].UserId));
        Assert.Null(page.NextPageToken);
        Assert.Null(page.Items[0].Tag("gone"));
        await Client.DeleteRunAsync(run.Id);
        Assert.False((await Client.GetRunAsync(run.Id)).IsActive);
        Assert.Empty((await Client.SearchRunsAsync([experiment])).Items);
        Assert.Single((await Client.SearchRunsAsync([experiment], view: MlflowViewType.DeletedOnly)).Items);
        await Client.RestoreRunAsync(run.Id);
        await Client.DeleteExperimentAsync(experiment);
        Assert.False((await Client.GetExperimentAsync(experiment)).IsActive);
        await Client.RestoreExperimentAsync(experiment);
        Assert.True((await Client.GetRunAsync(run.Id)).IsActive);
    }
}

public sealed class OwnServerOnSqliteTests() : OwnServerTests(TestEngine.Sqlite);

public sealed class OwnServerOnPostgresTests() : OwnServerTests(TestEngine.Postgres);
