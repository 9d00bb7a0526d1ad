namespace Idq.Streaming.Tests.Toys.Source;

/// <summary>Reads a log forward only: what lies before the position at which it began is not there for it.</summary>
sealed class ToySource(ToyLog log, IReadOnlyList<string> groups) : IEventSource
{
    readonly Dictionary<string, (int First, int Next)> offsets = groups.ToDictionary(g => g, _ => (0, 0), StringComparer.Ordinal);
    bool wasRead;

    /// <inheritdoc/>
    public ChannelDictionary Channels { get; private set; } = new(groups.SelectMany(g => log.Groups[g][0].Channels));

    /// <inheritdoc/>
    public IReadOnlyList<string> Columns { get; } = ["snr"];

    /// <summary>The positions that it was resumed at; null when it began at the beginning.</summary>
    public IReadOnlyList<string>? ResumedAt { get; private set; }

    /// <summary>Where it began and how far it came, by group.</summary>
    public IReadOnlyDictionary<string, (int First, int Next)> Offsets => offsets;

    /// <inheritdoc/>
    public ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
    {
        wasRead = true;
        foreach (var group in groups) Consume(group, span.End);
        var builder = new EventTableBuilder(Channels, Columns);
        foreach (var (channel, time, snr) in groups.SelectMany(Consumed).SelectMany(m => m.Events))
            builder.Add(Channels.Find(channel), time, [snr]);
        var delivery = groups.Select(g => KeyValuePair.Create(g, SegmentList.Coalesce(Consumed(g).Select(m => m.Span))));
        return new(builder.Build(span, new Delivery(delivery)));
    }

    /// <inheritdoc/>
    public string Position(GpsTime time) => string.Join(' ', groups.Select(g => $"{g}={First(g, time)}"));

    /// <inheritdoc/>
    public ValueTask ResumeAsync(IReadOnlyList<string> positions, CancellationToken cancellationToken)
    {
        if (wasRead) throw new InvalidOperationException("the source was read before it was resumed");
        ResumedAt = positions;
        foreach (var group in groups)
        {
            var first = positions.Min(p => Offset(p, group));
            offsets[group] = (first, first);
        }
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
    }

    static int Offset(string position, string group) =>
        position.Split(' ').Select(p => p.Split('=')).FirstOrDefault(p => p[0] == group) is [_, var offset]
            ? int.Parse(offset)
            : throw new DataException($"'{position}' is no position of the group '{group}'");

    IEnumerable<ToyMessage> Consumed(string group) => log.Groups[group][offsets[group].First..offsets[group].Next];

    // The first message that ends after an instant, of those that were consumed; else the next.
    int First(string group, GpsTime time)
    {
        var (first, next) = offsets[group];
        for (var k = first; k < next; k++)
            if (log.Groups[group][k].Span.End > time) return k;
        return next;
    }

    void Consume(string group, GpsTime until)
    {
        var messages = log.Groups[group];
        var (first, next) = offsets[group];
        for (; next < messages.Count && messages[next].Span.Start < until; next++) Channels = Channels.Union(new(messages[next].Channels));
        offsets[group] = (first, next);
    }
}
