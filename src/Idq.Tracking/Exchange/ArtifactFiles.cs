namespace Idq.Tracking;

/// <summary>
/// The folder that a server keeps artifacts in, as export, import and the collection of garbage see it. Links in it are not followed.
/// </summary>
sealed class ArtifactFiles(string folder)
{
    /// <summary>How the addresses of a server's own artifacts begin.</summary>
    public const string Scheme = "mlflow-artifacts:";

    readonly string root = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar);

    /// <summary>The folder.</summary>
    public string Root => root;

    /// <summary>Where the artifacts of a URI lie when that is strictly inside of the folder; null for anything else.</summary>
    public string? FolderOf(string? uri)
    {
        if (string.IsNullOrWhiteSpace(uri)) return null;
        string path;
        if (uri.StartsWith(Scheme, StringComparison.Ordinal))
            path = Path.Combine(root, Uri.UnescapeDataString(uri[Scheme.Length..].TrimStart('/')));
        else if (Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.IsFile)
            path = parsed.LocalPath;
        else if (Path.IsPathRooted(uri))
            path = uri;
        else
            return null;
        if (path.Contains('\0', StringComparison.Ordinal))
            return null;
        var full = Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar);
        return full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !IsBehindLink(full) ? full : null;
    }

    /// <summary>The files below a folder, in the order of their paths from there.</summary>
    public static IReadOnlyList<(string Path, FileInfo File)> FilesOf(string folder) =>
        !Directory.Exists(folder)
            ? []
            :
            [
                .. new DirectoryInfo(folder)
                    .EnumerateFiles(
                        "*",
                        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }
                    )
                    .Where(f => !IsPart(f.Name))
                    .Select(f => (Path.GetRelativePath(folder, f.FullName), f))
                    .OrderBy(f => f.Item1, StringComparer.Ordinal),
            ];

    /// <summary>The place of one artifact in a folder of this root; null for a path that is not plain, relative and downward.</summary>
    public string? PlaceOf(string folder, string path)
    {
        if (path.Any(char.IsControl) || path.Contains('\\', StringComparison.Ordinal) || path.Split('/').Any(p => p is "" or "." or ".."))
            return null;
        var full = Path.Combine(folder, path);
        return IsBehindLink(full) ? null : full;
    }

    /// <summary>Writes a content into the root, where it is not seen yet.</summary>
    public ContentPart Write(Action<Stream> write) => ContentPart.Write(root, write);

    static bool IsPart(string name) => name.StartsWith('.') && name.EndsWith(ContentPart.Ending, StringComparison.Ordinal);

    bool IsBehindLink(string full)
    {
        for (var at = full; at is not null && at.Length > root.Length; at = Path.GetDirectoryName(at))
            if (new FileInfo(at).LinkTarget is not null) return true;
        return false;
    }
}
