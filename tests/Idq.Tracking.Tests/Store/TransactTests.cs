namespace Idq.Tracking.Tests.Store;

public sealed class TransactTestsOnSqlite() : TransactTests(TestEngine.Sqlite);

public sealed class TransactTestsOnPostgres() : TransactTests(TestEngine.Postgres);

/// <summary>Several calls as one transaction.</summary>
public abstract class TransactTests(TestEngine engine) : StoreFixture(engine)
{
    long NewRun(string name = "run") => Store.CreateRun(Store.GetOrCreateExperiment("o4").Id, new(name)).Id;

    [Fact]
    public async Task All_calls_are_stored_or_none_and_nobody_sees_a_part_of_them()
    {
        var run = NewRun();
        var made = 0L;
        await Assert.ThrowsAsync<InvalidDataException>(() => Task.Run(() => Store.Transact(() =>
        {
            made = NewRun("second");
            Store.StartRun(run);
            Store.AddMetrics(run, 0, 0, null, [Metric("fresh", 1.0)]);
            Assert.Equal("second", Store.FindRun(made)!.Name);
            Assert.Equal(1.0, Assert.Single(Store.ReadMetrics(run)).Value);
            // Somebody else reads at the same time.
            using var other = TrackerStore.OpenReadOnly(StorePath);
            Assert.Equal((null, RunStatus.Pending), (other.FindRun(made), other.FindRun(run)!.Status));
            throw new InvalidDataException();
        })));
        Assert.Equal((null, RunStatus.Pending), (Store.FindRun(made), Store.FindRun(run)!.Status));
        Assert.Empty(Store.MetricNames());

        // The column that was undone is made again.
        Assert.Equal(5, Store.Transact(() =>
        {
            Store.AddMetrics(run, 0, 0, null, [Metric("fresh", 2.0)]);
            Store.AddMetrics(run, 1, 0, null, [Metric("fresh", 3.0), Metric("fresher", 3.0)]);
            return 5;
        }));
        Store.AddMetrics(run, 2, 0, null, [Metric("fresher", 4.0)]);
        Assert.Equal([2.0, 3.0, 3.0, 4.0], Store.ReadMetrics(run).Select(point => point.Value.AsDouble).Order());
    }

    [Fact]
    public void A_call_that_is_refused_undoes_itself_only()
    {
        var run = NewRun();
        Store.Transact(() =>
        {
            Store.AddMetrics(run, 0, 0, null, [Metric("a", 1.0)]);
            Assert.Throws<TrackerException>(() =>
                Store.AddMetrics([new(run, 1, 0, null, [Metric("a", 1.0)]), new(run + 1, 0, 0, null, [Metric("a", 1.0)])])
            );
            Assert.Throws<TrackerException>(() => Store.StartRun(run + 1));
            Store.Transact(() => Store.StartRun(run));
        });
        Assert.Equal((RunStatus.Running, 0L), (Store.FindRun(run)!.Status, Assert.Single(Store.ReadMetrics(run)).Step));
    }

    [Fact]
    public async Task Writers_on_other_threads_take_their_turn_afterwards()
    {
        var run = NewRun();
        var inside = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var transaction = Task.Run(() => Store.Transact(() =>
        {
            Store.AddMetrics(run, 0, 0, null, [Metric("a", 1.0)]);
            inside.SetResult();
            Thread.Sleep(50);
            Store.AddMetrics(run, 0, 0, null, [Metric("b", 1.0)]);
        }));
        await inside.Task;
        await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => Task.Run(() => Store.AddMetrics(run, 0, 0, null, [Metric("a", 2.0), Metric($"c{i}", i)])))
        );
        await transaction;
        Assert.Equal((10, 2.0), (Store.ReadMetrics(run).Count(), Store.ReadMetrics(run).Single(point => point.Key == "a").Value.AsDouble));
    }

    [Fact]
    public void Files_of_objects_go_only_when_what_deleted_them_is_stored()
    {
        using var store = TrackerStore.Open(StorePath, Clock);
        store.ObjectsFolder = InFolder("objects");
        var run = store.CreateRun(store.GetOrCreateExperiment("o4").Id, new("run")).Id;
        var stored = store.PutObject(ObjectOwner.Run(run), "model", new MemoryStream("content"u8.ToArray()));
        Assert.Throws<InvalidDataException>(() => store.Transact(() =>
        {
            Assert.True(store.DeleteRun(run));
            throw new InvalidDataException();
        }));
        store.SaveObject(stored, InFolder("again"));
        Assert.Equal("content", File.ReadAllText(InFolder("again")));
        Assert.Throws<InvalidOperationException>(() => store.Transact(() => store.CollectGarbage(new(NodaTime.Duration.Zero))));

        Assert.True(store.Transact(() => store.DeleteRun(run)));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(InFolder("objects"), "*", SearchOption.AllDirectories),
            path => Path.GetFileName(path).Length == 64
        );
    }

    [Fact]
    public async Task Steps_that_are_counted_for_the_caller_have_no_holes_and_no_doubles()
    {
        var run = NewRun();
        var steps = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => Task.Run(() => Store.AppendMetrics(run, [Metric("a", i)], gpsNs: i)))
        );
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (long)i), steps.Order());
        Assert.Equal(40, Store.ReadMetrics(run).Count());
        Store.AddMetrics(run, 99, 0, null, [Metric("a", 0.5)]);
        Assert.Equal(100, Store.AppendMetrics(run, [Metric("a", 0.5)], progress: 0.25));
        Assert.Throws<TrackerException>(() => Store.AppendMetrics(run + 1, [Metric("a", 0.5)]));
    }
}
