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
public sealed class StreamProcessor(SharedInput input, ISegmentSource? segments, long padding, IGpsClock? clock = null, long maxWait = 0) : IDisposable
{
    readonly List<StrideData> strides = [];

    /// <summary>The strides that were not flushed, oldest first; each is exactly one stride, never joined.</summary>
    public IReadOnlyList<StrideData> Strides => strides;

    /// <summary>Loads one stride and puts it under the umbrella. Missing data, unknown time and bad time are part of the answer, not errors.</summary>
    /// <exception cref="DataException">The data is there and cannot be read.</exception>
    public async ValueTask<StrideData> LoadAsync(Stride stride, CancellationToken cancellationToken)
    {
        var span = stride.Segment;
        input.Need(this, (strides.Count > 0 ? strides[0].Stride.Segment.Start : span.Start) - padding);
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
        if (clock is null || maxWait == 0) return query;
        for (var until = clock.Now + maxWait; !query.Known.Contains(span) && clock.Now < until; query = await database.QueryAsync(span, cancellationToken))
            await clock.WaitUntilAsync(GpsTime.Min(until, clock.Now + GpsTime.NanosecondsPerSecond), cancellationToken);
        return query;
    }

    /// <summary>All strides under the umbrella as one: their triggers with the margins, their segments together.</summary>
    /// <exception cref="InvalidOperationException">There is no stride.</exception>
    public async ValueTask<ClassifierData> UmbrellaAsync(CancellationToken cancellationToken)
    {
        if (strides.Count == 0) throw new InvalidOperationException("no stride is under the umbrella");
        var span = new Segment(strides[0].Stride.Segment.Start, strides[^1].Stride.Segment.End).Protract(padding);
        var data = await input.ReadAsync(span, cancellationToken);
        return data.Restrict(SegmentList.Coalesce(strides.SelectMany(s => s.Segments)));
    }

    /// <summary>Forgets all strides but the newest <paramref name="retain"/>.</summary>
    public void Flush(int retain = 0)
    {
        strides.RemoveRange(0, Math.Max(0, strides.Count - retain));
        if (strides.Count > 0) input.Need(this, strides[0].Stride.Segment.Start - padding);
    }

    /// <summary>Needs the input no more.</summary>
    public void Dispose() => input.Leave(this);
}
