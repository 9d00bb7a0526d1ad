using System.IO.Compression;

namespace Idq.Tracking;

/// <summary>What an import comes from.</summary>
public enum ExchangeFormat
{
    /// <summary>The export format, plain, gzip or zip.</summary>
    Export,

    /// <summary>Another store of this program.</summary>
    Store,

    /// <summary>MLflow's tracking database.</summary>
    Mlflow,

    /// <summary>MLtraq's database.</summary>
    Mltraq,

    /// <summary>SQLTrack's database, or a plain dump of it.</summary>
    Sqltrack,
}

/// <summary>
/// A place to import from: a file of the export format, another tracker store, or the database of MLflow, MLtraq or SQLTrack. What it is
/// shows in its content, whatever its name.
/// </summary>
public sealed class ExchangeSource : IDisposable
{
    // The store's mark in an SQLite file.
    const long StoreId = 0x69445131;

    readonly ForeignDatabase? database;
    readonly TrackerStore? store;
    readonly string location;

    ExchangeSource(ExchangeFormat format, string location, ForeignDatabase? database = null, TrackerStore? store = null) =>
        (Format, this.location, this.database, this.store) = (format, location, database, store);

    /// <summary>What it is.</summary>
    public ExchangeFormat Format { get; }

    /// <summary>Opens a source.</summary>
    /// <param name="location">A path, <c>sqlite:FILE</c>, or <c>postgresql://user@host/database?schema=name</c>.</param>
    /// <exception cref="TrackerException">There is nothing, or nothing that can be imported.</exception>
    public static ExchangeSource Open(string location)
    {
        ArgumentNullException.ThrowIfNull(location);
        if (StoreLocation.IsPostgres(location)) return OpenDatabase(location);
        var path = StoreLocation.FilePath(location);
        if (!File.Exists(path)) throw new TrackerException(TrackerFailure.Missing, $"there is no file '{path}' to import from");
        return Head(path) switch
        {
            var head when head.StartsWith("SQLite format 3\0"u8) => OpenDatabase(path),
            var head when head.StartsWith("PGDMP"u8) => throw new TrackerException(
                TrackerFailure.BadExchange,
                $"'{path}' is a dump in PostgreSQL's own format: turn it into text with 'pg_restore --file=dump.sql', "
                    + "or import from the database itself"
            ),
            var head when head.StartsWith("--"u8) => new(ExchangeFormat.Sqltrack, path),
            _ => new(ExchangeFormat.Export, path),
        };
    }

    /// <summary>The records of everything, once.</summary>
    /// <exception cref="TrackerException">It is damaged; thrown when the enumeration comes to it.</exception>
    public IEnumerable<ExchangeRecord> Records(CancellationToken cancellationToken = default) =>
        Records(new ExportQuery(), null, cancellationToken);

    /// <summary>The records, once.</summary>
    /// <param name="query">What of another store to take; other sources give all that they have.</param>
    /// <param name="objectsFolder">Where that store keeps its objects, when not beside its file.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="TrackerException">It is damaged; thrown when the enumeration comes to it.</exception>
    public IEnumerable<ExchangeRecord> Records(ExportQuery query, string? objectsFolder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (store is not null && objectsFolder is not null) store.ObjectsFolder = objectsFolder;
        return Records(query, cancellationToken);
    }

    IEnumerable<ExchangeRecord> Records(ExportQuery query, CancellationToken cancellationToken) => Format switch
    {
        ExchangeFormat.Store => StoreRecords.Of(store!, query, cancellationToken),
        ExchangeFormat.Mlflow => MlflowDatabase.Read(database!),
        ExchangeFormat.Mltraq => MltraqDatabase.Read(database!),
        ExchangeFormat.Sqltrack when database is null => SqltrackDump.Read(location),
        ExchangeFormat.Sqltrack => SqltrackDatabase.Read(database),
        _ => FileRecords(location),
    };

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        database?.Dispose();
        store?.Dispose();
    }

    static ExchangeSource OpenDatabase(string location)
    {
        var database = ForeignDatabase.Open(location);
        try
        {
            if (MlflowDatabase.IsMlflow(database)) return new(ExchangeFormat.Mlflow, location, database);
            if (MltraqDatabase.IsMltraq(database)) return new(ExchangeFormat.Mltraq, location, database);
            if (SqltrackDatabase.IsSqltrack(database)) return new(ExchangeFormat.Sqltrack, location, database);
            if (database.IsSqlite ? database.ApplicationId == StoreId : database.Has("applied_migrations") && database.Has("products"))
            {
                database.Dispose();
                return new(ExchangeFormat.Store, location, store: TrackerStore.OpenReadOnly(location));
            }
            throw new TrackerException(
                TrackerFailure.BadExchange,
                $"'{database.Location}' is a database, but not one of this program, MLflow, MLtraq or SQLTrack"
            );
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    static IEnumerable<ExchangeRecord> FileRecords(string path)
    {
        using var file = ExchangeFile.OpenRead(path);
        foreach (var record in ExchangeReader.Read(file, path)) yield return record;
    }

    static ReadOnlySpan<byte> Head(string path)
    {
        using var file = File.OpenRead(path);
        var head = new byte[16];
        return head.AsSpan(0, file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
    }
}

/// <summary>Files of the export format: JSON lines, plain, in gzip (.gz) or as the one entry of a zip file (.zip).</summary>
public static class ExchangeFile
{
    const string Entry = "tracker.jsonl";

    /// <summary>Writes an export; the file appears when it is complete. The ending of its name says how it is packed.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(write);
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var part = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            using (var file = File.Create(part)) Pack(file, Path.GetExtension(full).ToLowerInvariant(), write);
            File.Move(part, full, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>The JSON lines of an export file, packed or not.</summary>
    /// <exception cref="TrackerException">It is a zip file without an export.</exception>
    public static Stream OpenRead(string path)
    {
        var file = File.OpenRead(path);
        try
        {
            Span<byte> head = stackalloc byte[4];
            var length = file.ReadAtLeast(head, 4, throwOnEndOfStream: false);
            file.Position = 0;
            if (length >= 2 && head[0] == 0x1f && head[1] == 0x8b) return new GZipStream(file, CompressionMode.Decompress);
            if (length < 4 || !head.SequenceEqual("PK\u0003\u0004"u8)) return file;
            var zip = new ZipArchive(file, ZipArchiveMode.Read);
            return zip.GetEntry(Entry)?.Open()
                ?? throw new TrackerException(TrackerFailure.BadExchange, $"'{path}' is a zip file without {Entry}");
        }
        catch (InvalidDataException e)
        {
            file.Dispose();
            throw new TrackerException(TrackerFailure.BadExchange, $"'{path}' is damaged: {e.Message}", e);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    static void Pack(Stream file, string ending, Action<Stream> write)
    {
        switch (ending)
        {
            case ".gz":
                using (var packed = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true)) write(packed);
                break;
            case ".zip":
                using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
                {
                    var entry = zip.CreateEntry(Entry);
                    // The same content is the same file, whenever it is written.
                    entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                    using var packed = entry.Open();
                    write(packed);
                }
                break;
            default:
                write(file);
                break;
        }
    }
}
