using Idq.Tracking.Mlflow;
using NodaTime;

namespace Idq.Tracking;

/// <summary>
/// Reads MLflow's tracking database, of version 1 to 3: experiments, runs, tags, parameters, metrics with their history, data sets. Values
/// arrive as they are in it: what MLflow stored as ±1.797e308 was an infinity once, but nobody can tell any more.
/// </summary>
static class MlflowDatabase
{
    // Points of a history in one record.
    const int Page = 1000;

    /// <summary>True when a database is MLflow's.</summary>
    public static bool IsMlflow(ForeignDatabase database) =>
        database.Has("alembic_version") && database.Columns("runs").Any(c => c.Name == "run_uuid");

    /// <summary>Its records.</summary>
    public static IEnumerable<ExchangeRecord> Read(ForeignDatabase database)
    {
        var hasWorkspaces = database.Columns("experiments").Any(c => c.Name == "workspace");
        var runColumns = database.Columns("runs").Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var hasNan = database.Columns("metrics").Any(c => c.Name == "is_nan");
        var experiments = database
            .Rows(
                $"SELECT experiment_id, name, artifact_location, lifecycle_stage, {Column("experiments", "creation_time")}, "
                    + $"{Column("experiments", "last_update_time")}, "
                    + $"{(hasWorkspaces ? "workspace" : "'default'")} FROM experiments ORDER BY experiment_id",
                reader =>
                    (
                        Id: reader.GetInt64(0),
                        Name: (reader.GetString(6) == "default" ? "" : reader.GetString(6) + "/") + reader.GetString(1),
                        Location: reader.TextOrNull(2),
                        IsDeleted: reader.TextOrNull(3) == "deleted",
                        Created: reader.Milliseconds(4),
                        Updated: reader.Milliseconds(5)
                    )
            )
            .ToList();
        var experimentTags = Tags("experiment_tags", "experiment_id", reader => reader.GetInt64(0));
        var runTags = Tags("tags", "run_uuid", reader => reader.GetString(0));
        var parameters = Tags("params", "run_uuid", reader => reader.GetString(0));
        var uids = new Dictionary<string, string>(StringComparer.Ordinal);
        var parents = new List<ExportedRunLink>();

        foreach (var experiment in experiments)
        {
            var created =
                experiment.Created
                ?? database
                    .Rows(
                        "SELECT min(start_time) FROM runs WHERE experiment_id = @id",
                        reader => reader.Milliseconds(0),
                        ("@id", experiment.Id)
                    )
                    .FirstOrDefault()
                ?? NodaConstants.UnixEpoch;
            yield return new ExportedExperiment(experiment.Name)
            {
                Created = created,
                Updated = experiment.Updated ?? created,
                Tags = Foreign.Object(experimentTags[experiment.Id]),
                IsDeleted = experiment.IsDeleted,
                ArtifactLocation = experiment.Location,
            };
            var datasets = new Dictionary<string, ExportedDataset>(StringComparer.Ordinal);
            if (database.Has("datasets"))
            {
                foreach (
                    var (id, dataset) in database
                        .Rows(
                            "SELECT dataset_uuid, name, digest, dataset_source_type, dataset_source, dataset_schema, dataset_profile "
                                + "FROM datasets WHERE experiment_id = @id ORDER BY name, digest",
                            reader =>
                                (
                                    reader.GetString(0),
                                    new ExportedDataset(
                                        experiment.Name,
                                        reader.GetString(1),
                                        reader.GetString(2),
                                        reader.GetString(3),
                                        reader.GetString(4),
                                        reader.TextOrNull(5),
                                        reader.TextOrNull(6)
                                    )
                                ),
                            ("@id", experiment.Id)
                        )
                        .ToList()
                )
                {
                    datasets[id] = dataset;
                    yield return dataset;
                }
            }
            var runs = database
                .Rows(
                    $"SELECT run_uuid, {Column("runs", "name")}, {Column("runs", "source_type")}, {Column("runs", "source_name")}, "
                        + $"{Column("runs", "entry_point_name")}, user_id, status, start_time, end_time, "
                        + $"{Column("runs", "source_version")}, lifecycle_stage, artifact_uri, {Column("runs", "deleted_time")} FROM runs "
                        + "WHERE experiment_id = @id ORDER BY start_time, run_uuid",
                    reader =>
                    {
                        var uuid = reader.GetString(0);
                        var tags = runTags[uuid].ToList();
                        var started = reader.Milliseconds(7);
                        var ended = reader.Milliseconds(8);
                        var (status, rest) = Status(reader.TextOrNull(6), tags);
                        (string, string?)[] source =
                        [
                            ("source_type", reader.TextOrNull(2)),
                            ("source_name", reader.TextOrNull(3)),
                            ("entry_point_name", reader.TextOrNull(4)),
                            ("source_version", reader.TextOrNull(9)),
                        ];
                        var isUid = RunUid.IsValid(uuid);
                        return (
                            Uuid: uuid,
                            Run: new ExportedRun(
                                isUid ? uuid : Foreign.Uid("mlflow", uuid),
                                experiment.Name,
                                Name(reader.TextOrNull(1), tags, uuid)
                            )
                            {
                                Status = status,
                                Created = started ?? created,
                                Started = started,
                                Updated = ended ?? started,
                                Ended = ended,
                                Deleted = reader.Milliseconds(12),
                                Tags = Foreign.Object(rest),
                                Args = Foreign.Object(parameters[uuid]),
                                Extras = Foreign.Object(
                                    source
                                        .Where(s => s.Item2 is not (null or "" or "UNKNOWN"))
                                        .Concat(isUid ? [] : [("mlflow.run_id", uuid)])
                                ),
                                User = reader.TextOrNull(5),
                                IsDeleted = reader.TextOrNull(10) == "deleted",
                                ArtifactUri = reader.TextOrNull(11),
                            }
                        );
                    },
                    ("@id", experiment.Id)
                )
                .ToList();
            foreach (var (uuid, run) in runs)
            {
                uids[uuid] = run.Uid;
                if (runTags[uuid].FirstOrDefault(t => t.Key == "mlflow.parentRunId").Value is { } parent)
                    parents.Add(new ExportedRunLink(uuid, "parent", parent));
                yield return run;
                foreach (var history in Histories(uuid, run.Uid))
                    yield return history;
                if (!database.Has("inputs"))
                    continue;
                foreach (
                    var (input, dataset) in database
                        .Rows(
                            "SELECT input_uuid, source_id FROM inputs WHERE source_type = 'DATASET' AND destination_type = 'RUN' "
                                + "AND destination_id = @id ORDER BY source_id",
                            reader => (reader.GetString(0), reader.GetString(1)),
                            ("@id", uuid)
                        )
                        .ToList()
                )
                {
                    if (!datasets.TryGetValue(dataset, out var used))
                        continue;
                    var tags = database
                        .Rows(
                            "SELECT name, value FROM input_tags WHERE input_uuid = @id",
                            reader => (reader.GetString(0), reader.TextOrNull(1)),
                            ("@id", input)
                        )
                        .ToList();
                    yield return new ExportedInput(run.Uid, used.Name, used.Digest, Foreign.Object(tags));
                }
            }
        }
        foreach (var link in parents)
            if (uids.TryGetValue(link.From, out var from) && uids.TryGetValue(link.To, out var to))
                yield return new ExportedRunLink(from, link.Kind, to);

        string Column(string table, string name) => database.Columns(table).Any(c => c.Name == name) ? name : "NULL";

        ILookup<TKey, (string Key, string? Value)> Tags<TKey>(
            string table,
            string owner,
            Func<System.Data.Common.DbDataReader, TKey> key
        ) =>
            (
                database.Has(table)
                    ? database.Rows(
                        $"SELECT {owner}, key, value FROM {table}",
                        reader => (Owner: key(reader), Pair: (reader.GetString(1), reader.TextOrNull(2)))
                    )
                    : []
            ).ToLookup(t => t.Owner, t => t.Pair);

        IEnumerable<ExchangeRecord> Histories(string uuid, string uid)
        {
            var points = new List<HistoryPoint>();
            string? current = null;
            foreach (
                var (key, point) in database.Rows(
                    $"SELECT key, value, timestamp, step, {(hasNan ? "is_nan" : "0")} FROM metrics WHERE run_uuid = @id "
                        + "ORDER BY key, step, timestamp",
                    reader =>
                        (
                            reader.GetString(0),
                            new HistoryPoint(
                                reader.GetInt64(3),
                                reader.GetInt64(2),
                                IsTrue(reader.GetValue(4)) ? double.NaN : reader.GetDouble(1)
                            )
                        ),
                    ("@id", uuid)
                )
            )
            {
                if (current is not null && (key != current || points.Count == Page))
                {
                    yield return new ExportedHistory(uid, current, points);
                    points = [];
                }
                current = key;
                points.Add(point);
            }
            if (current is not null) yield return new ExportedHistory(uid, current, points);
        }
    }

    /// <summary>
    /// The status of a run that MLflow's five words name, or the one that a run of ours has left in a tag; and the tags that remain.
    /// </summary>
    internal static (RunStatus Status, IEnumerable<(string Key, string? Value)> Tags) Status(
        string? status,
        IReadOnlyList<(string Key, string? Value)> tags
    )
    {
        var mapped = WireStatus.Parse(status ?? "") ?? RunStatus.Running;
        var raw = tags.FirstOrDefault(t => t.Key == WireStatus.RawTag).Value;
        foreach (var exact in Enum.GetValues<RunStatus>())
            if (exact.ToText() == raw && WireStatus.Of(exact) == WireStatus.Of(mapped))
                return (exact, tags.Where(t => t.Key != WireStatus.RawTag));
        return (mapped, tags);
    }

    internal static string Name(string? name, IReadOnlyList<(string Key, string? Value)> tags, string uuid) =>
        name is { Length: > 0 } ? name
        : tags.FirstOrDefault(t => t.Key == "mlflow.runName").Value is { Length: > 0 } tagged ? tagged
        : uuid;

    static bool IsTrue(object value) =>
        value is true || (value is not (bool or DBNull) && Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) != 0);
}
