using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Idq;

/// <summary>Segment lists by key (a detector, a flag).</summary>
/// <remarks>The operators work key by key, with the rules of <c>ligo.segments</c> for keys that only one side has.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed class SegmentListDictionary : IReadOnlyDictionary<string, SegmentList>, IEquatable<SegmentListDictionary>
{
    readonly SortedList<string, SegmentList> lists = new(StringComparer.Ordinal);

    /// <summary>The given lists.</summary>
    /// <exception cref="ArgumentException">A key comes twice.</exception>
    public SegmentListDictionary(IEnumerable<KeyValuePair<string, SegmentList>> lists)
    {
        foreach (var (key, list) in lists) this.lists.Add(key, list);
    }

    /// <summary>Keys in ordinal order.</summary>
    public IEnumerable<string> Keys => lists.Keys;

    /// <summary>The lists, in the order of the keys.</summary>
    public IEnumerable<SegmentList> Values => lists.Values;

    /// <summary>Number of keys.</summary>
    public int Count => lists.Count;

    /// <summary>The list of a key.</summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public SegmentList this[string key] =>
        lists.TryGetValue(key, out var list) ? list : throw new KeyNotFoundException($"there is no segment list '{key}'");

    /// <summary>The dictionary with one list replaced or added.</summary>
    public SegmentListDictionary With(string key, SegmentList list) =>
        new(lists.Where(l => l.Key != key).Append(KeyValuePair.Create(key, list)));

    /// <summary>The dictionary with only the given keys.</summary>
    /// <exception cref="KeyNotFoundException">A key is not there.</exception>
    public SegmentListDictionary Only(IEnumerable<string> keys) =>
        new(keys.Distinct(StringComparer.Ordinal).Select(k => KeyValuePair.Create(k, this[k])));

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

    /// <summary>The lists of both, united; keys of one side are kept.</summary>
    public static SegmentListDictionary operator |(SegmentListDictionary a, SegmentListDictionary b) =>
        Combine(a.Keys.Union(b.Keys, StringComparer.Ordinal), a, b, (x, y) => x | y);

    /// <summary>The lists of both, intersected; a key that one side lacks has an empty list.</summary>
    public static SegmentListDictionary operator &(SegmentListDictionary a, SegmentListDictionary b) =>
        Combine(a.Keys.Union(b.Keys, StringComparer.Ordinal), a, b, (x, y) => x & y);

    /// <summary>The left lists without the right ones; keys of the right side alone are ignored.</summary>
    public static SegmentListDictionary operator -(SegmentListDictionary a, SegmentListDictionary b) =>
        Combine(a.Keys, a, b, (x, y) => x - y);

    /// <inheritdoc/>
    public bool ContainsKey(string key) => lists.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out SegmentList value) => lists.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, SegmentList>> GetEnumerator() => lists.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>True when both have the same keys and lists.</summary>
    public bool Equals(SegmentListDictionary? other) => other is not null && lists.SequenceEqual(other.lists);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SegmentListDictionary);

    /// <inheritdoc/>
    public override int GetHashCode() => lists.Aggregate(0, (hash, l) => HashCode.Combine(hash, l.Key, l.Value));

    /// <summary>Keys and lists in braces.</summary>
    public override string ToString() => "{" + string.Join(", ", lists.Select(l => $"{l.Key}: {l.Value}")) + "}";

    static SegmentListDictionary Combine(
        IEnumerable<string> keys,
        SegmentListDictionary a,
        SegmentListDictionary b,
        Func<SegmentList, SegmentList, SegmentList> both
    )
    {
        static SegmentList Of(SegmentListDictionary lists, string key) => lists.lists.GetValueOrDefault(key, SegmentList.Empty);
        return new(keys.Select(k => KeyValuePair.Create(k, both(Of(a, k), Of(b, k)))));
    }
}
