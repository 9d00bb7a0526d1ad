namespace Idq.Data;

/// <summary>Names as UTF-8 bytes, numbered as they come, found without making a text of them.</summary>
/// <remarks>Names mostly come in the order of last time: the one that stood at a place then is compared first.</remarks>
/// <threadsafety>For one thread.</threadsafety>
sealed class Utf8Names
{
    readonly Dictionary<byte[], int> ids;
    readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> byBytes;
    readonly List<byte[]> names = [];
    readonly List<int> places = [];

    public Utf8Names()
    {
        ids = new(Comparer.Instance);
        byBytes = ids.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public int Count => names.Count;

    /// <summary>The number of a name that was added.</summary>
    /// <param name="name">The name.</param>
    /// <param name="place">How many names came before it in this message.</param>
    /// <param name="id">Its number.</param>
    public bool TryFind(ReadOnlySpan<byte> name, int place, out int id)
    {
        if (place < places.Count && name.SequenceEqual(names[places[place]]))
        {
            id = places[place];
            return true;
        }
        if (!byBytes.TryGetValue(name, out id)) return false;
        Remember(place, id);
        return true;
    }

    public int Add(ReadOnlySpan<byte> name, int place)
    {
        var id = names.Count;
        names.Add(name.ToArray());
        ids.Add(names[id], id);
        Remember(place, id);
        return id;
    }

    void Remember(int place, int id)
    {
        if (place < places.Count) places[place] = id;
        else if (place == places.Count) places.Add(id);
    }

    sealed class Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Comparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] name) => GetHashCode(name.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> name)
        {
            var hash = new HashCode();
            hash.AddBytes(name);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
