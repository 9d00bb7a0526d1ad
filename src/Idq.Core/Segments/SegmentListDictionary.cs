using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Idq;

/// <summary>Segment lists by key (a detector, a flag), each with an offset by which it is shifted from where it was measured.</summary>
/// <remarks>
/// The lists that are read and combined are the shifted ones. Changing an offset moves a list from its original place, not from its
/// present one. The operators work key by key, with the rules of <c>ligo.segments</c> for keys that only one side has; the result
/// keeps the left side's offsets, and the right side's for keys of its own.
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed class SegmentListDictionary : IReadOnlyDictionary<string, SegmentList>, IEquatable<SegmentListDictionary>
{
    readonly SortedList<string, Entry> entries;

    SegmentListDictionary(IEnumerable<KeyValuePair<string, Entry>> entries)
    {
        this.entries = new(StringComparer.Ordinal);
        foreach (var (key, entry) in entries) this.entries.Add(key, entry);
    }

    /// <summary>Lists as they are, with offset zero.</summary>
    /// <exception cref="ArgumentException">A key comes twice.</exception>
    public SegmentListDictionary(IEnumerable<KeyValuePair<string, SegmentList>> lists)
        : this(lists.Select(l => KeyValuePair.Create(l.Key, new Entry(l.Value, 0))))
    {
    }

    /// <summary>No lists.</summary>
    public static SegmentListDictionary Empty { get; } = new(Enumerable.Empty<KeyValuePair<string, Entry>>());

    /// <summary>Keys in ordinal order.</summary>
    public IEnumerable<string> Keys => entries.Keys;

    /// <summary>The shifted lists, in the order of the keys.</summary>
    public IEnumerable<SegmentList> Values => entries.Values.Select(e => e.List);

    /// <summary>Number of keys.</summary>
    public int Count => entries.Count;

    /// <summary>The shifted list of a key.</summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public SegmentList this[string key] => Find(key).List;

    /// <summary>Nanoseconds by which a key's list is shifted from its original place.</summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public long Offset(string key) => Find(key).Offset;

    /// <summary>Livetime by key in nanoseconds.</summary>
    public IReadOnlyDictionary<string, long> Livetimes =>
        entries.ToDictionary(e => e.Key, e => e.Value.List.Livetime, StringComparer.Ordinal);

    /// <summary>Extent by key.</summary>
    /// <exception cref="InvalidOperationException">A list is empty.</exception>
    public IReadOnlyDictionary<string, Segment> Extents =>
        entries.ToDictionary(e => e.Key, e => e.Value.List.Extent, StringComparer.Ordinal);

    /// <summary>The smallest segment that covers every list; empty ones do not count.</summary>
    /// <exception cref="InvalidOperationException">All lists are empty.</exception>
    public Segment ExtentAll
    {
        get
        {
            var extents = Values.Where(l => !l.IsEmpty).Select(l => l.Extent).ToArray();
            return extents.Length == 0
                ? throw new InvalidOperationException("empty segment lists have no extent")
                : extents.Aggregate((sum, e) => sum.Hull(e));
        }
    }

    /// <summary>The dictionary with one list replaced or added; the offset of a key that is there stays as it is, and the list counts as shifted by it.</summary>
    public SegmentListDictionary With(string key, SegmentList list) =>
        new(
            entries
                .Where(e => e.Key != key)
                .Append(KeyValuePair.Create(key, new Entry(list, entries.TryGetValue(key, out var old) ? old.Offset : 0)))
        );

    /// <summary>The dictionary without one key.</summary>
    public SegmentListDictionary Without(string key) => new(entries.Where(e => e.Key != key));

    /// <summary>The dictionary with only the given keys.</summary>
    /// <exception cref="KeyNotFoundException">A key is not there.</exception>
    public SegmentListDictionary Only(IEnumerable<string> keys) =>
        new(keys.Distinct(StringComparer.Ordinal).Select(k => KeyValuePair.Create(k, Find(k))));

    /// <summary>The dictionary with one list shifted to <paramref name="nanoseconds"/> from its original place.</summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public SegmentListDictionary WithOffset(string key, long nanoseconds)
    {
        Find(key);
        return new(entries.Select(e => e.Key == key ? KeyValuePair.Create(key, e.Value.At(nanoseconds)) : e));
    }

    /// <summary>The dictionary with lists shifted to the given offsets; keys that are not there are ignored, lists that are not mentioned stay.</summary>
    public SegmentListDictionary WithOffsets(IReadOnlyDictionary<string, long> offsets) =>
        new(entries.Select(e => offsets.TryGetValue(e.Key, out var offset) ? KeyValuePair.Create(e.Key, e.Value.At(offset)) : e));

    /// <summary>The dictionary with every list back in its original place.</summary>
    public SegmentListDictionary WithoutOffsets() => Map(e => e.At(0));

    /// <summary>What is in any of the given lists; nothing when no key is given.</summary>
    /// <exception cref="KeyNotFoundException">A key is not there.</exception>
    public SegmentList Union(IEnumerable<string> keys) => keys.Select(k => this[k]).Aggregate(SegmentList.Empty, (sum, l) => sum | l);

    /// <summary>What is in all of the given lists; nothing when no key is given.</summary>
    /// <exception cref="KeyNotFoundException">A key is not there.</exception>
    public SegmentList Intersection(IEnumerable<string> keys)
    {
        var lists = keys.Select(k => this[k]).ToArray();
        return lists.Length == 0 ? SegmentList.Empty : lists.Aggregate((sum, l) => sum & l);
    }

    /// <summary>The given keys, each with the intersection of them all; offsets are kept.</summary>
    /// <exception cref="KeyNotFoundException">A key is not there.</exception>
    public SegmentListDictionary ExtractCommon(IReadOnlyCollection<string> keys)
    {
        var common = Intersection(keys);
        return Only(keys).Map(e => e with { List = common });
    }

    /// <summary>The keys whose lists contain an instant.</summary>
    public IReadOnlyList<string> KeysAt(GpsTime time) => entries.Where(e => e.Value.List.Contains(time)).Select(e => e.Key).ToArray();

    /// <summary>The lists of both, united; keys of one side are kept.</summary>
    public static SegmentListDictionary operator |(SegmentListDictionary a, SegmentListDictionary b) =>
        a.Combine(b, (x, y) => x | y, onlyRight: l => l);

    /// <summary>The lists of both, intersected; a key that one side lacks has an empty list.</summary>
    public static SegmentListDictionary operator &(SegmentListDictionary a, SegmentListDictionary b) =>
        a.Map((key, e) => b.entries.ContainsKey(key) ? e : e with { List = SegmentList.Empty })
            .Combine(b, (x, y) => x & y, onlyRight: _ => SegmentList.Empty);

    /// <summary>The left lists without the right ones; keys of the right side alone are ignored.</summary>
    public static SegmentListDictionary operator -(SegmentListDictionary a, SegmentListDictionary b) =>
        a.Combine(b, (x, y) => x - y, onlyRight: null);

    /// <summary>What is in exactly one of the two lists of a key; keys of one side are kept.</summary>
    public static SegmentListDictionary operator ^(SegmentListDictionary a, SegmentListDictionary b) =>
        a.Combine(b, (x, y) => x ^ y, onlyRight: l => l);

    /// <summary>The complement of every list.</summary>
    public static SegmentListDictionary operator ~(SegmentListDictionary a) => a.Map(e => e with { List = ~e.List });

    /// <summary>Every list with its segments' ends moved outwards.</summary>
    public SegmentListDictionary Protract(long nanoseconds) => Map(e => e with { List = e.List.Protract(nanoseconds) });

    /// <summary>Every list with its segments' ends moved inwards.</summary>
    public SegmentListDictionary Contract(long nanoseconds) => Map(e => e with { List = e.List.Contract(nanoseconds) });

    /// <summary>True when any list intersects the segment.</summary>
    public bool Intersects(Segment segment) => Values.Any(l => l.Intersects(segment));

    /// <summary>True when for any key both lists intersect.</summary>
    public bool Intersects(SegmentListDictionary other) => other.entries.Any(e => IntersectsAt(e.Key, e.Value.List));

    /// <summary>True when for every key of the other, of which there is one, both lists intersect.</summary>
    public bool IntersectsAll(SegmentListDictionary other) => other.Count > 0 && other.entries.All(e => IntersectsAt(e.Key, e.Value.List));

    /// <summary>True when for every key of this, of which there is one, both lists intersect.</summary>
    public bool AllIntersects(SegmentListDictionary other) => other.IntersectsAll(this);

    /// <summary>True when both have the same keys, at least one, and for every key both lists intersect.</summary>
    public bool AllIntersectsAll(SegmentListDictionary other) => Count == other.Count && IntersectsAll(other);

    /// <summary>True when any list of this intersects any list of the other, whatever their keys; with <paramref name="keys"/>, only lists of those keys count.</summary>
    public bool IsCoincident(SegmentListDictionary other, IReadOnlyCollection<string>? keys = null)
    {
        bool Counts(string key) => keys is null || keys.Contains(key, StringComparer.Ordinal);
        return entries.Where(e => Counts(e.Key)).Any(e => other.entries.Any(o => Counts(o.Key) && e.Value.List.Intersects(o.Value.List)));
    }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => entries.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out SegmentList value)
    {
        var found = entries.TryGetValue(key, out var entry);
        value = found ? entry.List : null;
        return found;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, SegmentList>> GetEnumerator() =>
        entries.Select(e => KeyValuePair.Create(e.Key, e.Value.List)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>True when both have the same keys, shifted lists and offsets.</summary>
    public bool Equals(SegmentListDictionary? other) => other is not null && entries.SequenceEqual(other.entries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SegmentListDictionary);

    /// <inheritdoc/>
    public override int GetHashCode() => entries.Aggregate(0, (hash, e) => HashCode.Combine(hash, e.Key, e.Value));

    /// <summary>Keys and lists in braces.</summary>
    public override string ToString() => "{" + string.Join(", ", entries.Select(e => $"{e.Key}: {e.Value.List}")) + "}";

    Entry Find(string key) =>
        entries.TryGetValue(key, out var entry) ? entry : throw new KeyNotFoundException($"there is no segment list '{key}'");

    bool IntersectsAt(string key, SegmentList list) => entries.TryGetValue(key, out var entry) && entry.List.Intersects(list);

    SegmentListDictionary Map(Func<Entry, Entry> change) => Map((_, e) => change(e));

    SegmentListDictionary Map(Func<string, Entry, Entry> change) =>
        new(entries.Select(e => KeyValuePair.Create(e.Key, change(e.Key, e.Value))));

    SegmentListDictionary Combine(
        SegmentListDictionary other,
        Func<SegmentList, SegmentList, SegmentList> both,
        Func<SegmentList, SegmentList>? onlyRight
    )
    {
        var mine = Map((key, e) => other.entries.TryGetValue(key, out var o) ? e with { List = both(e.List, o.List) } : e);
        if (onlyRight is null) return mine;
        return new(mine.entries.Concat(other.entries.Where(e => !entries.ContainsKey(e.Key))
            .Select(e => KeyValuePair.Create(e.Key, e.Value with { List = onlyRight(e.Value.List) }))));
    }

    /// <summary>A list in its present place, and how far that is from its original one.</summary>
    readonly record struct Entry(SegmentList List, long Offset)
    {
        public Entry At(long offset) => offset == Offset ? this : new(List.Shift(offset - Offset), offset);
    }
}
