using System.Data.Common;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    const string RunSelect =
        "SELECT r.id, r.experiment_id, e.name, r.name, CAST(r.status AS TEXT), r.time_created, r.time_started, r.time_updated, "
            + "r.time_ended, "
        + "r.comment, r.tags, r.args, r.env, r.uid FROM runs r JOIN experiments e ON e.id = r.experiment_id";

    /// <summary>Makes a run, PENDING.</summary>
    /// <exception cref="ArgumentException">The draft is malformed.</exception>
    /// <exception cref="TrackerException">The experiment does not exist.</exception>
    public Run CreateRun(long experimentId, RunDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        draft.Validate();
        return database.Write(Durability.ProcessDeath, connection => Create(connection, experimentId, draft));
    }

    /// <summary>Starts a run, or starts it again: RUNNING, from now, not ended.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="heartbeat">How often it promises a sign of life, see <see cref="FailOverdueRuns"/>; null promises none.</param>
    /// <exception cref="TrackerException">There is no such run.</exception>
    public void StartRun(long runId, TimeSpan? heartbeat = null) =>
        UpdateRun(
            runId,
            "UPDATE runs SET status = 'RUNNING', time_started = @now, time_updated = @now, time_ended = NULL, "
                + "heartbeat_seconds = @heartbeat WHERE id = @id",
            ("@heartbeat", heartbeat?.TotalSeconds)
        );

    /// <summary>
    /// A sign of life: the run's time of update becomes now, and one that was called NODE_FAIL for its silence runs again.
    /// </summary>
    /// <exception cref="TrackerException">There is no such run.</exception>
    public void TouchRun(long runId) =>
        database.Write(Durability.ProcessDeath, connection => SignOfLife(connection, runId, Now()) ? true : throw NoRun(runId));

    /// <summary>Puts a run into another state; a final one ends it now, any other takes its end back.</summary>
    /// <exception cref="TrackerException">There is no such run.</exception>
    public void SetRunStatus(long runId, RunStatus status) => UpdateRun(
        runId,
        $"UPDATE runs SET status = @status, time_updated = @now, time_ended = {(status.IsFinal() ? "@now" : "NULL")} WHERE id = @id",
        ("@status", status.ToText()));

    /// <summary>Ends a run.</summary>
    /// <exception cref="ArgumentException">The status is not a final one.</exception>
    /// <exception cref="TrackerException">There is no such run.</exception>
    public void StopRun(long runId, RunStatus status = RunStatus.Completed)
    {
        if (!status.IsFinal())
            throw new ArgumentException($"a run does not end as {status.ToText()}");
        SetRunStatus(runId, status);
    }

    /// <summary>Deletes a run with its metrics, links and objects; true when it was there.</summary>
    public bool DeleteRun(long runId)
    {
        var (wasThere, objects) = database.Write(Durability.ProcessDeath, connection =>
        {
            var objects = ObjectFilesOfRun(connection, runId);
            return (connection.Execute("DELETE FROM runs WHERE id = @id", ("@id", runId)) > 0, objects);
        });
        RemoveUnused(objects);
        return wasThere;
    }

    /// <summary>The run of this number, or null.</summary>
    public Run? FindRun(long runId) => database.Read(connection => FindRun(connection, runId));

    /// <summary>Lists runs with their last metrics, the newest run first, of one experiment or of all.</summary>
    /// <param name="experiment">The experiment's name.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<RunSummary> Runs(string? experiment = null, int? limit = null) => database.Read(connection =>
    {
        var runs = connection.Rows(
            RunSelect + (experiment is null ? "" : " WHERE e.name = @experiment") + " ORDER BY r.id DESC LIMIT @limit",
            ReadRun,
            ("@experiment", experiment),
            ("@limit", limit ?? long.MaxValue));
        var columns = MetricColumns.Read(connection);
        return runs.ConvertAll(run => new RunSummary(
            run.Id, run.Experiment, run.Name, run.Status, run.Started, run.Updated, MetricTable.Last(connection, columns, run.Id)));
    });

    /// <summary>Links two runs; linking them again changes nothing.</summary>
    /// <exception cref="TrackerException">One of them does not exist.</exception>
    public void LinkRuns(long fromId, string kind, long toId) => AddLink("run", fromId, kind, toId);

    /// <summary>Removes a link between runs; true when it was there.</summary>
    public bool UnlinkRuns(long fromId, string kind, long toId) => RemoveLink("run", fromId, kind, toId);

    /// <summary>Every link from or to this run.</summary>
    public IReadOnlyList<Link> RunLinks(long runId) => Links("run", runId);

    void UpdateRun(long runId, string sql, params (string Name, object? Value)[] parameters) =>
        database.Write(Durability.ProcessDeath, connection =>
        {
            if (connection.Execute(sql, [("@id", runId), ("@now", Now()), .. parameters]) == 0)
                throw new TrackerException(TrackerFailure.UnknownReference, $"there is no run {runId} in tracker store '{Location}'");
            return true;
        });

    static Run? FindRun(StoreConnection connection, long runId) =>
        connection.Rows(RunSelect + " WHERE r.id = @id", ReadRun, ("@id", runId)).FirstOrDefault();

    static Run ReadRun(DbDataReader reader) => new(
        Id: reader.GetInt64(0),
        ExperimentId: reader.GetInt64(1),
        Experiment: reader.GetString(2),
        Name: reader.GetString(3),
        Status: RunStatusText.Parse(reader.GetString(4)),
        Created: reader.Time(5),
        Started: reader.TimeOrNull(6),
        Updated: reader.TimeOrNull(7),
        Ended: reader.TimeOrNull(8))
    {
        Comment = reader.TextOrNull(9),
        Tags = reader.Json(10),
        Args = reader.Json(11),
        Env = reader.Json(12),
        Uid = reader.GetString(13),
    };
}
