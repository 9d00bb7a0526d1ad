using Idq.Data;

namespace Idq.Streaming;

/// <summary>
/// Turns strides into data: asks the source for the events of the stride and of a margin on either side, and the segment database for
/// the stride's good time; keeps the strides under one umbrella until they are flushed.
/// </summary>
/// <param name="input">The decoded input.</param>
/// <param name="segments">The segment database; null takes all time as good.</param>
/// <param name="padding">Nanoseconds on either side of a stride: the widest feature or dirty window, so that nothing is lost at the edges.</param>
/// <param name="clock">Paces the waiting for unknown time.</param>
/// <param name="maxWait">Nanoseconds to wait for the segment database to know a stride; unknown is not inactive.</param>
public sealed class StreamProcessor(SharedInput input, ISegmentSource? segments, long padding, IGpsClock? clock = null, long maxWait = 0)
    : IDisposable
{
    readonly List<StrideData> strides = [];

    /// <summary>The strides that were not flushed, oldest first; each is exactly one stride, never joined.</summary>
    public IReadOnlyList<StrideData> Strides => strides;

    /// <summary>Loads one stride and puts it under the umbrella. Missing data, unknown time and bad time are part of the answer, not errors.</summary>
    /// <exception cref="DataException">The data is there and cannot be read.</exception>
    public async ValueTask<StrideData> LoadAsync(Stride stride, CancellationToken cancellationToken)
    {
        var span = stride.Segment;
        input.Need(this, span.Start - padding);
        var data = await input.ReadAsync(span.Protract(padding), cancellationToken);
        var whole = SegmentList.Of(span);
        var query = segments is null ? null : await QueryAsync(segments, span, cancellationToken);
        var unknown = query is null ? SegmentList.Empty : whole - query.Known;
        var undelivered = whole - data.Segments;
        var good = query is null ? whole - undelivered : (query.Active & query.Known).Clip(span) - undelivered;
        var loaded = new StrideData(stride, data.Restrict(good), good, unknown, undelivered);
        strides.Add(loaded);
        return loaded;
    }

    async ValueTask<SegmentQuery> QueryAsync(ISegmentSource database, Segment span, CancellationToken cancellationToken)
    {
        var query = await database.QueryAsync(span, cancellationToken);
        if (clock is null || maxWait == 0)
            return query;
        for (
            var until = clock.Now + maxWait;
            !query.Known.Contains(span) && clock.Now < until;
            query = await database.QueryAsync(span, cancellationToken)
        )
            await clock.WaitUntilAsync(GpsTime.Min(until, clock.Now + GpsTime.NanosecondsPerSecond), cancellationToken);
        return query;
    }

    /// <summary>
    /// All strides under the umbrella as one: their triggers with the margins, their segments together. Nothing is read again, so that
    /// the answer is what the strides were made of, whatever has become of the source.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no stride.</exception>
    public ClassifierData Umbrella()
    {
        if (strides.Count == 0) throw new InvalidOperationException("no stride is under the umbrella");
        var parts = strides.ToArray();
        var (first, last) = (parts[0].Data, parts[^1].Data);
        var span = new Segment(first.Span.Start, last.Span.End);
        return new(span, SegmentList.Coalesce(parts.SelectMany(s => s.Segments)), first.Channels, first.Columns, () => Join(parts, span));
    }

    /// <summary>Forgets all strides but the newest <paramref name="retain"/>.</summary>
    public void Flush(int retain = 0) => strides.RemoveRange(0, Math.Max(0, strides.Count - retain));

    // Margins overlap the neighbours: each stride gives its triggers up to where the next one starts.
    static EventTable Join(StrideData[] parts, Segment span)
    {
        var tables = new EventTable[parts.Length];
        var from = span.Start;
        for (var i = 0; i < parts.Length; i++)
        {
            var covered = parts[i].Data.Span;
            var to = i + 1 < parts.Length ? GpsTime.Min(covered.End, parts[i + 1].Stride.Segment.Start) : covered.End;
            tables[i] = parts[i].Data.Table.Slice(new Segment(GpsTime.Max(covered.Start, from), to));
            from = to;
        }
        return EventTable.Concatenate(tables, span);
    }

    /// <summary>Needs the input no more.</summary>
    public void Dispose() => input.Leave(this);
}
