namespace Idq.Streaming;

/// <summary>A source without the triggers outside some bounds, in any channel: what no classifier looks at need not be kept.</summary>
sealed class BoundedSource(IEventSource source, IReadOnlyList<ColumnBounds> bounds) : IEventSource
{
    public ChannelDictionary Channels => source.Channels;

    public IReadOnlyList<string> Columns => source.Columns;

    public async ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken) =>
        (await source.ReadAsync(span, cancellationToken)).Within(bounds);

    public IReadOnlyList<string> Warnings => source.Warnings;

    public IReadOnlyDictionary<string, long> Counters => source.Counters;

    public string? WhyMissing(string column) => source.WhyMissing(column);

    public string? Position(GpsTime time) => source.Position(time);

    public ValueTask ResumeAsync(IReadOnlyList<string> positions, CancellationToken cancellationToken) =>
        source.ResumeAsync(positions, cancellationToken);

    public void Dispose() => source.Dispose();
}
