using System.Collections;
using Idq.Data;
using Microsoft.Extensions.Configuration;

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
/// <remarks>
/// The layers are sources of Microsoft.Extensions.Configuration; any other source of that kind is one more line in the constructor. What
/// such sources do not keep (the spelling of names, the line in the file) is kept beside them.
/// </remarks>
public sealed class ConfigurationText
{
    readonly IConfigurationProvider[] layers;
    readonly string[] names;
    readonly Dictionary<string, (string Section, string Key)> overrides = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Layers the three sources.</summary>
    /// <param name="ini">The file.</param>
    /// <param name="settings">Texts "section:key=value", later ones winning.</param>
    /// <param name="environment">Environment variables; others than STREAM__* are ignored.</param>
    public ConfigurationText(IniDocument ini, IEnumerable<string> settings, IDictionary environment)
    {
        Ini = ini;
        names = [ini.Path, "environment", "--set"];
        Values = new ConfigurationBuilder()
            .AddConfiguration(ini.Configuration)
            .AddInMemoryCollection(ReadEnvironment(environment))
            .AddInMemoryCollection(ReadSettings(settings))
            .Build();
        layers = [.. Values.Providers];
        Problems.AddRange(
            ini.Problems.Select(p => new ConfigurationProblem(Severity.Error, ini.Path, p.Section, p.Key, p.Line, p.Message, p.Suggestion))
        );
    }

    /// <summary>The file.</summary>
    public IniDocument Ini { get; }

    /// <summary>All layers together, under "section:key".</summary>
    public IConfigurationRoot Values { get; }

    /// <summary>What is wrong with the form of it.</summary>
    public List<ConfigurationProblem> Problems { get; } = [];

    /// <summary>The folder that relative paths inside the file refer to.</summary>
    public string Folder => Path.GetDirectoryName(Path.GetFullPath(Ini.Path)) ?? ".";

    /// <summary>
    /// The value of a key after overrides, or null when it is not given. An empty value counts as not given, and an empty override takes
    /// back what the file gives.
    /// </summary>
    public ConfigurationValue? Find(string section, string key) => Top(section, key) is { Value.Length: > 0 } value ? value : null;

    /// <summary>True when the section stands in the file or is named by an override.</summary>
    public bool Has(string section) =>
        Ini.Find(section) is not null || overrides.Values.Any(o => o.Section.Equals(section, StringComparison.OrdinalIgnoreCase));

    /// <summary>Every (section, key) that is given anywhere: those of the file with its values, then the overrides.</summary>
    public IEnumerable<(string Section, string Key, ConfigurationValue Value)> Given() =>
        Ini.Sections.SelectMany(s => s.Entries.Select(e => (s.Name, e.Key, new ConfigurationValue(e.Value, Ini.Path, e.Line))))
            .Concat(overrides.Values.Select(o => (o.Section, o.Key, Top(o.Section, o.Key)!)));

    // The value of the last layer that has the key, even an empty one.
    ConfigurationValue? Top(string section, string key)
    {
        var path = ConfigurationPath.Combine(section, key);
        for (var i = layers.Length - 1; i >= 0; i--)
            if (layers[i].TryGet(path, out var value))
                return new(value ?? "", names[i], i == 0 ? Ini.Find(section)?.Find(key)?.Line : null);
        return null;
    }

    Dictionary<string, string?> ReadEnvironment(IDictionary environment)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry variable in environment)
            if (variable.Key.ToString()!.Split("__") is ["STREAM", var section, var key])
                Override(values, SpelledAsSection(section), key, variable.Value?.ToString() ?? "");
        return values;
    }

    Dictionary<string, string?> ReadSettings(IEnumerable<string> settings)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in settings)
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            var colon = setting.LastIndexOf(':', equals < 0 ? setting.Length - 1 : equals);
            if (equals < 0 || colon <= 0 || setting[(colon + 1)..equals].AsSpan().IsWhiteSpace())
                Problems.Add(
                    new(Severity.Error, "--set", null, null, null, $"'{setting}' is no setting", "write --set \"section:key=value\"")
                );
            else
                Override(values, setting[..colon].Trim(), setting[(colon + 1)..equals].Trim(), setting[(equals + 1)..].Trim());
        }
        return values;
    }

    void Override(Dictionary<string, string?> values, string section, string key, string value)
    {
        var path = ConfigurationPath.Combine(section, key);
        values[path] = value;
        overrides.TryAdd(path, (section, key));
    }

    string SpelledAsSection(string name) =>
        Ini.Sections.Select(s => s.Name).FirstOrDefault(s => s.Replace(' ', '_').Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? name.Replace('_', ' ');
}
