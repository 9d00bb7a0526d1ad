namespace Idq.Data;

/// <summary>The kinds of sources that a configuration can name.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class SourceCatalogue
{
    readonly Dictionary<string, SourceFlavor> byName = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A catalogue of flavors.</summary>
    /// <exception cref="ArgumentException">Two flavors share a name.</exception>
    public SourceCatalogue(IReadOnlyList<SourceFlavor> flavors)
    {
        Flavors = flavors;
        foreach (var flavor in flavors)
            foreach (var name in flavor.Names)
                if (!byName.TryAdd(name, flavor)) throw new ArgumentException($"two kinds of sources are called '{name}'", nameof(flavors));
    }

    /// <summary>The sources of this program. A new one is a folder and a line here.</summary>
    public static SourceCatalogue BuiltIn { get; } = new(
    [
        new MockFlavor(),
        new TableFlavor(),
        new KleineWelleFlavor(),
        new LigoLwFlavor(),
        new KafkaFlavor(),
    ]);

    /// <summary>The flavors in the order of the reference.</summary>
    public IReadOnlyList<SourceFlavor> Flavors { get; }

    /// <summary>The catalogue with one more flavor.</summary>
    /// <exception cref="ArgumentException">It shares a name with another.</exception>
    public SourceCatalogue With(SourceFlavor flavor) => new([.. Flavors, flavor]);

    /// <summary>The flavor of a name, without regard to case, or null.</summary>
    public SourceFlavor? Find(string name) => byName.GetValueOrDefault(name);
}
