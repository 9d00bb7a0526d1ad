using Idq.Tracking.Tests.Worker;

namespace Idq.Tracking.Tests.Store;

public sealed class ConcurrencyTestsOnSqlite() : ConcurrencyTests(TestEngine.Sqlite);

public sealed class ConcurrencyTestsOnPostgres() : ConcurrencyTests(TestEngine.Postgres);

public abstract class ConcurrencyTests(TestEngine engine) : StoreFixture(engine)
{
    [Fact]
    public void Many_openers_of_a_fresh_file_make_one_schema()
    {
        for (var round = 0; round < 10; round++)
        {
            var path = InFolder($"fresh{round}.sqlite");
            Together(8, i =>
            {
                using var store = TrackerStore.Open(path, Clock);
                store.Commit(Products(Draft($"{i}")));
            });
            using var after = TrackerStore.OpenReadOnly(path);
            Assert.Equal(8, after.LastSeq());
        }
    }

    [Fact]
    public void Several_stores_on_one_file_lose_and_double_nothing()
    {
        const int Writers = 4, Each = 25;
        _ = Store;
        Together(Writers, i =>
        {
            using var store = OpenAgain();
            for (var done = 0; done < Each;)
            {
                if (Program.CommitNext(store, $"writer {i}"))
                    done++;
            }
        });
        AssertConsistent(Writers * Each);
        Assert.All(Store.Products().CountBy(p => p.Job), job => Assert.Equal(Each, job.Value));
    }

    [Fact]
    public async Task Threads_share_one_store_while_others_read()
    {
        const int Writers = 4, Each = 50;
        _ = Store;
        using var done = new CancellationTokenSource();
        Task reader = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                var seqs = Store.Products().Select(p => p.Seq).ToList();
                Assert.Equal(Enumerable.Range(1, seqs.Count).Select(i => (long)i), seqs);
            }
        });
        Together(Writers, i =>
        {
            for (var k = 0; k < Each; k++)
                Store.Commit(Products(Draft($"{i}/{k}"), Draft($"{i}/{k}b")));
        });
        await done.CancelAsync();
        await reader;
        Assert.Equal(2 * Writers * Each, Store.LastSeq());
        // The two products of one commit are never parted.
        Assert.All(Store.Products().Chunk(2), pair => Assert.Equal(pair[0].Path + "b", pair[1].Path));
    }

    [Fact]
    public void Creators_of_one_experiment_all_get_the_same()
    {
        var ids = new long[8];
        _ = Store;
        Together(ids.Length, i =>
        {
            using var store = OpenAgain();
            ids[i] = store.GetOrCreateExperiment("shared").Id;
        });
        Assert.Single(ids.Distinct());
        Assert.Single(Store.Experiments());
    }

    [Fact]
    public void Writers_that_meet_the_same_new_metrics_make_each_column_once()
    {
        const int Writers = 6, Metrics = 20;
        _ = Store;
        Together(Writers, i =>
        {
            using var store = OpenAgain();
            var run = store.CreateRun(store.GetOrCreateExperiment("shared").Id, new RunDraft("run"));
            for (var k = 0; k < Metrics; k++)
                store.AddMetrics(run.Id, k, 0, null, [Metric($"m{(k + i) % Metrics}", i)]);
        });
        Assert.Equal(Metrics, Store.MetricNames().Count);
        Assert.Equal(Writers * Metrics, Store.ReadMetrics().Count());
        Assert.All(Store.Runs(), run => Assert.Equal(Metrics, run.Metrics.Count));
    }

    [Fact]
    public void Processes_share_a_store_from_its_first_moment()
    {
        const int Each = 20;
        var workers = new List<WorkerProcess>();
        try
        {
            workers.Add(new WorkerProcess("commit", StorePath, Each));
            workers.Add(new WorkerProcess("commit", StorePath, Each));
            workers.Add(new WorkerProcess("metrics", StorePath, Each));
            workers.Add(new WorkerProcess("metrics", StorePath, Each));
            workers.ForEach(worker => worker.Go());
            workers.ForEach(worker => worker.End());
        }
        finally
        {
            workers.ForEach(worker => worker.Dispose());
        }

        AssertConsistent(2 * Each);
        Assert.Equal(2, Store.Products().Select(p => p.Job).Distinct().Count());
        Assert.Single(Store.Experiments());
        Assert.Equal(Each, Store.MetricNames().Count);
        Assert.All(Store.Runs(), run => Assert.Equal(Each, run.Metrics.Count));
    }

    [Fact]
    public void A_process_killed_at_any_moment_leaves_whole_commits()
    {
        var random = new Random(1);
        var acknowledged = 0L;
        for (var round = 0; round < 8; round++)
        {
            using (var worker = new WorkerProcess("commit", StorePath, int.MaxValue))
            {
                worker.Go();
                for (var lines = random.Next(1, 30); lines > 0; lines--)
                {
                    Assert.StartsWith("committed", worker.ReadLine(), StringComparison.Ordinal);
                    acknowledged++;
                }

                Thread.Sleep(random.Next(0, 5));
                acknowledged += worker.Kill().Count(line => line.StartsWith("committed ", StringComparison.Ordinal));
            }

            using var store = OpenAgain();
            // A server may still be at the commit that was under way; the next writer waits for it.
            store.Commit(new StrideCommit());
            var kept = store.LastSeq();
            // The last commit of each round may have been made but not reported.
            Assert.InRange(kept, acknowledged, acknowledged + round + 1);
            AssertConsistent(kept);
        }
    }

    void AssertConsistent(long count)
    {
        Assert.Equal(count.ToString(), Store.Cursor("count"));
        var products = Store.Products().ToList();
        Assert.Equal(Enumerable.Range(1, (int)count).Select(i => (long)i), products.Select(p => p.Seq));
        Assert.Equal(Enumerable.Range(1, (int)count).Select(i => $"{i}.parquet"), products.Select(p => p.Path));
        Assert.Equal(Enumerable.Range(1, (int)count).Select(i => (long)i), Store.Skips().Select(s => s.StartNs));
        Assert.Equal(Enumerable.Range(1, (int)count).Select(i => $"{i}"), Store.Outbox(limit: int.MaxValue).Select(m => m.Key));
    }

    static void Together(int count, Action<int> work)
    {
        using var barrier = new Barrier(count);
        Task.WaitAll(Enumerable.Range(0, count).Select(i => Task.Factory.StartNew(
            () =>
            {
                barrier.SignalAndWait();
                work(i);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray());
    }
}
