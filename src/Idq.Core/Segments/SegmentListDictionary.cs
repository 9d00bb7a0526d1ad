namespace Idq;

/// <summary>Segment lists by key (a flag, a file), with the unions and intersections of <c>ligo.segments</c> over several keys.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class SegmentListDictionary
{
    readonly SortedList<string, SegmentList> lists = new(StringComparer.Ordinal);

    /// <summary>A list for every key.</summary>
    /// <exception cref="ArgumentException">A key comes twice.</exception>
    public SegmentListDictionary(IEnumerable<KeyValuePair<string, SegmentList>> lists)
    {
        foreach (var (key, list) in lists) this.lists.Add(key, list);
    }

    /// <summary>Keys in ordinal order.</summary>
    public IEnumerable<string> Keys => lists.Keys;

    /// <summary>The list of a key.</summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public SegmentList this[string key] =>
        lists.TryGetValue(key, out var list) ? list : throw new KeyNotFoundException($"there is no segment list '{key}'");

    /// <summary>What is in any of the given lists; nothing when no key is given.</summary>
    /// <exception cref="KeyNotFoundException">A key is not there.</exception>
    public SegmentList Union(IEnumerable<string> keys) => keys.Select(k => this[k]).Aggregate(SegmentList.Empty, (sum, l) => sum | l);

    /// <summary>What is in all of the given lists; nothing when no key is given.</summary>
    /// <exception cref="KeyNotFoundException">A key is not there.</exception>
    public SegmentList Intersection(IEnumerable<string> keys)
    {
        var chosen = keys.Select(k => this[k]).ToArray();
        return chosen.Length == 0 ? SegmentList.Empty : chosen.Aggregate((sum, l) => sum & l);
    }
}
