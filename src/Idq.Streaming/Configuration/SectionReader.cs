using System.Globalization;
using System.Text.RegularExpressions;
using Idq.Data;

namespace Idq.Streaming;

/// <summary>
/// Reads the options of one section, and declares them by reading: the call that parses a value carries its default, unit and meaning,
/// so that there is one declaration of every option. A bad value is a problem and reads as the default.
/// </summary>
public sealed partial class SectionReader : IOptionReader
{
    static readonly string[] ByteUnits = ["kiB", "MiB", "GiB"];

    // What a parser gives for a value that is not what was expected.
    static readonly object Refused = new();

    readonly ConfigurationText text;
    readonly List<ConfigurationProblem> problems;
    readonly List<OptionDeclaration> options = [];
    readonly List<string> prefixes = [];
    readonly string? fallback;
    string? kind;

    /// <summary>A reader of a section.</summary>
    /// <param name="text">The layered configuration.</param>
    /// <param name="section">The section's name.</param>
    /// <param name="meaning">What the section holds.</param>
    /// <param name="problems">Where problems go.</param>
    /// <param name="fallback">A section whose values hold where this one gives none.</param>
    public SectionReader(
        ConfigurationText text, string section, string meaning, List<ConfigurationProblem> problems, string? fallback = null)
    {
        (this.text, Section, Meaning, this.problems, this.fallback) = (text, section, meaning, problems, fallback);
    }

    /// <inheritdoc/>
    public string Section { get; }

    /// <summary>What the section holds.</summary>
    public string Meaning { get; }

    /// <inheritdoc/>
    public bool IsGiven => text.Has(Section);

    /// <inheritdoc/>
    public bool Gives(string key) => Find(key) is not null;

    /// <summary>True when a key has a value that does not come from the file.</summary>
    public bool IsOverridden(string key) => Find(key) is { Line: null };

    /// <summary>The declaration of the section, complete once every option was read.</summary>
    public SectionDeclaration Declaration => new(Section, Meaning, options);

    /// <inheritdoc/>
    public string Folder => text.Folder;

    /// <inheritdoc/>
    public string Text(string key, string? fallbackValue, string meaning, string expected = "text") =>
        Read<string>(key, expected, fallbackValue, "", meaning, value => value, doubt: CommentIn) ?? "";

    /// <inheritdoc/>
    public string? OptionalText(string key, string meaning, string expected = "text") =>
        Read<string>(key, expected, "", "", meaning, value => value.Length == 0 ? null : value, doubt: CommentIn);

    /// <inheritdoc/>
    public double Number(
        string key, string? fallbackValue, string unit, string meaning, double min = double.NegativeInfinity,
        double max = double.PositiveInfinity) =>
        Read<double>(
            key, $"a number{Range(min, max)}", fallbackValue, unit, meaning,
            value => TryNumber(value, out var number) && number >= min && number <= max ? number : Refused);

    /// <inheritdoc/>
    public double? OptionalNumber(string key, string meaning) =>
        Read<double?>(
            key, "a number", "", "", meaning, value => value.Length == 0 ? null : TryNumber(value, out var number) ? number : Refused);

    /// <inheritdoc/>
    public long Integer(string key, string? fallbackValue, string meaning, long min = 0, long max = long.MaxValue) =>
        Read<long>(
            key, $"a whole number{Range(min, max == long.MaxValue ? double.PositiveInfinity : max)}", fallbackValue, "", meaning, value =>
            {
                if (value.Equals("inf", StringComparison.OrdinalIgnoreCase)) return max == long.MaxValue ? max : Refused;
                var whole = long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
                return whole && number >= min && number <= max ? number : Refused;
            });

