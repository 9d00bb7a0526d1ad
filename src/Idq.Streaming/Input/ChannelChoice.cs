using Idq.Learning;

namespace Idq.Streaming;

/// <summary>Which channels of a source may be used as witnesses.</summary>
public static class ChannelChoice
{
    /// <summary>The choice that the configuration makes among the channels of a source.</summary>
    /// <exception cref="ConfigurationException">The target, or a listed channel that may not be missing, is not in the source.</exception>
    public static WitnessChannels Of(Configuration configuration, ChannelDictionary source)
    {
        var features = configuration.Features;
        var target = configuration.Samples.TargetChannel;
        var problems = new List<ConfigurationProblem>();
        void Missing(string section, string key, string channel)
        {
            var near = Suggestions.Nearest(channel, source.Names);
            var given = configuration.Text.Find(section, key);
            problems.Add(
                new(
                    Severity.Error, given?.File ?? configuration.Text.Ini.Path, section, key, given?.Line,
                    $"the source has no channel '{channel}'", near is null ? $"it has {source.Count} channels" : $"did you mean '{near}'?")
            );
        }

        if (target.Length > 0 && source.Find(target) < 0) Missing("samples", "target_channel", target);
        if (features.Channels is not null && features.MissingChannelIsError)
            foreach (var channel in features.Channels.Where(c => source.Find(c) < 0)) Missing("features", "channels", channel);
        if (problems.Count > 0) throw new ConfigurationException(problems);

        var excluded = features.UnsafeChannels.Append(target).Where(c => c.Length > 0).ToHashSet(StringComparer.Ordinal);
        // A listed channel that comes later is known from the start; until then it has no trigger.
        var usable = (features.Channels ?? source.Names).Except(excluded, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return new(usable, excluded.Order(StringComparer.Ordinal).ToArray());
    }
}
