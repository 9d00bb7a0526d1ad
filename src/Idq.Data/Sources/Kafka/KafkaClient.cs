using System.Text.RegularExpressions;
using Confluent.Kafka;

namespace Idq.Data;

/// <summary>Clients of librdkafka by the options of a source, and what its errors mean here.</summary>
static partial class KafkaClient
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A consumer that reads from assigned offsets and commits none.</summary>
    /// <param name="options">Where the brokers are, and further properties.</param>
    /// <param name="failed">Is told why no broker answers.</param>
    /// <exception cref="DataException">librdkafka refuses a property, or its library is missing.</exception>
    public static IConsumer<Ignore, byte[]> Consumer(KafkaOptions options, Action<string> failed)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = options.BootstrapServers,
            GroupId = options.Group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            ReconnectBackoffMaxMs = 1000,
            FetchWaitMaxMs = 100,
            // What a transaction did not commit is not there.
            IsolationLevel = IsolationLevel.ReadCommitted,
        };
        foreach (var (name, value) in options.Properties) config.Set(name, value);
        (config.EnableAutoCommit, config.EnableAutoOffsetStore, config.EnablePartitionEof) = (false, false, true);
        try
        {
            return new ConsumerBuilder<Ignore, byte[]>(config)
                .SetErrorHandler((_, error) =>
                {
                    if (error.Code is ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Authentication || error.IsFatal)
                        failed(error.Reason);
                })
                .SetLogHandler((_, _) => { })
                .Build();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or KafkaException or DllNotFoundException)
        {
            throw new DataException($"Kafka: {e.Message}; look at the options kafka.*", cause: e);
        }
    }

    /// <summary>The partitions of a topic, or of the numbered topics that begin with it.</summary>
    /// <exception cref="DataException">No broker answers, or there is no such topic; both may change.</exception>
    public static IReadOnlyList<TopicPartition> Partitions(KafkaOptions options)
    {
        string? outage = null;
        using var consumer = Consumer(options, why => outage = why);
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var topics = Guard(options, () => admin.GetMetadata(Patience), () => outage).Topics;
        var exact = topics.Where(t => t.Topic == options.Topic && t.Partitions.Count > 0).ToArray();
        var found = exact.Length > 0 ? exact
            : [.. topics.Where(t => t.Topic.StartsWith(options.Topic + "_", StringComparison.Ordinal)
                && Number().IsMatch(t.Topic.AsSpan(options.Topic.Length)) && t.Partitions.Count > 0)];
        if (found.Length == 0)
            throw new DataException(
                $"Kafka at {options.BootstrapServers} has no topic '{options.Topic}' and none like '{options.Topic}_0001'",
                isTransient: true);
        return [.. found.OrderBy(t => t.Topic, StringComparer.Ordinal)
            .SelectMany(t => t.Partitions.OrderBy(p => p.PartitionId).Select(p => new TopicPartition(t.Topic, p.PartitionId)))];
    }

    /// <summary>Asks a broker something; what it does not answer is an outage.</summary>
    /// <exception cref="DataException">It does not answer; transient.</exception>
    public static T Guard<T>(KafkaOptions options, Func<T> ask, Func<string?>? outage = null)
    {
        try
        {
            return ask();
        }
        catch (KafkaException e)
        {
            throw new DataException(
                $"Kafka at {options.BootstrapServers}: {outage?.Invoke() ?? e.Error.Reason}", cause: e, isTransient: true);
        }
    }

    [GeneratedRegex("^_[0-9]{4}$")]
    internal static partial Regex Number();
}