    /// <inheritdoc/>
    public long Duration(string key, string? fallbackValue, string meaning, long min = 0, bool orInfinite = false) =>
        Read<long>(
            key,
            (min > 1 ? $"seconds of {GpsSeconds.Format(min)} or more" : min > 0 ? "seconds greater than 0" : "seconds, 0 or more")
                + (orInfinite ? ", or inf" : ""),
            fallbackValue,
            "s",
            meaning,
            value =>
                GpsSeconds.TryParseDuration(value, out var nanoseconds) && nanoseconds >= min
                && (orInfinite || nanoseconds != long.MaxValue)
                    ? nanoseconds
                    : Refused
        );

    /// <summary>A number of bytes: a whole number, alone or with kiB, MiB or GiB.</summary>
    public long Bytes(string key, string fallbackValue, string meaning, long min, long max) =>
        Read<long>(key, $"bytes from {min} to {max}, or with kiB, MiB, GiB", fallbackValue, "B", meaning, value =>
        {
            var unit = Array.FindIndex(ByteUnits, u => value.EndsWith(u, StringComparison.OrdinalIgnoreCase));
            var digits = unit < 0 ? value : value[..^ByteUnits[unit].Length].TrimEnd();
            var isWhole = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            var shift = 10 * (unit + 1);
            return isWhole && number <= max >> shift && number << shift >= min ? number << shift : Refused;
        });

    /// <inheritdoc/>
    public GpsTime? Time(string key, string meaning) =>
        Read<GpsTime?>(key, "GPS seconds", "", "GPS s", meaning, value =>
            value.Length == 0 ? null : GpsTime.TryParse(value, out var time) && time.IsFinite ? time : Refused);

    /// <inheritdoc/>
    public bool Flag(string key, string fallbackValue, string meaning) =>
        Read<bool>(key, "True or False", fallbackValue, "", meaning, value => value.ToLowerInvariant() switch
        {
            "true" or "yes" or "on" or "1" => true,
            "false" or "no" or "off" or "0" => false,
            _ => Refused,
        });

    /// <inheritdoc/>
    public T Choice<T>(string key, T fallbackValue, string meaning, params (string Word, T Value)[] words)
        where T : notnull
    {
        var names = new string[words.Length];
        var standard = -1;
        for (var i = words.Length - 1; i >= 0; i--)
        {
            names[i] = words[i].Word;
            if (words[i].Value.Equals(fallbackValue)) standard = i;
        }
        return words[Chosen(key, names, standard, meaning)].Value;
    }

    /// <summary>Some of several words, at least one, without regard to case.</summary>
    public IReadOnlyList<T> Choices<T>(string key, string fallbackValue, string meaning, params (string Word, T Value)[] words)
    {
        string[] names = [.. words.Select(w => w.Word)];
        string? unknown = null;
        var chosen = Read<int[]>(key, "some of " + string.Join(", ", names), fallbackValue, "", meaning, value =>
        {
            var given = SplitWords(value);
            int[] found = [.. given.Select(g => Position(names, g))];
            unknown = given.Zip(found).FirstOrDefault(p => p.Second < 0).First;
            return found.Length > 0 && unknown is null ? found : Refused;
        }, value => unknown is not null && Suggestions.Nearest(unknown, names) is { } near ? $"did you mean '{near}'?" : null) ?? [];
        return [.. chosen.Select(i => words[i].Value)];
    }

    /// <summary>
    /// A choice of the kind of thing that the section describes. When another kind is chosen than the file says, what the file gives for
    /// its own kind is no mistake.
    /// </summary>
    public T Kind<T>(string key, T fallbackValue, string meaning, params (string Word, T Value)[] words)
        where T : notnull
    {
        kind = key;
        return Choice(key, fallbackValue, meaning, words);
    }

