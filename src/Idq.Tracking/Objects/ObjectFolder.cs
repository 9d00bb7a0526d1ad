using System.Globalization;
using System.Security.Cryptography;

namespace Idq.Tracking;

/// <summary>
/// The files of a store's objects: <c>FOLDER/EXPERIMENT/SHA256</c>. A content is written beside its place, flushed, and takes its place whole.
/// Names that users gave are never part of a path.
/// </summary>
internal sealed class ObjectFolder(string root)
{
    const string Marker = "store";
    const string PartEnding = ".part";

    /// <summary>How old a file that is being written must be to count as left behind.</summary>
    static readonly TimeSpan PartAge = TimeSpan.FromDays(1);

    /// <summary>Makes the folder when it is absent, and makes sure that it is this store's: two stores count their experiments alike.</summary>
    /// <exception cref="TrackerException">It is another store's.</exception>
    public void Claim(string uid)
    {
        Directory.CreateDirectory(root);
        var marker = Path.Combine(root, Marker);
        if (!File.Exists(marker))
        {
            var part = NewPart(root);
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
        if (!IsOf(uid)) throw new TrackerException(TrackerFailure.Conflict, $"the folder of objects '{root}' belongs to another store: name another folder");
    }

    /// <summary>True when the folder is there and is this store's.</summary>
    public bool IsOf(string? uid) => uid is not null && File.Exists(Path.Combine(root, Marker)) && File.ReadAllText(Path.Combine(root, Marker)) == uid;

    /// <summary>Writes a content beside its place.</summary>
    public ObjectPart Write(long experiment, Action<Stream> write)
    {
        var folder = FolderOf(experiment);
        Directory.CreateDirectory(folder);
        var part = NewPart(folder);
        try
        {
            using var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            using var hashed = new HashingStream(file);
            write(hashed);
            hashed.Flush();
            file.Flush(flushToDisk: true);
            return new ObjectPart(part, folder, hashed.Digest(), file.Length);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    /// <summary>Opens a content to read; null when it is not there.</summary>
    public FileStream? OpenRead(long experiment, string sha256)
    {
        var path = PathOf(experiment, sha256);
        return File.Exists(path) && new FileInfo(path).LinkTarget is null ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16) : null;
    }

    /// <summary>Takes a content away, and its folder when that was the last.</summary>
    public void Delete(ObjectFile file)
    {
        var path = PathOf(file);
        File.Delete(path);
        var folder = Path.GetDirectoryName(path)!;
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
    }

    /// <summary>The length of a content in bytes; 0 when it is not there.</summary>
    public long Length(ObjectFile file) => new FileInfo(PathOf(file)) is { Exists: true } info ? info.Length : 0;

    /// <summary>All contents that are there, and parts that were left behind long before <paramref name="now"/>. What is something else is not listed.</summary>
    public IEnumerable<ObjectFile> Files(DateTime now)
    {
        if (!Directory.Exists(root)) yield break;
        foreach (var folder in new DirectoryInfo(root).EnumerateDirectories().Where(d => d.LinkTarget is null).OrderBy(d => d.Name, StringComparer.Ordinal))
        {
            if (!long.TryParse(folder.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var experiment)) continue;
            foreach (var file in folder.EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal))
            {
                var isPart = file.Name.StartsWith('.') && file.Name.EndsWith(PartEnding, StringComparison.Ordinal);
                if (IsDigest(file.Name) || (isPart && file.LastWriteTimeUtc < now - PartAge)) yield return new ObjectFile(experiment, file.Name);
            }
        }
    }

    string PathOf(ObjectFile file) => Path.Combine(FolderOf(file.Experiment), file.Name);

    string PathOf(long experiment, string sha256) =>
        IsDigest(sha256) ? Path.Combine(FolderOf(experiment), sha256) : throw new TrackerException(TrackerFailure.Unusable, "an object has a digest that is none: the store was changed from outside");

    string FolderOf(long experiment) => Path.Combine(root, experiment.ToString(CultureInfo.InvariantCulture));

    static string NewPart(string folder) => Path.Combine(folder, $".{Guid.NewGuid():N}{PartEnding}");

    static bool IsDigest(string name) => name.Length == 2 * SHA256.HashSizeInBytes && name.All(char.IsAsciiHexDigitLower);
}

/// <summary>A file in a folder of objects.</summary>
internal readonly record struct ObjectFile(long Experiment, string Name)
{
    /// <summary>As it is called from the folder on.</summary>
    public override string ToString() => $"{Experiment.ToString(CultureInfo.InvariantCulture)}/{Name}";
}

/// <summary>A content that was written and has not taken its place yet. One that is disposed of before is gone.</summary>
internal sealed class ObjectPart(string path, string folder, string sha256, long bytes) : IDisposable
{
    public string Sha256 => sha256;

    public long Bytes => bytes;

    /// <summary>Takes its place; doing it again changes nothing. The same content that is there already gives way: it might be damaged.</summary>
    public void Publish()
    {
        if (!File.Exists(path)) return;
        File.Move(path, Path.Combine(folder, sha256), overwrite: true);
        DiskFlush.Folder(folder);
    }

    public void Dispose() => File.Delete(path);
}
