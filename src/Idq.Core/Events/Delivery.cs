namespace Idq;

/// <summary>
/// For which time a source has data, by group of channels: the channels of one topic, or of one set of files, come or fail together.
/// </summary>
/// <remarks>A source names the same groups every time. One that does not tell channels apart has a single group without a name.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed class Delivery
{
    readonly SortedList<string, SegmentList> groups;

    Delivery(SortedList<string, SegmentList> groups) => this.groups = groups;

    /// <summary>What each group delivered.</summary>
    /// <exception cref="ArgumentException">There is no group, or one comes twice.</exception>
    public Delivery(IEnumerable<KeyValuePair<string, SegmentList>> groups)
    {
        this.groups = new(StringComparer.Ordinal);
        foreach (var (name, segments) in groups) this.groups.Add(name, segments);
        if (this.groups.Count == 0) throw new ArgumentException("a source has at least one group of channels", nameof(groups));
    }

    /// <summary>Segments by the name of their group, in ordinal order.</summary>
    public IReadOnlyDictionary<string, SegmentList> Groups => groups;

    /// <summary>Where every group has data.</summary>
    public SegmentList Everywhere => groups.Values.Aggregate((all, one) => all & one);

    /// <summary>All channels as one group.</summary>
    public static implicit operator Delivery(SegmentList segments) => Of(segments);

    /// <summary>All channels as one group.</summary>
    public static Delivery Of(SegmentList segments) => new(new SortedList<string, SegmentList>(StringComparer.Ordinal) { [""] = segments });

    /// <summary>The part inside a segment.</summary>
    public Delivery Clip(Segment segment) => Map(s => s.Clip(segment));

    /// <summary>What either of two deliveries of one source has, group by group.</summary>
    public Delivery Union(Delivery other) => Union([this, other]);

    /// <summary>What any of several deliveries of one source has, group by group.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Delivery Union(IReadOnlyList<Delivery> parts) => new(
        parts.SelectMany(p => p.groups).GroupBy(g => g.Key, g => g.Value, StringComparer.Ordinal)
            .Select(g => KeyValuePair.Create(g.Key, SegmentList.Coalesce(g.SelectMany(s => s)))));

    /// <summary>What each group lacks inside a segment; groups that lack nothing are left out.</summary>
    public IReadOnlyList<KeyValuePair<string, SegmentList>> Missing(SegmentList wanted) =>
        [.. groups.Select(g => KeyValuePair.Create(g.Key, wanted - g.Value)).Where(g => !g.Value.IsEmpty)];

    Delivery Map(Func<SegmentList, SegmentList> change)
    {
        var changed = new SortedList<string, SegmentList>(groups.Count, StringComparer.Ordinal);
        foreach (var (name, segments) in groups) changed.Add(name, change(segments));
        return new(changed);
    }
}
