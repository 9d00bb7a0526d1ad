namespace Idq;

/// <summary>The channels of a source: distinct names in ordinal order, each with its index as id.</summary>
/// <remarks>The order is by name, so that ids never depend on the order in which data arrived.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed class ChannelDictionary
{
    readonly string[] names;
    readonly Dictionary<string, int> ids;

    /// <summary>The dictionary of the given names; duplicates are kept once.</summary>
    public ChannelDictionary(IEnumerable<string> names)
    {
        this.names = names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        ids = new Dictionary<string, int>(this.names.Length, StringComparer.Ordinal);
        for (var i = 0; i < this.names.Length; i++) ids.Add(this.names[i], i);
    }

    /// <summary>Names by id, in ordinal order.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>Number of channels.</summary>
    public int Count => names.Length;

    /// <summary>The channels of both; one of the two itself when it has all of them.</summary>
    public ChannelDictionary Union(ChannelDictionary other)
    {
        if (ReferenceEquals(this, other) || other.names.All(ids.ContainsKey)) return this;
        return names.All(other.ids.ContainsKey) ? other : new(names.Concat(other.names));
    }

    /// <summary>Name of a channel.</summary>
    public string this[int id] => names[id];

    /// <summary>The id of a name, or −1 when there is no such channel.</summary>
    public int Find(string name) => ids.GetValueOrDefault(name, -1);

    /// <summary>The id of a name given as characters, without allocating; −1 when there is no such channel.</summary>
    public int Find(ReadOnlySpan<char> name) =>
        ids.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var id) ? id : -1;
}
