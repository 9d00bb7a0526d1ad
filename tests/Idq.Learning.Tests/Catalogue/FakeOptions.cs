using System.Globalization;

namespace Idq.Learning.Tests.Catalogue;

/// <summary>
/// A section with given values, which remembers what was declared and what was reported. A bad value reads as the default.
/// </summary>
sealed class FakeOptions(params (string Key, string Value)[] given) : IOptionReader
{
    readonly Dictionary<string, string> values = given.ToDictionary(g => g.Key, g => g.Value);

    /// <summary>Every option in the order of declaration, with its default as it was written.</summary>
    public List<(string Key, string? Default)> Declared { get; } = [];

    public List<string> Meanings { get; } = [];

    public List<(string? Key, string Message, string Suggestion)> Problems { get; } = [];

    public string Section => "nick";

    public bool IsGiven => true;

    public string Folder => "/";

    public bool Gives(string key) => values.ContainsKey(key);

    public string Text(string key, string? fallbackValue, string meaning, string expected = "text") =>
        Read(key, fallbackValue, meaning, text => text, _ => true);

    public string? OptionalText(string key, string meaning, string expected = "text") => throw NotAsked(key);

    public double Number(
        string key,
        string? fallbackValue,
        string unit,
        string meaning,
        double min = double.NegativeInfinity,
        double max = double.PositiveInfinity
    ) => Read(key, fallbackValue, meaning, ToDouble, n => n >= min && n <= max);

    public double? OptionalNumber(string key, string meaning) => throw NotAsked(key);

    public long Integer(string key, string? fallbackValue, string meaning, long min = 0, long max = long.MaxValue) => Read(
        key,
        fallbackValue,
        meaning,
        text => text == "inf" ? max : long.Parse(text, CultureInfo.InvariantCulture),
        n => n >= min && n <= max
    );

    public long Duration(string key, string? fallbackValue, string meaning, long min = 0, bool orInfinite = false) => throw NotAsked(key);

    public GpsTime? Time(string key, string meaning) => throw NotAsked(key);

    public bool Flag(string key, string fallbackValue, string meaning) => Read(key, fallbackValue, meaning, bool.Parse, _ => true);

    public T Choice<T>(string key, T fallbackValue, string meaning, params (string Word, T Value)[] words) where T : notnull
    {
        var proper = words.First(w => w.Value.Equals(fallbackValue)).Word;
        return Read(key, proper, meaning, Parse, _ => true);

        T Parse(string text) => words.First(w => w.Word.Equals(text, StringComparison.OrdinalIgnoreCase)).Value;
    }

    public IReadOnlyDictionary<string, string> Prefixed(string prefix, string meaning) => throw new NotSupportedException();

    public IReadOnlyList<string> List(
        string key,
        string? fallbackValue,
        string meaning,
        string expected = "names separated by blanks"
    ) => Read(key, fallbackValue, meaning, Words, _ => true);

    public IReadOnlyList<long> Durations(string key, string fallbackValue, string meaning) =>
        Read(key, fallbackValue, meaning, text => Words(text).Select(w => (long)(ToDouble(w) * 1e9)).ToArray(), d => d.All(w => w > 0));

    public IReadOnlyList<double> Numbers(string key, string fallbackValue, string meaning) =>
        Read(key, fallbackValue, meaning, text => Words(text).Select(ToDouble).ToArray(), _ => true);

    public string? ExistingFile(string key, string meaning) => throw NotAsked(key);

    public IReadOnlyList<string> ExistingFiles(string key, string? fallbackValue, string meaning) => throw NotAsked(key);

    public void Problem(string? key, string message, string suggestion = "", Severity severity = Severity.Error) =>
        Problems.Add((key, message, suggestion));

    T Read<T>(string key, string? fallbackValue, string meaning, Func<string, T> parse, Func<T, bool> isFine)
    {
        Declared.Add((key, fallbackValue));
        Meanings.Add(meaning);
        if (!values.TryGetValue(key, out var text)) return parse(fallbackValue!);
        var value = parse(text);
        if (isFine(value)) return value;
        Problem(key, $"'{text}' is out of range");
        return parse(fallbackValue!);
    }

    static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static double ToDouble(string text) =>
        text == "inf" ? double.PositiveInfinity : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    static NotSupportedException NotAsked(string key) => new($"no classifier of this room reads '{key}' so");
}
