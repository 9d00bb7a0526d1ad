using Confluent.Kafka;

namespace Idq.Data;

/// <summary>Feature messages of SNAX from Kafka.</summary>
/// <remarks>
/// A message covers the time from its timestamp on for as many sampling intervals as it has slots; each topic is a group of channels of its
/// own, and what no message covers was not delivered. A position is the offsets of all partitions. Jobs that are at different times, one at
/// the present and one that catches up, have a pass over the topics each.
/// </remarks>
/// <threadsafety>Safe; reads take turns.</threadsafety>
public sealed class KafkaSource : IEventSource
{
    // Rows about the edges of two spans are given twice.
    const long Held = 16 * GpsTime.NanosecondsPerSecond;

    // As many jobs read.
    const int MostSessions = 3;

    readonly KafkaOptions options;
    readonly Func<GpsTime>? now;
    readonly Action<string> warn;
    readonly IReadOnlyList<TopicPartition> partitions;
    readonly SnaxDecoder decoder;
    readonly KafkaCounters counters = new();
    readonly SemaphoreSlim turn = new(1, 1);

    // The one that was used last comes last.
    readonly List<KafkaSession> sessions = [];
    IReadOnlyDictionary<(string Topic, int Partition), long> stored = new Dictionary<(string, int), long>();
    int[] ids = [];

    /// <summary>Asks for the topics, and looks at their newest messages for the channels.</summary>
    /// <exception cref="DataException">No broker answers or there is no such topic (transient), or a property is wrong.</exception>
    public KafkaSource(KafkaOptions options, SourceContext context)
    {
        (this.options, now, warn) = (options, context.Now, context.Warn ?? (_ => { }));
        partitions = KafkaClient.Partitions(options);
        decoder = new(options.Columns, options.Instrument);
        using (var glance = Open()) glance.Glance(CancellationToken.None);
        Channels = new([]);
        Learn();
    }

    /// <inheritdoc/>
    public ChannelDictionary Channels { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Columns => options.Columns;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> Counters => counters.All;

    /// <inheritdoc/>
    public async ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // librdkafka waits in the thread that asks.
            return await Task.Run(() => Read(span, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public string? Position(GpsTime time)
    {
        lock (sessions)
        {
            var known = sessions.Where(s => s.Began <= time).MaxBy(s => s.Given) ?? sessions.MinBy(s => s.Began);
            return KafkaPosition.Write(known is null
                ? stored.Select(s => (s.Key.Topic, s.Key.Partition, s.Value))
                : known.Partitions.Select(p => (p.Topic, p.TopicPartition.Partition.Value, p.OffsetAt(time))));
        }
    }

    /// <inheritdoc/>
    public ValueTask ResumeAsync(IReadOnlyList<string> positions, CancellationToken cancellationToken)
    {
        stored = KafkaPosition.Earliest(positions);
        return ValueTask.CompletedTask;
    }

    /// <summary>Leaves the cluster.</summary>
    public void Dispose()
    {
        foreach (var session in sessions) session.Dispose();
        turn.Dispose();
    }

    KafkaSession Open() => new(options, partitions, decoder, counters, now, warn);

    EventTable Read(Segment span, CancellationToken cancellationToken)
    {
        var session = SessionFor(span, cancellationToken);
        session.ReadTo(span.End, cancellationToken);
        var table = Table(session, span);
        session.Forget(span.Start - Held);
        return table;
    }

    KafkaSession SessionFor(Segment span, CancellationToken cancellationToken)
    {
        var session = sessions.FindLast(s => s.Reaches(span));
        if (session is null)
        {
            session = Open();
            try
            {
                session.Begin(span.Start, stored, cancellationToken);
            }
            catch
            {
                session.Dispose();
                throw;
            }
            if (sessions.Count == MostSessions)
            {
                sessions[0].Dispose();
                lock (sessions) sessions.RemoveAt(0);
            }
        }
        lock (sessions)
        {
            sessions.Remove(session);
            sessions.Add(session);
        }
        return session;
    }

    EventTable Table(KafkaSession from, Segment span)
    {
        Learn();
        var delivery = new Delivery(from.Partitions.GroupBy(p => p.Topic).Select(t => KeyValuePair.Create(
            t.Key, t.Aggregate(SegmentList.Empty, (all, p) => all | p.Covered).Clip(span))));
        return SnaxTable.Of(from.Partitions.SelectMany(p => p.Messages), ids, span, delivery, Channels, options.Columns);
    }

    // Channels that are known at first are in the order of their names; those that come later follow.
    void Learn()
    {
        if (ids.Length == decoder.Channels.Count) return;
        Channels = Channels.Union(new(decoder.Channels.Skip(ids.Length).Order(StringComparer.Ordinal)));
        ids = [.. decoder.Channels.Select(Channels.Find)];
    }
}
