using System.Data.Common;
using NodaTime;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    const string ObjectSelect =
        "SELECT o.id, o.experiment_id, e.name, o.run_id, r.uid, o.name, o.media_type, o.bytes, o.sha256, o.time_created "
        + "FROM objects o JOIN experiments e ON e.id = o.experiment_id LEFT JOIN runs r ON r.id = o.run_id";

    const int CopyBytes = 1 << 17;
    const int LongestObjectName = 1000;

    string? objectsFolder;

    /// <summary>
    /// The folder that objects are kept in: that of the store's file with <c>.objects</c> behind it, unless set. A store in PostgreSQL has
    /// none until it is set. Every process that works with objects of one store must see the same folder.
    /// </summary>
    public string? ObjectsFolder
    {
        get => objectsFolder ?? (database.Engine.Dialect == "sqlite" ? Location + ".objects" : null);
        set => objectsFolder = value is null ? null : Path.GetFullPath(value).TrimEnd(Path.DirectorySeparatorChar);
    }

    /// <summary>
    /// Stores a content under a name. It is on the disk before the store knows it: what a crash leaves behind is at worst a file that
    /// nobody knows, which the collection of garbage takes away. Another content of this name is replaced.
    /// </summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="name">Up to 1000 characters without control characters; it is a name, not a path.</param>
    /// <param name="content">Read to its end.</param>
    /// <param name="mediaType">What it is.</param>
    /// <param name="cancellationToken">Ends it before it is stored.</param>
    /// <exception cref="ArgumentException">The name or the media type cannot be one.</exception>
    /// <exception cref="TrackerException">There is no such owner, the store has no folder of objects, or it is another store's.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public StoredObject PutObject(
        ObjectOwner owner,
        string name,
        Stream content,
        string mediaType = StoredObject.AnyBytes,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(content);
        return PutObject(owner, name, mediaType, output => Copy(content, output, cancellationToken));
    }

    /// <summary>The object of this name, or null.</summary>
    public StoredObject? FindObject(ObjectOwner owner, string name) => database.Read(connection => FindObject(connection, owner, name));

    /// <summary>Objects by owner and name: those of a run, of an experiment itself, or all.</summary>
    public IReadOnlyList<StoredObject> ListObjects(ObjectOwner? owner = null) =>
        database.Read(connection =>
            connection.Rows(
                ObjectSelect
                    + (owner is null ? "" : " WHERE " + owner.Value.Condition)
                    + " ORDER BY o.experiment_id, COALESCE(o.run_id, 0), "
                    + $"o.name{(connection.Engine.Dialect == "sqlite" ? "" : " COLLATE \"C\"")}",
                ReadObject,
                ("@owner", owner?.Id ?? 0)
            )
        );

    /// <summary>
    /// Writes the content of an object to a stream. The digest is compared at the end: what was written before a failure is not to be used.
    /// </summary>
    /// <exception cref="TrackerException">The file is not there, or is damaged.</exception>
    public void ReadObject(StoredObject stored, Stream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(output);
        using var file = OpenObject(stored);
        Verified(stored, file, output, cancellationToken);
    }

    /// <summary>Writes the content of an object to a file, which appears whole, with the right digest, or not at all.</summary>
    /// <exception cref="TrackerException">The file is not there, or is damaged.</exception>
    /// <exception cref="IOException">The new file cannot be written.</exception>
    public void SaveObject(StoredObject stored, string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var part = $"{full}.{Guid.NewGuid():N}.part";
        try
        {
            using (var file = File.Create(part)) ReadObject(stored, file, cancellationToken);
            File.Move(part, full, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>
    /// Deletes an object, then its file unless another object of the experiment has the same content; true when it was there.
    /// </summary>
    public bool DeleteObject(ObjectOwner owner, string name)
    {
        if (database.Write(Durability.PowerLoss, connection =>
        {
            if (FindObject(connection, owner, name) is not { } stored) return null;
            connection.Execute("DELETE FROM objects WHERE id = @id", ("@id", stored.Id));
            return stored;
        }) is not { } gone) return false;
        RemoveUnused([new(gone.ExperimentId, gone.Sha256)]);
        return true;
    }

    StoredObject PutObject(ObjectOwner owner, string name, string mediaType, Action<Stream> write)
    {
        RequireObjectName(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(mediaType);
        var folder = RequireObjectFolder();
        var experiment = database.Read(connection => ExperimentOf(connection, owner));
        folder.Claim(Identity());
        using var part = folder.Write(write);
        var (stored, before) = database.Write(Durability.PowerLoss, connection => Put(connection, folder, owner, name, mediaType, part));
        if (before is not null && before.Sha256 != stored.Sha256) RemoveUnused([new(experiment, before.Sha256)]);
        return stored;
    }

    // The file is put in place under the write lock: garbage collection cannot see it before its row is there.
    (StoredObject Stored, StoredObject? Before) Put(
        StoreConnection connection,
        ObjectFolder folder,
        ObjectOwner owner,
        string name,
        string mediaType,
        ContentPart part,
        Instant? created = null
    )
    {
        var experiment = ExperimentOf(connection, owner);
        folder.Publish(experiment, part);
        var before = FindObject(connection, owner, name);
        if (before is not null && before.Sha256 == part.Sha256 && before.MediaType == mediaType)
            return (before, before);
        (string, object?)[] values =
        [
            ("@media", mediaType),
            ("@bytes", part.Bytes),
            ("@sha", part.Sha256),
            ("@now", created is { } at ? Timestamps.Text(at) : Now()),
        ];
        if (before is not null)
            connection.Execute(
                "UPDATE objects SET media_type = @media, bytes = @bytes, sha256 = @sha, time_created = @now WHERE id = @id",
                [.. values, ("@id", before.Id)]
            );
        else
            connection.Execute(
                "INSERT INTO objects (experiment_id, run_id, name, media_type, bytes, sha256, time_created) "
                    + "VALUES (@experiment, @run, @name, @media, @bytes, @sha, @now)",
                [.. values, ("@experiment", experiment), ("@run", owner.RunId), ("@name", name)]);
        return (FindObject(connection, owner, name)!, before);
    }

    FileStream OpenObject(StoredObject stored) =>
        RequireObjectFolder().OpenRead(stored.ExperimentId, stored.Sha256)
        ?? throw new TrackerException(
            TrackerFailure.Missing,
            $"the file of object '{stored.Name}' is not in the folder of objects '{ObjectsFolder}': is it the folder of this store?"
        );

    static void Verified(StoredObject stored, Stream file, Stream output, CancellationToken cancellationToken)
    {
        using var hashed = new HashingStream(file);
        Copy(hashed, output, cancellationToken);
        RequireDigest(stored, hashed);
    }

    static void RequireDigest(StoredObject stored, HashingStream hashed)
    {
        if (hashed.Digest() != stored.Sha256 || hashed.Position != stored.Bytes)
            throw new TrackerException(
                TrackerFailure.Unusable,
                $"the file of object '{stored.Name}' is damaged: its digest is not the one that was stored; restore it from a backup"
            );
    }

    ObjectFolder RequireObjectFolder() =>
        ObjectFolderOrNull()
        ?? throw new TrackerException(
            TrackerFailure.BadLocation,
            $"tracker store '{Location}' has no folder for objects: name one with --objects DIR or SQLTRACK_DSN_OBJECTS"
        );

    internal ObjectFolder? ObjectFolderOrNull() => ObjectsFolder is { } folder ? new ObjectFolder(folder) : null;

    // A store gets its identity with its first object.
    internal string Identity() => database.Read(IdentityOrNull) ?? database.Write(Durability.PowerLoss, connection =>
    {
        connection.Execute("INSERT INTO store_identity (one, uid) VALUES (1, @uid) ON CONFLICT (one) DO NOTHING", ("@uid", RunUid.New()));
        return IdentityOrNull(connection)!;
    });

    static string? IdentityOrNull(StoreConnection connection) => connection.Text("SELECT uid FROM store_identity");

    long ExperimentOf(StoreConnection connection, ObjectOwner owner) =>
        connection.Number(
            owner.RunId is null ? "SELECT id FROM experiments WHERE id = @id" : "SELECT experiment_id FROM runs WHERE id = @id",
            ("@id", owner.Id)
        ) ?? throw new TrackerException(TrackerFailure.UnknownReference, $"there is no {owner} in tracker store '{Location}'");

    static StoredObject? FindObject(StoreConnection connection, ObjectOwner owner, string name) =>
        connection
            .Rows($"{ObjectSelect} WHERE {owner.Condition} AND o.name = @name", ReadObject, ("@owner", owner.Id), ("@name", name))
            .FirstOrDefault();

    static StoredObject ReadObject(DbDataReader reader) =>
        new(
            reader.GetInt64(0),
            reader.GetInt64(1),
            reader.GetString(2),
            reader.LongOrNull(3),
            reader.TextOrNull(4),
            reader.GetString(5),
            reader.GetString(6),
            reader.GetInt64(7),
            reader.GetString(8),
            reader.Time(9)
        );

    static void RequireObjectName(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Length > LongestObjectName || name.Any(char.IsControl))
            throw new ArgumentException(
                $"an object's name has at most {LongestObjectName} characters and no control characters",
                nameof(name)
            );
    }

    static void Copy(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[CopyBytes];
        while (from.Read(buffer) is > 0 and var count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            to.Write(buffer, 0, count);
        }
    }
}
