using System.Collections;
using System.Security.Cryptography;
using System.Text;
using Idq.Data;
using Idq.Learning;

namespace Idq.Streaming;

/// <summary>A configuration that was understood: every option with its value, and everything that is wrong with it at once.</summary>
public sealed class Configuration
{
    // A series of so many samples has 5 GB of columns.
    const int MostSamples = 100_000_000;

    readonly List<ConfigurationProblem> problems;
    readonly List<SectionReader> readers = [];

    /// <summary>Reads every section.</summary>
    public Configuration(ConfigurationText text, Catalogue? catalogue = null)
    {
        (Text, Catalogue) = (text, catalogue ?? Catalogue.BuiltIn);
        problems = [.. text.Problems];
        SectionReader Open(string name, string meaning, string? fallback = null)
        {
            var reader = new SectionReader(text, name, meaning, problems, fallback);
            readers.Add(reader);
            return reader;
        }

        General = new(Open("general", ConfigurationSections.General));
        Replay = new(Open("replay", "the range of a replay or batch without --gps-start and --gps-end"));
        Samples = new(Open("samples", "what is a glitch, and what is clean"));
        Features = new(Open("features", "which channels may be used, and how rows are made"));
        Segments = new(Open("segdb", "which time is good"));
        Train = new("train", Open, Catalogue);
        Evaluate = new("evaluate", Open, Catalogue, Train.LogLevel);
        Calibrate = new(
            Open("calibrate", "how ranks become probabilities; its cadence is that of [evaluate stream]"), Train.LogLevel,
            Samples.DirtyWindow);
        Open("calibrate reporting", "how calibrate writes its products").Only("flavor", "JsonReporter", "the format of the products");
        Timeseries = new("timeseries", Open, Catalogue, Train.LogLevel);
        Batch = new(Open("batch", "how an offline run is cut into bins"));
        Tracker = new(Open("tracker", ConfigurationSections.Tracker), General);
        Classifiers = General
            .Classifiers.Where(n => !ConfigurationSections.Reserved.Contains(n, StringComparer.OrdinalIgnoreCase))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(n => ReadClassifier(n, Open(n, $"the classifier {n}")))
            .ToArray();

        if (!text.Has("samples"))
            Error("samples", "the section [samples] is missing", "say what a glitch is: target_channel and target_bounds");
        if (!text.Has("train data discovery"))
            Error("train data discovery", "the section [train data discovery] is missing", "say where triggers come from");
        foreach (var classifier in Classifiers.Where(c => !text.Has(c.Nickname)))
            Error(
                classifier.Nickname, $"the classifier '{classifier.Nickname}' has no section",
                $"add [{classifier.Nickname}] with a flavor");
        foreach (var reader in readers) reader.RejectUnknownKeys();
        RejectUnknownSections();
        CheckAcrossSections();
    }

    /// <summary>What can be named.</summary>
    public Catalogue Catalogue { get; }

    /// <summary>The layered text.</summary>
    public ConfigurationText Text { get; }

    /// <summary>[general].</summary>
    public GeneralOptions General { get; }

    /// <summary>[replay].</summary>
    public ReplayOptions Replay { get; }

    /// <summary>[samples].</summary>
    public SampleOptions Samples { get; }

    /// <summary>[features].</summary>
    public FeatureOptions Features { get; }

    /// <summary>[segdb].</summary>
    public SegmentOptions Segments { get; }

    /// <summary>The train sections.</summary>
    public JobSection Train { get; }

    /// <summary>The evaluate sections.</summary>
    public JobSection Evaluate { get; }

    /// <summary>The calibrate sections.</summary>
    public CalibrateOptions Calibrate { get; }

    /// <summary>The timeseries sections.</summary>
    public JobSection Timeseries { get; }

    /// <summary>[batch].</summary>
    public BatchOptions Batch { get; }

    /// <summary>[tracker].</summary>
    public TrackerOptions Tracker { get; }

    /// <summary>The classifiers in the order of [general] classifiers.</summary>
    public IReadOnlyList<ClassifierDefinition> Classifiers { get; }

