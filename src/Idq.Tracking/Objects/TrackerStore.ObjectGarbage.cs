using System.Data.Common;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    // How many objects are looked at under one write lock.
    const int FilesAtOnce = 500;

    // The rows of these files are gone already, so a failure here leaves files that nobody refers to, and does no other harm.
    void RemoveUnused(IReadOnlyCollection<ObjectFile> files) => database.AfterCommit(() =>
    {
        try
        {
            RemoveUnusedNow(files);
        }
        catch (Exception e) when (e is TrackerException or IOException or UnauthorizedAccessException)
        {
            // The next garbage collection finds them again.
        }
    });

    // Files are put in place under the write lock too, so no other writer can start to use one of these.
    List<ObjectFile> RemoveUnusedNow(IReadOnlyCollection<ObjectFile> files)
    {
        if (files.Count == 0 || ObjectFolderOrNull() is not { } folder || !folder.IsOf(database.Read(IdentityOrNull))) return [];
        var removed = new List<ObjectFile>();
        foreach (var some in files.Chunk(FilesAtOnce))
        {
            removed.AddRange(database.Write(Durability.ProcessDeath, connection =>
            {
                var unused = Array.FindAll(some, file => !IsUsed(connection, file));
                foreach (var file in unused) folder.Delete(file);
                return unused;
            }));
        }
        return removed;
    }

    /// <summary>The files of objects that nobody knows, or will know when these runs and experiments are gone.</summary>
    List<ObjectFile> UnusedObjects(StoreConnection connection, IEnumerable<long> goneRuns, IEnumerable<long> goneExperiments)
    {
        if (ObjectFolderOrNull() is not { } folder || !folder.IsOf(IdentityOrNull(connection))) return [];
        var (runs, experiments) = (goneRuns.ToHashSet(), goneExperiments.ToHashSet());
        var used = connection
            .Rows(
                "SELECT experiment_id, sha256, run_id FROM objects",
                reader => (File: new ObjectFile(reader.GetInt64(0), reader.GetString(1)), Run: reader.LongOrNull(2))
            )
            .Where(o => !experiments.Contains(o.File.Experiment!.Value) && !(o.Run is { } run && runs.Contains(run)))
            .Select(o => o.File)
            .ToHashSet();
        return [.. folder.Files(clock.GetCurrentInstant().ToDateTimeUtc()).Where(file => !used.Contains(file))];
    }

    static List<ObjectFile> ObjectFilesOfRun(StoreConnection connection, long runId) =>
        connection.Rows("SELECT DISTINCT experiment_id, sha256 FROM objects WHERE run_id = @run", ReadObjectFile, ("@run", runId));

    static bool IsUsed(StoreConnection connection, ObjectFile file) =>
        file.Experiment is not null
        && connection.Number(
            "SELECT 1 FROM objects WHERE experiment_id = @experiment AND sha256 = @sha LIMIT 1",
            ("@experiment", file.Experiment),
            ("@sha", file.Name)
        )
            is not null;

    static ObjectFile ReadObjectFile(DbDataReader reader) => new(reader.GetInt64(0), reader.GetString(1));
}
