using System.Globalization;
using System.Security.Cryptography;

namespace Idq.Tracking;

/// <summary>
/// The files of a store's objects: <c>FOLDER/EXPERIMENT/SHA256</c>. A content is written beside its place, flushed, and takes its place
/// whole. Names that users gave are never part of a path.
/// </summary>
sealed class ObjectFolder(string root)
{
    const string Marker = "store";

    /// <summary>How old a file that is being written must be to count as left behind.</summary>
    static readonly TimeSpan PartAge = TimeSpan.FromDays(1);

    /// <summary>
    /// Makes the folder when it is absent, and makes sure that it is this store's: two stores count their experiments alike.
    /// </summary>
    /// <exception cref="TrackerException">It is another store's.</exception>
    public void Claim(string uid)
    {
        Directory.CreateDirectory(root);
        var marker = Path.Combine(root, Marker);
        if (!File.Exists(marker))
        {
            var part = ContentPart.NewName(root);
            File.WriteAllText(part, uid);
            try
            {
                File.Move(part, marker, overwrite: false);
                DiskFlush.Folder(root);
            }
            catch (IOException) when (File.Exists(marker))
            {
                File.Delete(part);
            }
        }
        if (!IsOf(uid))
            throw new TrackerException(
                TrackerFailure.Conflict,
                $"the folder of objects '{root}' belongs to another store: name another folder"
            );
    }

    /// <summary>True when the folder is there and is this store's.</summary>
    public bool IsOf(string? uid) =>
        uid is not null && File.Exists(Path.Combine(root, Marker)) && File.ReadAllText(Path.Combine(root, Marker)) == uid;

    /// <summary>Writes a content into the folder, where nobody finds it yet.</summary>
    public ContentPart Write(Action<Stream> write) => ContentPart.Write(root, write);

    /// <summary>Lets a content take its place. The same content that is there already gives way: it might be damaged.</summary>
    public void Publish(long experiment, ContentPart part) => part.MoveTo(PathOf(experiment, part.Sha256));

    /// <summary>Opens a content to read; null when it is not there.</summary>
    public FileStream? OpenRead(long experiment, string sha256)
    {
        var path = PathOf(experiment, sha256);
        return File.Exists(path) && new FileInfo(path).LinkTarget is null
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16)
            : null;
    }

    /// <summary>Takes a content away, and its folder when that was the last.</summary>
    public void Delete(ObjectFile file)
    {
        var path = PathOf(file);
        File.Delete(path);
        var folder = Path.GetDirectoryName(path)!;
        if (file.Experiment is not null && Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }

    /// <summary>
    /// All contents that are there, and parts that were left behind long before
    /// <paramref name="now"/>. What is something else is not listed.
    /// </summary>
    public IEnumerable<ObjectFile> Files(DateTime now)
    {
        if (!Directory.Exists(root))
            yield break;
        foreach (
            var part in new DirectoryInfo(root)
                .EnumerateFiles($".*{ContentPart.Ending}")
                .Where(f => f.LastWriteTimeUtc < now - PartAge)
                .OrderBy(f => f.Name, StringComparer.Ordinal)
        )
            yield return new ObjectFile(null, part.Name);
        foreach (
            var folder in new DirectoryInfo(root)
                .EnumerateDirectories()
                .Where(d => d.LinkTarget is null)
                .OrderBy(d => d.Name, StringComparer.Ordinal)
        )
        {
            if (!long.TryParse(folder.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var experiment))
                continue;
            foreach (var file in folder.EnumerateFiles().Where(f => IsDigest(f.Name)).OrderBy(f => f.Name, StringComparer.Ordinal))
                yield return new ObjectFile(experiment, file.Name);
        }
    }

    string PathOf(ObjectFile file) => Path.Combine(file.Experiment is { } experiment ? FolderOf(experiment) : root, file.Name);

    string PathOf(long experiment, string sha256) =>
        IsDigest(sha256)
            ? Path.Combine(FolderOf(experiment), sha256)
            : throw new TrackerException(
                TrackerFailure.Unusable,
                "an object has a digest that is none: the store was changed from outside"
            );

    string FolderOf(long experiment) => Path.Combine(root, experiment.ToString(CultureInfo.InvariantCulture));

    static bool IsDigest(string name) => name.Length == 2 * SHA256.HashSizeInBytes && name.All(char.IsAsciiHexDigitLower);
}

/// <summary>A file in a folder of objects.</summary>
/// <param name="Experiment">The experiment whose folder it is in; null for a part that was left behind.</param>
/// <param name="Name">Its name.</param>
readonly record struct ObjectFile(long? Experiment, string Name)
{
    /// <summary>As it is called from the folder on.</summary>
    public override string ToString() => Experiment is null ? Name : string.Create(CultureInfo.InvariantCulture, $"{Experiment}/{Name}");
}
