using System.Data.Common;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    const string TrackedRunColumns =
        "r.id, r.uid, r.experiment_id, r.name, CAST(r.status AS TEXT), r.time_started, r.time_ended, r.user_name, r.lifecycle, "
            + "r.artifact_uri, r.tags, r.args, r.extras";

    const string RunNameTag = "mlflow.runName";

    /// <summary>Makes a run, RUNNING from its start.</summary>
    /// <param name="draft">What it is made of.</param>
    /// <param name="artifactUri">Where its artifacts go, given its id and its experiment.</param>
    /// <exception cref="Refusal">There is no such experiment, or it is deleted; the name and its tag differ.</exception>
    internal TrackedRun CreateTrackedRun(TrackedRunDraft draft, Func<string, TrackedExperiment, string> artifactUri)
    {
        var uid = RunUid.New();
        var tag = draft.Tags.LastOrDefault(pair => pair.Key == RunNameTag).Value;
        if (!string.IsNullOrEmpty(draft.Name) && !string.IsNullOrEmpty(tag) && draft.Name != tag)
        {
            throw Refusal.Invalid(
                "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values "
                + $"(run_name='{draft.Name}', mlflow.runName='{tag}').");
        }

        var name = FirstText(draft.Name, tag) ?? RunNames.New();
        var now = Now();
        var started = draft.Started is { } milliseconds ? WireTime.Text(milliseconds, "start_time") : now;
        return database.Write(
            Durability.PowerLoss,
            connection =>
            {
                TrackedExperiment experiment = RequireTrackedExperiment(connection, draft.ExperimentId);
                RequireActive(experiment);
                connection.Execute(
                    "INSERT INTO runs (uid, experiment_id, name, status, time_created, time_started, time_updated, tags, user_name, "
                        + "artifact_uri) "
                        + "VALUES (@uid, @experiment, @name, 'RUNNING', @now, @started, @now, @tags, @user, @uri)",
                    ("@uid", uid),
                    ("@experiment", experiment.Id),
                    ("@name", name),
                    ("@now", now),
                    ("@started", started),
                    ("@tags", TextPairs.Merge("{}", [.. draft.Tags, new(RunNameTag, name)])),
                    ("@user", draft.User ?? ""),
                    ("@uri", artifactUri(uid, experiment))
                );
                return FindTrackedRun(connection, uid)!;
            }
        );
    }

    /// <summary>The run of this id with its latest metrics and inputs, deleted or not, or null.</summary>
    internal TrackedRun? FindTrackedRun(string uid) => database.Read(connection =>
        FindTrackedRun(connection, uid) is { } run ? WithData(connection, [run])[0] : null);

    /// <summary>The experiment of a run, or null when there is no such run.</summary>
    internal long? ExperimentOfRun(string uid) =>
        database.Read(connection => connection.Number("SELECT experiment_id FROM runs WHERE uid = @uid", ("@uid", uid)));

    /// <summary>Changes what is given of an active run; null leaves as it is.</summary>
    /// <exception cref="Refusal">There is no such run, or it is deleted.</exception>
    internal TrackedRun UpdateTrackedRun(string uid, RunStatus? status, long? ended, string? name) =>
        database.Write(
            Durability.PowerLoss,
            connection =>
            {
                TrackedRun run = RequireActiveRun(connection, uid);
                // The store's state may be finer than the protocol's: a client that sends the same state again must not coarsen it.
                RunStatus next = status is { } wanted && WireStatus.Of(wanted) != WireStatus.Of(run.Status) ? wanted : run.Status;
                var now = Now();
                var end = ended is { } milliseconds ? WireTime.Text(milliseconds, "end_time") : null;
                var reopens = status is not null && ended is null && !next.IsFinal();
                connection.Execute(
                    "UPDATE runs SET status = @status, name = @name, time_updated = @now, "
                        + "time_ended = "
                        + $"{(end is not null ? "@end" : reopens ? "NULL" : next.IsFinal() ? "coalesce(time_ended, @now)" : "time_ended")} "
                        + "WHERE id = @id",
                    end is null
                        ? [("@status", next.ToText()), ("@name", FirstText(name) ?? run.Name), ("@now", now), ("@id", run.Id)]
                        :
                        [
                            ("@status", next.ToText()),
                            ("@name", FirstText(name) ?? run.Name),
                            ("@now", now),
                            ("@id", run.Id),
                            ("@end", end),
                        ]
                );
                if (FirstText(name) is { } given)
                    ChangeTags(connection, run.Id, tags => TextPairs.Merge(tags, [new(RunNameTag, given)]));
                return FindTrackedRun(connection, uid)!;
            }
        );

    /// <summary>Deletes or restores a run; doing it again changes nothing.</summary>
    /// <exception cref="Refusal">There is no such run.</exception>
    internal void SetTrackedRunActive(string uid, bool isActive) =>
        database.Write(
            Durability.PowerLoss,
            connection =>
            {
                var state = isActive ? "active" : "deleted";
                var changed = connection.Execute(
                    "UPDATE runs SET lifecycle = @state, time_deleted = @deleted WHERE uid = @uid AND lifecycle <> @state",
                    ("@state", state),
                    ("@deleted", isActive ? null : Now()),
                    ("@uid", uid)
                );
                return changed > 0 || connection.Number("SELECT 1 FROM runs WHERE uid = @uid", ("@uid", uid)) is not null
                    ? changed
                    : throw Refusal.UnknownRun(uid);
            }
        );

    /// <summary>Sets a tag of an active run; that of its name renames it.</summary>
    /// <exception cref="Refusal">There is no such run, or it is deleted.</exception>
    internal void SetTrackedRunTag(string uid, string key, string value) => database.Write(Durability.PowerLoss, connection =>
    {
        TrackedRun run = RequireActiveRun(connection, uid);
        SetTags(connection, run.Id, [new(key, value)]);
        return true;
    });

    /// <summary>Takes a tag from an active run.</summary>
    /// <exception cref="Refusal">There is no such run or tag, or it is deleted.</exception>
    internal void DeleteTrackedRunTag(string uid, string key) => database.Write(Durability.PowerLoss, connection =>
    {
        TrackedRun run = RequireActiveRun(connection, uid);
        ChangeTags(connection, run.Id, tags => TextPairs.Find(tags, key) is null
            ? throw Refusal.Unknown($"No tag with name: {key} in run with id {uid}")
            : TextPairs.Merge(tags, [], remove: key));
        return true;
    });

    /// <summary>
    /// Records the data sets and models that an active run used; a data set that is
    /// recorded already keeps its first tags and gains new ones.
    /// </summary>
    /// <exception cref="Refusal">There is no such run, or it is deleted.</exception>
    internal void LogTrackedInputs(string uid, IReadOnlyList<TrackedInput> inputs, IReadOnlyList<TrackedModel>? models = null) =>
        database.Write(
            Durability.PowerLoss,
            connection =>
            {
                TrackedRun run = RequireActiveRun(connection, uid);
                foreach (var input in inputs)
                {
                    connection.Execute(
                        "INSERT INTO datasets (experiment_id, name, digest, source_type, source, schema, profile) "
                            + "VALUES (@experiment, @name, @digest, @type, @source, @schema, @profile) ON CONFLICT (experiment_id, name, "
                            + "digest) DO NOTHING",
                        ("@experiment", run.ExperimentId),
                        ("@name", input.Name),
                        ("@digest", input.Digest),
                        ("@type", input.SourceType),
                        ("@source", input.Source),
                        ("@schema", input.Schema),
                        ("@profile", input.Profile)
                    );
                    var dataset = connection
                        .Number(
                            "SELECT id FROM datasets WHERE experiment_id = @experiment AND name = @name AND digest = @digest",
                            ("@experiment", run.ExperimentId),
                            ("@name", input.Name),
                            ("@digest", input.Digest)
                        )!
                        .Value;
                    var tags = connection.Text(
                        "SELECT CAST(tags AS TEXT) FROM inputs WHERE run_id = @run AND dataset_id = @dataset",
                        ("@run", run.Id),
                        ("@dataset", dataset)
                    );
                    IEnumerable<KeyValuePair<string, string>> added = tags is null
                        ? input.Tags
                        : input.Tags.Where(tag => TextPairs.Find(tags, tag.Key) is null);
                    connection.Execute(
                        tags is null
                            ? "INSERT INTO inputs (run_id, dataset_id, tags) VALUES (@run, @dataset, @tags)"
                            : "UPDATE inputs SET tags = @tags WHERE run_id = @run AND dataset_id = @dataset",
                        ("@run", run.Id),
                        ("@dataset", dataset),
                        ("@tags", TextPairs.Merge(tags ?? "{}", added))
                    );
                }

                if (models is { Count: > 0 })
                    AddModels(connection, run.Id, models, []);
                return true;
            });

    /// <summary>Records the models that an active run made; the same one at the same step once.</summary>
    /// <exception cref="Refusal">There is no such run, or it is deleted.</exception>
    internal void LogTrackedOutputs(string uid, IReadOnlyList<TrackedModel> models) => database.Write(Durability.PowerLoss, connection =>
    {
        AddModels(connection, RequireActiveRun(connection, uid).Id, [], models);
        return true;
    });

    /// <summary>Searches runs with their latest metrics and inputs; by default the youngest start first.</summary>
    internal TrackedPage<TrackedRun> SearchTrackedRuns(
        IReadOnlyCollection<long> experiments,
        IReadOnlyList<SearchClause> filter,
        TrackedView view,
        IReadOnlyList<SearchOrder> order,
        int limit,
        PageToken page
    ) =>
        database.Read(connection =>
        {
            var sql = new SearchSql(connection.Engine);
            var keys = string.Concat(order.Select((key, index) => $", {sql.RunKey(key)} AS o{index}"));
            page = Bounded(connection, "runs", page);
            var where = sql.Where([
                sql.OneOf("r.experiment_id", experiments),
                $"r.id <= {sql.Add(BoundOf(page))}",
                SearchSql.Lifecycle("r", view),
                .. filter.Select(sql.OfRun),
            ]);
            var sort = string.Concat(order.Select((key, index) => SearchSql.Direction($"q.o{index}", key) + ", "));
            var rows = connection.Rows(
                $"SELECT {TrackedRunColumns} FROM (SELECT r.id{keys} FROM runs r{where}) q JOIN runs r ON r.id = q.id "
                    + $"ORDER BY {sort}CASE WHEN r.time_started IS NULL THEN 1 ELSE 0 END, r.time_started DESC, r.uid "
                    + $"LIMIT {sql.Add((long)limit + 1)} OFFSET {sql.Add(page.Offset)}",
                ReadTrackedRun,
                sql.Parameters
            );
            TrackedPage<TrackedRun> found = Page(rows, limit, page);
            return new TrackedPage<TrackedRun>(WithData(connection, found.Items), found.Next);
        });

    static string? FirstText(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (!string.IsNullOrEmpty(text))
                return text;
        }

        return null;
    }

    static TrackedRun? FindTrackedRun(StoreConnection connection, string uid) =>
        connection.Rows($"SELECT {TrackedRunColumns} FROM runs r WHERE r.uid = @uid", ReadTrackedRun, ("@uid", uid)).FirstOrDefault();

    static TrackedRun RequireActiveRun(StoreConnection connection, string uid)
    {
        TrackedRun run = FindTrackedRun(connection, uid) ?? throw Refusal.UnknownRun(uid);
        return run.IsActive ? run : throw DeletedRun(uid);
    }

    static Refusal DeletedRun(string uid) => Refusal.Invalid($"The run {uid} must be in the 'active' state. Current state is deleted.");

    static void SetTags(StoreConnection connection, long runId, IReadOnlyList<KeyValuePair<string, string>> tags)
    {
        ChangeTags(connection, runId, old => TextPairs.Merge(old, tags));
        if (FirstText(tags.LastOrDefault(tag => tag.Key == RunNameTag).Value) is { } name)
            connection.Execute("UPDATE runs SET name = @name WHERE id = @id", ("@name", name), ("@id", runId));
    }

    static void ChangeTags(StoreConnection connection, long runId, Func<string, string> change)
    {
        var tags = connection.Text("SELECT CAST(tags AS TEXT) FROM runs WHERE id = @id", ("@id", runId))!;
        connection.Execute("UPDATE runs SET tags = @tags WHERE id = @id", ("@tags", change(tags)), ("@id", runId));
    }

    static void AddModels(StoreConnection connection, long runId, IReadOnlyList<TrackedModel> inputs, IReadOnlyList<TrackedModel> outputs)
    {
        var extras = connection.Text("SELECT CAST(extras AS TEXT) FROM runs WHERE id = @id", ("@id", runId))!;
        connection.Execute(
            "UPDATE runs SET extras = @extras WHERE id = @id",
            ("@extras", TrackedModels.Add(extras, inputs, outputs)),
            ("@id", runId)
        );
    }

    static IReadOnlyList<TrackedRun> WithData(StoreConnection connection, IReadOnlyList<TrackedRun> runs)
    {
        if (runs.Count == 0)
            return runs;
        var ids = connection.Engine.Array([.. runs.Select(run => run.Id)]);
        var points = new Dictionary<long, List<TrackedPoint>>();
        foreach (
            (var run, TrackedPoint point) in connection.Rows(
                "SELECT l.run_id, k.key, l.value, l.timestamp_ms, l.step FROM latest l JOIN metric_keys k ON k.id = l.key_id "
                    + $"WHERE {connection.Engine.OneOf("l.run_id", "@ids")} ORDER BY l.run_id, k.key",
                reader =>
                    (
                        reader.GetInt64(0),
                        new TrackedPoint(reader.GetString(1), reader.Double(2)!.Value, reader.GetInt64(3), reader.GetInt64(4))
                    ),
                ("@ids", ids)
            )
        )
        {
            Group(points, run).Add(point);
        }

        var inputs = new Dictionary<long, List<TrackedInput>>();
        foreach (
            (var run, TrackedInput input) in connection.Rows(
                "SELECT i.run_id, d.name, d.digest, d.source_type, d.source, d.schema, d.profile, i.tags "
                    + "FROM inputs i JOIN datasets d ON d.id = i.dataset_id "
                    + $"WHERE {connection.Engine.OneOf("i.run_id", "@ids")} ORDER BY i.run_id, d.id",
                reader =>
                    (
                        reader.GetInt64(0),
                        new TrackedInput(
                            reader.GetString(1),
                            reader.GetString(2),
                            reader.GetString(3),
                            reader.GetString(4),
                            reader.TextOrNull(5),
                            reader.TextOrNull(6),
                            [.. TextPairs.Read(reader.GetString(7))]
                        )
                    ),
                ("@ids", ids)
            )
        )
        {
            Group(inputs, run).Add(input);
        }

        return [.. runs.Select(run => run with
        {
            Metrics = points.GetValueOrDefault(run.Id) ?? [],
            Inputs = inputs.GetValueOrDefault(run.Id) ?? [],
        })];
    }

    static List<T> Group<T>(Dictionary<long, List<T>> groups, long key)
    {
        if (!groups.TryGetValue(key, out List<T>? group))
            groups.Add(key, group = []);
        return group;
    }

    static TrackedRun ReadTrackedRun(DbDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetString(1),
        reader.GetInt64(2),
        reader.GetString(3),
        RunStatusText.Parse(reader.GetString(4)),
        reader.TimeOrNull(5) is { } started ? WireTime.Of(started) : null,
        reader.TimeOrNull(6) is { } ended ? WireTime.Of(ended) : null,
        reader.TextOrNull(7),
        reader.GetString(8) == "active",
        reader.TextOrNull(9),
        [.. TextPairs.Read(reader.GetString(10))],
        [.. TextPairs.Read(reader.GetString(11))])
    {
        Models = TrackedModels.Read(reader.GetString(12)),
    };
}
