using System.IO.Enumeration;

namespace Idq.Streaming;

/// <summary>Files named by a path, a folder, or a pattern with * and ? in the last part.</summary>
public static class FilePatterns
{
    /// <summary>The files in ordinal order; a folder stands for itself; empty when nothing matches.</summary>
    public static IReadOnlyList<string> Expand(string path)
    {
        if (File.Exists(path) || Directory.Exists(path)) return [path];
        var (folder, pattern) = (Path.GetDirectoryName(path), Path.GetFileName(path));
        if (folder is null || !Directory.Exists(folder) || pattern.AsSpan().IndexOfAny('*', '?') < 0) return [];
        return Directory.EnumerateFiles(folder)
            .Where(f => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(f), ignoreCase: false))
            .Order(StringComparer.Ordinal).ToArray();
    }
}
