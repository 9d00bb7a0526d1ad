namespace Idq.Data;

/// <summary>
/// An INI text with the line of everything: sections in brackets, "key = value" lines, comments that begin a line with ';' or '#'.
/// </summary>
/// <remarks>
/// Section and key names keep their spelling and are compared without regard to case. A line that begins with white space
/// continues the value above it (joined by a space). Nothing is interpreted: quotes, brackets and inline semicolons belong to the value.
/// Reading never fails: what is wrong is in <see cref="Problems"/>, all at once.
/// </remarks>
public sealed class IniDocument
{
    readonly List<IniSection> sections = [];
    readonly List<IniProblem> problems = [];

    IniDocument(string path) => Path = path;

    /// <summary>Where the text came from, for messages; relative names inside are relative to its folder.</summary>
    public string Path { get; }

    /// <summary>The sections in the order of the text.</summary>
    public IReadOnlyList<IniSection> Sections => sections;

    /// <summary>Lines that are neither section, key, comment nor continuation; and names that occur twice.</summary>
    public IReadOnlyList<IniProblem> Problems => problems;

    /// <summary>The section of a name, or null.</summary>
    public IniSection? Find(string name) => sections.Find(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">The file is missing or cannot be read.</exception>
    public static IniDocument Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot read the configuration '{path}': {e.Message}", cause: e);
        }
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
            if (trimmed.Length == 0 || trimmed[0] is ';' or '#')
            {
                if (trimmed.Length == 0) last = null;
                continue;
            }
            if (char.IsWhiteSpace(raw[0]) && last is not null && section is not null)
            {
                section.Continue(last, trimmed);
                last = section.Entries[^1];
            }
            else if (trimmed[0] == '[' && trimmed[^1] == ']')
            {
                section = document.Open(trimmed[1..^1].Trim(), line);
                last = null;
            }
            else
            {
                last = document.Read(section, trimmed, line);
            }
        }
        return document;
    }

    IniSection Open(string name, int line)
    {
        if (Find(name) is { } first)
        {
            problems.Add(new(line, name, null, $"the section [{name}] stands a second time (first on line {first.Line})", "join the two"));
            return first;
        }
        var section = new IniSection(name, line);
        sections.Add(section);
        return section;
    }

    IniEntry? Read(IniSection? section, string text, int line)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            problems.Add(
                new(
                    line,
                    section?.Name,
                    null,
                    $"'{text}' is no \"key = value\" line",
                    "write key = value, [section], or begin a comment with ';'"
                )
            );
            return null;
        }
        var (key, value) = (text[..equals].Trim(), text[(equals + 1)..].Trim());
        if (section is null)
        {
            problems.Add(new(line, null, key, $"'{key}' stands before the first section", "put it below a [section]"));
            return null;
        }
        if (section.Find(key) is { } first)
        {
            problems.Add(
                new(line, section.Name, key, $"'{key}' stands a second time in [{section.Name}] (first on line {first.Line})", "keep one")
            );
            return null;
        }
        return section.Add(key, value, line);
    }
}

/// <summary>A section of an INI text.</summary>
/// <param name="name">As it is spelled.</param>
/// <param name="line">Where its bracket stands, from 1.</param>
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

    internal IniEntry Add(string key, string value, int line)
    {
        var entry = new IniEntry(key, value, line);
        entries.Add(entry);
        return entry;
    }

    internal void Continue(IniEntry entry, string more) =>
        entries[entries.IndexOf(entry)] = entry with { Value = entry.Value.Length == 0 ? more : entry.Value + " " + more };
}

/// <summary>One key of a section.</summary>
/// <param name="Key">As it is spelled.</param>
/// <param name="Value">Without the white space around it; may be empty.</param>
/// <param name="Line">From 1.</param>
public sealed record IniEntry(string Key, string Value, int Line);

/// <summary>Something wrong with the form of an INI text.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Section">The section it is in, if any.</param>
/// <param name="Key">The key it is about, if any.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Suggestion">What to do.</param>
public sealed record IniProblem(int Line, string? Section, string? Key, string Message, string Suggestion);
