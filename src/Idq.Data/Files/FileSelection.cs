using System.IO.Enumeration;

namespace Idq.Data;

/// <summary>Files named one by one, by folder (with all folders inside), or by a pattern.</summary>
/// <remarks>
/// In any part of a pattern '*' stands for any characters and '?' for one; a part "**" stands for any number of folders. A folder that a
/// pattern matches is searched as one that is named. Names that begin with a point are passed over, as shells do: they are snapshots,
/// and copies that are not complete. A file counts once, however often and by whatever links it is named; in a folder or for
/// a pattern a link to nothing, a pipe, a device and a socket are no files.
/// </remarks>
/// <param name="paths">Files, folders and patterns.</param>
/// <param name="extensions">What counts as a file of the format inside a folder, for example ".trg".</param>
public sealed class FileSelection(IReadOnlyList<string> paths, params IReadOnlyList<string> extensions)
{
    /// <summary>The selection as it was given, for messages.</summary>
    public string Description => string.Join(", ", paths);

    /// <summary>The files that exist now, in ordinal order, each once.</summary>
    /// <exception cref="DataException">A file named one by one is missing, or a folder cannot be read.</exception>
    public IReadOnlyList<string> List() => FileErrors.Guard($"list {Description}", () =>
    {
        var real = new RealPaths();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in paths.SelectMany(p => Expand(p, real)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var full = Path.GetFullPath(path);
            if (FileKinds.Of(full) != FileKind.File) continue;
            var (plain, file) = (real.Plain(full), real.Of(full));
            var isLink = plain != file;
            // The file's own name goes before the names of links to it.
            if (!names.TryAdd(file, path) && !isLink && real.Plain(Path.GetFullPath(names[file])) != file) names[file] = path;
        }
        return names.Values.Order(StringComparer.Ordinal).ToArray();
    });

    /// <summary>True when a path is a file, a folder, or a pattern that something matches.</summary>
    /// <exception cref="DataException">It is a pipe, a device or a socket, or a folder cannot be read.</exception>
    public static bool Finds(string path) => FileErrors.Guard($"list {path}", () =>
    {
        if (FileKinds.Of(path) == FileKind.Folder) return true;
        FileKinds.RequireFile(path);
        return FileState.Of(path).Exists || (IsPattern(path) && Match(path, p => [p]).Any());
    });

    IEnumerable<string> Expand(string path, RealPaths real)
    {
        IEnumerable<string> Search(string folder) =>
            Walk(folder, real, []).Where(f => extensions.Any(e => f.EndsWith(e, StringComparison.OrdinalIgnoreCase)));

        if (FileKinds.Of(path) == FileKind.Folder) return Search(path);
        FileKinds.RequireFile(path);
        if (FileState.Of(path).Exists) return [path];
        if (IsPattern(path)) return Match(path, Search);
        throw new DataException(new FileInfo(path).LinkTarget is { } target
            ? $"'{path}' is a link to '{target}', which does not exist"
            : $"'{path}' is neither a file nor a folder, or may not be looked at");
    }

    // A folder that is a link into itself is entered once.
    static IEnumerable<string> Walk(string folder, RealPaths real, HashSet<string> entered)
    {
        if (!entered.Add(real.Of(Path.GetFullPath(folder)))) yield break;
        foreach (var file in Entries(folder, Directory.EnumerateFiles)) yield return file;
        foreach (var inner in Entries(folder, Directory.EnumerateDirectories))
            foreach (var file in Walk(inner, real, entered)) yield return file;
    }

    static IEnumerable<string> Match(string pattern, Func<string, IEnumerable<string>> search)
    {
        var full = Path.GetFullPath(pattern);
        var root = Path.GetPathRoot(full)!;
        return Match(root, full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries), search);
    }

    static IEnumerable<string> Match(string folder, ReadOnlyMemory<string> parts, Func<string, IEnumerable<string>> search)
    {
        var part = parts.Span[0];
        var rest = parts[1..];
        if (part == "**")
        {
            var real = new RealPaths();
            return Folders(folder, real, [])
                .SelectMany(f => rest.Length == 0 ? Entries(f, Directory.EnumerateFiles) : Match(f, rest, search));
        }
        if (!IsPattern(part))
        {
            var next = Path.Combine(folder, part);
            if (Directory.Exists(next)) return rest.Length == 0 ? search(next) : Match(next, rest, search);
            return rest.Length == 0 && File.Exists(next) ? [next] : [];
        }
        IEnumerable<string> Matching(Func<string, IEnumerable<string>> list) => Entries(folder, list, part)
            .Where(e => FileSystemName.MatchesSimpleExpression(part, Path.GetFileName(e.AsSpan()), ignoreCase: false));

        var inner = Matching(Directory.EnumerateDirectories);
        return rest.Length == 0
            ? Matching(Directory.EnumerateFiles).Concat(inner.SelectMany(search))
            : inner.SelectMany(f => Match(f, rest, search));
    }

    // The folder itself and all folders inside.
    static IEnumerable<string> Folders(string folder, RealPaths real, HashSet<string> entered)
    {
        if (!entered.Add(real.Of(folder))) yield break;
        yield return folder;
        foreach (var inner in Entries(folder, Directory.EnumerateDirectories))
            foreach (var found in Folders(inner, real, entered)) yield return found;
    }

    // A folder that vanishes while it is listed has no files.
    static string[] Entries(string folder, Func<string, IEnumerable<string>> list, string part = "")
    {
        try
        {
            var entries = list(folder);
            if (!part.StartsWith('.')) entries = entries.Where(e => Path.GetFileName(e.AsSpan()) is not ['.', ..]);
            return [.. entries.Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    static bool IsPattern(string text) => text.AsSpan().ContainsAny('*', '?');
}
