using Confluent.Kafka;

namespace Idq.Data;

/// <summary>Feature messages of SNAX from Kafka.</summary>
/// <remarks>
/// A message covers the time from its timestamp on for as many sampling intervals as it has slots; each topic is a group of channels of its
/// own, and what no message covers was not delivered. A position is the offsets of all partitions. A span before what was read last is read
/// again from the cluster, as far as the cluster keeps it.
/// </remarks>
/// <threadsafety>Safe; reads take turns.</threadsafety>
public sealed class KafkaSource : IEventSource
{
    // Rows about the edges of two spans are given twice.
    const long Held = 16 * GpsTime.NanosecondsPerSecond;

    readonly KafkaOptions options;
    readonly Func<GpsTime>? now;
    readonly Action<string> warn;
    readonly IReadOnlyList<TopicPartition> partitions;
    readonly SnaxDecoder decoder;
    readonly KafkaCounters counters = new();
    readonly SemaphoreSlim turn = new(1, 1);
    readonly KafkaSession session;
    IReadOnlyDictionary<(string Topic, int Partition), long> stored = new Dictionary<(string, int), long>();
    int[] ids = [];

    /// <summary>Asks for the topics, and looks at their newest messages for the channels.</summary>
    /// <exception cref="DataException">No broker answers or there is no such topic (transient), or a property is wrong.</exception>
    public KafkaSource(KafkaOptions options, SourceContext context)
    {
        (this.options, now, warn) = (options, context.Now, context.Warn ?? (_ => { }));
        partitions = KafkaClient.Partitions(options);
        decoder = new(options.Columns, options.Instrument);
        session = Open();
        try
        {
            session.Glance(CancellationToken.None);
        }
        catch
        {
            session.Dispose();
            throw;
        }
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
    public string? Position(GpsTime time) => KafkaPosition.Write(
        session.HasBegun
            ? session.Partitions.Select(p => (p.Topic, p.TopicPartition.Partition.Value, p.OffsetAt(time)))
            : stored.Select(s => (s.Key.Topic, s.Key.Partition, s.Value)));

    /// <inheritdoc/>
    public ValueTask ResumeAsync(IReadOnlyList<string> positions, CancellationToken cancellationToken)
    {
        stored = KafkaPosition.Earliest(positions);
        return ValueTask.CompletedTask;
    }

    /// <summary>Leaves the cluster.</summary>
    public void Dispose()
    {
        session.Dispose();
        turn.Dispose();
    }

    KafkaSession Open() => new(options, partitions, decoder, counters, now, warn);

    EventTable Read(Segment span, CancellationToken cancellationToken)
    {
        if (!session.HasBegun) session.Begin(span.Start, stored, cancellationToken);
        if (span.Start < session.Floor) return ReadAgain(span, cancellationToken);
        session.ReadTo(span.End, cancellationToken);
        var table = Table(session, span);
        session.Forget(span.Start - Held);
        return table;
    }

    EventTable ReadAgain(Segment span, CancellationToken cancellationToken)
    {
        using var again = Open();
        again.Begin(span.Start, new Dictionary<(string, int), long>(), cancellationToken);
        again.ReadTo(span.End, cancellationToken);
        return Table(again, span);
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
