namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    /// <summary>
    /// The run that a request names, made when absent, so that a job which starts again goes on in its run. Of several that ask at once
    /// one makes it and all get the same. Tags, arguments and environment of the draft are merged into a run that is there.
    /// </summary>
    /// <exception cref="ArgumentException">Neither a run nor an experiment is named, or the draft is malformed.</exception>
    /// <exception cref="TrackerException">The run belongs to another experiment, or the experiment does not exist.</exception>
    public Run GetOrCreateRun(RunIdentity request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Draft.Validate();
        if (request is { Id: null, Uid: null, ExperimentId: null })
            throw new ArgumentException("a run is named by its number, its uid, or its experiment", nameof(request));
        return database.Write(
            Durability.ProcessDeath,
            connection =>
            {
                var run =
                    request.Id is { } id ? FindRun(connection, id)
                    : request.Uid is { } uid ? FindRun(connection, uid)
                    : null;
                if (run is null)
                    return Create(
                        connection,
                        request.ExperimentId ?? throw NoRun(request),
                        request.Draft with
                        {
                            Uid = request.Uid ?? request.Draft.Uid,
                        },
                        request.Id
                    );
                if (request.ExperimentId is { } experiment && experiment != run.ExperimentId)
                    throw new TrackerException(
                        TrackerFailure.Conflict,
                        $"run {run.Id} belongs to experiment {run.ExperimentId}, not {experiment}"
                    );
                connection.Execute(
                    "UPDATE runs SET tags = @tags, args = @args, env = @env, comment = COALESCE(@comment, comment), time_updated = @now "
                        + "WHERE id = @id",
                    ("@tags", Merged(run.Tags, request.Draft.Tags)),
                    ("@args", Merged(run.Args, request.Draft.Args)),
                    ("@env", Merged(run.Env, request.Draft.Env)),
                    ("@comment", request.Draft.Comment),
                    ("@now", Now()),
                    ("@id", run.Id)
                );
                return FindRun(connection, run.Id)!;
            }
        );
    }

    /// <summary>The run of this uid, or null.</summary>
    public Run? FindRun(string uid) => database.Read(connection => FindRun(connection, uid));

    static Run? FindRun(StoreConnection connection, string uid) =>
        connection.Rows(RunSelect + " WHERE r.uid = @uid", ReadRun, ("@uid", uid)).FirstOrDefault();

    Run Create(StoreConnection connection, long experimentId, RunDraft draft, long? id = null)
    {
        if (connection.Number("SELECT 1 FROM experiments WHERE id = @id", ("@id", experimentId)) is null)
            throw new TrackerException(
                TrackerFailure.UnknownReference,
                $"there is no experiment {experimentId} in tracker store '{Location}'"
            );
        var number = connection
            .Number(
                $"INSERT INTO runs ({(id is null ? "" : "id, ")}uid, experiment_id, name, status, time_created, comment, tags, args, env) "
                    + $"VALUES ({(id is null ? "" : "@id, ")}@uid, @experiment, @name, 'PENDING', @now, @comment, @tags, @args, @env) "
                    + "RETURNING id",
                ("@id", id ?? 0),
                ("@uid", draft.Uid ?? RunUid.New()),
                ("@experiment", experimentId),
                ("@name", draft.Name),
                ("@now", Now()),
                ("@comment", draft.Comment),
                ("@tags", Json.Kept(draft.Tags)),
                ("@args", Json.Kept(draft.Args)),
                ("@env", Json.Kept(draft.Env))
            )!
            .Value;
        if (id is not null)
            connection.Engine.SkipNumbers(connection, "runs");
        return FindRun(connection, number)!;
    }

    TrackerException NoRun(RunIdentity request) =>
        new(
            TrackerFailure.UnknownReference,
            $"there is no run {request.Id?.ToString() ?? request.Uid} in tracker store '{Location}'; name an experiment to make it in"
        );
}
