namespace Idq.Streaming;

/// <summary>
/// One decoded input for several jobs: what one of them read is there for the others, until none of them needs it any more.
/// </summary>
/// <remarks>
/// Only contiguous time is kept. What the source could not deliver at the newest end is not remembered, so that data which arrives
/// later is found by whoever asks later.
/// </remarks>
/// <threadsafety>Safe; reads of the source take turns.</threadsafety>
/// <param name="source">Where events come from.</param>
/// <param name="gained">Is told once of channels that the source did not have at first; says how many of them nobody expected.</param>
public sealed class SharedInput(IEventSource source, Func<IReadOnlyList<string>, int>? gained = null) : IDisposable
{
    ChannelDictionary seen = source.Channels;
    readonly UmbrellaClassifierData umbrella = new();
    readonly Dictionary<object, GpsTime> needed = [];
    readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>The channels of the source.</summary>
    public ChannelDictionary Channels => source.Channels;

    /// <summary>The columns of the source.</summary>
    public IReadOnlyList<string> Columns => source.Columns;

    /// <summary>How many channels came after the start that nobody expected, and nobody uses therefore.</summary>
    public int LateChannels { get; private set; }

    /// <summary>What the source has met so far.</summary>
    public IReadOnlyDictionary<string, long> Counters => source.Counters;

    /// <summary>Number of events in memory.</summary>
    public long EventCount => umbrella.EventCount;

    /// <summary>
    /// Says what a consumer may still ask for: everything before <paramref name="time"/> can be forgotten once nobody else needs it.
    /// </summary>
    public void Need(object consumer, GpsTime time)
    {
        lock (needed) needed[consumer] = time;
    }

    /// <summary>A consumer that asks no more.</summary>
    public void Leave(object consumer)
    {
        lock (needed) needed.Remove(consumer);
    }

    /// <summary>
    /// Where the source must begin again to give every event from an instant on; see <see cref="IEventSource.Position"/>.
    /// </summary>
    public string? Position(GpsTime time) => source.Position(time);

    /// <summary>True when the source gives any span at any time, so that what was read need not be kept.</summary>
    public bool IsRandomAccess => source.Position(GpsTime.MinValue) is null;

    /// <summary>Goes back, before the first read, to the earliest of stored positions.</summary>
    public ValueTask ResumeAsync(IReadOnlyList<string> positions, CancellationToken cancellationToken) =>
        source.ResumeAsync(positions, cancellationToken);

    /// <summary>The events of a span, joined in one table, with what the source delivered.</summary>
    public async ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
    {
        var tables = await CoverAsync(span, cancellationToken);
        var inside = tables.Where(t => t.Span.Intersects(span)).ToArray();
        return inside.Length == 0
            ? EventTable.Empty(span, SegmentList.Empty, Channels, Columns)
            : EventTable.Concatenate(inside, span);
    }

    async ValueTask<IReadOnlyList<EventTable>> CoverAsync(Segment span, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            StripUnneeded();
            if (umbrella.Span is { } held && held.Disjoint(span) != 0)
            {
                if (span.End < held.Start) return [await FromSourceAsync(span, cancellationToken)];
                umbrella.Flush();
            }
            if (umbrella.Span is { } kept && span.Start < kept.Start)
                umbrella.AppendLeft(await FromSourceAsync(new Segment(span.Start, kept.Start), cancellationToken));

            var from = umbrella.Span?.End ?? span.Start;
            if (span.End <= from) return [.. umbrella.Children];
            var newest = await FromSourceAsync(new Segment(from, span.End), cancellationToken);
            var delivered = newest.Delivered;
            var end = delivered.IsEmpty ? from : delivered.Extent.End;
            if (end > from) umbrella.Append(end == span.End ? newest : newest.Slice(new Segment(from, end)));
            return end == span.End ? [.. umbrella.Children] : [.. umbrella.Children, newest.Slice(new Segment(end, span.End))];
        }
        finally
        {
            turn.Release();
        }
    }

    async ValueTask<EventTable> FromSourceAsync(Segment span, CancellationToken cancellationToken)
    {
        var table = await source.ReadAsync(span, cancellationToken);
        if (ReferenceEquals(source.Channels, seen)) return table;
        string[] more = [.. source.Channels.Names.Where(n => seen.Find(n) < 0)];
        seen = source.Channels;
        if (more.Length > 0) LateChannels += gained?.Invoke(more) ?? 0;
        return table;
    }

    void StripUnneeded()
    {
        lock (needed)
        {
            if (needed.Count > 0) umbrella.StripBefore(needed.Values.Min());
        }
    }

    /// <summary>Closes the source. One that is being read and does not return is left to the end of the process.</summary>
    public void Dispose()
    {
        if (!turn.Wait(0)) return;
        source.Dispose();
        turn.Dispose();
    }
}
