namespace Idq.Data;

/// <summary>Simulated events: what a <see cref="MockDefinition"/> describes, the same for a span however it is cut.</summary>
/// <remarks>
/// Everything is keyed by the seed, the name of a stream, channel or witness, and the GPS second in which it happens. Events seen
/// with a timing error can fall into a neighbouring second; they are found by looking at the neighbouring seconds.
/// </remarks>
/// <threadsafety>Safe for concurrent reads.</threadsafety>
public sealed class MockSource : IEventSource
{
    readonly MockDefinition definition;
    readonly Func<GpsTime>? now;
    readonly PoissonEvents[] noise;
    readonly PoissonEvents[] streams;
    readonly Sightings[][] witnesses;

    /// <summary>The source of a definition.</summary>
    /// <param name="definition">What is simulated.</param>
    /// <param name="seed">Key of all random numbers: the same seed gives the same events.</param>
    /// <param name="now">When given, nothing at or after the instant that it returns is delivered: live use.</param>
    public MockSource(MockDefinition definition, ulong seed, Func<GpsTime>? now = null)
    {
        (this.definition, this.now) = (definition, now);
        Channels = new(definition.Channels.Select(c => c.Name));
        noise = new PoissonEvents[Channels.Count];
        foreach (var c in definition.Channels)
            noise[Channels.Find(c.Name)] = new(seed, "noise/" + c.Name, c.Rate, c.Columns, definition.Columns);
        streams = [.. definition.Streams.Select(s => new PoissonEvents(seed, "stream/" + s.Name, s.Rate, s.Columns, definition.Columns))];
        witnesses = [.. definition.Streams.Select(s =>
            s.Witnesses.Select(w => new Sightings(seed, s.Name, w, Channels.Find(w.Channel))).ToArray())];
    }

    /// <summary>The source of a definition file.</summary>
    /// <exception cref="DataException">The file is missing, or wrong: the message lists every problem with its line.</exception>
    public MockSource(string path, ulong seed, Func<GpsTime>? now = null) : this(Load(path), seed, now)
    {
    }

    /// <summary>What is simulated.</summary>
    public MockDefinition Definition => definition;
    public ChannelDictionary Channels { get; }
    public IReadOnlyList<string> Columns => definition.Columns;
    public ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
    {
        var delivered = Delivered(span);
        var seen = See(span, delivered, cancellationToken);
        var buffer = new EventBuffer(Columns.Count);
        buffer.Reserve(Expected(delivered));
        var offsets = new int[Channels.Count + 1];
        for (var channel = 0; channel < noise.Length; channel++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = buffer.Count;
            foreach (var segment in delivered) noise[channel].Append(buffer, segment);
            if (seen[channel] is { } extra)
            {
                Copy(extra, buffer);
                buffer.SortFrom(start);
            }
            offsets[channel + 1] = buffer.Count;
        }
        return new(EventTable.FromRuns(span, delivered, Channels, Columns, buffer.Times, buffer.Columns, offsets));
    }
    public void Dispose()
    {
    }

    SegmentList Delivered(Segment span)
    {
        if (!span.Start.IsFinite || !span.End.IsFinite) throw new ArgumentException("a simulation needs a bounded span", nameof(span));
        var delivered = SegmentList.Of(span) - definition.Outages;
        return now is null ? delivered : delivered.Clip(new(GpsTime.MinValue, now()));
    }

    // What the witnesses see, by channel; null where there is no witness.
    EventBuffer?[] See(Segment span, SegmentList delivered, CancellationToken cancellationToken)
    {
        var seen = new EventBuffer?[Channels.Count];
        for (var s = 0; s < streams.Length; s++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (witnesses[s].Length == 0) continue;
            var wide = span.Protract(witnesses[s].Max(w => w.Reach));
            var events = new EventBuffer(Columns.Count);
            streams[s].Append(events, Segment.FromSeconds(wide.Start.Seconds, (wide.End + (GpsTime.NanosecondsPerSecond - 1)).Seconds));
            foreach (var witness in witnesses[s])
                witness.Append(events, seen[witness.Channel] ??= new EventBuffer(Columns.Count), delivered);
        }
        return seen;
    }

    int Expected(SegmentList delivered)
    {
        var mean = noise.Sum(n => n.Rate) * delivered.Livetime / GpsTime.NanosecondsPerSecond;
        return (int)Math.Min(mean + 4 * Math.Sqrt(mean) + 64, Array.MaxLength);
    }

    static void Copy(EventBuffer from, EventBuffer to)
    {
        to.Reserve(from.Count);
        from.Times.AsSpan(0, from.Count).CopyTo(to.Times.AsSpan(to.Count));
        for (var c = 0; c < from.Columns.Length; c++) from.Columns[c].AsSpan(0, from.Count).CopyTo(to.Columns[c].AsSpan(to.Count));
        to.Advance(from.Count);
    }

    static MockDefinition Load(string path)
    {
        var (definition, problems) = MockDefinition.Read(IniDocument.Load(path));
        return definition ?? throw new DataException($"the mock definition '{path}' is wrong:\n"
            + string.Join('\n', problems.Select(p => $"  line {p.Line}: {p.Message}; {p.Suggestion}")));
    }
}
