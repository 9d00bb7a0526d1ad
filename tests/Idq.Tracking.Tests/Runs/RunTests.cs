using System.Data.Common;
using NodaTime;

namespace Idq.Tracking.Tests.Runs;

public sealed class RunTestsOnSqlite() : RunTests(TestEngine.Sqlite);

public sealed class RunTestsOnPostgres() : RunTests(TestEngine.Postgres);

public abstract class RunTests(TestEngine engine) : StoreFixture(engine)
{
    [Fact]
    public void A_run_is_made_pending_with_what_it_was_given()
    {
        var experiment = Store.GetOrCreateExperiment("o4");
        var run = Store.CreateRun(experiment.Id, new RunDraft("train")
        {
            Comment = "a remark",
            Args = """{"stride":8}""",
            Env = """{"USER":"me"}""",
            Tags = """{"night":true}""",
        });

        Assert.Equal(run, Store.FindRun(run.Id));
        Assert.Equal(
            new Run(1, experiment.Id, "o4", "train", RunStatus.Pending, Clock.GetCurrentInstant(), null, null, null)
            {
                Uid = run.Uid,
                Comment = "a remark",
                Args = """{"stride":8}""",
                Env = """{"USER":"me"}""",
                Tags = """{"night":true}""",
            },
            run);
    }

    [Fact]
    public void A_run_lives_from_start_over_heartbeats_to_its_end()
    {
        long id = NewRun();
        var t0 = Clock.GetCurrentInstant();

        Clock.Advance(Duration.FromSeconds(1));
        Store.StartRun(id);
        var run = Store.FindRun(id)!;
        Assert.Equal((RunStatus.Running, t0, Now, Now, null), (run.Status, run.Created, run.Started, run.Updated, run.Ended));

        Clock.Advance(Duration.FromSeconds(1));
        Store.TouchRun(id);
        run = Store.FindRun(id)!;
        Assert.Equal((RunStatus.Running, t0 + Duration.FromSeconds(1), Now), (run.Status, run.Started, run.Updated));

        Clock.Advance(Duration.FromSeconds(1));
        Store.StopRun(id, RunStatus.Failed);
        run = Store.FindRun(id)!;
        Assert.Equal((RunStatus.Failed, Now, Now), (run.Status, run.Updated, run.Ended));

        Clock.Advance(Duration.FromSeconds(1));
        Store.StartRun(id);
        run = Store.FindRun(id)!;
        Assert.Equal((RunStatus.Running, Now, null), (run.Status, run.Started, run.Ended));
    }

    [Fact]
    public void A_run_stops_completed_unless_told_otherwise()
    {
        long id = NewRun();
        Store.StopRun(id);
        Assert.Equal(RunStatus.Completed, Store.FindRun(id)!.Status);
    }

    [Fact]
    public void A_run_does_not_end_in_a_state_that_is_no_end()
    {
        long id = NewRun();
        Assert.Throws<ArgumentException>(() => Store.StopRun(id, RunStatus.Running));
        Assert.Equal(RunStatus.Pending, Store.FindRun(id)!.Status);
    }

    [Fact]
    public void Every_status_is_kept_and_only_the_final_ones_end_a_run()
    {
        long id = NewRun();
        foreach (var status in Enum.GetValues<RunStatus>())
        {
            Store.SetRunStatus(id, status);
            var run = Store.FindRun(id)!;
            Assert.Equal(status, run.Status);
            Assert.Equal(status.IsFinal(), run.Ended is not null);
        }
    }

