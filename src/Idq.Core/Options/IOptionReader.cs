namespace Idq;

/// <summary>
/// Reads the options of one section of the configuration. Reading an option declares it: the call carries its default, unit and
/// meaning, from which parsing, validation, help and documentation are made. A bad value is reported and reads as the default.
/// </summary>
/// <remarks>Classifiers, sources and writers declare their options through this interface, so that they know no configuration
/// file.</remarks>
public interface IOptionReader
{
    /// <summary>The name of the section.</summary>
    string Section { get; }

    /// <summary>True when the section itself is given.</summary>
    bool IsGiven { get; }

    /// <summary>The folder that relative paths refer to.</summary>
    string Folder { get; }

    /// <summary>True when a key has a value, right or wrong.</summary>
    bool Gives(string key);

    /// <summary>A free text.</summary>
    /// <param name="key">The name of the option.</param>
    /// <param name="fallbackValue">The default; null when the option must be given.</param>
    /// <param name="meaning">What it does, in one sentence.</param>
    /// <param name="expected">What a value looks like, in words.</param>
    string Text(string key, string? fallbackValue, string meaning, string expected = "text");

    /// <summary>A text that need not be given.</summary>
    string? OptionalText(string key, string meaning, string expected = "text");

    /// <summary>
    /// A number in [<paramref name="min"/>, <paramref name="max"/>]; <see cref="double.Epsilon"/> as the minimum means above 0.
    /// </summary>
    double Number(
        string key,
        string? fallbackValue,
        string unit,
        string meaning,
        double min = double.NegativeInfinity,
        double max = double.PositiveInfinity
    );

    /// <summary>A number that need not be given.</summary>
    double? OptionalNumber(string key, string meaning);

    /// <summary>A whole number in [<paramref name="min"/>, <paramref name="max"/>]; "inf" is the largest.</summary>
    long Integer(string key, string? fallbackValue, string meaning, long min = 0, long max = long.MaxValue);

    /// <summary>A duration in seconds as nanoseconds, at least <paramref name="min"/>; "inf" is the largest where it is allowed.</summary>
    long Duration(string key, string? fallbackValue, string meaning, long min = 0, bool orInfinite = false);

    /// <summary>A GPS time, or null when it is not given.</summary>
    GpsTime? Time(string key, string meaning);

    /// <summary>True or false.</summary>
    bool Flag(string key, string fallbackValue, string meaning);

    /// <summary>One of several words, without regard to case.</summary>
    T Choice<T>(string key, T fallbackValue, string meaning, params (string Word, T Value)[] words)
        where T : notnull;

    /// <summary>Words separated by blanks or commas; brackets and quotes around them are allowed.</summary>
    IReadOnlyList<string> List(string key, string? fallbackValue, string meaning, string expected = "names separated by blanks");

    /// <summary>Durations in seconds as nanoseconds, all greater than zero.</summary>
    IReadOnlyList<long> Durations(string key, string fallbackValue, string meaning);

    /// <summary>Numbers separated by blanks.</summary>
    IReadOnlyList<double> Numbers(string key, string fallbackValue, string meaning);

    /// <summary>A file that must exist, as an absolute path; null when it is not given.</summary>
    string? ExistingFile(string key, string meaning);

    /// <summary>
    /// Files, folders and patterns as absolute paths, in quotes where they hold a blank. Every one must match something now; which files a
    /// folder or a pattern stands for is found by who reads them, because more may appear later.
    /// </summary>
    IReadOnlyList<string> ExistingFiles(string key, string? fallbackValue, string meaning);

    /// <summary>Every option whose name begins with a prefix, by the rest of its name, as it stands.</summary>
    /// <param name="prefix">Begins the names.</param>
    /// <param name="meaning">What they do, in one sentence.</param>
    IReadOnlyDictionary<string, string> Prefixed(string prefix, string meaning);

    /// <summary>Reports what the readers of single options cannot judge.</summary>
    /// <param name="key">The option it is about; null for the section.</param>
    /// <param name="message">What is wrong, with the value.</param>
    /// <param name="suggestion">What to do; may be empty.</param>
    /// <param name="severity">How bad it is.</param>
    void Problem(string? key, string message, string suggestion = "", Severity severity = Severity.Error);
}
