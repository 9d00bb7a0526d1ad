using Idq.Data;
using Idq.Learning;

namespace Idq.Streaming;

/// <summary>Everything that can be found wrong before a run: the configuration itself, and what it refers to.</summary>
public static class ConfigurationCheck
{
    /// <summary>All problems. Data is opened only when the configuration reads well; nothing is written.</summary>
    /// <param name="configuration">What is checked.</param>
    /// <param name="range">What will be asked of it; null takes [replay], else what the segment files cover.</param>
    public static IReadOnlyList<ConfigurationProblem> Run(Configuration configuration, Segment? range = null)
    {
        var problems = configuration.Problems.ToList();
        problems.AddRange(Sources(configuration).SelectMany(j => j.Discovery.Source.Check()).Select(p =>
            new ConfigurationProblem(Severity.Error, p.File, p.Section, p.Key, p.Line, p.Message, p.Suggestion)));
        if (problems.Exists(p => p.Severity == Severity.Error)) return problems;
        void Try(string section, string? key, Action check)
        {
            try
            {
                check();
            }
            catch (ConfigurationException e)
            {
                problems.AddRange(e.Problems.Except(problems));
            }
            catch (DataException e)
            {
                var (text, given) = (configuration.Text, key is null ? null : configuration.Text.Find(section, key));
                var line = given is null ? text.Ini.Find(section)?.Line : given.Line;
                problems.Add(
                    new(Severity.Error, given?.File ?? text.Ini.Path, section, key, line, e.Message, "") { IsOfData = true });
            }
        }

        Try("segdb", null, () => problems.AddRange(SegmentCheck.Run(configuration, range)));
        Try("samples", "labels", () => _ = configuration.Samples.Labels is { } labels ? LabelledTimes.Read(labels) : default);
        foreach (var job in Sources(configuration))
            Try($"{job.Name} data discovery", null, () =>
            {
                using var source = EventSources.Open(job.Discovery, configuration.General.Seed, null);
                var channels = ChannelChoice.Of(configuration, source.Channels);
                var found = new List<ConfigurationProblem>();
                var line = configuration.Text.Ini.Find($"{job.Name} data discovery")?.Line;
                found.AddRange(source.Warnings.Select(w => new ConfigurationProblem(Severity.Warning, configuration.Text.Ini.Path,
                    $"{job.Name} data discovery", "files", line, w, "it delivers nothing until it is whole")));
                CheckColumns(configuration, source, found);
                CheckWitnesses(configuration, channels, found);
                CheckFeatures(configuration, channels, source, found);
                problems.AddRange(found.Except(problems));
            });
        return problems;
    }

    // Jobs that name the same source share it.
    static IEnumerable<JobSection> Sources(Configuration configuration) =>
        new[] { configuration.Train, configuration.Evaluate, configuration.Timeseries }
            .DistinctBy(j => j.Discovery.Key, StringComparer.Ordinal);

    static void CheckColumns(Configuration configuration, IEventSource source, List<ConfigurationProblem> problems)
    {
        void Check(string section, string key, string column)
        {
            if (column == FeatureColumn.DeltaTime || source.Columns.Contains(column, StringComparer.Ordinal)) return;
            var given = configuration.Text.Find(section, key);
            var near = Suggestions.Nearest(column, source.Columns);
            problems.Add(
                new(
                    Severity.Error, given?.File ?? configuration.Text.Ini.Path, section, key, given?.Line,
                    source.WhyMissing(column) is { } why ? $"the column '{column}' holds no numbers: {why}"
                        : $"the source has no column '{column}'",
                    near is null ? $"its columns are {string.Join(", ", source.Columns)}" : $"did you mean '{near}'?")
            );
        }

        foreach (var bounds in configuration.Samples.TargetBounds) Check("samples", "target_bounds", bounds.Column);
        foreach (var bounds in configuration.Samples.DirtyBounds.Except(configuration.Samples.TargetBounds))
            Check("samples", "dirty_bounds", bounds.Column);
        foreach (var classifier in configuration.Classifiers)
            if (classifier.Traits.Significance is { } column) Check(classifier.Nickname, "significance", column);
        if (!configuration.Classifiers.Any(c => c.Traits.UsesFeatures)) return;
        Check("features", "significance", configuration.Features.Significance);
        foreach (var column in configuration.Features.Columns.Where(_ => configuration.Features.Names.Count == 0))
            Check("features", "columns", column);
    }

    // A list of unsafe channels alone leaves nothing: only what a list names as safe is used.
    static void CheckWitnesses(Configuration configuration, WitnessChannels channels, List<ConfigurationProblem> problems)
    {
        if (channels.Usable.Count > 0 || configuration.Text.Find("features", "channels") is not { } given) return;
        problems.Add(new(Severity.Warning, given.File, "features", "channels", given.Line, "no channel is left that may be a witness",
            "name the channels that are safe and that the source has"));
    }

    static void CheckFeatures(
        Configuration configuration, WitnessChannels channels, IEventSource source, List<ConfigurationProblem> problems)
    {
        if (configuration.Features.Names.Count == 0 || !configuration.Classifiers.Any(c => c.Traits.UsesFeatures)) return;
        var possible = channels
            .Usable.SelectMany(c => source.Columns.Append(FeatureColumn.DeltaTime).Select(column => $"{c}-{column}"))
            .ToHashSet(StringComparer.Ordinal);
        var given = configuration.Text.Find("features", "features");
        foreach (var name in configuration.Features.Names.Where(n => !possible.Contains(n)))
        {
            var near = Suggestions.Nearest(name, possible);
            problems.Add(
                new(
                    Severity.Error, given?.File ?? configuration.Text.Ini.Path, "features", "features", given?.Line,
                    $"'{name}' is no feature of a channel that may be used",
                    near is null ? "write channel-column" : $"did you mean '{near}'?")
            );
        }
    }
}
