using System.Data.Common;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    // How many points of a history, or rows of a sequence, one record has.
    const int ExportPoints = 1000;

    /// <summary>
    /// Hands experiments, runs and all that belongs to them to <paramref name="write"/>, as they are at one moment. Two stores with the
    /// same content, on whatever engine, give the same records in the same order. The ledger of products is not part of it.
    /// </summary>
    /// <param name="query">What to export.</param>
    /// <param name="write">Takes one record after the other.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="TrackerException">
    /// An experiment or a run that was asked for does not exist, or the store cannot be read.
    /// </exception>
    public void Export(ExportQuery query, Action<ExchangeRecord> write, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(write);
        var hasWritten = false;
        database.Read(connection =>
        {
            if (hasWritten)
                throw new TrackerException(
                    TrackerFailure.Unreachable,
                    $"the connection to tracker store '{Location}' was lost in the middle of an export: export again"
                );
            connection.Execute(connection.Engine.Dialect == "sqlite" ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            new StoreExport(this, connection, query, Write, cancellationToken).Run();
            connection.Execute("COMMIT");
            return true;
        });

        void Write(ExchangeRecord record)
        {
            hasWritten = true;
            write(record);
        }
    }

    /// <summary>Writes an export in its file format.</summary>
    /// <exception cref="TrackerException">As for <see cref="Export(ExportQuery, Action{ExchangeRecord}, CancellationToken)"/>.</exception>
    public void Export(ExportQuery query, Stream output, CancellationToken cancellationToken = default)
    {
        using var writer = new ExchangeWriter(output, leaveOpen: true);
        Export(query, writer.Write, cancellationToken);
        writer.Complete();
    }

    // Read twice: the digest comes before the bytes.
    internal static IEnumerable<ExchangeRecord> ArtifactRecords(string run, string path, Stream file)
    {
        file.Position = 0;
        yield return new ExportedArtifact(
            run,
            path,
            file.Length,
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file))
        );
        file.Position = 0;
        foreach (var piece in ExportedContent.Pieces(file)) yield return piece;
    }

    // Everything happens in one transaction on one connection, which has room for one open reader.
    sealed class StoreExport(
        TrackerStore store,
        StoreConnection connection,
        ExportQuery query,
        Action<ExchangeRecord> write,
        CancellationToken cancellationToken
    )
    {
        // Names are compared byte by byte, whatever the database's collation.
        readonly string binary = connection.Engine.Dialect == "sqlite" ? "" : " COLLATE \"C\"";
        readonly HashSet<string> exportedRuns = new(StringComparer.Ordinal);
        readonly HashSet<string> exportedExperiments = new(StringComparer.Ordinal);
        readonly MetricColumns metricColumns = MetricColumns.Read(connection);
        readonly ArtifactFiles? artifacts = query.WithArtifacts && query.ArtifactsFolder is { } folder ? new ArtifactFiles(folder) : null;

        public void Run()
        {
            var wantedRuns = query.Runs.ToHashSet(StringComparer.Ordinal);
            var wanted = query.Experiments.ToHashSet(StringComparer.Ordinal);
            var experiments = Experiments();
            if (wanted.FirstOrDefault(name => !experiments.Exists(e => e.Record.Name == name)) is { } missing)
                throw new TrackerException(
                    TrackerFailure.UnknownReference,
                    $"there is no experiment '{missing}' in tracker store '{connection.Engine.Location}'"
                );
            foreach (var (id, experiment) in experiments)
            {
                if (query.ActiveOnly && experiment.IsDeleted || wanted.Count > 0 && !wanted.Contains(experiment.Name))
                    continue;
                var runs = Runs(id, experiment.Name)
                    .FindAll(r =>
                        !(query.ActiveOnly && r.Record.IsDeleted) && (wantedRuns.Count == 0 || wantedRuns.Contains(r.Record.Uid))
                    );
                if (wantedRuns.Count > 0 && runs.Count == 0)
                    continue;
                exportedExperiments.Add(experiment.Name);
                write(experiment);
                Datasets(id, experiment.Name);
                Objects(ObjectOwner.Experiment(id));
                foreach (var (runId, run) in runs)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    exportedRuns.Add(run.Uid);
                    write(run);
                    Thinned(runId, run.Uid);
                    Metrics(runId, run.Uid);
                    History(runId, run.Uid);
                    Sequences(runId, run.Uid);
                    Inputs(runId, run.Uid);
                    Objects(ObjectOwner.Run(runId));
                    Artifacts(run);
                }
            }
            if (wantedRuns.FirstOrDefault(uid => !exportedRuns.Contains(uid)) is { } gone)
                throw new TrackerException(
                    TrackerFailure.UnknownReference,
                    $"there is no run '{gone}' to export in tracker store '{connection.Engine.Location}'"
                );
            Links();
        }

        List<(long Id, ExportedExperiment Record)> Experiments() =>
            connection.Rows(
                "SELECT id, name, time_created, time_updated, comment, tags, extras, lifecycle, artifact_location FROM experiments "
                    + $"ORDER BY time_created, name{binary}",
                reader =>
                    (
                        reader.GetInt64(0),
                        new ExportedExperiment(reader.GetString(1))
                        {
                            Created = reader.Time(2),
                            Updated = reader.Time(3),
                            Comment = reader.TextOrNull(4),
                            Tags = reader.Json(5),
                            Extras = reader.Json(6),
                            IsDeleted = reader.GetString(7) == "deleted",
                            ArtifactLocation = reader.TextOrNull(8),
                        }
                    )
            );

        List<(long Id, ExportedRun Record)> Runs(long experimentId, string experiment) =>
            connection.Rows(
                "SELECT id, uid, name, CAST(status AS TEXT), time_created, time_started, time_updated, time_ended, time_deleted, comment, "
                    + "tags, args, env, extras, user_name, lifecycle, artifact_uri "
                    + "FROM runs WHERE experiment_id = @experiment ORDER BY time_created, uid",
                reader =>
                    (
                        reader.GetInt64(0),
                        new ExportedRun(reader.GetString(1), experiment, reader.GetString(2))
                        {
                            Status = RunStatusText.Parse(reader.GetString(3)),
                            Created = reader.Time(4),
                            Started = reader.TimeOrNull(5),
                            Updated = reader.TimeOrNull(6),
                            Ended = reader.TimeOrNull(7),
                            Deleted = reader.TimeOrNull(8),
                            Comment = reader.TextOrNull(9),
                            Tags = reader.Json(10),
                            Args = reader.Json(11),
                            Env = reader.Json(12),
                            Extras = reader.Json(13),
                            User = reader.TextOrNull(14),
                            IsDeleted = reader.GetString(15) == "deleted",
                            ArtifactUri = reader.TextOrNull(16),
                        }
                    ),
                ("@experiment", experimentId)
            );

        void Datasets(long experimentId, string experiment)
        {
            var datasets = connection.Rows(
                "SELECT name, digest, source_type, source, schema, profile FROM datasets WHERE experiment_id = @experiment "
                    + $"ORDER BY name{binary}, digest{binary}",
                reader => new ExportedDataset(
                    experiment,
                    reader.GetString(0),
                    reader.GetString(1),
                    reader.GetString(2),
                    reader.GetString(3),
                    reader.TextOrNull(4),
                    reader.TextOrNull(5)
                ),
                ("@experiment", experimentId)
            );
            datasets.ForEach(write);
        }

        // Values of the wide and of the narrow table meet in one row.
        void Metrics(long runId, string uid)
        {
            var narrow = connection
                .Rows(
                    "SELECT step, progress, key, number, integer, text FROM metrics_narrow WHERE run_id = @run",
                    reader =>
                        (At: (reader.GetInt64(0), reader.GetDouble(1)), Key: reader.GetString(2), Value: MetricTable.Narrow(reader, 3)),
                    ("@run", runId)
                )
                .ToLookup(n => n.At);
            var columns = metricColumns
                .Names.Select((name, i) => (Name: name, Column: i + MetricRow.Axes.Length, Type: metricColumns.TypeOf(name)))
                .OrderBy(c => c.Name, StringComparer.Ordinal)
                .ToArray();
            using var command = connection.Command(
                $"SELECT {MetricTable.Selected(metricColumns)} FROM metrics WHERE run_id = @run ORDER BY step, progress",
                ("@run", runId)
            );
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var at = (Step: reader.GetInt64(1), Progress: reader.GetDouble(2));
                var values = new List<KeyValuePair<string, MetricValue>>();
                foreach (var (name, column, type) in columns)
                    if ((type is null ? Foreign(reader.GetValue(column)) : MetricTable.Value(reader, column, type)) is { } value)
                        values.Add(new(name, value));
                var others = narrow[at].Select(n => KeyValuePair.Create(n.Key, n.Value)).ToArray();
                write(
                    new ExportedMetrics(
                        uid,
                        at.Step,
                        at.Progress,
                        reader.LongOrNull(3),
                        others.Length == 0
                            ? values
                            : [.. values.Concat(others).DistinctBy(v => v.Key).OrderBy(v => v.Key, StringComparer.Ordinal)]
                    )
                );
            }
        }

        // What a user's own column holds, as a metric can hold it.
        static MetricValue? Foreign(object value) => value switch
        {
            DateTime time => Timestamps.Text(NodaTime.Instant.FromDateTimeUtc(DateTime.SpecifyKind(time, DateTimeKind.Utc))),
            bool flag => flag ? 1L : 0L,
            int number => number,
            short number => (long)number,
            float number => (double)number,
            decimal number => number.ToString(),
            string text => text,
            _ => null,
        };

        List<(long Id, string Key)> Keys(string table, long runId) =>
            connection.Rows(
                $"SELECT id, key FROM metric_keys k WHERE EXISTS (SELECT 1 FROM {table} h WHERE h.run_id = @run AND h.key_id = k.id) "
                    + $"ORDER BY key{binary}",
                reader => (Id: reader.GetInt64(0), Key: reader.GetString(1)),
                ("@run", runId)
            );

        void Thinned(long runId, string uid)
        {
            foreach (var (keyId, key) in Keys("rollups", runId))
            {
                Stream(
                    "SELECT start_ms, width_ms, points, total, lowest, highest, first_step, last_step, first_ms, last_ms FROM rollups "
                        + "WHERE run_id = @a AND key_id = @b ORDER BY start_ms, width_ms",
                    runId, keyId,
                    reader => new ExportedRollup(
                        reader.GetInt64(0),
                        reader.GetInt64(1),
                        reader.GetInt64(2),
                        reader.Double(3)!.Value,
                        reader.Double(4)!.Value,
                        reader.Double(5)!.Value,
                        reader.GetInt64(6),
                        reader.GetInt64(7),
                        reader.GetInt64(8),
                        reader.GetInt64(9)
                    ),
                    (List<ExportedRollup> rows) => write(new ExportedRollups(uid, key, rows))
                );
            }
        }

        void History(long runId, string uid)
        {
            foreach (var (keyId, key) in Keys("history", runId))
            {
                Stream(
                    "SELECT step, timestamp_ms, value, extras FROM history WHERE run_id = @a AND key_id = @b "
                        + "ORDER BY step, timestamp_ms, value",
                    runId, keyId,
                    reader => new HistoryPoint(reader.GetInt64(0), reader.GetInt64(1), reader.Double(2)!.Value, reader.TextOrNull(3)),
                    (List<HistoryPoint> points) => write(new ExportedHistory(uid, key, points)));
            }
        }

        void Sequences(long runId, string uid)
        {
            var sequences = connection.Rows(
                $"SELECT id, name FROM sequences WHERE run_id = @run ORDER BY name{binary}",
                reader => (Id: reader.GetInt64(0), Name: reader.GetString(1)),
                ("@run", runId)
            );
            foreach (var (id, name) in sequences)
            {
                var isEmpty = true;
                Stream(
                    "SELECT idx, timestamp_us, received_us, value_json FROM sequence_rows WHERE sequence_id = @a AND idx >= @b "
                        + "ORDER BY idx",
                    id, long.MinValue,
                    reader => new ExportedRow(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetString(3)),
                    (List<ExportedRow> rows) =>
                    {
                        isEmpty = false;
                        write(new ExportedSequence(uid, name, rows));
                    });
                if (isEmpty) write(new ExportedSequence(uid, name, []));
            }
        }

        void Stream<T>(string sql, long a, long b, Func<DbDataReader, T> row, Action<List<T>> page)
        {
            using var command = connection.Command(sql, ("@a", a), ("@b", b));
            using var reader = command.ExecuteReader();
            var rows = new List<T>(ExportPoints);
            while (reader.Read())
            {
                rows.Add(row(reader));
                if (rows.Count < ExportPoints) continue;
                cancellationToken.ThrowIfCancellationRequested();
                page(rows);
                rows = new List<T>(ExportPoints);
            }
            if (rows.Count > 0) page(rows);
        }

        void Inputs(long runId, string uid)
        {
            var inputs = connection.Rows(
                "SELECT d.name, d.digest, i.tags FROM inputs i JOIN datasets d ON d.id = i.dataset_id WHERE i.run_id = @run "
                    + $"ORDER BY d.name{binary}, d.digest{binary}",
                reader => new ExportedInput(uid, reader.GetString(0), reader.GetString(1), reader.Json(2)),
                ("@run", runId));
            inputs.ForEach(write);
        }

        void Objects(ObjectOwner owner)
        {
            if (!query.WithObjects)
                return;
            foreach (
                var stored in connection.Rows(
                    $"{ObjectSelect} WHERE {owner.Condition} ORDER BY o.name{binary}",
                    ReadObject,
                    ("@owner", owner.Id)
                )
            )
            {
                using var file = store.OpenObject(stored);
                write(
                    new ExportedObject(
                        stored.Experiment,
                        stored.RunUid,
                        stored.Name,
                        stored.MediaType,
                        stored.Bytes,
                        stored.Sha256,
                        stored.Created
                    )
                );
                using var hashed = new HashingStream(file);
                foreach (var piece in ExportedContent.Pieces(hashed))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    write(piece);
                }
                RequireDigest(stored, hashed);
            }
        }

        void Artifacts(ExportedRun run)
        {
            if (artifacts?.FolderOf(run.ArtifactUri) is not { } folder) return;
            foreach (var (path, info) in ArtifactFiles.FilesOf(folder))
            {
                using var file = new FileStream(info.FullName, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16);
                foreach (var record in ArtifactRecords(run.Uid, path, file))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    write(record);
                }
            }
        }

        void Links()
        {
            var experiments = connection.Rows(
                "SELECT a.name, l.kind, b.name FROM experiment_links l JOIN experiments a ON a.id = l.from_id "
                    + $"JOIN experiments b ON b.id = l.to_id ORDER BY a.name{binary}, l.kind{binary}, b.name{binary}",
                reader => new ExportedExperimentLink(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
            foreach (var link in experiments)
                if (exportedExperiments.Contains(link.From) && exportedExperiments.Contains(link.To)) write(link);
            var runs = connection.Rows(
                "SELECT a.uid, l.kind, b.uid FROM run_links l JOIN runs a ON a.id = l.from_id JOIN runs b ON b.id = l.to_id "
                    + $"ORDER BY a.uid, l.kind{binary}, b.uid",
                reader => new ExportedRunLink(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
            foreach (var link in runs)
                if (exportedRuns.Contains(link.From) && exportedRuns.Contains(link.To)) write(link);
        }
    }
}