    /// <summary>Everything that is wrong, in the order of lines.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems =>
        problems.OrderBy(p => p.Line ?? int.MaxValue).ThenBy(p => p.Section, StringComparer.Ordinal).ToArray();

    /// <summary>True when a problem keeps the program from running.</summary>
    public bool HasErrors => problems.Exists(p => p.Severity == Severity.Error);

    /// <summary>The declarations of all sections.</summary>
    public IReadOnlyList<SectionDeclaration> Declarations => readers.Select(r => r.Declaration).ToArray();

    /// <summary>
    /// The widest stretch about a time that anything looks at, in nanoseconds: what a stride is padded by on either side.
    /// </summary>
    public long Padding => Classifiers.Select(c => Reach(c.Traits)).Append(Samples.DirtyWindow).Max();

    /// <summary>Nanoseconds before and after a time that a classifier looks at, by itself or through features.</summary>
    public long Reach(ClassifierTraits classifier) => Math.Max(classifier.Window, classifier.UsesFeatures ? Features.Window : 0);

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="ConfigurationException">There are errors, or the file cannot be read.</exception>
    public static Configuration Load(string path, IEnumerable<string>? settings = null, Catalogue? catalogue = null)
    {
        var configuration = Read(path, settings, catalogue: catalogue);
        return configuration.HasErrors ? throw new ConfigurationException(configuration.Problems) : configuration;
    }

    /// <summary>Reads a file, with all its problems.</summary>
    /// <exception cref="ConfigurationException">The file is missing or cannot be read.</exception>
    public static Configuration Read(
        string path, IEnumerable<string>? settings = null, IDictionary? environment = null, Catalogue? catalogue = null) =>
        new(ReadText(path, settings, environment), catalogue);

    /// <summary>Where the analysis of a file lies. Only [general] and [tracker] are read; nothing else matters for a look at it.</summary>
    /// <exception cref="ConfigurationException">One of the two has errors, or the file cannot be read.</exception>
    public static AnalysisPlace Locate(string path, IEnumerable<string>? settings = null)
    {
        var text = ReadText(path, settings, null);
        var problems = new List<ConfigurationProblem>(text.Problems);
        var sections = new SectionReader(text, "general", ConfigurationSections.General, problems);
        var tracker = new SectionReader(text, "tracker", ConfigurationSections.Tracker, problems);
        var general = new GeneralOptions(sections);
        var place = new AnalysisPlace(general.Paths, new TrackerOptions(tracker, general).Store);
        sections.RejectUnknownKeys();
        tracker.RejectUnknownKeys();
        return problems.Exists(p => p.Severity == Severity.Error) ? throw new ConfigurationException(problems) : place;
    }

    static ConfigurationText ReadText(string path, IEnumerable<string>? settings, IDictionary? environment)
    {
        try
        {
            return new(IniDocument.Load(path), settings ?? [], environment ?? Environment.GetEnvironmentVariables());
        }
        catch (DataException e)
        {
            throw new ConfigurationException([new(Severity.Error, path, null, null, null, e.Message, "give the path of an INI file")]);
        }
    }

    /// <summary>
    /// Eight hexadecimal digits that change when an option that can change a result does; where products and the store lie is no such
    /// option.
    /// </summary>
    public string Fingerprint()
    {
        var given = readers.SelectMany(r => r.Declaration.Options)
            .Where(o => o.Section is not ("tracker" or "replay" or "batch") && (o.Section, o.Key) is not ("general", "rootdir"))
            .Select(o => (o.Section, o.Key, Text.Find(o.Section, o.Key)?.Value)).Where(o => o.Value is not null)
            .Select(o => $"[{o.Section}] {o.Key} = {o.Value}").Distinct().Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', given))))[..8];
    }

    ClassifierDefinition ReadClassifier(string nickname, SectionReader options)
    {
        var flavors = Catalogue.Classifiers.Flavors;
        return options.Kind("flavor", flavors[0], "the kind of classifier", [.. flavors.Select(f => (f.Name, f))]).Read(nickname, options);
    }

    void Error(string section, string message, string suggestion) =>
        problems.Add(new(Severity.Error, Text.Ini.Path, section, null, null, message, suggestion));

