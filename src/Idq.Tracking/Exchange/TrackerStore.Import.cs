namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    // Small runs share a transaction; a run of up to the second number of values is written whole or not at all.
    const int ImportGroup = 20_000;
    const int ImportMost = 500_000;

    /// <summary>Takes records in, those of a run in one transaction. Runs are known by their uid, experiments by their name.</summary>
    /// <param name="records">Records in the order of an export; read once.</param>
    /// <param name="options">What happens to runs that are there.</param>
    /// <param name="cancellationToken">Ends it early, between two transactions.</param>
    /// <returns>What was written.</returns>
    /// <remarks>
    /// An import that was interrupted is completed by importing again. A run of more than half a million values arrives in pieces.
    /// </remarks>
    /// <exception cref="TrackerException">
    /// The records cannot be read, refer to what is not there, or a run is there and must not be.
    /// </exception>
    public ImportReport Import(
        IEnumerable<ExchangeRecord> records,
        ImportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(records);
        options ??= new ImportOptions();
        var import = new StoreImport(this, options);
        using var files = new ImportedFiles(this, options);
        var waiting = new List<ExchangeRecord>();
        var weight = 0;
        foreach (var record in files.Staged(records, cancellationToken))
        {
            if (weight >= ImportMost || (weight >= ImportGroup && record is ExportedRun)) Flush();
            waiting.Add(record);
            weight += record switch
            {
                ExportedMetrics metrics => metrics.Values.Count + 1,
                ExportedHistory history => history.Points.Count,
                ExportedSequence sequence => sequence.Rows.Count,
                _ => 10,
            };
        }
        Flush();
        RemoveUnused(import.Gone);
        return import.Report;

        void Flush()
        {
            cancellationToken.ThrowIfCancellationRequested();
            import.Write(waiting);
            files.Clear();
            waiting.Clear();
            weight = 0;
        }
    }

    /// <summary>Takes a file of the export format in.</summary>
    /// <exception cref="TrackerException">
    /// As for <see cref="Import(IEnumerable{ExchangeRecord}, ImportOptions, CancellationToken)"/>.
    /// </exception>
    public ImportReport Import(Stream input, string name, ImportOptions? options = null, CancellationToken cancellationToken = default) =>
        Import(ExchangeReader.Read(input, name), options, cancellationToken);

    sealed class StoreImport(TrackerStore store, ImportOptions options)
    {
        readonly Dictionary<string, long> experiments = new(StringComparer.Ordinal);
        readonly Dictionary<string, ImportedRun> runs = new(StringComparer.Ordinal);
        readonly Dictionary<string, long> keys = new(StringComparer.Ordinal);

        public TrackerStore Store => store;

        public ImportOptions Options => options;

        public ImportReport Report { get; private set; } = new();

        /// <summary>Files of objects that may be used no more.</summary>
        public HashSet<ObjectFile> Gone { get; } = [];

        // A lost connection makes the work run again from its beginning: nothing that it remembers may outlive a failed attempt.
        public void Write(IReadOnlyList<ExchangeRecord> records)
        {
            if (records.Count == 0) return;
            var done = store.database.Write(Durability.PowerLoss, connection =>
            {
                var attempt = new Attempt(connection, this);
                foreach (var record in records) attempt.Write(record);
                attempt.RefreshLatest();
                return attempt;
            });
            foreach (var (name, id) in done.Experiments) experiments[name] = id;
            foreach (var (uid, run) in done.Runs) runs[uid] = run;
            foreach (var (key, id) in done.Keys) keys[key] = id;
            Gone.UnionWith(done.Gone);
            Report = done.Report;
        }

        /// <summary>A run as the import knows it.</summary>
        /// <param name="Id">Its number here.</param>
        /// <param name="Experiment">Its experiment's number here.</param>
        /// <param name="IsSkipped">True when it is left alone.</param>
        /// <param name="IsNew">True when this import made it.</param>
        /// <param name="ArtifactUri">Where its artifacts were when it was exported.</param>
        sealed record ImportedRun(long Id, long Experiment, bool IsSkipped, bool IsNew, string? ArtifactUri);

        sealed class Attempt(StoreConnection connection, StoreImport import)
        {
            readonly HashSet<(long Run, long Key)> touched = [];
            // Runs that this import made: nothing of them was there before.
            readonly HashSet<long> fresh = [];
            readonly ObjectFolder? objects = import.Store.ObjectFolderOrNull();
            readonly ArtifactFiles? artifacts = import.Options.ArtifactsFolder is { } folder ? new ArtifactFiles(folder) : null;
            MetricColumns? columns;

            public Dictionary<string, long> Experiments { get; } = new(import.experiments, StringComparer.Ordinal);

            public Dictionary<string, ImportedRun> Runs { get; } = new(import.runs, StringComparer.Ordinal);

            public Dictionary<string, long> Keys { get; } = new(import.keys, StringComparer.Ordinal);

            public HashSet<ObjectFile> Gone { get; } = [];

            public ImportReport Report { get; } = import.Report.Copy();

            public void Write(ExchangeRecord record)
            {
                switch (record)
                {
                    case ExportedExperiment e:
                        Experiment(e);
                        break;
                    case ExportedDataset d:
                        Dataset(d);
                        break;
                    case ExportedRun r:
                        Run(r);
                        break;
                    case ExportedMetrics m when RunOf(m.Run) is { } run:
                        Metrics(run.Id, m);
                        break;
                    case ExportedRollups r when RunOf(r.Run) is { } run:
                        Thinned(run, r);
                        break;
                    case ExportedHistory h when RunOf(h.Run) is { } run:
                        History(run, h);
                        break;
                    case ExportedSequence s when RunOf(s.Run) is { } run:
                        Sequence(run.Id, s);
                        break;
                    case ExportedInput i when RunOf(i.Run) is { } run:
                        Input(run.Id, run.Experiment, i);
                        break;
                    case StagedFile { File: ExportedObject { Run: null } o } file:
                        Object(ObjectOwner.Experiment(ExperimentOf(o.Experiment)), o, file.Part);
                        break;
                    case StagedFile { File: ExportedObject o } file when RunOf(o.Run!) is { } run:
                        Object(ObjectOwner.Run(run.Id), o, file.Part);
                        break;
                    case StagedFile { File: ExportedArtifact a } file when RunOf(a.Run) is { } run:
                        Artifact(run, a, file.Part);
                        break;
                    case ExportedExperimentLink l:
                        Link("experiment", ExperimentOf(l.From), l.Kind, ExperimentOf(l.To));
                        break;
                    case ExportedRunLink l:
                        Link("run", LinkedRun(l.From), l.Kind, LinkedRun(l.To));
                        break;
                    default:
                        break;
                }
            }

            /// <summary>The newest value of every metric that got points.</summary>
            public void RefreshLatest()
            {
                foreach (var (run, key) in touched)
                {
                    connection.Execute(
                        "INSERT INTO latest (run_id, key_id, step, timestamp_ms, value) SELECT run_id, key_id, step, timestamp_ms, value "
                            + "FROM history "
                            + "WHERE run_id = @run AND key_id = @key ORDER BY step DESC, timestamp_ms DESC, value DESC LIMIT 1 "
                            + "ON CONFLICT (run_id, key_id) DO UPDATE SET step = excluded.step, timestamp_ms = excluded.timestamp_ms, "
                            + "value = excluded.value",
                        ("@run", run),
                        ("@key", key)
                    );
                }
            }

            void Experiment(ExportedExperiment e)
            {
                Report.Experiments++;
                if (import.Options.Experiment is { } other)
                {
                    // Of several experiments that become one, the first one makes it.
                    if (Experiments.TryGetValue(other, out var known))
                    {
                        Experiments[e.Name] = known;
                        return;
                    }
                }
                var name = import.Options.Experiment ?? e.Name;
                if (string.IsNullOrWhiteSpace(name)) throw Bad("an experiment has no name");
                var id = connection.Number(
                    "INSERT INTO experiments (name, time_created, time_updated, comment, tags, extras, lifecycle, artifact_location) "
                        + "VALUES (@name, @created, @updated, @comment, @tags, @extras, @lifecycle, @location) "
                        + "ON CONFLICT (name) DO NOTHING RETURNING id",
                    ("@name", name),
                    ("@created", Timestamps.Text(e.Created)),
                    ("@updated", Timestamps.Text(e.Updated)),
                    ("@comment", e.Comment),
                    ("@tags", Json.Kept(e.Tags)),
                    ("@extras", Json.Kept(e.Extras)),
                    ("@lifecycle", e.IsDeleted ? "deleted" : "active"),
                    ("@location", e.ArtifactLocation)
                );
                if (id is not null)
                    Report.ExperimentsAdded++;
                Experiments[name] = Experiments[e.Name] =
                    id ?? connection.Number("SELECT id FROM experiments WHERE name = @name", ("@name", name))!.Value;
            }

            void Dataset(ExportedDataset d) =>
                Report.Datasets += connection.Execute(
                    "INSERT INTO datasets (experiment_id, name, digest, source_type, source, schema, profile) "
                        + "VALUES (@experiment, @name, @digest, @type, @source, @schema, @profile) "
                        + "ON CONFLICT (experiment_id, name, digest) DO NOTHING",
                    ("@experiment", ExperimentOf(d.Experiment)),
                    ("@name", d.Name),
                    ("@digest", d.Digest),
                    ("@type", d.SourceType),
                    ("@source", d.Source),
                    ("@schema", d.Schema),
                    ("@profile", d.Profile)
                );

            void Run(ExportedRun r)
            {
                Report.Runs++;
                var experiment = ExperimentOf(r.Experiment);
                var there = connection.Rows(
                    "SELECT id, experiment_id FROM runs WHERE uid = @uid",
                    reader => (Id: reader.GetInt64(0), Experiment: reader.GetInt64(1)),
                    ("@uid", r.Uid)
                );
                if (there.Count > 0)
                {
                    switch (import.Options.Mode)
                    {
                        case ImportMode.Fail:
                            throw new TrackerException(
                                TrackerFailure.BadExchange,
                                $"run '{r.Uid}' is in tracker store '{connection.Engine.Location}' already: merge, skip or replace it"
                            );
                        case ImportMode.Skip:
                            Report.RunsSkipped++;
                            Runs[r.Uid] = new(there[0].Id, there[0].Experiment, IsSkipped: true, IsNew: false, r.ArtifactUri);
                            return;
                        case ImportMode.Merge:
                            Runs[r.Uid] = new(
                                there[0].Id,
                                there[0].Experiment,
                                IsSkipped: false,
                                import.runs.TryGetValue(r.Uid, out var known) && known.IsNew,
                                r.ArtifactUri
                            );
                            return;
                        default:
                            Gone.UnionWith(ObjectFilesOfRun(connection, there[0].Id));
                            connection.Execute("DELETE FROM runs WHERE id = @id", ("@id", there[0].Id));
                            touched.RemoveWhere(t => t.Run == there[0].Id);
                            Report.RunsReplaced++;
                            break;
                    }
                }
                else
                {
                    Report.RunsAdded++;
                }
                var id = connection
                    .Number(
                        "INSERT INTO runs (uid, experiment_id, name, status, time_created, time_started, time_updated, time_ended, "
                            + "time_deleted, comment, tags, args, env, extras, user_name, lifecycle, artifact_uri) "
                            + "VALUES (@uid, @experiment, @name, @status, @created, @started, @updated, @ended, @deleted, @comment, @tags, "
                            + "@args, @env, @extras, @user, @lifecycle, @uri) RETURNING id",
                        ("@uid", r.Uid),
                        ("@experiment", experiment),
                        ("@name", r.Name),
                        ("@status", r.Status.ToText()),
                        ("@created", Timestamps.Text(r.Created)),
                        ("@started", Text(r.Started)),
                        ("@updated", Text(r.Updated)),
                        ("@ended", Text(r.Ended)),
                        ("@deleted", Text(r.Deleted)),
                        ("@comment", r.Comment),
                        ("@tags", Json.Kept(r.Tags)),
                        ("@args", Json.Kept(r.Args)),
                        ("@env", Json.Kept(r.Env)),
                        ("@extras", Json.Kept(r.Extras)),
                        ("@user", r.User),
                        ("@lifecycle", r.IsDeleted ? "deleted" : "active"),
                        ("@uri", r.ArtifactUri)
                    )!
                    .Value;
                fresh.Add(id);
                Runs[r.Uid] = new(id, experiment, IsSkipped: false, IsNew: true, r.ArtifactUri);
            }

            // What the store's row has stays; a row that gains nothing is not written.
            void Metrics(long run, ExportedMetrics m)
            {
                columns ??= MetricColumns.Read(connection);
                var wide = new List<KeyValuePair<string, MetricValue>>(m.Values.Count);
                var narrow = new List<KeyValuePair<string, MetricValue>>();
                foreach (var (key, value) in m.Values)
                {
                    if (!columns.Has(key)) columns.Make(connection, key, value.IsNumber ? typeof(double) : typeof(string));
                    if (columns.Fitted(key, value) is { } fitted) wide.Add(new(key, fitted));
                    else narrow.Add(new(key, value));
                }
                (string, object?)[] at = [("@run", run), ("@step", m.Step), ("@progress", m.Progress)];
                if (!fresh.Contains(run))
                {
                    // One value of a metric at one point: where the store has it in the other table, it stays there.
                    wide.RemoveAll(v =>
                        connection.Number(
                            "SELECT 1 FROM metrics_narrow WHERE run_id = @run AND step = @step AND progress = @progress AND key = @key",
                            [.. at, ("@key", v.Key)]
                        )
                            is not null
                    );
                    narrow.RemoveAll(v =>
                        columns.TypeOf(v.Key) is not null
                        && connection.Number(
                            "SELECT 1 FROM metrics WHERE run_id = @run AND step = @step AND progress = @progress "
                                + $"AND {MetricTable.Quote(v.Key)} IS NOT NULL",
                            at
                        )
                            is not null
                    );
                }
                var names = wide.Select(v => MetricTable.Quote(v.Key)).Prepend("gps").ToArray();
                var changed = connection.Execute(
                    $"INSERT INTO metrics (run_id, step, progress, {string.Join(", ", names)}) VALUES (@run, @step, @progress, "
                        + $"@gps{string.Concat(wide.Select((_, i) => $", @v{i}"))}) "
                        + "ON CONFLICT (run_id, step, progress) "
                        + $"DO UPDATE SET {string.Join(", ", names.Select(n => $"{n} = COALESCE(metrics.{n}, excluded.{n})"))} "
                        + $"WHERE {string.Join(" OR ", names.Select(n => $"(metrics.{n} IS NULL AND excluded.{n} IS NOT NULL)"))}",
                    [.. at, ("@gps", m.GpsNs), .. wide.Select((v, i) => ($"@v{i}", (object?)v.Value.Boxed))]
                );
                foreach (var (key, value) in narrow)
                {
                    changed += connection.Execute(
                        "INSERT INTO metrics_narrow (run_id, step, progress, key, number, integer, text) VALUES (@run, @step, @progress, "
                            + "@key, @number, @integer, @text) "
                            + "ON CONFLICT (run_id, step, progress, key) DO NOTHING",
                        [
                            .. at,
                            ("@key", key),
                            ("@number", value.Boxed as double?),
                            ("@integer", value.Boxed as long?),
                            ("@text", value.AsText),
                        ]
                    );
                }
                if (changed > 0) Report.MetricRows++;
            }

            // A run that was there has its own history, thinned or not: buckets of another one would count its points twice.
            void Thinned(ImportedRun run, ExportedRollups r)
            {
                if (!run.IsNew) return;
                var key = KeyOf(r.Key);
                foreach (var row in r.Rows)
                {
                    Report.Rollups += connection.Execute(
                        Rollups.Insert,
                        ("@run", run.Id),
                        ("@key", key),
                        ("@start", row.StartMs),
                        ("@width", row.WidthMs),
                        ("@points", row.Points),
                        ("@total", row.Total),
                        ("@lowest", row.Least),
                        ("@highest", row.Greatest),
                        ("@first", row.FirstStep),
                        ("@last", row.LastStep),
                        ("@from", row.FirstMs),
                        ("@to", row.LastMs)
                    );
                }
            }

            // Without the points that the store's run has in its buckets.
            IReadOnlyList<HistoryPoint> NotThinned(ImportedRun run, long key, IReadOnlyList<HistoryPoint> points)
            {
                if (run.IsNew)
                    return points;
                var buckets = connection
                    .Rows(
                        "SELECT width_ms, start_ms FROM rollups WHERE run_id = @run AND key_id = @key",
                        reader => (Width: reader.GetInt64(0), Start: reader.GetInt64(1)),
                        ("@run", run.Id),
                        ("@key", key)
                    )
                    .ToHashSet();
                if (buckets.Count == 0)
                    return points;
                var widths = buckets.Select(b => b.Width).Distinct().ToArray();
                return
                [
                    .. points.Where(p =>
                        !Rollups.IsOrdinary(p.Value)
                        || !Array.Exists(widths, w => buckets.Contains((w, p.TimestampMs - (p.TimestampMs % w))))
                    ),
                ];
            }

            void History(ImportedRun imported, ExportedHistory h)
            {
                var (run, key) = (imported.Id, KeyOf(h.Key));
                var rows = connection.Insert("history", HistoryRow, "ON CONFLICT DO NOTHING");
                rows.Set(0, run);
                rows.Set(1, key);
                foreach (var point in NotThinned(imported, key, h.Points))
                {
                    rows.Set(2, point.Step);
                    rows.Set(3, point.TimestampMs);
                    // SQLite's columns cannot keep the sign of zero.
                    rows.Set(4, point.Value + 0.0);
                    rows.Set(5, point.Extras);
                    rows.Next();
                }
                var added = rows.Flush();
                Report.HistoryPoints += added;
                if (added > 0) touched.Add((run, key));
            }

            void Sequence(long run, ExportedSequence s)
            {
                var isNew = connection.Execute(
                    "INSERT INTO sequences (run_id, name) VALUES (@run, @name) ON CONFLICT (run_id, name) DO NOTHING",
                    ("@run", run),
                    ("@name", s.Name)
                );
                if (isNew == 0 && s.Rows.Count == 0)
                    return;
                var id = connection
                    .Number("SELECT id FROM sequences WHERE run_id = @run AND name = @name", ("@run", run), ("@name", s.Name))!
                    .Value;
                var rows = connection.Insert("sequence_rows", SequenceRowColumns, "ON CONFLICT DO NOTHING");
                rows.Set(0, id);
                foreach (var row in s.Rows)
                {
                    rows.Set(1, row.Idx);
                    rows.Set(2, row.TimestampUs);
                    rows.Set(3, row.ReceivedUs);
                    rows.Set(4, row.Value);
                    rows.Next();
                }
                Report.SequenceRows += rows.Flush();
            }

            void Input(long run, long experiment, ExportedInput i)
            {
                var dataset =
                    connection.Number(
                        "SELECT id FROM datasets WHERE experiment_id = @experiment AND name = @name AND digest = @digest",
                        ("@experiment", experiment),
                        ("@name", i.Dataset),
                        ("@digest", i.Digest)
                    ) ?? throw Bad($"run '{i.Run}' uses data set '{i.Dataset}' ({i.Digest}), which its experiment does not have");
                Report.Inputs += connection.Execute(
                    "INSERT INTO inputs (run_id, dataset_id, tags) VALUES (@run, @dataset, @tags) "
                        + "ON CONFLICT (run_id, dataset_id) DO NOTHING",
                    ("@run", run), ("@dataset", dataset), ("@tags", Json.Kept(i.Tags)));
            }

            // What the store has under this name stays.
            void Object(ObjectOwner owner, ExportedObject o, ContentPart? part)
            {
                if (part is null) Report.FilesLeftOut++;
                if (part is null || FindObject(connection, owner, o.Name) is not null) return;
                import.Store.Put(connection, objects!, owner, o.Name, o.MediaType, part, o.Created);
                Report.Objects++;
            }

            void Artifact(ImportedRun run, ExportedArtifact a, ContentPart? part)
            {
                if (part is null || HomeOf(run, a.Run) is not { } home || artifacts!.PlaceOf(home, a.Path) is not { } place)
                {
                    Report.FilesLeftOut++;
                    return;
                }
                if (File.Exists(place) && !part.IsPlaced && import.Options.Mode != ImportMode.Replace) return;
                part.MoveTo(place);
                Report.Artifacts++;
            }

            // Where a run's artifacts lie here. Those that stayed where they were exported get a place of their own; a place that the
            // store's run has elsewhere is not ours to write to.
            string? HomeOf(ImportedRun run, string uid)
            {
                var uri = connection.Text("SELECT artifact_uri FROM runs WHERE id = @id", ("@id", run.Id));
                var own = $"{ArtifactFiles.Scheme}/{run.Experiment}/{uid}/artifacts";
                if (uri != own && (run.IsNew || uri is null || (uri == run.ArtifactUri && artifacts!.FolderOf(uri) is null)))
                    connection.Execute("UPDATE runs SET artifact_uri = @uri WHERE id = @id", ("@uri", uri = own), ("@id", run.Id));
                return artifacts!.FolderOf(uri);
            }

            void Link(string subject, long from, string kind, long to) =>
                Report.Links += connection.Execute(
                    $"INSERT INTO {subject}_links (from_id, kind, to_id) VALUES (@from, @kind, @to) "
                        + "ON CONFLICT (from_id, kind, to_id) DO NOTHING",
                    ("@from", from),
                    ("@kind", kind),
                    ("@to", to)
                );

            long ExperimentOf(string name) =>
                Experiments.TryGetValue(name, out var id) ? id : throw Bad($"experiment '{name}' is referred to before it comes");

            // Null for a run that is left alone.
            ImportedRun? RunOf(string uid) => !Runs.TryGetValue(uid, out var run)
                ? throw Bad($"run '{uid}' is referred to before it comes")
                : run.IsSkipped ? null : run;

            long LinkedRun(string uid) => Runs.TryGetValue(uid, out var run)
                ? run.Id
                : throw Bad($"run '{uid}' is linked but does not come");

            long KeyOf(string key)
            {
                if (Keys.TryGetValue(key, out var id)) return id;
                connection.Execute("INSERT INTO metric_keys (key) VALUES (@key) ON CONFLICT (key) DO NOTHING", ("@key", key));
                return Keys[key] = connection.Number("SELECT id FROM metric_keys WHERE key = @key", ("@key", key))!.Value;
            }

            static string? Text(NodaTime.Instant? time) => time is { } t ? Timestamps.Text(t) : null;

            static TrackerException Bad(string why) => new(TrackerFailure.BadExchange, $"the import contradicts itself: {why}");
        }
    }
}
