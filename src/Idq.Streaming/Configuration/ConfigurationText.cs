using System.Collections;
using Idq.Data;

namespace Idq.Streaming;

/// <summary>A value with the place that it comes from.</summary>
/// <param name="Value">The text.</param>
/// <param name="File">The INI file, "environment" or "--set".</param>
/// <param name="Line">The line in the file; null elsewhere.</param>
public sealed record ConfigurationValue(string Value, string File, int? Line);

/// <summary>
/// The configuration before it is understood: the INI file, overridden by environment variables STREAM__SECTION__KEY (blanks in names
/// as underscores), overridden by "section:key=value" settings.
/// </summary>
public sealed class ConfigurationText
{
    readonly Dictionary<(string Section, string Key), ConfigurationValue> overrides = new(NameComparer.Instance);

    /// <summary>Layers the three sources.</summary>
    /// <param name="ini">The file.</param>
    /// <param name="settings">Texts "section:key=value", later ones winning.</param>
    /// <param name="environment">Environment variables; others than STREAM__* are ignored.</param>
    public ConfigurationText(IniDocument ini, IEnumerable<string> settings, IDictionary environment)
    {
        Ini = ini;
        foreach (DictionaryEntry variable in environment)
        {
            var parts = variable.Key.ToString()!.Split("__");
            if (parts is ["STREAM", var section, var key])
                overrides[(SpelledAsSection(section), key)] = new(variable.Value?.ToString() ?? "", "environment", null);
        }
        foreach (var setting in settings)
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            var colon = setting.LastIndexOf(':', equals < 0 ? setting.Length - 1 : equals);
            if (equals < 0 || colon <= 0)
                Problems.Add(
                    new(Severity.Error, "--set", null, null, null, $"'{setting}' is no setting", "write --set \"section:key=value\"")
                );
            else
                overrides[(setting[..colon].Trim(), setting[(colon + 1)..equals].Trim())] = new(
                    setting[(equals + 1)..].Trim(),
                    "--set",
                    null
                );
        }
        Problems.AddRange(
            ini.Problems.Select(p => new ConfigurationProblem(Severity.Error, ini.Path, p.Section, p.Key, p.Line, p.Message, p.Suggestion))
        );
    }

    /// <summary>The file.</summary>
    public IniDocument Ini { get; }

    /// <summary>What is wrong with the form of it.</summary>
    public List<ConfigurationProblem> Problems { get; } = [];

    /// <summary>The folder that relative paths inside the file refer to.</summary>
    public string Folder => Path.GetDirectoryName(Path.GetFullPath(Ini.Path)) ?? ".";

    /// <summary>The value of a key after overrides, or null when it is not given. An empty value counts as not given, and an empty override takes back what the file gives.</summary>
    public ConfigurationValue? Find(string section, string key)
    {
        if (overrides.TryGetValue((section, key), out var value)) return value.Value.Length == 0 ? null : value;
        return Ini.Find(section)?.Find(key) is { Value.Length: > 0 } entry ? new(entry.Value, Ini.Path, entry.Line) : null;
    }

    /// <summary>True when the section stands in the file or is named by an override.</summary>
    public bool Has(string section) =>
        Ini.Find(section) is not null || overrides.Keys.Any(k => k.Section.Equals(section, StringComparison.OrdinalIgnoreCase));

    /// <summary>Every (section, key) that is given anywhere.</summary>
    public IEnumerable<(string Section, string Key, ConfigurationValue Value)> Given() =>
        Ini.Sections.SelectMany(s => s.Entries.Select(e => (s.Name, e.Key, new ConfigurationValue(e.Value, Ini.Path, e.Line))))
            .Concat(overrides.Select(o => (o.Key.Section, o.Key.Key, o.Value)));

    string SpelledAsSection(string name) =>
        Ini.Sections.Select(s => s.Name).FirstOrDefault(s => s.Replace(' ', '_').Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? name.Replace('_', ' ');

    sealed class NameComparer : IEqualityComparer<(string, string)>
    {
        public static NameComparer Instance { get; } = new();

        public bool Equals((string, string) x, (string, string) y) =>
            x.Item1.Equals(y.Item1, StringComparison.OrdinalIgnoreCase) && x.Item2.Equals(y.Item2, StringComparison.OrdinalIgnoreCase);

        public int GetHashCode((string, string) name) =>
            HashCode.Combine(
                name.Item1.GetHashCode(StringComparison.OrdinalIgnoreCase),
                name.Item2.GetHashCode(StringComparison.OrdinalIgnoreCase)
            );
    }
}