    /// <summary>An option that has one possible value so far: nothing needs to know it, and every other is refused.</summary>
    public void Only(string key, string word, string meaning) =>
        Read<string>(key, $"only {word}", word, "", meaning,
            value => value.Equals(word, StringComparison.OrdinalIgnoreCase) ? word : Refused,
            _ => $"nothing but '{word}' is there: write that, or leave the option out");

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string key, string? fallbackValue, string meaning, string expected = "names separated by blanks") =>
        Read<IReadOnlyList<string>>(key, expected, fallbackValue, "", meaning, SplitWords, doubt: CommentIn) ?? [];

    /// <inheritdoc/>
    public IReadOnlyList<long> Durations(string key, string fallbackValue, string meaning) =>
        Read<IReadOnlyList<long>>(key, "seconds greater than 0, separated by blanks", fallbackValue, "s", meaning, value =>
        {
            var words = SplitWords(value);
            var durations = words.Select(w => GpsSeconds.TryParseDuration(w, out var ns) ? ns : -1).ToArray();
            return durations.Length > 0 && durations.All(d => d is > 0 and < long.MaxValue) ? durations : Refused;
        }) ?? [];

    /// <inheritdoc/>
    public IReadOnlyList<double> Numbers(string key, string fallbackValue, string meaning) =>
        Read<IReadOnlyList<double>>(key, "numbers separated by blanks", fallbackValue, "", meaning, value =>
        {
            var words = SplitWords(value);
            var numbers = words.Select(w => TryNumber(w, out var n) ? n : double.NaN).ToArray();
            return numbers.Length > 0 && !numbers.Any(double.IsNaN) ? numbers : Refused;
        }) ?? [];

    /// <summary>Bounds "column min max", several separated by commas or semicolons.</summary>
    public IReadOnlyList<ColumnBounds> Bounds(string key, string? fallbackValue, string meaning)
    {
        string? crossed = null;
        return Read<IReadOnlyList<ColumnBounds>>(
            key,
            "\"column min max\", several separated by commas",
            fallbackValue,
            "",
            meaning,
            value =>
            {
                var bounds = new List<ColumnBounds>();
                foreach (var part in value.Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                {
                    var words = SplitWords(part);
                    if (words.Count != 3 || !TryNumber(words[1], out var min) || !TryNumber(words[2], out var max)) return Refused;
                    if (min > max) crossed = part;
                    bounds.Add(new(words[0], min, max));
                }
                return crossed is null ? bounds : Refused;
            },
            _ => crossed is null ? null : $"nothing lies between the bounds of '{crossed}': the smaller one comes first"
        ) ?? [];
    }

    /// <inheritdoc/>
    public string? ExistingFile(string key, string meaning) =>
        Read<string>(key, "an existing file", "", "", meaning, value =>
        {
            if (value.Length == 0) return null;
            var path = Absolute(value);
            return FileKinds.Of(path) == FileKind.File ? path : Refused;
        }, value => $"{FileKinds.WhyNoFile(Absolute(value))}{Because(PathDoubt(value))}");

    /// <inheritdoc/>
    public IReadOnlyList<string> ExistingFiles(string key, string? fallbackValue, string meaning)
    {
        var hint = "";
        const string Expected = "existing files, folders or patterns separated by blanks";
        return Read<IReadOnlyList<string>>(key, Expected, fallbackValue, "", meaning, value =>
        {
            if (PathWords.Split(value) is not { } words)
            {
                hint = "a quote is not closed";
                return Refused;
            }
            var paths = words.Select(Absolute).Distinct(StringComparer.Ordinal).ToArray();
            try
            {
                if (paths.FirstOrDefault(p => !FileSelection.Finds(p)) is not { } missing) return paths;
                hint = (new FileInfo(missing).LinkTarget is null ? $"nothing matches '{missing}'" : FileKinds.WhyNoFile(missing))
                    + Because(missing.AsSpan().ContainsAny('[', '{') ? "only '*' and '?' make a pattern" : null);
            }
            catch (DataException e)
            {
                hint = e.Message;
            }
            return Refused;
        }, value => value.AsSpan().ContainsAny('\'', '"') ? hint : hint + Because(PathDoubt(value))) ?? [];
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Prefixed(string prefix, string meaning)
    {
        options.Add(new(Section, prefix + "*", "text", "", "", meaning));
        prefixes.Add(prefix);
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in text.Given().Where(g => IsIn(g.Section)).Select(g => g.Key).Where(IsPrefixed).Distinct(StringComparer.Ordinal))
            if (Find(key) is { } value) given[key[prefix.Length..]] = value.Value;
        return given;

        bool IsIn(string section) => section.Equals(Section, StringComparison.OrdinalIgnoreCase)
            || (fallback is not null && section.Equals(fallback, StringComparison.OrdinalIgnoreCase));
        bool IsPrefixed(string key) => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && key.Length > prefix.Length;
    }

    /// <summary>A folder or file that need not exist yet, as an absolute path.</summary>
    public string NewPath(string key, string fallbackValue, string meaning) =>
        Read<string>(key, "a path", fallbackValue, "", meaning, Absolute, doubt: v => CommentIn(v) ?? PathDoubt(v)) ?? "";

    /// <inheritdoc/>
    public void Problem(string? key, string message, string suggestion = "", Severity severity = Severity.Error)
    {
        if (key is not null && IsInherited(key)) return;
        var given = key is null ? null : Find(key);
        var line = given is null ? text.Ini.Find(Section)?.Line : given.Line;
        problems.Add(new(severity, given?.File ?? text.Ini.Path, Section, key, line, message, suggestion));
    }

    /// <summary>Refuses a duration beyond the longest one with which the program can work.</summary>
    public void NotLongerThan(string key, long nanoseconds, long longest)
    {
        if (nanoseconds > longest)
            Problem(key, $"{GpsSeconds.Format(nanoseconds)} s are too long", $"write at most {GpsSeconds.Format(longest)} s");
    }

    /// <summary>Warns of an option that is given, not as its default, and has no effect because another one takes its place.</summary>
    public void Idle(string key, string because)
    {
        if (Find(key) is { } given && given.Value != options.Find(o => o.Key == key)?.Default)
            Problem(key, $"'{key}' has no effect: {because}", "remove it", Severity.Warning);
    }

    /// <summary>Reports every given key of the section that was never read.</summary>
    public void RejectUnknownKeys()
    {
        foreach (var (section, key, value) in text.Given())
        {
            if (!section.Equals(Section, StringComparison.OrdinalIgnoreCase)) continue;
            if (options.Exists(o => o.Key.Equals(key, StringComparison.OrdinalIgnoreCase))) continue;
            if (prefixes.Exists(p => key.StartsWith(p, StringComparison.OrdinalIgnoreCase))) continue;
            if (IsReplaced(key, value)) continue;
            var near = Suggestions.Nearest(key, options.Select(o => o.Key));
            problems.Add(new(Severity.Error, value.File, Section, key, value.Line, $"[{Section}] has no option '{key}'",
                near is null ? $"its options are {string.Join(", ", options.Select(o => o.Key))}" : $"did you mean '{near}'?"));
        }
    }

    // Another kind of source or classifier may be chosen on the command line: what the file says for its own kind, or what an empty
    // override takes back, is no mistake then.
    bool IsReplaced(string key, ConfigurationValue value) =>
        (value.Line is not null && kind is not null && IsOverridden(kind))
        || text.Given().Any(g =>
            g.Section.Equals(Section, StringComparison.OrdinalIgnoreCase) && g.Key.Equals(key, StringComparison.OrdinalIgnoreCase)
            && g.Value is { Line: null, Value.Length: 0 });

    bool IsInherited(string key) => fallback is not null && text.Find(Section, key) is null && text.Find(fallback, key) is not null;

    ConfigurationValue? Find(string key) => text.Find(Section, key) ?? (fallback is null ? null : text.Find(fallback, key));

    // The place of the chosen word; that of the standard one when the value is bad.
    int Chosen(string key, string[] words, int standard, string meaning) =>
        Read<int>(key, "one of " + string.Join(", ", words), words[standard], "", meaning,
            value => Position(words, value) is >= 0 and var place ? place : Refused,
            value => Suggestions.Nearest(value, words) is { } near ? $"did you mean '{near}'?" : null);

    static int Position(string[] words, string given) => Array.FindIndex(words, w => w.Equals(given, StringComparison.OrdinalIgnoreCase));

    // A parser gives an object, so that this is compiled once and not for every type: it was a good part of the start of the program.
    T? Read<T>(
        string key, string expected, string? fallbackValue, string unit, string meaning, Func<string, object?> parse,
        Func<string, string?>? hint = null, Func<string, string?>? doubt = null) =>
        (T?)(ReadObject(key, expected, fallbackValue, unit, meaning, parse, hint, doubt) ?? default(T));

    object? ReadObject(
        string key, string expected, string? fallbackValue, string unit, string meaning, Func<string, object?> parse,
        Func<string, string?>? hint, Func<string, string?>? doubt)
    {
        options.Add(new(Section, key, expected, fallbackValue, unit, meaning));
        if (Find(key) is not { } given)
        {
            if (fallbackValue is null)
                problems.Add(
                    new(
                        Severity.Error, text.Ini.Path, Section, key, text.Ini.Find(Section)?.Line, $"[{Section}] needs '{key}'",
                        $"expected {expected}: {meaning}")
                );
            return Fallback();
        }
        var value = parse(given.Value);
        var ok = !ReferenceEquals(value, Refused);
        if (ok && doubt?.Invoke(given.Value) is { } why) Problem(key, $"'{given.Value}': {why}", "", Severity.Warning);
        if (ok) return value;
        if (!IsInherited(key))
            problems.Add(
                new(
                    Severity.Error, given.File, Section, key, given.Line,
                    $"'{given.Value}' is not {expected}{(CommentIn(given.Value) is { } remark ? $" ({remark})" : "")}",
                    hint?.Invoke(given.Value)
                        ?? $"expected {expected}{(fallbackValue is null or "" ? "" : $", for example {fallbackValue}")}")
            );
        return Fallback();

        // Nothing, when the default is no value either.
        object? Fallback() =>
            fallbackValue is not null && parse(fallbackValue) is var value && !ReferenceEquals(value, Refused) ? value : null;
    }

    /// <summary>What a path is probably not meant to have in it, with what to do; null when nothing is strange.</summary>
    internal static string? PathDoubt(string path) =>
        path is ['"', .., '"'] or ['\'', .., '\''] ? "the quotes are part of the path; leave them out"
        : path[0] == '~' ? "'~' stands for no folder here; write the path in full"
        : path.Contains('$') || path.Contains("%(", StringComparison.Ordinal) ? "variables are not replaced here; write the path in full"
        : path != path.Trim() ? "the blanks at its ends are part of the path"
        : null;

    static string? CommentIn(string value) => Comment().IsMatch(value) ? "a comment needs a line of its own" : null;

    static string Because(string? doubt) => doubt is null ? "" : $": {doubt}";

    string Absolute(string path) => Path.GetFullPath(path, text.Folder);

    /// <summary>Words separated by blanks, commas or brackets; what stands in quotes is one word.</summary>
    internal static IReadOnlyList<string> SplitWords(string value) =>
        [.. Word().Matches(value).Select(m => m.Value.Trim('\'', '"')).Where(w => w.Length > 0)];

    [GeneratedRegex("""
        "[^"]*"|'[^']*'|[^\s,\[\]]+
        """)]
    internal static partial Regex Word();

    [GeneratedRegex(@"\s[;#]")]
    internal static partial Regex Comment();

    static bool TryNumber(string text, out double number)
    {
        switch (text.ToLowerInvariant())
        {
            case "inf" or "+inf": number = double.PositiveInfinity; return true;
            case "-inf": number = double.NegativeInfinity; return true;
            default: return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && !double.IsNaN(number);
        }
    }

    static string Range(double min, double max) => (double.IsFinite(min), double.IsFinite(max)) switch
    {
        (true, true) => min == double.Epsilon ? $" greater than 0 and at most {max}" : $" from {min} to {max}",
        (true, false) => min == double.Epsilon ? " greater than 0" : $" of {min} or more",
        (false, true) => $" of {max} or less",
        _ => "",
    };
}
