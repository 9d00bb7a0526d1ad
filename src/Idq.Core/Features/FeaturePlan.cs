namespace Idq;

/// <summary>A feature definition grouped by channel: the selection is made once a channel, whatever the order of the features.</summary>
sealed class FeaturePlan
{
    // A billion seconds: wide enough for anything, and sums with GPS times stay far from the ends of the range.
    const long WidestWindow = 1_000_000_000 * GpsTime.NanosecondsPerSecond;

    readonly FeatureDefinition definition;
    readonly ChannelFeature[][] features;
    Resolution? latest;

    public FeaturePlan(FeatureDefinition definition)
    {
        if (definition.Window is < 0 or > WidestWindow)
            throw new ArgumentException($"a window is 0 to {WidestWindow} nanoseconds, not {definition.Window}", nameof(definition));
        this.definition = definition;
        Names = definition.Columns.Select(c => c.Name).ToArray();
        var doubled = definition.Columns.GroupBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (doubled is not null) throw new ArgumentException($"the feature '{doubled.Key}' is defined twice", nameof(definition));

        var channels = new List<string>();
        var groups = new Dictionary<string, List<ChannelFeature>>(StringComparer.Ordinal);
        for (var f = 0; f < definition.Columns.Count; f++)
        {
            var column = definition.Columns[f];
            if (!groups.TryGetValue(column.Channel, out var group))
            {
                groups.Add(column.Channel, group = []);
                channels.Add(column.Channel);
            }
            group.Add(new(f, column));
        }
        Channels = channels;
        features = channels.Select(c => groups[c].ToArray()).ToArray();
    }

    /// <summary>Feature names in the order of the definition.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Channels in the order in which the features first name them.</summary>
    public IReadOnlyList<string> Channels { get; }

    /// <summary>The features of a channel, by position in <see cref="Channels"/>.</summary>
    public ReadOnlySpan<ChannelFeature> Features(int channel) => features[channel];

    /// <summary>The plan's names as ids of a source; remembered for the next call on the same source.</summary>
    public Resolution Resolve(ClassifierData data)
    {
        var known = latest;
        if (
            known is not null
            && ReferenceEquals(known.Source, data.Channels)
            && known.Columns.SequenceEqual(data.Columns, StringComparer.Ordinal)
        )
            return known;
        var channelIds = Channels.Select(data.Channels.Find).ToArray();
        var columnIds = definition
            .Columns.Select(c => c.Column == FeatureColumn.DeltaTime ? ChannelFeature.DeltaTime : Column(data, c.Column))
            .ToArray();
        return latest = new(data.Channels, data.Columns, channelIds, columnIds, Column(data, definition.Significance));
    }

    static int Column(ClassifierData data, string name) =>
        data.FindColumn(name) is >= 0 and var id
            ? id
            : throw new ArgumentException(
                $"a feature needs column '{name}', but the source has {string.Join(", ", data.Columns)}",
                nameof(data)
            );

    /// <summary>Ids in one source: −1 for a channel that it lacks.</summary>
    public sealed record Resolution(
        ChannelDictionary Source,
        IReadOnlyList<string> Columns,
        int[] ChannelIds,
        int[] ColumnIds,
        int Significance
    );
}

/// <summary>One feature of a channel and its position in the definition.</summary>
readonly record struct ChannelFeature(int Index, FeatureColumn Column)
{
    /// <summary>Stands in for a column's id.</summary>
    public const int DeltaTime = -1;
}