    [Fact]
    public void There_are_24_statuses_in_Slurms_words()
    {
        RunStatus[] all = Enum.GetValues<RunStatus>();
        Assert.Equal(24, all.Length);
        Assert.All(all, status =>
        {
            Assert.Equal(status.ToString(), status.ToText().Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
            Assert.Equal(status, RunStatusText.Parse(status.ToText()));
        });
        Assert.Equal("OUT_OF_MEMORY", RunStatus.OutOfMemory.ToText());
        Assert.Equal("RESV_DEL_HOLD", RunStatus.ResvDelHold.ToText());
    }

    [Theory]
    [InlineData("running")]
    [InlineData("PLANNED")]
    [InlineData("")]
    public void Other_statuses_are_refused_by_parser_and_store(string text)
    {
        Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => RunStatusText.Parse(text)).Message, StringComparison.Ordinal);
        NewRun();
        Assert.ThrowsAny<DbException>(() => Sql($"UPDATE runs SET status = '{text}'"));
    }

    [Fact]
    public void A_run_that_is_not_there_is_an_error_by_number()
    {
        NewRun();
        foreach (var call in (Action[])[
            () => Store.StartRun(7),
            () => Store.TouchRun(7),
            () => Store.StopRun(7),
            () => Store.AddMetrics(7, 0, 0, null, [Metric("a", 1)])])
        {
            var e = Assert.Throws<TrackerException>(call);
            Assert.Equal(TrackerFailure.UnknownReference, e.Failure);
            Assert.Contains("run 7", e.Message, StringComparison.Ordinal);
        }

        Assert.Null(Store.FindRun(7));
        Assert.Empty(Store.MetricNames());
    }

    [Fact]
    public void A_run_needs_an_experiment_a_name_and_JSON_objects()
    {
        var experiment = Store.GetOrCreateExperiment("o4").Id;
        Assert.Equal(
            TrackerFailure.UnknownReference, Assert.Throws<TrackerException>(() => Store.CreateRun(99, new RunDraft("a"))).Failure);
        Assert.ThrowsAny<ArgumentException>(() => Store.CreateRun(experiment, new RunDraft("")));
        Assert.ThrowsAny<ArgumentException>(() => Store.CreateRun(experiment, new RunDraft("a") { Args = "1" }));
        Assert.ThrowsAny<ArgumentException>(() => Store.CreateRun(experiment, new RunDraft("a") { Env = "{" }));
        Assert.ThrowsAny<ArgumentException>(() => Store.CreateRun(experiment, new RunDraft("a") { Tags = "null" }));
        Assert.Empty(Store.Runs());
    }

    [Fact]
    public void Runs_are_listed_newest_first_with_their_last_metrics()
    {
        long a = NewRun("a", "train"), b = NewRun("b", "evaluate");
        Store.StartRun(b);
        Store.AddMetrics(b, 1, 0, null, [Metric("auc", 0.5), Metric("rows", 10)]);
        Store.AddMetrics(b, 3, 0, null, [Metric("auc", 0.7)]);
        Store.AddMetrics(b, 2, 0, null, [Metric("auc", 0.6), Metric("rows", 20), Metric("late", double.NaN)]);

        IReadOnlyList<RunSummary> runs = Store.Runs();
        Assert.Equal([b, a], runs.Select(r => r.Id));
        Assert.Equal(("b", "evaluate", RunStatus.Running), (runs[0].Experiment, runs[0].Name, runs[0].Status));
        Assert.Equal(Clock.GetCurrentInstant(), runs[0].Started);
        Assert.Equal(Clock.GetCurrentInstant(), runs[0].Updated);
        Assert.Equal([Metric("auc", 0.7), Metric("rows", 20), Metric("late", double.NaN)], runs[0].Metrics);
        Assert.Empty(runs[1].Metrics);
        Assert.Null(runs[1].Started);
        Assert.Equal([a], Store.Runs("a").Select(r => r.Id));
        Assert.Empty(Store.Runs("absent"));
        Assert.Equal([b], Store.Runs(limit: 1).Select(r => r.Id));
    }

    [Fact]
    public void The_last_value_is_that_of_the_highest_progress_within_a_step()
    {
        long id = NewRun();
        Store.AddMetrics(id, 1, 0.25, null, [Metric("a", 1)]);
        Store.AddMetrics(id, 1, 0.75, null, [Metric("a", 3)]);
        Store.AddMetrics(id, 1, 0.5, null, [Metric("a", 2)]);
        Assert.Equal(3, Store.Runs()[0].Metrics["a"]);
    }

    [Fact]
    public void Metrics_are_a_sign_of_life()
    {
        long id = NewRun();
        Clock.Advance(Duration.FromMinutes(1));
        Store.AddMetrics(id, 0, 0, null, [Metric("a", 1)]);
        Assert.Equal(Clock.GetCurrentInstant(), Store.FindRun(id)!.Updated);
    }

    [Fact]
    public void A_run_is_deleted_with_its_metrics_and_links()
    {
        long a = NewRun(), b = NewRun();
        Store.LinkRuns(a, "restart of", b);
        Store.LinkRuns(a, "restart of", b);
        Store.AddMetrics(a, 0, 0, null, [Metric("x", 1)]);
        Store.AddMetrics(b, 0, 0, null, [Metric("x", 2)]);
        Assert.Equal([new Link(a, "restart of", b)], Store.RunLinks(b));

        Assert.True(Store.DeleteRun(a));
        Assert.False(Store.DeleteRun(a));

        Assert.Empty(Store.RunLinks(b));
        Assert.Equal([b], Store.ReadMetrics().Select(point => point.RunId));
        Assert.False(Store.UnlinkRuns(a, "restart of", b));
        Assert.True(NewRun() > b);
    }

    Instant Now => Clock.GetCurrentInstant();

    long NewRun(string experiment = "o4", string name = "run") =>
        Store.CreateRun(Store.GetOrCreateExperiment(experiment).Id, new RunDraft(name)).Id;
}
