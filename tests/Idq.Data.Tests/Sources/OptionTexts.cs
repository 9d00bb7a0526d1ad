using System.Globalization;

namespace Idq.Data.Tests.Sources;

/// <summary>The options of a section as texts, with what was declared and what was reported.</summary>
sealed class OptionTexts(string folder, params (string Key, string Value)[] given) : IOptionReader
{
    readonly Dictionary<string, string> values = given.ToDictionary(g => g.Key, g => g.Value, StringComparer.OrdinalIgnoreCase);

    public string Section => "train data discovery";

    public bool IsGiven { get; init; } = true;

    public string Folder => folder;

    /// <summary>Every key that was read, with its default.</summary>
    public List<(string Key, string? Default)> Declared { get; } = [];

    public List<(string? Key, string Message)> Problems { get; } = [];

    public bool Gives(string key) => values.GetValueOrDefault(key) is { Length: > 0 };

    public string Text(string key, string? fallbackValue, string meaning, string expected = "text") =>
        Read(key, fallbackValue, meaning) ?? "";

    public string? OptionalText(string key, string meaning, string expected = "text") => Optional(key, meaning);

    public double Number(string key, string? fallbackValue, string unit, string meaning, double min = double.NegativeInfinity,
        double max = double.PositiveInfinity) => double.Parse(Read(key, fallbackValue, meaning)!, CultureInfo.InvariantCulture);

    public double? OptionalNumber(string key, string meaning) =>
        Optional(key, meaning) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;

    public long Integer(string key, string? fallbackValue, string meaning, long min = 0, long max = long.MaxValue) =>
        long.Parse(Read(key, fallbackValue, meaning)!, CultureInfo.InvariantCulture);

    public long Duration(string key, string? fallbackValue, string meaning, long min = 0, bool orInfinite = false) =>
        GpsTime.Parse(Read(key, fallbackValue, meaning)!).Nanoseconds;

    public GpsTime? Time(string key, string meaning) => Optional(key, meaning) is { } text ? GpsTime.Parse(text) : null;

    public bool Flag(string key, string fallbackValue, string meaning) => bool.Parse(Read(key, fallbackValue, meaning)!);

    public T Choice<T>(string key, T fallbackValue, string meaning, params (string Word, T Value)[] words)
        where T : notnull
    {
        var word = Read(key, words.First(w => w.Value.Equals(fallbackValue)).Word, meaning);
        return words.First(w => w.Word == word).Value;
    }

    public IReadOnlyList<string> List(string key, string? fallbackValue, string meaning, string expected = "names separated by blanks") =>
        Words(Read(key, fallbackValue, meaning));

    public IReadOnlyDictionary<string, string> Prefixed(string prefix, string meaning) => values
        .Where(v => v.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(v => v.Key[prefix.Length..], v => v.Value);

    public IReadOnlyList<long> Durations(string key, string fallbackValue, string meaning) =>
        [.. Words(Read(key, fallbackValue, meaning)).Select(w => GpsTime.Parse(w).Nanoseconds)];

    public IReadOnlyList<double> Numbers(string key, string fallbackValue, string meaning) =>
        [.. Words(Read(key, fallbackValue, meaning)).Select(w => double.Parse(w, CultureInfo.InvariantCulture))];

    public string? ExistingFile(string key, string meaning) => Optional(key, meaning) is { } name ? Existing(key, name) : null;

    public IReadOnlyList<string> ExistingFiles(string key, string? fallbackValue, string meaning) =>
        [.. Words(Read(key, fallbackValue, meaning)).Select(w => Existing(key, w)).OfType<string>()];

    public void Problem(string? key, string message, string suggestion = "", Severity severity = Severity.Error) =>
        Problems.Add((key, message));

    string? Read(string key, string? fallbackValue, string meaning)
    {
        Assert.NotEmpty(meaning);
        Declared.Add((key, fallbackValue));
        return Gives(key) ? values[key] : fallbackValue;
    }

    string? Optional(string key, string meaning) => Read(key, "", meaning) is { Length: > 0 } text ? text : null;

    string? Existing(string key, string name)
    {
        var path = Path.Combine(folder, name);
        if (Path.Exists(path)) return path;
        Problem(key, $"there is no file '{path}'");
        return null;
    }

    static string[] Words(string? text) => text?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) ?? [];
}
