using Idq.Learning;

namespace Idq.Streaming;

/// <summary>The section of one classifier: its flavour and that flavour's options.</summary>
public sealed class ClassifierSection
{
    static readonly Dictionary<string, string> Flavors = new(StringComparer.OrdinalIgnoreCase)
    {
        ["OVL"] = "OVL",
        ["linear"] = "linear",
        ["random"] = "random",
    };

    readonly Func<ChannelChoice, SupervisedClassifier> create;

    internal ClassifierSection(string nickname, SectionReader s)
    {
        Nickname = nickname;
        Flavor = s.Choice("flavor", "OVL", "the kind of classifier", Flavors);
        (create, Window, UsesFeatures) = Flavor switch
        {
            "OVL" => Ovl(s),
            "linear" => Linear(s),
            _ => Random(s),
        };
    }

    /// <summary>The name in products.</summary>
    public string Nickname { get; }

    /// <summary>The kind of classifier.</summary>
    public string Flavor { get; }

    /// <summary>How far about a time it looks by itself, in nanoseconds.</summary>
    public long Window { get; }

    /// <summary>True when it is fed by features.</summary>
    public bool UsesFeatures { get; }

    /// <summary>The classifier over the channels that may be used.</summary>
    public SupervisedClassifier Create(ChannelChoice channels) => create(channels);
}
