using Idq.Data;

namespace Idq.Streaming;

/// <summary>
/// [train data discovery] and its twins: where triggers come from. What evaluate and timeseries do not say is as for train.
/// </summary>
public sealed class DiscoveryOptions
{
    internal DiscoveryOptions(SectionReader s, SourceCatalogue sources)
    {
        var words = sources.Flavors.SelectMany(f => f.Names.Select(name => (name, f)));
        Flavor = s.Kind("flavor", sources.Flavors[0], "the kind of source", [.. words]);
        Source = Flavor.Read(s);
        Bounds = s.Bounds("bounds", "", "triggers outside these are not read, in any channel");
        IgnoreSegdb = s.Flag("ignore_segdb", "False", "take all time as good, without asking for segments");
    }

    /// <summary>The kind of source.</summary>
    public SourceFlavor Flavor { get; }

    /// <summary>The source with its options.</summary>
    public SourceDefinition Source { get; }

    /// <summary>Triggers outside are not read.</summary>
    public IReadOnlyList<ColumnBounds> Bounds { get; }

    /// <summary>True when segments are not asked for.</summary>
    public bool IgnoreSegdb { get; }

    /// <summary>Equal for two jobs that can share one decoded input.</summary>
    public string Key => string.Join('\u001f', Flavor.Names[0], Source.Key, string.Join('|', Bounds));
}
