namespace Idq.Tracking.Tests.Store;

public sealed class GroupCommitTestsOnSqlite() : GroupCommitTests(TestEngine.Sqlite);

public sealed class GroupCommitTestsOnPostgres() : GroupCommitTests(TestEngine.Postgres);

/// <summary>Writers that wait are committed together, and each of them is whole or not at all.</summary>
public abstract class GroupCommitTests(TestEngine engine) : StoreFixture(engine)
{
    [Fact]
    public async Task A_write_that_is_refused_does_not_take_its_neighbours_with_it()
    {
        Store.Commit(Products(Draft("taken")));
        var good = Enumerable.Range(0, 200).Select(i => Task.Run(() => Store.Commit(Products(Draft($"{i}")))));
        var bad = Enumerable
            .Range(0, 200)
            .Select(i =>
                Task.Run(() =>
                    Assert
                        .Throws<TrackerException>(() =>
                            Store.Commit(
                                new StrideCommit
                                {
                                    Products = [Draft($"bad {i}"), Draft("taken")],
                                    Cursors = [new CursorMove("bad", "moved")],
                                }
                            )
                        )
                        .Failure
                )
            );
        var (seqs, failures) = (await Task.WhenAll(good), await Task.WhenAll(bad));
        Assert.All(failures, f => Assert.Equal(TrackerFailure.DuplicateProduct, f));
        Assert.Equal(Enumerable.Range(2, 200).Select(i => (long)i), seqs.Select(s => Assert.Single(s)).Order());
        Assert.Equal(201, Store.Products().Count());
        Assert.Null(Store.Cursor("bad"));
    }

    [Fact]
    public async Task Whoever_has_returned_is_read_by_everybody()
    {
        using var other = OpenAgain();
        await Parallel.ForAsync(0, 100, (i, _) =>
        {
            Store.Commit(Products(Draft($"{i}")));
            Assert.NotNull(Store.ProductAt($"{i}"));
            Assert.NotNull(other.ProductAt($"{i}"));
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public async Task Writers_that_wait_share_a_transaction()
    {
        using var database = new StoreDatabase(StoreLocation.Open(StorePath), isReadOnly: false);
        var (first, go) = (new TaskCompletionSource(), new ManualResetEventSlim());
        var transactions = new System.Collections.Concurrent.ConcurrentBag<long>();
        var id = Engine == TestEngine.Sqlite ? "SELECT total_changes()" : "SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)";
        var holder = Task.Run(() => database.Write(Durability.ProcessDeath, _ =>
        {
            first.SetResult();
            go.Wait();
            return true;
        }));
        await first.Task;
        var waiting = Enumerable.Range(0, 20).Select(_ => Task.Factory.StartNew(() => database.Write(Durability.ProcessDeath, c =>
        {
            transactions.Add(c.Number(id)!.Value);
            return true;
        }), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        while (database.Waiting < 20) await Task.Delay(5);
        go.Set();
        await Task.WhenAll([holder, .. waiting]);
        Assert.Equal(20, transactions.Count);
        Assert.Single(transactions.Distinct());
    }
}
