namespace Idq.Tracking;

/// <summary>Where the store is when nobody said so at once: the flag before the environment before the file.</summary>
public static class StoreSettings
{
    /// <summary>
    /// The location of the store: <paramref name="given"/>; else the variables SQLTRACK_DSN_USER, _PASSWORD, _HOST, _PORT, _DBNAME,
    /// _SCHEMA, _DBPATH and so on; else the same names in the file (INI without sections) named by <paramref name="configPath"/>,
    /// SQLTRACK_CONFIG_PATH, or <c>sqltrack.conf</c> in the working folder. Single values are taken from the first place that has them.
    /// </summary>
    /// <param name="given">What the command line says; null for nothing.</param>
    /// <param name="variables">The environment.</param>
    /// <param name="configPath">The file that the command line names; null for none.</param>
    /// <returns>A location for <see cref="TrackerStore.Open(string, NodaTime.IClock)"/>, or null when nothing says where.</returns>
    /// <exception cref="TrackerException">A line of the file is malformed, or a file that was named is not there.</exception>
    public static string? Locate(string? given, IReadOnlyDictionary<string, string> variables, string? configPath = null)
    {
        if (!string.IsNullOrWhiteSpace(given)) return given;
        var values = Values(variables, configPath);
        values.Remove("objects");
        if (values.Count == 0)
            return null;
        if (values.GetValueOrDefault("engine") == "sqlite" || (values.ContainsKey("dbpath") && !values.ContainsKey("host")))
            return "sqlite:" + values.GetValueOrDefault("dbpath", "sqltrack.db");
        string Escaped(string key) => Uri.EscapeDataString(values[key]);
        var user = values.ContainsKey("user")
            ? Escaped("user")
            : Uri.EscapeDataString(variables.GetValueOrDefault("USER", Environment.UserName));
        var options = values
            .Where(v => v.Key is not ("engine" or "user" or "password" or "host" or "port" or "dbname"))
            .Select(v => $"{Uri.EscapeDataString(v.Key.ToLowerInvariant())}={Uri.EscapeDataString(v.Value)}");
        return $"postgresql://{user}{(values.ContainsKey("password") ? ":" + Escaped("password") : "")}"
            + $"@{values.GetValueOrDefault("host", "localhost")}:{values.GetValueOrDefault("port", "5432")}"
            + $"/{(values.ContainsKey("dbname") ? Escaped("dbname") : user)}?{string.Join('&', options)}".TrimEnd('?');
    }

    /// <summary>
    /// The folder of the store's objects: <paramref name="given"/>; else the variable SQLTRACK_DSN_OBJECTS; else <c>objects</c> in the
    /// file. Null when nothing says where: an SQLite store keeps them beside its file then.
    /// </summary>
    /// <param name="given">What the command line says; null for nothing.</param>
    /// <param name="variables">The environment.</param>
    /// <param name="configPath">The file that the command line names; null for none.</param>
    /// <exception cref="TrackerException">As for <see cref="Locate"/>.</exception>
    public static string? LocateObjects(string? given, IReadOnlyDictionary<string, string> variables, string? configPath = null) =>
        !string.IsNullOrWhiteSpace(given) ? given
        : Values(variables, configPath).GetValueOrDefault("objects") is { Length: > 0 } folder ? folder
        : null;

    static Dictionary<string, string> Values(IReadOnlyDictionary<string, string> variables, string? configPath)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var named = configPath ?? variables.GetValueOrDefault("SQLTRACK_CONFIG_PATH");
        foreach (var (key, value) in ReadFile(named ?? "sqltrack.conf", isNamed: named is not null)) values[Canonical(key)] = value;
        foreach (var (name, value) in variables)
            if (name.StartsWith("SQLTRACK_DSN_", StringComparison.OrdinalIgnoreCase))
                values[Canonical(name["SQLTRACK_DSN_".Length..])] = value;
        return values;
    }

    static string Canonical(string key) => key.Trim().ToLowerInvariant() is "database" ? "dbname" : key.Trim().ToLowerInvariant();

    static IEnumerable<(string Key, string Value)> ReadFile(string path, bool isNamed)
    {
        if (!File.Exists(path))
        {
            if (isNamed) throw new TrackerException(TrackerFailure.BadLocation, $"there is no configuration file '{path}'");
            yield break;
        }
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            var text = line.Trim();
            if (text.Length == 0 || text[0] is '#' or ';' or '[') continue;
            if (text.IndexOf('=') is var at and > 0) yield return (text[..at].Trim(), text[(at + 1)..].Trim());
            else throw new TrackerException(TrackerFailure.BadLocation, $"{path}, line {number}: expected 'key = value'");
        }
    }
}
