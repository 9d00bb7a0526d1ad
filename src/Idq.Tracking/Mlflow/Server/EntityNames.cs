using System.Text.RegularExpressions;

namespace Idq.Tracking.Mlflow;

/// <summary>Which names metrics, parameters and tags may have: a few characters, and no two that are one path.</summary>
static partial class EntityNames
{
    const string BadCharacters =
        "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).";

    /// <summary>Refuses a name that the protocol does not allow.</summary>
    /// <param name="name">The name.</param>
    /// <param name="path">Where it stands in the request, for the message.</param>
    /// <param name="limit">At most so many characters.</param>
    public static void Require(string name, string path, int limit)
    {
        if (!HasGoodCharacters(name))
            throw Refusal.BadValue(path, name, BadCharacters);
        if (!IsUniquePath(name))
        {
            throw Refusal.BadValue(
                path,
                name,
                "Names may be treated as files in certain cases, and must not resolve to other names when treated as such. "
                + $"This name would resolve to '{Normalize(name)}'");
        }

        if (name.Length > limit)
            throw Refusal.TooLong(path, limit);
    }

    /// <summary>True when every character is allowed.</summary>
    public static bool HasGoodCharacters(string name)
    {
        foreach (var c in name)
        {
            if (
                !char.IsAsciiLetterOrDigit(c)
                && c is not ('_' or '/' or '.' or '-' or ' ' or ':')
                && !(c > '\x7f' && char.IsLetterOrDigit(c))
            )
                return false;
        }

        return true;
    }

    /// <summary>True when the name as a path is its own normal form, relative, and inside its folder.</summary>
    public static bool IsUniquePath(string name)
    {
        if (name.Length > 0 && !name.Contains('/') && name is not ("." or "..") && !name.StartsWith("..", StringComparison.Ordinal))
            return true;
        var normal = Normalize(name);
        return normal == name && normal != "." && !normal.StartsWith("..", StringComparison.Ordinal) && !normal.StartsWith('/');
    }

    /// <summary>True for a text that can be a run's id.</summary>
    public static bool IsRunId(string text) => RunId().IsMatch(text);

    /// <summary>A path without empty, <c>.</c> and resolvable <c>..</c> parts; POSIX's rules.</summary>
    public static string Normalize(string path)
    {
        if (path.Length == 0)
            return ".";
        var root = path.StartsWith('/')
            ? path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith("///", StringComparison.Ordinal)
                ? "//"
                : "/"
            : "";
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part.Length == 0 || part == ".")
                continue;
            if (part != ".." || (root.Length == 0 && parts.Count == 0) || (parts.Count > 0 && parts[^1] == ".."))
                parts.Add(part);
            else if (parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
        }

        var normal = root + string.Join('/', parts);
        return normal.Length == 0 ? "." : normal;
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9][\w\-]{0,255}\z", RegexOptions.CultureInvariant)]
    internal static partial Regex RunId();
}
