using System.Text.RegularExpressions;

namespace Idq.Tracking;

/// <summary>Where a store is: the full path of an SQLite file.</summary>
internal static partial class StoreLocation
{
    /// <summary>
    /// Accepts a path, <c>sqlite:FILE</c>, and the URL forms <c>sqlite:///relative</c> and <c>sqlite:////absolute</c>.
    /// Relative paths are relative to the working folder.
    /// </summary>
    /// <exception cref="TrackerException">Any other scheme, an in-memory database, or an empty path.</exception>
    public static string FilePath(string pathOrUri)
    {
        ArgumentNullException.ThrowIfNull(pathOrUri);
        string path = pathOrUri;
        if (path.StartsWith("sqlite:", StringComparison.Ordinal))
        {
            path = path["sqlite:".Length..];
            if (path.StartsWith("///", StringComparison.Ordinal))
                path = path[3..];
            else if (path.StartsWith("//", StringComparison.Ordinal))
                throw Bad(pathOrUri);
        }
        else if (OtherScheme().IsMatch(path))
        {
            throw Bad(pathOrUri);
        }

        if (string.IsNullOrWhiteSpace(path) || path == ":memory:" || path.Contains('\0', StringComparison.Ordinal))
            throw Bad(pathOrUri);
        return Path.GetFullPath(path);
    }

    static TrackerException Bad(string location) => new(
        TrackerFailure.BadLocation,
        $"tracker store '{Printable(location)}' cannot be opened: expected sqlite:FILE or the path of a file");

    // A URL may carry a password between "//" and "@"; it must not reach a log.
    static string Printable(string location) => Credentials().Replace(location, "//***@");

    [GeneratedRegex("^([a-zA-Z][a-zA-Z0-9+.-]*://|(postgres|postgresql|https?|file):)")]
    private static partial Regex OtherScheme();

    [GeneratedRegex("//[^/@]*@")]
    private static partial Regex Credentials();
}
