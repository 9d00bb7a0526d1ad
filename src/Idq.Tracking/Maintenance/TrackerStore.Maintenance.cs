using NodaTime;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    /// <summary>
    /// Takes away runs and experiments that were deleted long enough ago, with everything that belongs to them, and their artifacts. An
    /// experiment goes with all its runs. Every one of them leaves a row in the audit table. Files of objects that nobody refers to go too.
    /// </summary>
    /// <returns>What went, or would go in a dry run.</returns>
    public IReadOnlyList<Garbage> CollectGarbage(GarbageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (database.IsInTransaction)
            throw new InvalidOperationException("files cannot be brought back: garbage is not collected inside a transaction");
        if (options.OlderThan < Duration.Zero)
            throw new ArgumentException("the age of garbage must not be negative", nameof(options));
        var before = Timestamps.Text(clock.GetCurrentInstant() - options.OlderThan);
        var files = options.Artifacts is { } given ? new ArtifactFiles(given) : null;
        var found = options.IsDryRun
            ? database.Read(Find)
            : database.Write(
                Durability.PowerLoss,
                connection =>
                {
                    var garbage = Find(connection);
                    foreach (var run in garbage.Runs)
                    {
                        connection.Execute("DELETE FROM runs WHERE id = @id", ("@id", run.Id));
                        Audit(
                            connection,
                            run.Id,
                            "gc",
                            Json.Kept(System.Text.Json.JsonSerializer.Serialize(new { kind = "run", uid = run.Name }))
                        );
                    }
                    foreach (var experiment in garbage.Experiments)
                    {
                        connection.Execute("DELETE FROM experiment_links WHERE from_id = @id OR to_id = @id", ("@id", experiment.Id));
                        connection.Execute("DELETE FROM experiments WHERE id = @id", ("@id", experiment.Id));
                        Audit(
                            connection,
                            null,
                            "gc",
                            Json.Kept(System.Text.Json.JsonSerializer.Serialize(new { kind = "experiment", name = experiment.Name }))
                        );
                    }
                    return garbage;
                }
            );
        var result = new List<Garbage>();
        result.AddRange(found.Runs.Select(r => new Garbage("run", r.Name, r.Deleted)));
        result.AddRange(found.Experiments.Select(e => new Garbage("experiment", e.Name, e.Deleted)));
        var unused = options.IsDryRun
            ? database.Read(connection => UnusedObjects(connection, found.Runs.Select(r => r.Id), found.Experiments.Select(e => e.Id)))
            : RemoveUnusedNow(database.Read(connection => UnusedObjects(connection, [], [])));
        result.AddRange(unused.Select(file => new Garbage("object", file.ToString(), null)));
        // Files are deleted last: after a failure here files are left over. The other order could leave a run whose files are gone.
        foreach (
            var artifacts in found
                .Runs.Concat(found.Experiments)
                .Select(g => (Folder: files?.FolderOf(g.Artifacts), g.Deleted))
                .Where(a => Directory.Exists(a.Folder))
                .Distinct()
        )
        {
            if (!options.IsDryRun) Directory.Delete(artifacts.Folder!, recursive: true);
            result.Add(new("artifacts", artifacts.Folder!, artifacts.Deleted));
        }
        return result;

        (List<Dead> Runs, List<Dead> Experiments) Find(StoreConnection connection)
        {
            var experiments = connection.Rows(
                "SELECT id, name, time_updated, artifact_location FROM experiments WHERE lifecycle = 'deleted' AND time_updated <= @before "
                    + "ORDER BY id",
                reader => new Dead(reader.GetInt64(0), reader.GetString(1), reader.Time(2), reader.TextOrNull(3)), ("@before", before));
            // Without a time of deletion, the last sign of life counts.
            var runs = connection.Rows(
                "SELECT r.id, r.uid, COALESCE(r.time_deleted, r.time_updated, r.time_created), r.artifact_uri, r.experiment_id, "
                    + "r.lifecycle FROM runs r JOIN experiments e ON e.id = r.experiment_id "
                    + "WHERE (r.lifecycle = 'deleted' AND COALESCE(r.time_deleted, r.time_updated, r.time_created) <= @before) OR "
                    + "(e.lifecycle = 'deleted' AND e.time_updated <= @before) ORDER BY r.id",
                reader => new Dead(reader.GetInt64(0), reader.GetString(1), reader.Time(2), reader.TextOrNull(3)),
                ("@before", before)
            );
            return (runs, experiments);
        }
    }

    /// <summary>Gives room that is no longer used back and brings the statistics of the query planner up to date.</summary>
    /// <returns>The size in bytes before and after.</returns>
    public (long Before, long After) Vacuum()
    {
        (long Before, long After) sizes = default;
        database.Prepare(connection =>
        {
            sizes.Before = Size(connection);
            if (connection.Engine.Dialect == "sqlite")
            {
                connection.Script("VACUUM; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)");
            }
            else
            {
                foreach (
                    var table in connection.Rows(
                        "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() "
                            + "AND table_type = 'BASE TABLE'",
                        reader => reader.GetString(0)
                    )
                )
                    connection.Script($"VACUUM (ANALYZE) {MetricTable.Quote(table)}");
            }
            sizes.After = Size(connection);
        });
        return sizes;
    }

    /// <summary>
    /// Copies an SQLite store to a file, as it is at one moment, while others read and write. The file appears whole, on the disk, or not
    /// at all. Objects lie in a folder of their own: copy that afterwards.
    /// </summary>
    /// <param name="path">A file that is not there yet.</param>
    /// <returns>Its size in bytes.</returns>
    /// <exception cref="TrackerException">
    /// The store is in PostgreSQL, whose own program does this, or the file is there already.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public long CopyTo(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (database.Engine.Dialect != "sqlite")
            throw new TrackerException(
                TrackerFailure.BadLocation,
                $"tracker store '{Location}' is copied with PostgreSQL's own program: pg_dump -n SCHEMA"
            );
        var full = Path.GetFullPath(path);
        if (File.Exists(full)) throw new TrackerException(TrackerFailure.Conflict, $"'{full}' is there already: name a new file");
        var folder = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(folder);
        var part = $"{full}.{Guid.NewGuid():N}.part";
        try
        {
            // A connection of its own: others in this process go on writing.
            using (var connection = new StoreConnection(database.Engine, isReadOnly: false))
                connection.Execute("VACUUM INTO @path", ("@path", part));
            using (var file = new FileStream(part, FileMode.Open, FileAccess.ReadWrite))
                file.Flush(flushToDisk: true);
            File.Move(part, full, overwrite: false);
            DiskFlush.Folder(folder);
            return new FileInfo(full).Length;
        }
        catch (System.Data.Common.DbException e)
        {
            throw database.Engine.Translate(e);
        }
        finally
        {
            File.Delete(part);
        }
    }

    sealed record Dead(long Id, string Name, Instant Deleted, string? Artifacts);
}
