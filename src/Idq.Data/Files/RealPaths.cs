namespace Idq.Data;

/// <summary>Finds what a path means when no part of it is a link, so that a file that has several names is known as one.</summary>
sealed class RealPaths
{
    // As many links as Linux follows in one path.
    const int LongestChain = 40;

    readonly Dictionary<string, string> folders = new(StringComparer.Ordinal);

    /// <summary>The path without links. A chain of links that leads nowhere gives the place where it ends.</summary>
    /// <param name="path">An absolute path.</param>
    public string Of(string path)
    {
        for (var links = 0; links < LongestChain; links++)
        {
            path = Plain(path);
            if (new FileInfo(path).LinkTarget is not { } target) break;
            path = Path.GetFullPath(target, Path.GetDirectoryName(path)!);
        }
        return path;
    }

    /// <summary>The path whose folders are no links; its last part still may be one.</summary>
    public string Plain(string path) =>
        Path.GetDirectoryName(path) is { } folder ? Path.Combine(Folder(folder), Path.GetFileName(path)) : path;

    string Folder(string path)
    {
        if (!folders.TryGetValue(path, out var real)) folders.Add(path, real = Of(path));
        return real;
    }
}