    void RejectUnknownSections()
    {
        // The command line may choose among the classifiers that the file names.
        var named = SectionReader.SplitWords(Text.Ini.Find("general")?.Find("classifiers")?.Value ?? "");
        var known = ConfigurationSections.Reserved.Except(ConfigurationSections.Unread).Concat(General.Classifiers).Concat(named)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        void Unknown(string file, string section, string? key, int? line)
        {
            var isUnread = ConfigurationSections.Unread.Contains(section, StringComparer.OrdinalIgnoreCase);
            var near = isUnread ? null : Suggestions.Nearest(section, known);
            problems.Add(new(Severity.Error, file, section, key, line,
                isUnread ? $"nothing reads the section [{section}]" : $"there is no section [{section}]",
                isUnread ? "remove it"
                : near is null ? "name it in [general] classifiers when it is a classifier"
                : $"did you mean [{near}]?"));
        }

        foreach (var section in Text.Ini.Sections.Where(s => !known.Contains(s.Name)))
            Unknown(Text.Ini.Path, section.Name, null, section.Line);
        foreach (var (section, key, value) in Text.Given())
            if (value.Line is null && !known.Contains(section)) Unknown(value.File, section, key, null);
    }

    void CheckAcrossSections()
    {
        SectionReader Section(string name) => readers.Find(r => r.Section == name)!;
        var (samples, features) = (Section("samples"), Section("features"));
        if (
            Samples.TargetChannel.Length > 0
            && Features.Names.Any(n => n.StartsWith(Samples.TargetChannel + "-", StringComparison.Ordinal))
        )
            features.Problem(
                "features", $"the target channel '{Samples.TargetChannel}' is used as a feature",
                "remove it: the target may not witness itself");
        if (
            Features.UnsafeChannels.Contains(Samples.TargetChannel, StringComparer.Ordinal)
            && Features.Channels?.Contains(Samples.TargetChannel, StringComparer.Ordinal) == true
        )
            samples.Problem("target_channel", $"'{Samples.TargetChannel}' is both target and feature", "remove it from the channels");
        if (Samples.Labels is not null)
        {
            foreach (var key in new[] { "target_bounds", "dirty_bounds" }) samples.Idle(key, "the sample times are those of 'labels'");
            foreach (var job in new[] { "train", "evaluate" })
                Section(job).Idle("random_rate", "the sample times are those of [samples] labels");
        }
        if (new[] { Train, Evaluate, Timeseries }.All(j => j.Discovery.IgnoreSegdb))
            foreach (var key in new[] { "files", "exclude_files" }) Section("segdb").Idle(key, "every job has ignore_segdb = True");
        if (Evaluate.Cadence.Delay > 0 && Evaluate.Cadence.Delay < Padding)
            Section("evaluate stream").Problem(
                "delay",
                $"the delay of {GpsSeconds.Format(Evaluate.Cadence.Delay)} s is shorter than the widest window, "
                    + $"{GpsSeconds.Format(Padding)} s; the window is used instead",
                "",
                Severity.Warning
            );
        CheckGrid(Section("timeseries"), Section("timeseries stream"));
    }

    // The series of all strides together are one regular grid only when a stride ends where a sample would follow.
    void CheckGrid(SectionReader timeseries, SectionReader cadence)
    {
        var (stride, rate) = (Timeseries.Cadence.Stride, Timeseries.SampleRate);
        var samples = stride / 1e9 * rate;
        void Problem(string what, string suggestion)
        {
            var (section, key) = timeseries.Gives("srate") ? (timeseries, "srate") : (cadence, "stride");
            section.Problem(
                key,
                $"[timeseries] srate = {rate} Hz over [timeseries stream] stride = {GpsSeconds.Format(stride)} s are {what}", suggestion);
        }

        if (samples > MostSamples) Problem($"{samples:G4} samples", $"a stride holds at most {MostSamples} of them: make it shorter");
        else if (TimeGrid.Over(new Segment(default, new(stride)), rate) is var grid && grid[grid.Count].Nanoseconds != stride)
            Problem(
                $"{samples:0.######} samples, which is no regular grid", "choose them so that a stride holds a whole number of samples");
    }
}
