using NodaTime;

namespace Idq.Tracking.Tests.Runs;

public sealed class SilenceTestsOnSqlite() : SilenceTests(TestEngine.Sqlite);

public sealed class SilenceTestsOnPostgres() : SilenceTests(TestEngine.Postgres);

/// <summary>Heartbeats, silence, and metrics that a restart takes back.</summary>
public abstract class SilenceTests(TestEngine engine) : StoreFixture(engine)
{
    long Running(string name = "train")
    {
        var run = Store.CreateRun(Store.GetOrCreateExperiment("o4").Id, new(name)).Id;
        Store.StartRun(run);
        return run;
    }

    [Fact]
    public void A_run_that_fell_silent_has_failed_and_is_back_when_it_gives_a_sign()
    {
        var (silent, beating, ended) = (Running("silent"), Running("beating"), Running("ended"));
        Store.StopRun(ended);
        Clock.Advance(Duration.FromSeconds(100));
        Store.TouchRun(beating);
        Assert.Empty(Store.FailSilentRuns(Duration.FromSeconds(100)));
        Clock.Advance(Duration.FromSeconds(1));
        Assert.Equal([silent], Store.FailSilentRuns(Duration.FromSeconds(100)));
        Assert.Equal((RunStatus.NodeFail, Clock.GetCurrentInstant()), (Store.FindRun(silent)!.Status, Store.FindRun(silent)!.Ended!.Value));
        Assert.Equal((RunStatus.Running, RunStatus.Completed), (Store.FindRun(beating)!.Status, Store.FindRun(ended)!.Status));
        Assert.Empty(Store.FailSilentRuns(Duration.FromSeconds(100)));

        Store.AddMetrics(silent, 1, 0, null, [Metric("a", 1.0)]);
        Assert.Equal((RunStatus.Running, (Instant?)null), (Store.FindRun(silent)!.Status, Store.FindRun(silent)!.Ended));
        Assert.Equal(["silent", "back"], Store.AuditEntries(silent).Select(a => a.Action));
    }

    [Fact]
    public void Only_those_that_promised_signs_of_life_can_owe_them()
    {
        var experiment = Store.GetOrCreateExperiment("o4").Id;
        var (promised, silent) = (Store.CreateRun(experiment, new("promised")).Id, Running("says nothing for hours"));
        Store.StartRun(promised, TimeSpan.FromSeconds(30));
        Clock.Advance(Duration.FromSeconds(120));
        Assert.Empty(Store.FailOverdueRuns());
        Clock.Advance(Duration.FromSeconds(1));
        Assert.Equal([promised], Store.FailOverdueRuns());
        Assert.Equal((RunStatus.NodeFail, RunStatus.Running), (Store.FindRun(promised)!.Status, Store.FindRun(silent)!.Status));

        // Started again without a promise, it owes nothing.
        Store.StartRun(promised);
        Clock.Advance(Duration.FromHours(1));
        Assert.Empty(Store.FailOverdueRuns());
    }

    [Fact]
    public async Task A_process_that_lives_tells_of_one_that_was_killed_and_never_of_its_own_runs()
    {
        var experiment = Store.GetOrCreateExperiment("o4").Id;
        var (killed, own, ended) = (
            Store.CreateRun(experiment, new("killed")).Id,
            Store.CreateRun(experiment, new("own")).Id,
            Store.CreateRun(experiment, new("ended")).Id
        );
        foreach (var run in new[] { killed, own, ended })
            Store.StartRun(run, TimeSpan.FromSeconds(30));
        Store.StopRun(ended);
        var end = Store.FindRun(ended)!.Updated;
        Clock.Advance(Duration.FromMinutes(10));
        using (new Heartbeat(Store, [own, ended], TimeSpan.FromMilliseconds(5)))
            while (Store.FindRun(killed)!.Status != RunStatus.NodeFail) await Task.Delay(5);
        Assert.Equal((RunStatus.Running, Clock.GetCurrentInstant()), (Store.FindRun(own)!.Status, Store.FindRun(own)!.Updated!.Value));
        Assert.Equal((RunStatus.Completed, end), (Store.FindRun(ended)!.Status, Store.FindRun(ended)!.Updated));

        // What was only thought dead comes back with its next sign.
        using (new Heartbeat(Store, [killed], TimeSpan.FromMilliseconds(5)))
            while (Store.FindRun(killed)!.Status != RunStatus.Running) await Task.Delay(5);
        Assert.Equal(["silent", "back"], Store.AuditEntries(killed).Select(a => a.Action));
    }

