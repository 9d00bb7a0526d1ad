using Idq.Data;

namespace Idq.Streaming;

/// <summary>
/// Turns strides into data: asks the source for the events of the stride and of a margin on either side, and the segment database for
/// the stride's good time; keeps the strides under one umbrella until they are flushed.
/// </summary>
/// <param name="input">The decoded input.</param>
/// <param name="goodTime">The segment database; null takes all time as good.</param>
/// <param name="padding">
/// Nanoseconds on either side of a stride: the widest feature or dirty window, so that nothing is lost at the edges.
/// </param>
/// <param name="clock">Paces the waiting for unknown time, and for a database that does not answer; null does not wait.</param>
/// <param name="maxWait">Nanoseconds to wait for the segment database to know a stride; unknown is not inactive.</param>
/// <param name="delay">Nanoseconds after which data is there, as a rule; the margin behind a stride is waited for as long.</param>
/// <param name="further">Nanoseconds beyond the padding that are read too, as far as they are there; nothing waits for them.</param>
public sealed class StreamProcessor(
    SharedInput input, GoodTime? goodTime, long padding, IGpsClock? clock = null, long maxWait = 0, long delay = 0,
    long further = 0) : IDisposable
{
    readonly List<StrideData> strides = [];

    /// <summary>The strides that were not flushed, oldest first; each is exactly one stride, never joined.</summary>
    public IReadOnlyList<StrideData> Strides => strides;

    /// <summary>Where the source must begin again for the strides that follow one.</summary>
    public string? Position(Stride stride) => input.Position(stride.Segment.End - padding - further);

    /// <summary>
    /// Loads one stride and puts it under the umbrella. Missing data, unknown time and bad time are part of the answer, not errors.
    /// </summary>
    /// <exception cref="DataException">The data is there and cannot be read.</exception>
    public async ValueTask<StrideData> LoadAsync(Stride stride, CancellationToken cancellationToken)
    {
        var span = stride.Segment;
        input.Need(this, span.Start - padding - further);
        var table = await ReadAsync(span, cancellationToken);
        var whole = SegmentList.Of(span);
        var (query, why) = goodTime is null ? (new SegmentQuery(whole, whole), null) : await QueryAsync(goodTime, span, cancellationToken);
        var good = (query.Active & query.Known & table.Delivered).Clip(span);
        var loaded = new StrideData(stride, new ClassifierData(table, good), whole - query.Known, table.Delivery.Missing(whole))
        {
            WhyUnknown = why,
            BlindMargins = table.Delivery.Missing(SegmentList.Of(span.Protract(padding)) - whole),
        };
        strides.Add(loaded);
        return loaded;
    }

    // The margin behind the stride is younger than the stride: what of it is missing may come until the delay has passed for it too.
    async ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
    {
        var (padded, wide) = (span.Protract(padding), span.Protract(padding + further));
        var table = await input.ReadAsync(wide, cancellationToken);
        var until = padded.End + delay;
        if (clock is null || clock.Now >= until || table.Delivered.Contains(new Segment(span.End, padded.End))) return table;
        await clock.WaitUntilAsync(until, cancellationToken);
        return await input.ReadAsync(wide, cancellationToken);
    }

    // What the database does not know, and what it cannot tell because it does not answer, is asked for again until the patience ends.
    async ValueTask<(SegmentQuery Query, string? Why)> QueryAsync(GoodTime database, Segment span, CancellationToken cancellationToken)
    {
        for (var until = clock is null || maxWait == long.MaxValue ? GpsTime.MaxValue : clock.Now + maxWait; ;)
        {
            var (query, why) = await AskAsync(database, span, cancellationToken);
            if (clock is null || query.Known.Contains(span) || clock.Now >= until) return (query, why);
            await clock.WaitUntilAsync(GpsTime.Min(until, clock.Now + GpsTime.NanosecondsPerSecond), cancellationToken);
        }
    }

    async ValueTask<(SegmentQuery Query, string? Why)> AskAsync(GoodTime database, Segment span, CancellationToken cancellationToken)
    {
        try
        {
            return (await database.QueryAsync(span, cancellationToken), null);
        }
        catch (DataException e) when (e.IsTransient && clock is not null)
        {
            return (new SegmentQuery(SegmentList.Empty, SegmentList.Empty), e.Message);
        }
    }

    /// <summary>
    /// All strides under the umbrella as one. Nothing is read again, so that the answer is what the strides were made of, whatever has
    /// become of the source.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no stride.</exception>
    public ClassifierData Umbrella() => Join(strides);

    /// <summary>Consecutive strides as one: their triggers with the margins, their segments together.</summary>
    /// <param name="strides">In time order.</param>
    /// <param name="withTriggers">False leaves the triggers out, where nobody looks at them.</param>
    /// <exception cref="InvalidOperationException">There is no stride.</exception>
    public static ClassifierData Join(IReadOnlyList<StrideData> strides, bool withTriggers = true)
    {
        if (strides.Count == 0) throw new InvalidOperationException("no stride is under the umbrella");
        var (first, last) = (strides[0].Data, strides[^1].Data);
        var span = new Segment(first.Span.Start, last.Span.End);
        var table = withTriggers ? Join(strides, span) : EventTable.Empty(span, SegmentList.Empty, last.Channels, last.Columns);
        return new(table, SegmentList.Coalesce(strides.SelectMany(s => s.Segments)));
    }

    /// <summary>Forgets all strides but the newest <paramref name="retain"/>.</summary>
    public void Flush(int retain = 0) => strides.RemoveRange(0, Math.Max(0, strides.Count - retain));

    // Margins overlap the neighbours: each stride gives its triggers up to where the next one starts.
    static EventTable Join(IReadOnlyList<StrideData> parts, Segment span)
    {
        var cuts = new Segment[parts.Count];
        var from = span.Start;
        for (var i = 0; i < cuts.Length; i++)
        {
            var covered = parts[i].Data.Span;
            var to = i + 1 < cuts.Length ? GpsTime.Min(covered.End, parts[i + 1].Stride.Segment.Start) : covered.End;
            cuts[i] = new Segment(GpsTime.Max(covered.Start, from), to);
            from = to;
        }
        return EventTable.Concatenate([.. parts.Select(p => p.Data.Table)], cuts, span);
    }

    /// <summary>Needs the input no more.</summary>
    public void Dispose() => input.Leave(this);
}
