using Idq.Data;

namespace Idq.Streaming;

/// <summary>[features]: which channels may be used, and how a row is made of the triggers about a time.</summary>
public sealed class FeatureOptions
{
    static readonly Dictionary<string, ColumnTransform> Transforms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["none"] = ColumnTransform.Identity,
        ["log10"] = ColumnTransform.Log10,
        ["log"] = ColumnTransform.Log,
        ["sqrt"] = ColumnTransform.Sqrt,
        ["abs"] = ColumnTransform.Abs,
    };

    /// <summary>The longest window about a time, in nanoseconds: every stride is read with so much on either side.</summary>
    public const long LongestWindow = 86_400 * GpsTime.NanosecondsPerSecond;

    // What no channel's name ends in.
    static readonly HashSet<string> FileExtensions = new(StringComparer.OrdinalIgnoreCase) { ".txt", ".csv", ".lst", ".list", ".dat" };

    internal FeatureOptions(SectionReader s)
    {
        Significance = s.Text("significance", "snr", "the column that says how loud a trigger is", "a column");
        Window = s.Duration("window", "0.1", "triggers this near to a time, on either side, can stand for a channel");
        s.NotLongerThan("window", Window, LongestWindow);
        Selection = s.Choice(
            "selection",
            Selection.Loudest,
            "which trigger of the window stands for the channel",
            ("loudest", Selection.Loudest),
            ("pointy", Selection.Pointy)
        );
        Columns = s.List(
            "columns", "", "feature columns of every channel; delta_time is the time difference in seconds; default: the significance");
        if (Columns.Count == 0) Columns = [Significance];
        Transform = ReadTransforms(
            s, s.List("transforms", "", "changes of scale as column:transform", "column:transform, with none, log10, log, sqrt, abs"));
        Missing =
            s.OptionalNumber("missing", "the value of a feature without a trigger; default: missing stays missing (NaN)") ?? double.NaN;
        if (double.IsInfinity(Missing)) s.Problem("missing", "no classifier can use an infinite value", "write a finite number");
        Names = s.List("features", "", "only these features, as channel-column; default: every column of every channel");
        ReadChannels(
            s,
            s.OptionalText(
                "channels",
                "the channels to use: names, or a file with a name and optionally 'safe' or 'unsafe' a line; default: all of the source"
            )
        );
        MissingChannelIsError = s.Choice(
            "missing_channels",
            true,
            "what a listed channel means that the source does not have",
            ("error", true),
            ("ignore", false)
        );
        if (Names.Count > 0) s.Idle("columns", "'features' says which columns are used");
        // Other columns on the command line make no mistake of what the file says about its own.
        else if (!s.IsOverridden("columns") || s.IsOverridden("transforms"))
            foreach (var column in Transform.Keys.Except(Columns, StringComparer.Ordinal))
                s.Problem("transforms", $"'{column}' is none of the columns that are used", $"they are {string.Join(", ", Columns)}",
                    Severity.Warning);
        if (Channels is null) s.Idle("missing_channels", "no 'channels' are listed");
    }

    /// <summary>The column that says how loud a trigger is.</summary>
    public string Significance { get; }

    /// <summary>Nanoseconds on either side.</summary>
    public long Window { get; }

    /// <summary>Which trigger stands for the channel.</summary>
    public Selection Selection { get; }

    /// <summary>Columns of every channel.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Change of scale by column.</summary>
    public IReadOnlyDictionary<string, ColumnTransform> Transform { get; }

    /// <summary>The value without a trigger; NaN means that missing stays missing.</summary>
    public double Missing { get; }

    /// <summary>Features by name; empty means all.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The channels that may be used; null means all of the source.</summary>
    public IReadOnlyList<string>? Channels { get; private set; }

    /// <summary>Channels that must never be features.</summary>
    public IReadOnlyList<string> UnsafeChannels { get; private set; } = [];

    /// <summary>True when a listed channel that the source lacks stops the program.</summary>
    public bool MissingChannelIsError { get; }

    /// <summary>The definition of rows over the channels that a source has.</summary>
    public FeatureDefinition Definition(IEnumerable<string> usable)
    {
        var columns = usable.SelectMany(channel => Columns.Select(column =>
            new FeatureColumn(channel, column, Transform.GetValueOrDefault(column), Missing)));
        if (Names.Count > 0)
        {
            var byName = usable.SelectMany(channel => Names
                .Where(n => n.StartsWith(channel + "-", StringComparison.Ordinal))
                .Select(n => n[(channel.Length + 1)..])
                .Select(column => new FeatureColumn(channel, column, Transform.GetValueOrDefault(column), Missing)));
            columns = byName;
        }
        return new(Significance, Window, Selection, columns.ToArray());
    }

    static Dictionary<string, ColumnTransform> ReadTransforms(SectionReader s, IReadOnlyList<string> words)
    {
        var transforms = new Dictionary<string, ColumnTransform>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            var colon = word.LastIndexOf(':');
            if (colon > 0 && Transforms.TryGetValue(word[(colon + 1)..], out var transform))
                transforms[word[..colon]] = transform;
            else
                s.Problem(
                    "transforms", $"'{word}' is no change of scale",
                    $"write column:transform with one of {string.Join(", ", Transforms.Keys)}");
        }
        return transforms;
    }

    void ReadChannels(SectionReader s, string? given)
    {
        if (given is null) return;
        var path = Path.GetFullPath(PathWords.Unquote(given), s.Folder);
        if (FileKinds.Of(path) != FileKind.File)
        {
            if (given.AsSpan().ContainsAny('/', '~') || FileExtensions.Contains(Path.GetExtension(given)))
                s.Problem("channels", FileKinds.WhyNoFile(path),
                    SectionReader.PathDoubt(given) ?? "write names of channels, or a file of them");
            Channels = SectionReader.SplitWords(given);
            return;
        }
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            s.Problem("channels", $"cannot read '{path}': {e.Message}", "name a file that can be read");
            return;
        }
        var (safe, notSafe) = (new List<string>(), new List<string>());
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var words = SectionReader.Comment().Split(line)[0].Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0][0] is '#' or ';') continue;
            switch (
                words
                    .Skip(1)
                    .FirstOrDefault(w =>
                        w.Equals("safe", StringComparison.OrdinalIgnoreCase) || w.Equals("unsafe", StringComparison.OrdinalIgnoreCase)
                    )
                    ?.ToLowerInvariant()
            )
            {
                case "unsafe":
                    notSafe.Add(words[0]);
                    break;
                case "safe":
                    safe.Add(words[0]);
                    break;
                case null when words.Length == 1:
                    safe.Add(words[0]);
                    break;
                default:
                    s.Problem(
                        "channels", $"line {number} of '{path}' is no channel: '{line.Trim()}'", "write a name, and 'safe' or 'unsafe'");
                    break;
            }
        }
        (Channels, UnsafeChannels) = (safe, notSafe);
        foreach (var name in Names)
            if (notSafe.Find(u => name.StartsWith(u + "-", StringComparison.Ordinal)) is { } channel)
                s.Problem(
                    "features", $"the feature '{name}' is of the unsafe channel '{channel}'",
                    "an unsafe channel may respond to gravitational waves; remove it");
        foreach (var both in safe.Intersect(notSafe, StringComparer.Ordinal))
            s.Problem("channels", $"'{both}' is both safe and unsafe in '{path}'", "keep one of the two lines");
    }
}