    [Fact]
    public void A_run_that_was_called_failed_by_somebody_stays_so()
    {
        var run = Running();
        Store.StopRun(run, RunStatus.NodeFail);
        Store.TouchRun(run);
        Assert.Equal(RunStatus.NodeFail, Store.FindRun(run)!.Status);
    }

    [Fact]
    public void A_sign_of_life_of_no_run_is_an_error() =>
        Assert.Equal(TrackerFailure.UnknownReference, Assert.Throws<TrackerException>(() => Store.TouchRun(5)).Failure);

    [Fact]
    public void Metrics_from_a_step_on_are_taken_away_with_an_entry_in_the_audit()
    {
        var (run, other) = (Running(), Running("other"));
        foreach (var r in new[] { run, other })
            for (var step = -2; step < 10; step++)
                Store.AddMetrics(
                    r,
                    step,
                    0,
                    null,
                    [Metric("loss", 1.0 / (step + 3)), Metric("LOSS", step), Metric("note", $"step {step}")]
                );
        var (rows, history) = Store.TruncateMetrics(run, 4, "restart from a checkpoint");
        Assert.Equal((6L, 0L), (rows, history));
        Assert.Equal(Enumerable.Range(-2, 6).Select(i => (long)i), Store.ReadMetrics(run).Select(p => p.Step).Distinct());
        Assert.Equal(36, Store.ReadMetrics(other).Count());
        Assert.Equal("step 3", Store.Runs().Single(r => r.Id == run).Metrics["note"].AsText);
        var entry = Assert.Single(Store.AuditEntries(run));
        Assert.Equal(
            ("truncate", """{"from_step":4,"history":0,"reason":"restart from a checkpoint","rows":6}"""),
            (entry.Action, entry.Detail)
        );
        Assert.Empty(Store.AuditEntries(other));
    }

    [Fact]
    public void Truncation_brings_the_newest_value_of_the_history_back_to_what_remains()
    {
        var run = Running();
        Sql("INSERT INTO metric_keys (id, key) VALUES (1, 'a'), (2, 'b')");
        Sql(
            $"INSERT INTO history (run_id, key_id, step, timestamp_ms, value) VALUES ({run}, 1, 1, 10, 0.5), ({run}, 1, 1, 20, 0.25), "
                + $"({run}, 1, 7, 30, 9), ({run}, 2, 7, 30, 9)"
        );
        Sql($"INSERT INTO latest (run_id, key_id, step, timestamp_ms, value) VALUES ({run}, 1, 7, 30, 9), ({run}, 2, 7, 30, 9)");
        Assert.Equal((0L, 2L), Store.TruncateMetrics(run, 5, "test"));
        Assert.Equal(1, Sql("SELECT count(*) FROM latest"));
        Assert.Equal(20, Sql("SELECT timestamp_ms FROM latest WHERE key_id = 1 AND step = 1 AND value = 0.25"));
    }

    [Fact]
    public async Task Tracked_work_is_running_while_it_runs_and_ends_as_it_ended()
    {
        var experiment = Store.GetOrCreateExperiment("o4").Id;
        long New() => Store.CreateRun(experiment, new("tracked")).Id;
        RunStatus Status(long run) => Store.FindRun(run)!.Status;
        var options = new TrackOptions { Heartbeat = TimeSpan.FromMilliseconds(5), Interrupt = RunStatus.Preempted };

        var good = New();
        await Store.TrackAsync(good, _ =>
        {
            Assert.Equal(RunStatus.Running, Status(good));
            return Task.CompletedTask;
        }, options);
        Assert.Equal(RunStatus.Completed, Status(good));

        var bad = New();
        await Assert.ThrowsAsync<InvalidDataException>(() => Store.TrackAsync(bad, _ => throw new InvalidDataException(), options));
        Assert.Equal(RunStatus.Failed, Status(bad));

        var stopped = New();
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.TrackAsync(stopped, async token =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        }, options, stop.Token));
        Assert.Equal(RunStatus.Preempted, Status(stopped));
    }

    [Fact]
    public async Task A_heartbeat_keeps_a_long_piece_of_work_alive()
    {
        var run = Store.CreateRun(Store.GetOrCreateExperiment("o4").Id, new("long")).Id;
        await Store.TrackAsync(run, async token =>
        {
            Clock.Advance(Duration.FromHours(1));
            while (Store.FindRun(run)!.Updated != Clock.GetCurrentInstant()) await Task.Delay(5, token);
            Assert.Empty(Store.FailSilentRuns(Duration.FromMinutes(1)));
        }, new TrackOptions { Heartbeat = TimeSpan.FromMilliseconds(5) });
        Assert.Equal(RunStatus.Completed, Store.FindRun(run)!.Status);
    }
}
