namespace Idq.Tracking.Tests.Store;

public sealed class ViewTestsOnSqlite() : ViewTests(TestEngine.Sqlite);

public sealed class ViewTestsOnPostgres() : ViewTests(TestEngine.Postgres);

/// <summary>The ready views.</summary>
public abstract class ViewTests(TestEngine engine) : StoreFixture(engine)
{
    [Fact]
    public void Runs_and_experiments_are_counted()
    {
        var (o3, o4) = (Store.GetOrCreateExperiment("o3").Id, Store.GetOrCreateExperiment("o4").Id);
        foreach (var status in new[] { RunStatus.Running, RunStatus.Completed, RunStatus.Completed, RunStatus.NodeFail })
            Store.SetRunStatus(Store.CreateRun(o4, new("train")).Id, status);
        Store.AddMetrics(1, 0, 0, null, [Metric("a", 1.0)]);
        Assert.Equal(4, Sql("SELECT runs FROM experiment_overview WHERE name = 'o4' AND running = 1 AND completed = 2 AND failed = 1"));
        Assert.Equal(o3, Sql("SELECT id FROM experiment_overview WHERE runs = 0"));
        Assert.Equal(1, Sql("SELECT metric_rows FROM run_overview WHERE id = 1 AND experiment = 'o4' AND history_rows = 0"));
    }

    [Fact]
    public void Histories_have_the_names_of_their_metrics()
    {
        var run = Store.CreateRun(Store.GetOrCreateExperiment("o4").Id, new("train")).Id;
        Sql("INSERT INTO metric_keys (id, key) VALUES (7, 'loss')");
        Sql($"INSERT INTO history (run_id, key_id, step, timestamp_ms, value) VALUES ({run}, 7, 1, 10, 0.5), ({run}, 7, 2, 20, 0.25)");
        Sql($"INSERT INTO latest (run_id, key_id, step, timestamp_ms, value) VALUES ({run}, 7, 2, 20, 0.25)");
        Assert.Equal(2, Sql("SELECT count(*) FROM metric_history WHERE key = 'loss' AND value >= 0.25"));
        Assert.Equal(2, Sql("SELECT step FROM metric_latest WHERE key = 'loss' AND timestamp_ms = 20"));
    }

    [Fact]
    public void A_product_is_traced_to_what_it_was_made_of()
    {
        Store.Commit(
            Products(
                Draft("model", kind: "model"),
                Draft("quiver", parents: [1]),
                Draft("map", kind: "map", parents: [2]),
                Draft("series", kind: "series", parents: [1, 3])
            )
        );
        Assert.Equal(2, Sql("SELECT count(*) FROM product_origins WHERE seq = 4"));
        Assert.Equal(3, Sql("SELECT origin FROM product_origins WHERE seq = 4 AND origin_kind = 'map'"));
        Assert.Equal(0, Sql("SELECT ordinal FROM product_origins WHERE path = 'series' AND origin_path = 'model'"));
        Assert.Equal(0, Sql("SELECT count(*) FROM product_origins WHERE seq = 1"));
    }

    [Fact]
    public void Losses_are_summed_by_job_and_reason()
    {
        Store.Commit(
            new StrideCommit
            {
                Skips =
                [
                    new("evaluate", 0, 8_000_000_000, "late"),
                    new("evaluate", 8_000_000_000, 16_000_000_000, "late"),
                    new("train", 0, 1, "unknown"),
                ],
            }
        );
        Assert.Equal(2, Sql("SELECT strides FROM job_losses WHERE job = 'evaluate' AND reason = 'late' AND seconds = 16"));
    }
}
