using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Idq.Data;

/// <summary>Sends events as feature messages, a second each, as an extractor does.</summary>
/// <remarks>The producer is idempotent: what a broker that failed meanwhile did not take is sent again, once and in order.</remarks>
/// <threadsafety>For one thread.</threadsafety>
public sealed class KafkaFeed : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly string servers;
    readonly double sampleRate;
    readonly IProducer<Null, byte[]> producer;

    /// <summary>Opens a producer, and makes the topics that are not there.</summary>
    /// <param name="servers">The brokers, as host:port separated by commas.</param>
    /// <param name="topic">The topic, or the base of several.</param>
    /// <param name="count">1 for the topic itself; more for TOPIC_0001, TOPIC_0002, …, each with a block of the channels.</param>
    /// <param name="sampleRate">Slots of a channel in a second.</param>
    /// <exception cref="DataException">No broker answers.</exception>
    public KafkaFeed(string servers, string topic, int count, double sampleRate)
    {
        (this.servers, this.sampleRate) = (servers, sampleRate);
        Topics = count == 1 ? [topic] : [.. Enumerable.Range(1, count).Select(k => $"{topic}_{k:D4}")];
        producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig
        {
            BootstrapServers = servers, EnableIdempotence = true, LingerMs = 0, CompressionType = CompressionType.Lz4,
            MessageMaxBytes = 100_000_000,
        }).SetLogHandler((_, _) => { }).Build();
        try
        {
            MakeTopics();
        }
        catch
        {
            producer.Dispose();
            throw;
        }
    }

    /// <summary>The topics.</summary>
    public IReadOnlyList<string> Topics { get; }

    /// <summary>Messages that the brokers have taken.</summary>
    public long Messages { get; private set; }

    /// <summary>Events in them.</summary>
    public long Events { get; private set; }

    /// <summary>Sends the whole seconds of a table, and waits until the brokers have them.</summary>
    /// <exception cref="DataException">A broker refuses a message, or none answers.</exception>
    public async Task SendAsync(EventTable table, CancellationToken cancellationToken)
    {
        var sent = new List<Task>();
        for (var second = table.Span.Start; second < table.Span.End; second += GpsTime.NanosecondsPerSecond)
        {
            var span = new Segment(second, second + GpsTime.NanosecondsPerSecond);
            for (var t = 0; t < Topics.Count; t++)
            {
                var (first, last) = (t * table.Channels.Count / Topics.Count, (t + 1) * table.Channels.Count / Topics.Count);
                var (bytes, events) = SnaxWriter.Write(table, span, Enumerable.Range(first, last - first), sampleRate);
                sent.Add(producer.ProduceAsync(
                    new TopicPartition(Topics[t], 0), new Message<Null, byte[]> { Value = bytes }, cancellationToken));
                Events += events;
                Messages++;
            }
        }
        try
        {
            await Task.WhenAll(sent).ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            throw new DataException($"Kafka at {servers}: {e.Error.Reason}", cause: e, isTransient: !e.Error.IsFatal);
        }
    }

    /// <summary>Closes the producer.</summary>
    public void Dispose() => producer.Dispose();

    void MakeTopics()
    {
        using var admin = new DependentAdminClientBuilder(producer.Handle).Build();
        try
        {
            var there = admin.GetMetadata(Patience).Topics.Select(t => t.Topic).ToHashSet(StringComparer.Ordinal);
            TopicSpecification[] missing = [.. Topics.Where(t => !there.Contains(t)).Select(t => new TopicSpecification { Name = t })];
            if (missing.Length > 0) admin.CreateTopicsAsync(missing).GetAwaiter().GetResult();
        }
        catch (KafkaException e)
        {
            throw new DataException($"Kafka at {servers}: {e.Error.Reason}", cause: e, isTransient: true);
        }
    }
}
