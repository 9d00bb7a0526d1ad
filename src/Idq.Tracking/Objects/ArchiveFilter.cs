using Microsoft.Extensions.FileSystemGlobbing;

namespace Idq.Tracking;

/// <summary>
/// Which files of a directory go into an archive. Patterns are relative to the directory: <c>*.csv</c> is in the directory itself,
/// <c>**/*.csv</c> anywhere, <c>logs/</c> or <c>logs/**</c> all below <c>logs</c>. Case matters.
/// </summary>
public sealed record ArchiveFilter
{
    /// <summary>Files that go in; none means all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Files that stay out, even those that are included.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Files and folders whose names begin with a dot go in too.</summary>
    public bool IncludeHidden { get; init; }

    internal Func<string, bool> Matcher()
    {
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddIncludePatterns(Include.Count == 0 ? ["**/*"] : Include);
        matcher.AddExcludePatterns(Exclude);
        return path => (IncludeHidden || !path.Split('/').Any(part => part.StartsWith('.'))) && matcher.Match(path).HasMatches;
    }
}
