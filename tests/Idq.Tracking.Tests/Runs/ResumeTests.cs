namespace Idq.Tracking.Tests.Runs;

public sealed class ResumeTestsOnSqlite() : ResumeTests(TestEngine.Sqlite);

public sealed class ResumeTestsOnPostgres() : ResumeTests(TestEngine.Postgres);

/// <summary>Finding a run or an experiment again, or making it.</summary>
public abstract class ResumeTests(TestEngine engine) : StoreFixture(engine)
{
    [Fact]
    public async Task Eight_that_ask_for_one_run_at_once_get_the_same()
    {
        var experiment = Store.GetOrCreateExperiment("o4").Id;
        var uid = new string('a', 32);
        var stores = Enumerable.Range(0, 8).Select(_ => OpenAgain()).ToArray();
        var runs = await Task.WhenAll(
            stores.Select(
                (store, i) =>
                    Task.Run(() =>
                        store
                            .GetOrCreateRun(
                                new RunIdentity
                                {
                                    ExperimentId = experiment,
                                    Uid = uid,
                                    Draft = new("train") { Tags = $$"""{"t{{i}}":true}""" },
                                }
                            )
                            .Id
                    )
            )
        );
        foreach (var store in stores)
            store.Dispose();
        Assert.Single(runs.Distinct());
        Assert.Equal("{" + string.Join(',', Enumerable.Range(0, 8).Select(i => $"\"t{i}\":true")) + "}", Store.FindRun(uid)!.Tags);
        Assert.Single(Store.Runs());
    }

    [Fact]
    public void A_number_that_is_not_there_is_made_with_that_number_and_later_runs_come_after_it()
    {
        var experiment = Store.GetOrCreateExperiment("o4").Id;
        Assert.Equal(1, Store.CreateRun(experiment, new("first")).Id);
        Assert.Equal(40, Store.GetOrCreateRun(new() { ExperimentId = experiment, Id = 40, Draft = new("forty") }).Id);
        Assert.Equal("forty", Store.GetOrCreateRun(new() { Id = 40 }).Name);
        Assert.Equal(5, Store.GetOrCreateRun(new() { ExperimentId = experiment, Id = 5 }).Id);
        Assert.True(Store.CreateRun(experiment, new("next")).Id > 40);
    }

    [Fact]
    public void The_number_of_a_deleted_run_is_never_given_again()
    {
        var experiment = Store.GetOrCreateExperiment("o4").Id;
        var run = Store.CreateRun(experiment, new("train")).Id;
        Assert.True(Store.DeleteRun(run));
        Assert.True(Store.CreateRun(experiment, new("train")).Id > run);
    }

    [Fact]
    public void A_run_of_another_experiment_is_a_conflict()
    {
        var (a, b) = (Store.GetOrCreateExperiment("a").Id, Store.GetOrCreateExperiment("b").Id);
        var run = Store.CreateRun(a, new("train")).Id;
        var e = Assert.Throws<TrackerException>(() => Store.GetOrCreateRun(new() { ExperimentId = b, Id = run }));
        Assert.Equal((TrackerFailure.Conflict, $"run {run} belongs to experiment {a}, not {b}"), (e.Failure, e.Message));
    }

    [Fact]
    public void Neither_run_nor_experiment_is_wrong_and_a_run_without_an_experiment_is_not_made()
    {
        Assert.Throws<ArgumentException>(() => Store.GetOrCreateRun(new()));
        Assert.Contains(
            "9",
            Assert.Throws<TrackerException>(() => Store.GetOrCreateRun(new() { Id = 9 })).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<TrackerException>(() => Store.GetOrCreateRun(new() { ExperimentId = 9 }));
        Assert.Throws<ArgumentException>(() =>
            Store.GetOrCreateRun(
                new()
                {
                    ExperimentId = 1,
                    Draft = new("x") { Uid = "not hexadecimal" },
                }
            )
        );
    }

    [Fact]
    public void An_experiment_is_opened_by_number_by_name_or_by_both()
    {
        var (a, b) = (Store.OpenExperiment(null, "a"), Store.OpenExperiment(null, "b"));
        Assert.Equal(a, Store.OpenExperiment(a.Id, null));
        Assert.Equal(a, Store.OpenExperiment(a.Id, "a"));
        Assert.Throws<ArgumentException>(() => Store.OpenExperiment(null, null));
        Assert.Equal(
            $"experiment {a.Id} \"a\" conflicts with experiment {b.Id} \"b\"",
            Assert.Throws<TrackerException>(() => Store.OpenExperiment(a.Id, "b")).Message
        );
        Assert.Equal(TrackerFailure.Conflict, Assert.Throws<TrackerException>(() => Store.OpenExperiment(a.Id, "c")).Failure);
        Assert.Equal(TrackerFailure.UnknownReference, Assert.Throws<TrackerException>(() => Store.OpenExperiment(99, "a")).Failure);
    }
}
