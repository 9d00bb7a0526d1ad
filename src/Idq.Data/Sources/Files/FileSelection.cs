using System.IO.Enumeration;

namespace Idq.Data;

/// <summary>Files named one by one, by folder (with all folders inside), or by a pattern ('*', '?' in any part of the path).</summary>
/// <param name="paths">Files, folders and patterns.</param>
/// <param name="extensions">What counts as a file of the format inside a folder, for example ".trg".</param>
public sealed class FileSelection(IReadOnlyList<string> paths, params IReadOnlyList<string> extensions)
{
    /// <summary>The selection as it was given, for messages.</summary>
    public string Description => string.Join(", ", paths);

    /// <summary>The files that exist now, in ordinal order, each once.</summary>
    /// <exception cref="DataException">A file named one by one is missing, or a folder cannot be read.</exception>
    public IReadOnlyList<string> List() => FileErrors.Guard($"list {Description}",
        () => paths.SelectMany(Expand).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray());

    IEnumerable<string> Expand(string path)
    {
        if (Directory.Exists(path))
            return Directory
                .EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Where(f => extensions.Any(e => f.EndsWith(e, StringComparison.OrdinalIgnoreCase)));
        if (File.Exists(path)) return [path];
        if (!IsPattern(path)) throw new DataException($"'{path}' is neither a file nor a folder");
        var full = Path.GetFullPath(path);
        var root = Path.GetPathRoot(full)!;
        return Match(root, full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries));
    }

    static IEnumerable<string> Match(string folder, ReadOnlyMemory<string> parts)
    {
        var part = parts.Span[0];
        var rest = parts[1..];
        if (!IsPattern(part))
        {
            var next = Path.Combine(folder, part);
            if (rest.Length == 0) return File.Exists(next) ? [next] : [];
            return Directory.Exists(next) ? Match(next, rest) : [];
        }
        var entries = rest.Length == 0 ? Directory.EnumerateFiles(folder) : Directory.EnumerateDirectories(folder);
        var matching = entries.Where(e => FileSystemName.MatchesSimpleExpression(part, Path.GetFileName(e.AsSpan()), ignoreCase: false));
        return rest.Length == 0 ? matching : matching.SelectMany(e => Match(e, rest));
    }

    static bool IsPattern(string text) => text.AsSpan().ContainsAny('*', '?');
}
