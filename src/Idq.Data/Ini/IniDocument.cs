using System.Text;
using Microsoft.Extensions.Configuration;

namespace Idq.Data;

/// <summary>
/// An INI text with the line of everything: sections in brackets, "key = value" lines, comments that begin a line with ';' or '#'.
/// </summary>
/// <remarks>
/// Values are read by Microsoft.Extensions.Configuration.Ini, so that they can be layered with any other source of configuration. This
/// class rewrites what that library does not know (continued lines; quotes that belong to the value), and keeps what it forgets: lines,
/// spelling, order, and every problem instead of the first. Names are compared without regard to case. A line that begins with white
/// space continues the value above it (joined by a space). Nothing in a value is interpreted. Reading never fails: what is wrong is in
/// <see cref="Problems"/>.
/// </remarks>
public sealed class IniDocument
{
    readonly List<IniSection> sections = [];
    readonly List<IniProblem> problems = [];
    readonly Dictionary<string, int> lines = new(StringComparer.OrdinalIgnoreCase);

    IniDocument(string path) => Path = path;

    /// <summary>Where the text came from, for messages; relative names inside are relative to its folder.</summary>
    public string Path { get; }

    /// <summary>The sections in the order of the text.</summary>
    public IReadOnlyList<IniSection> Sections => sections;

    /// <summary>
    /// Lines that are neither section, key, comment nor continuation, or hold what is no text; and names that occur twice.
    /// </summary>
    public IReadOnlyList<IniProblem> Problems => problems;

    /// <summary>Every value under "section:key".</summary>
    public IConfigurationRoot Configuration { get; private set; } = new ConfigurationBuilder().Build();

    /// <summary>The section of a name, or null.</summary>
    public IniSection? Find(string name) => sections.Find(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">The file is missing or cannot be read.</exception>
    public static IniDocument Load(string path)
    {
        if (path.Length == 0) throw new DataException("no configuration is named");
        // A pipe of the shell, /dev/stdin or /dev/fd/63, has somebody who writes.
        if (!path.StartsWith("/dev/", StringComparison.Ordinal) || FileKinds.Of(path) != FileKind.Pipe) FileKinds.RequireFile(path);
        return Parse(FileErrors.Guard($"read the configuration '{path}'", () => File.ReadAllText(path)), path);
    }

    /// <summary>Reads a text.</summary>
    public static IniDocument Parse(string text, string path)
    {
        var document = new IniDocument(path);
        IniSection? section = null;
        IniEntry? last = null;
        var line = 0;
        foreach (var raw in text.ReplaceLineEndings("\n").Split('\n'))
        {
            line++;
            var trimmed = raw.Trim().TrimStart('\uFEFF');
            if (trimmed.Length == 0) last = null;
            if (trimmed.Length == 0 || trimmed[0] is ';' or '#') continue;
            if (trimmed.Any(IsNoText))
                document.problems.Add(new(line, section?.Name, null, $"'{trimmed}' holds a character that is no text",
                    "write the file in UTF-8, without control characters"));
            if (char.IsWhiteSpace(raw[0]) && last is not null) last.Value = $"{last.Value} {trimmed}".TrimStart();
            else if (trimmed[0] == '[' && trimmed[^1] == ']') (section, last) = (document.Open(trimmed[1..^1].Trim(), line), null);
            else last = document.Read(section, trimmed, line);
        }
        document.Build();
        return document;
    }

    // What bytes that are no UTF-8 are read as, and control characters.
    static bool IsNoText(char character) => character == '\uFFFD' || (char.IsControl(character) && character != '\t');

    IniSection Open(string name, int line)
    {
        if (Find(name) is { } first)
        {
            problems.Add(new(line, name, null, $"the section [{name}] stands a second time (first on line {first.Line})", "join the two"));
            return first;
        }
        sections.Add(new(name, line));
        return sections[^1];
    }

    IniEntry? Read(IniSection? section, string text, int line)
    {
        var equals = text.IndexOf('=');
        // The library takes a line that begins with '/' for a comment.
        if (equals <= 0 || text[0] == '/')
        {
            problems.Add(new(line, section?.Name, null, $"'{text}' is no \"key = value\" line",
                "write key = value, [section], or begin a comment with ';'"));
            return null;
        }
        var (key, value) = (text[..equals].Trim(), text[(equals + 1)..].Trim());
        if (section is null)
        {
            problems.Add(new(line, null, key, $"'{key}' stands before the first section", "put it below a [section]"));
            return null;
        }
        // By path, as the library compares: the key "b:c" of [a] and the key "c" of [a:b] are one value.
        if (!lines.TryAdd(section.PathOf(key), line))
        {
            problems.Add(new(line, section.Name, key,
                $"'{key}' stands a second time in [{section.Name}] (first on line {lines[section.PathOf(key)]})", "keep one"));
            return null;
        }
        var entry = new IniEntry(key, value, line);
        section.Add(entry);
        return entry;
    }

    void Build()
    {
        var text = new StringBuilder();
        foreach (var section in sections)
        {
            text.Append('[').Append(section.Name).Append("]\n");
            // The library takes away one pair of quotes.
            foreach (var entry in section.Entries) text.Append(entry.Key).Append("=\"").Append(entry.Value).Append("\"\n");
        }
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()));
        Configuration = new ConfigurationBuilder().AddIniStream(stream).Build();
        foreach (var section in sections)
            foreach (var entry in section.Entries) entry.Value = Configuration[section.PathOf(entry.Key)]!;
    }
}

/// <summary>A section of an INI text.</summary>
public sealed class IniSection(string name, int line)
{
    readonly List<IniEntry> entries = [];

    /// <summary>The name as it is spelled.</summary>
    public string Name { get; } = name;

    /// <summary>Where its bracket stands, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>The entries in the order of the text.</summary>
    public IReadOnlyList<IniEntry> Entries => entries;

    /// <summary>The entry of a key, or null.</summary>
    public IniEntry? Find(string key) => entries.Find(e => e.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    internal void Add(IniEntry entry) => entries.Add(entry);

    internal string PathOf(string key) => ConfigurationPath.Combine(Name, key);
}

/// <summary>One key of a section as it is spelled, and its line, from 1.</summary>
public sealed record IniEntry(string Key, string Value, int Line)
{
    /// <summary>Without the white space around it; may be empty.</summary>
    public string Value { get; internal set; } = Value;
}

/// <summary>Something wrong with the form of an INI text, in a line (from 1), a section and a key, if any; and what to do.</summary>
public sealed record IniProblem(int Line, string? Section, string? Key, string Message, string Suggestion);
