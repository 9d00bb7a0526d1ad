namespace Idq;

/// <summary>
/// Consecutive event tables of one source behind one face: new ones are appended on the right, old ones stripped from the left.
/// </summary>
/// <remarks>The children are contiguous; the umbrella may cover more than the segments that are asked of it (padding).</remarks>
/// <threadsafety>Not safe for concurrent changes; the views that it gives are immutable.</threadsafety>
public sealed class UmbrellaClassifierData
{
    readonly List<EventTable> children = [];

    /// <summary>The tables, oldest first.</summary>
    public IReadOnlyList<EventTable> Children => children;

    /// <summary>From the start of the oldest child to the end of the newest; null when there is none.</summary>
    public Segment? Span => children.Count == 0 ? null : new Segment(children[0].Span.Start, children[^1].Span.End);

    /// <summary>Number of events in all children.</summary>
    public long EventCount => children.Sum(c => (long)c.Count);

    /// <summary>The segments that the source delivered, over the whole span.</summary>
    public SegmentList Delivered => children.Aggregate(SegmentList.Empty, (sum, c) => sum | c.Delivered);

    /// <summary>Adds the next table on the right.</summary>
    /// <exception cref="IncontiguousException">It does not start where the newest child ends.</exception>
    public void Append(EventTable child)
    {
        if (Span is { } span && span.End != child.Span.Start) throw new IncontiguousException(span, child.Span);
        children.Add(child);
    }

    /// <summary>Adds an earlier table on the left.</summary>
    /// <exception cref="IncontiguousException">It does not end where the oldest child starts.</exception>
    public void AppendLeft(EventTable child)
    {
        if (Span is { } span && span.Start != child.Span.End) throw new IncontiguousException(child.Span, span);
        children.Insert(0, child);
    }

    /// <summary>Removes every table that ends at or before an instant.</summary>
    public void StripBefore(GpsTime time)
    {
        var n = children.FindIndex(c => c.Span.End > time);
        children.RemoveRange(0, n < 0 ? children.Count : n);
    }

    /// <summary>Removes every table.</summary>
    public void Flush() => children.Clear();

    /// <summary>The triggers in the part of the umbrella inside <paramref name="span"/>, joined in one table.</summary>
    /// <exception cref="InvalidOperationException">The umbrella has no child.</exception>
    public ClassifierData View(Segment span, SegmentList segments)
    {
        if (children.Count == 0) throw new InvalidOperationException("the umbrella has no child to look at");
        var inside = children.Where(c => c.Span.Intersects(span)).ToArray();
        if (inside.Length == 0) inside = [children[0]];
        var covered = Span!.Value.Intersection(span) ?? new Segment(span.Start, span.Start);
        return new ClassifierData(EventTable.Concatenate(inside, covered), segments);
    }
}
