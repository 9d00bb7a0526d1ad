using NodaTime;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    // How many signs may be missing before a run is called dead: some are lost or late, and clocks disagree.
    const int MissedBeats = 4;

    /// <summary>
    /// Calls the running runs that gave no sign of life for longer than <paramref name="silence"/> NODE_FAIL, whether they promised one or
    /// not: whoever was killed cannot say so. A run that does give a sign again, by a heartbeat or by metrics, is running again.
    /// </summary>
    /// <returns>The numbers of the runs that were called so.</returns>
    public IReadOnlyList<long> FailSilentRuns(Duration silence) =>
        database.Write(Durability.ProcessDeath, connection => FailSilent(connection, _ => silence));

    /// <summary>As <see cref="FailSilentRuns"/>, of the runs that promised signs of life and owe four of them.</summary>
    /// <returns>The numbers of the runs that were called so.</returns>
    public IReadOnlyList<long> FailOverdueRuns() => database.Write(Durability.ProcessDeath, FailOverdue);

    /// <summary>A sign of life of those of the runs that are running or fell silent, and the verdict on others that owe theirs.</summary>
    internal void Beat(IReadOnlyCollection<long> runs) =>
        database.Write(
            Durability.ProcessDeath,
            connection =>
            {
                var now = Now();
                foreach (var run in runs)
                    if (connection.Text("SELECT CAST(status AS TEXT) FROM runs WHERE id = @id", ("@id", run)) is "RUNNING" or "NODE_FAIL")
                        SignOfLife(connection, run, now);
                return FailOverdue(connection);
            }
        );

    List<long> FailOverdue(StoreConnection connection) =>
        FailSilent(connection, heartbeat => heartbeat is { } promised ? Duration.FromSeconds(MissedBeats * promised) : null);

    List<long> FailSilent(StoreConnection connection, Func<double?, Duration?> patience)
    {
        var now = clock.GetCurrentInstant();
        var failed = new List<long>();
        foreach (var (run, updated, heartbeat) in connection.Rows(
            "SELECT id, time_updated, heartbeat_seconds FROM runs WHERE status = 'RUNNING' AND time_updated IS NOT NULL ORDER BY id",
            reader => (reader.GetInt64(0), reader.Time(1), reader.IsDBNull(2) ? (double?)null : reader.GetDouble(2))))
        {
            if (patience(heartbeat) is not { } allowed || now - updated <= allowed)
                continue;
            connection.Execute(
                "UPDATE runs SET status = 'NODE_FAIL', time_ended = @now WHERE id = @id",
                ("@now", Timestamps.Text(now)),
                ("@id", run)
            );
            Audit(connection, run, SilenceAction, $$"""{"seconds":{{(now - updated).TotalSeconds:R}}}""");
            failed.Add(run);
        }
        return failed;
    }

    const string SilenceAction = "silent";

    /// <summary>
    /// Takes away the metrics of a run from a step on, because the job starts again from an
    /// earlier state; what was done is kept in the audit table.
    /// </summary>
    /// <remarks>
    /// Buckets of thinned points go when they begin at the step or later. One that begins before it and ends behind it cannot be divided:
    /// it stays, so that nothing from before the step is lost, and the audit tells how many such there are and how many points they have. A
    /// metric of which only buckets are left has the mean of the last one as its value.
    /// </remarks>
    /// <param name="runId">The run.</param>
    /// <param name="fromStep">The first step that goes.</param>
    /// <param name="reason">Why, for the audit.</param>
    /// <returns>How many rows of the wide table and of the history went.</returns>
    /// <exception cref="TrackerException">There is no such run.</exception>
    public (long Rows, long History) TruncateMetrics(long runId, long fromStep, string reason) =>
        database.Write(
            Durability.PowerLoss,
            connection =>
            {
                if (connection.Number("SELECT 1 FROM runs WHERE id = @run", ("@run", runId)) is null)
                    throw NoRun(runId);
                (string, object?)[] parameters = [("@run", runId), ("@step", fromStep)];
                connection.Execute("DELETE FROM metrics_narrow WHERE run_id = @run AND step >= @step", parameters);
                long rows = connection.Execute("DELETE FROM metrics WHERE run_id = @run AND step >= @step", parameters);
                long history = connection.Execute("DELETE FROM history WHERE run_id = @run AND step >= @step", parameters);
                long buckets = connection.Execute("DELETE FROM rollups WHERE run_id = @run AND first_step >= @step", parameters);
                var (divided, dividedPoints) = connection.Rows(
                    "SELECT count(*), CAST(coalesce(sum(points), 0) AS BIGINT) FROM rollups WHERE run_id = @run AND last_step >= @step",
                    reader => (reader.GetInt64(0), reader.GetInt64(1)),
                    parameters
                )[0];
                connection.Execute("DELETE FROM latest WHERE run_id = @run AND step >= @step", parameters);
                connection.Execute(
                    "INSERT INTO latest (run_id, key_id, step, timestamp_ms, value) "
                        + "SELECT run_id, key_id, step, timestamp_ms, value FROM (SELECT h.*, row_number() OVER (PARTITION BY key_id "
                        + "ORDER BY step DESC, timestamp_ms DESC, value DESC) AS place "
                        + "FROM history h WHERE run_id = @run) AS ranked WHERE place = 1 AND key_id NOT IN (SELECT key_id FROM latest "
                        + "WHERE run_id = @run)",
                    ("@run", runId)
                );
                long means =
                    buckets + divided == 0
                    && connection.Number("SELECT 1 FROM rollups WHERE run_id = @run LIMIT 1", ("@run", runId)) is null
                        ? 0
                        : connection.Execute(
                            "INSERT INTO latest (run_id, key_id, step, timestamp_ms, value) "
                                + "SELECT run_id, key_id, CASE WHEN last_step < @step THEN last_step ELSE first_step END, last_ms, "
                                + "total / points "
                                + "FROM (SELECT u.*, row_number() OVER (PARTITION BY key_id ORDER BY last_step DESC, last_ms DESC, "
                                + "width_ms) AS place "
                                + "FROM rollups u WHERE run_id = @run) AS ranked WHERE place = 1 AND key_id NOT IN (SELECT key_id "
                                + "FROM latest WHERE run_id = @run)",
                            parameters
                        );
                Audit(
                    connection,
                    runId,
                    "truncate",
                    Json.Kept(
                        System.Text.Json.JsonSerializer.Serialize(
                            buckets + divided + means == 0
                                ? new
                                {
                                    from_step = fromStep,
                                    rows,
                                    history,
                                    reason,
                                }
                                : (object)
                                    new
                                    {
                                        from_step = fromStep,
                                        rows,
                                        history,
                                        rollups = buckets,
                                        divided,
                                        divided_points = dividedPoints,
                                        means,
                                        reason,
                                    }
                        )
                    )
                );
                return (rows, history);
            }
        );

    /// <summary>What was done to runs on purpose or for their silence, oldest first.</summary>
    public IReadOnlyList<AuditEntry> AuditEntries(long? runId = null) => database.Read(connection => connection.Rows(
        "SELECT id, time, run_id, action, detail FROM audit" + (runId is null ? "" : " WHERE run_id = @run") + " ORDER BY id",
        reader => new AuditEntry(reader.GetInt64(0), reader.Time(1), reader.LongOrNull(2), reader.GetString(3), reader.Json(4)),
        ("@run", runId ?? 0)));

    void Audit(StoreConnection connection, long? runId, string action, string detail) =>
        connection.Execute(
            "INSERT INTO audit (time, run_id, action, detail) VALUES (@now, @run, @action, @detail)",
            ("@now", Now()),
            ("@run", runId),
            ("@action", action),
            ("@detail", detail)
        );

    // A sign of life: a run that was only silent is running again.
    bool SignOfLife(StoreConnection connection, long runId, string now)
    {
        if (
            connection.Text(
                "UPDATE runs SET time_updated = @now WHERE id = @id RETURNING CAST(status AS TEXT)",
                ("@now", now),
                ("@id", runId)
            )
            is not { } status
        )
            return false;
        var isBack =
            status == "NODE_FAIL"
            && connection.Text("SELECT action FROM audit WHERE run_id = @id ORDER BY id DESC LIMIT 1", ("@id", runId)) == SilenceAction;
        if (isBack)
        {
            connection.Execute("UPDATE runs SET status = 'RUNNING', time_ended = NULL WHERE id = @id", ("@id", runId));
            Audit(connection, runId, "back", "{}");
        }
        return true;
    }
}
