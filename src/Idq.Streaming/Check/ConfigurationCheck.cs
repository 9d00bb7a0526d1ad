using Idq.Data;
using Idq.Learning;

namespace Idq.Streaming;

/// <summary>Everything that can be found wrong before a run: the configuration itself, and what it refers to.</summary>
public static class ConfigurationCheck
{
    /// <summary>All problems. Sources are opened only when the configuration reads well; nothing is written.</summary>
    public static IReadOnlyList<ConfigurationProblem> Run(Configuration configuration)
    {
        var problems = configuration.Problems.ToList();
        var ini = configuration.Text.Ini;
        problems.AddRange(configuration.Train.Discovery.Source.Check().Select(p =>
            new ConfigurationProblem(Severity.Error, p.File, p.Section, p.Key, p.Line, p.Message, p.Suggestion)));
        if (problems.Exists(p => p.Severity == Severity.Error)) return problems;
        try
        {
            _ = configuration.Segments.Open();
            if (configuration.Samples.Labels is { } labels) _ = LabelledTimes.Read(labels);
            using var source = EventSources.Open(configuration.Train.Discovery, configuration.General.Seed, null);
            var channels = ChannelChoice.Of(configuration, source.Channels);
            problems.AddRange(source.Warnings.Select(w => new ConfigurationProblem(
                Severity.Warning, ini.Path, "train data discovery", "files", null, w, "it delivers nothing until it is whole")));
            CheckColumns(configuration, source, problems);
            CheckWitnesses(configuration, channels, problems);
            CheckFeatures(configuration, channels, source, problems);
        }
        catch (ConfigurationException e)
        {
            problems.AddRange(e.Problems);
        }
        catch (DataException e)
        {
            problems.Add(new(Severity.Error, ini.Path, null, null, null, e.Message, ""));
        }
        return problems;
    }

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
        if (!configuration.Classifiers.Any(c => c.Traits.UsesFeatures)) return;
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
