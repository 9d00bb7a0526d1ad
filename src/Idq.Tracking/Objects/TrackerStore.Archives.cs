namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    /// <summary>
    /// Packs a directory as a TAR and stores it as an object. The same files give the same digest, whoever packs them and when; what is
    /// hidden stays out unless the filter says otherwise.
    /// </summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="directory">What to pack.</param>
    /// <param name="filter">Which files; null for all that are not hidden.</param>
    /// <param name="cancellationToken">Ends it before it is stored.</param>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    /// <exception cref="TrackerException">
    /// As for <see cref="PutObject(ObjectOwner, string, Stream, string, CancellationToken)"/>, or a link leads out of the directory.
    /// </exception>
    public StoredObject PutArchive(
        ObjectOwner owner,
        string name,
        string directory,
        ArchiveFilter? filter = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return PutObject(
            owner,
            name,
            StoredObject.Archive,
            output => DirectoryArchive.Pack(directory, filter ?? new ArchiveFilter(), output, cancellationToken)
        );
    }

    /// <summary>
    /// Extracts an archive to a new or empty folder, which appears whole or not at all. The digest is compared first; an entry whose path
    /// or link leads out of the folder is refused.
    /// </summary>
    /// <exception cref="TrackerException">The file is not there, damaged, or no archive; or the folder is not empty.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void ExtractArchive(StoredObject stored, string directory, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        using var file = OpenObject(stored);
        Verified(stored, file, Stream.Null, cancellationToken);
        file.Position = 0;
        DirectoryArchive.Extract(file, directory, stored.Name, cancellationToken);
    }
}
