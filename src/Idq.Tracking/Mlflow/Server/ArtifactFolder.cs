namespace Idq.Tracking.Mlflow;

/// <summary>Files below one folder, addressed by paths that come from clients and never lead out of it.</summary>
sealed class ArtifactFolder
{
    readonly string root;

    public ArtifactFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        // Links inside are resolved before they are compared, so the root must be resolved too.
        root = Resolved(Path.GetFullPath(folder));
    }

    /// <summary>A file or folder below a folder, named from the root.</summary>
    public readonly record struct Entry(string Path, bool IsFolder, long Size);

    /// <summary>Refuses a path that is not plain, relative and downward.</summary>
    public static string Safe(string path)
    {
        var decoded = path;
        // A path that was encoded twice is still encoded after the one decoding: refuse it.
        for (var i = 0; i < 3 && decoded.Contains('%'); i++)
            decoded = Uri.UnescapeDataString(decoded);
        var isBad =
            decoded.Contains('\0')
            || decoded.Contains('\\')
            || decoded.StartsWith('/')
            || decoded.StartsWith('~')
            || decoded.Contains("://", StringComparison.Ordinal)
            || (decoded.Length > 1 && decoded[1] == ':')
            || decoded.Any(char.IsControl)
            || decoded.Split('/').Any(part => part == "..")
            || decoded.Length > 4000
            || decoded.Split('/').Any(part => part.Length > 255);
        return isBad ? throw Refusal.Invalid("Invalid path")
            : EntityNames.Normalize(path) is "." ? ""
            : EntityNames.Normalize(path);
    }

    /// <summary>Opens a file to read, or null when there is none.</summary>
    public FileStream? OpenRead(string path)
    {
        var full = Full(path);
        return File.Exists(full)
            ? new FileStream(full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, useAsync: true)
            : null;
    }

    /// <summary>Writes a file; it appears whole or not at all.</summary>
    public async Task WriteAsync(string path, Stream content, long limit, CancellationToken cancellation)
    {
        var full = Full(path);
        if (Directory.Exists(full))
            throw Refusal.Invalid("Invalid path");
        string part;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            part = Path.Combine(Path.GetDirectoryName(full)!, $".{Guid.NewGuid():N}.part");
        }
        catch (IOException)
        {
            // A file stands where a folder is wanted.
            throw Refusal.Invalid("Invalid path");
        }

        try
        {
            await using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
            {
                var buffer = new byte[1 << 16];
                var total = 0L;
                int count;
                while ((count = await content.ReadAsync(buffer, cancellation)) > 0)
                {
                    if ((total += count) > limit)
                        throw Refusal.Invalid($"Artifacts must be at most {limit} bytes");
                    await file.WriteAsync(buffer.AsMemory(0, count), cancellation);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(part, full, overwrite: true);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    /// <summary>What is directly below a folder, by name; empty when there is no such folder. A file is its own only entry.</summary>
    public IReadOnlyList<Entry> List(string path)
    {
        var full = Full(path);
        if (!Directory.Exists(full))
            return [];
        var prefix = path.Length == 0 ? "" : $"{path}/";
        return
        [
            .. new DirectoryInfo(full)
                .EnumerateFileSystemInfos()
                .Where(info =>
                    info.LinkTarget is null && !(info.Name.StartsWith('.') && info.Name.EndsWith(".part", StringComparison.Ordinal))
                )
                .OrderBy(info => info.Name, StringComparer.Ordinal)
                .Select(info => new Entry(prefix + info.Name, info is DirectoryInfo, info is FileInfo file ? file.Length : 0)),
        ];
    }

    /// <summary>Deletes a file or a folder with all in it; true when it was there.</summary>
    public bool Delete(string path)
    {
        if (path.Length == 0)
            throw Refusal.Invalid("Invalid path");
        var full = Full(path);
        if (File.Exists(full))
        {
            File.Delete(full);
            return true;
        }

        if (!Directory.Exists(full))
            return false;
        Directory.Delete(full, recursive: true);
        return true;
    }

    string Full(string path)
    {
        var full = Path.GetFullPath(Path.Combine(root, path));
        if (full != root && !full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw Refusal.Invalid("Invalid path");
        // No part of the path may be a link, because a link may lead out of the folder.
        for (var at = full; at is not null && at.Length > root.Length; at = Path.GetDirectoryName(at))
        {
            if (new FileInfo(at).LinkTarget is not null)
                throw Refusal.Invalid("Invalid path");
        }

        return full;
    }

    static string Resolved(string folder) =>
        new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName.TrimEnd('/') ?? folder.TrimEnd('/');
}
