using System.Formats.Tar;

namespace Idq.Tracking;

/// <summary>
/// A directory as one TAR stream. The same files give the same bytes, whoever packs them and when: entries are in the order of their paths,
/// without owners and times. Nothing in an archive can be written outside of the folder that it is extracted to.
/// </summary>
static class DirectoryArchive
{
    const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Packs a directory.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="TrackerException">A link in it leads out of it.</exception>
    public static void Pack(string directory, ArchiveFilter filter, Stream output, CancellationToken cancellationToken)
    {
        var root = Path.GetFullPath(directory);
        if (!Directory.Exists(root)) throw new DirectoryNotFoundException($"there is no directory '{directory}' to pack");
        var isWanted = filter.Matcher();
        using var tar = new TarWriter(output, TarEntryFormat.Gnu, leaveOpen: true);
        foreach (var (path, info) in Entries(root, filter.IncludeHidden).OrderBy(e => e.Path, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (info is DirectoryInfo { LinkTarget: null })
            {
                // Folders with files follow from their files; only an empty one needs an entry.
                if (filter.Include.Count == 0 && isWanted(path + "/x") && !Directory.EnumerateFileSystemEntries(info.FullName).Any())
                    tar.WriteEntry(Entry(TarEntryType.Directory, path + "/", Readable | Executable));
            }
            else if (!isWanted(path))
            {
                continue;
            }
            else if (info.LinkTarget is { } target)
            {
                if (!LeadsInside(path, target))
                    throw new TrackerException(TrackerFailure.Conflict, $"'{path}' is a link that leads out of '{directory}': exclude it");
                var link = Entry(TarEntryType.SymbolicLink, path, Readable | Executable);
                link.LinkName = target;
                tar.WriteEntry(link);
            }
            else
            {
                using var content = new FileStream(info.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
                var entry = Entry(TarEntryType.RegularFile, path, Readable | (info.UnixFileMode & Executable));
                entry.DataStream = content;
                tar.WriteEntry(entry);
            }
        }
    }

    /// <summary>Extracts an archive to a folder that is not there yet; it appears whole or not at all.</summary>
    /// <exception cref="TrackerException">It is damaged, or an entry leads out of the folder, or there is something already.</exception>
    public static void Extract(Stream archive, string directory, string name, CancellationToken cancellationToken)
    {
        var full = Path.GetFullPath(directory).TrimEnd(Path.DirectorySeparatorChar);
        if (File.Exists(full) || (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any()))
            throw new TrackerException(
                TrackerFailure.Conflict,
                $"'{directory}' is there already: an archive is extracted to a new or empty folder"
            );
        var part = $"{full}.{Guid.NewGuid():N}.part";
        try
        {
            Directory.CreateDirectory(part);
            ExtractInto(archive, part, name, cancellationToken);
            if (Directory.Exists(full)) Directory.Delete(full);
            Directory.Move(part, full);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new TrackerException(TrackerFailure.Unusable, $"object '{name}' is no archive, or a damaged one: {e.Message}", e);
        }
        finally
        {
            if (Directory.Exists(part)) Directory.Delete(part, recursive: true);
        }
    }

    /// <summary>
    /// True for a link at a path from the root whose target cannot be outside, whatever other links of that kind there are.
    /// </summary>
    internal static bool LeadsInside(string path, string target)
    {
        if (target.Length == 0 || target.StartsWith('/') || target.Contains('\0', StringComparison.Ordinal)) return false;
        var parts = target.Split('/').Where(p => p is not ("" or ".")).ToArray();
        var up = parts.TakeWhile(p => p == "..").Count();
        // A step up after a name is refused: the name may be a link, and the step would start where the link leads.
        return !parts.Skip(up).Contains("..") && up <= path.Count(c => c == '/');
    }

    static void ExtractInto(Stream archive, string root, string name, CancellationToken cancellationToken)
    {
        using var tar = new TarReader(archive, leaveOpen: true);
        var links = new List<(string Path, string Target)>();
        while (tar.GetNextEntry() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = entry.Name.TrimEnd('/');
            if (path is "." or "")
                continue;
            if (path.StartsWith("./", StringComparison.Ordinal))
                path = path[2..];
            if (path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal) || path.Split('/').Any(p => p is "" or "." or ".."))
                throw Outside(entry.Name);
            var full = Path.Combine(root, path);
            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    Directory.CreateDirectory(full);
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    Directory.CreateDirectory(Path.GetDirectoryName(full)!);
                    using (var file = new FileStream(full, FileMode.CreateNew, FileAccess.Write)) entry.DataStream?.CopyTo(file);
                    if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(full, Readable | (entry.Mode & Executable));
                    break;
                // Links are made last, so that no file is written through one.
                case TarEntryType.SymbolicLink when LeadsInside(path, entry.LinkName):
                    links.Add((path, entry.LinkName));
                    break;
                case TarEntryType.SymbolicLink:
                    throw Outside(entry.Name);
                default:
                    throw new TrackerException(
                        TrackerFailure.Unusable,
                        $"object '{name}' has an entry '{entry.Name}' of a kind that is not extracted: {entry.EntryType}"
                    );
            }
        }
        foreach (var (path, target) in links)
        {
            var full = Path.Combine(root, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            if (IsBehindLink(root, path)) throw Outside(path);
            File.CreateSymbolicLink(full, target);
        }

        TrackerException Outside(string entry) =>
            new(TrackerFailure.Unusable, $"object '{name}' has an entry '{entry}' that leads out of its folder: nothing was extracted");
    }

    static bool IsBehindLink(string root, string path)
    {
        for (var at = Path.GetDirectoryName(path); !string.IsNullOrEmpty(at); at = Path.GetDirectoryName(at))
            if (new DirectoryInfo(Path.Combine(root, at)).LinkTarget is not null) return true;
        return false;
    }

    static IEnumerable<(string Path, FileSystemInfo Info)> Entries(string root, bool includeHidden)
    {
        var folders = new Stack<(string Prefix, DirectoryInfo Folder)>();
        folders.Push(("", new DirectoryInfo(root)));
        while (folders.TryPop(out var at))
        {
            foreach (var info in at.Folder.EnumerateFileSystemInfos())
            {
                if (!includeHidden && info.Name.StartsWith('.')) continue;
                yield return (at.Prefix + info.Name, info);
                if (info is DirectoryInfo { LinkTarget: null } folder) folders.Push((at.Prefix + info.Name + "/", folder));
            }
        }
    }

    static GnuTarEntry Entry(TarEntryType type, string path, UnixFileMode mode) => new(type, path)
    {
        Mode = mode,
        ModificationTime = DateTimeOffset.UnixEpoch,
        Uid = 0,
        Gid = 0,
        UserName = "",
        GroupName = "",
    };
}
