using System.Diagnostics;
using Confluent.Kafka;

namespace Idq.Data;

/// <summary>One pass over the partitions of some topics, forward in time from where it began.</summary>
/// <remarks>
/// Offsets are its own: nothing depends on those that the cluster keeps. The time of a message is what the message says, never what Kafka
/// says. librdkafka fetches ahead by itself; a partition that is far ahead of the others is not fetched meanwhile.
/// </remarks>
/// <threadsafety>For one thread at a time.</threadsafety>
sealed class KafkaSession : IDisposable
{
    // How far a partition may be ahead of what is asked for; half of it is left when it is fetched again, which takes a while.
    const long Ahead = 120 * GpsTime.NanosecondsPerSecond;

    // How long after its newest message a partition counts as one that is written to.
    const long Active = 60 * GpsTime.NanosecondsPerSecond;

    // By so many messages one may come late and yet be waited for.
    const int Disorder = 2;

    // A clock may be a little wrong; a message of tomorrow is garbage.
    const long MostFuture = 60 * GpsTime.NanosecondsPerSecond;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly KafkaOptions options;
    readonly SnaxDecoder decoder;
    readonly KafkaCounters counters;
    readonly Action<string> warn;
    readonly Func<GpsTime>? now;
    readonly IConsumer<Ignore, byte[]> consumer;
    readonly Dictionary<TopicPartition, KafkaPartition> partitions;
    volatile string? outage;

    public KafkaSession(
        KafkaOptions options, IEnumerable<TopicPartition> partitions, SnaxDecoder decoder, KafkaCounters counters, Func<GpsTime>? now,
        Action<string> warn)
    {
        (this.options, this.decoder, this.counters, this.now, this.warn) = (options, decoder, counters, now, warn);
        this.partitions = partitions.ToDictionary(p => p, p => new KafkaPartition(p));
        consumer = KafkaClient.Consumer(options, error => outage = error);
    }

    /// <summary>From where on it can give events; nothing before it began.</summary>
    public GpsTime Floor { get; private set; } = GpsTime.MaxValue;

    /// <summary>The end of the last span that was given.</summary>
    public GpsTime Given { get; private set; } = GpsTime.MinValue;

    /// <summary>Where it began.</summary>
    public GpsTime Began { get; private set; } = GpsTime.MaxValue;

    public IEnumerable<KafkaPartition> Partitions => partitions.Values;

    /// <summary>True when a span can be given without going back, and without going through much that nobody asked for.</summary>
    public bool Reaches(Segment span) => Floor <= span.Start && span.Start <= GpsTime.Max(Began, Given) + Ahead;

    /// <summary>Begins at the first message that ends after an instant.</summary>
    /// <param name="time">The instant.</param>
    /// <param name="stored">Offsets before which nothing is wanted, as far as they are known.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public void Begin(
        GpsTime time, IReadOnlyDictionary<(string Topic, int Partition), long> stored, CancellationToken cancellationToken)
    {
        var starts = new List<TopicPartitionOffset>();
        foreach (var partition in partitions.Values)
        {
            var (low, high) = Watermarks(partition.TopicPartition);
            if (!stored.TryGetValue((partition.Topic, partition.TopicPartition.Partition), out var least) || least > high) least = low;
            if (least < low)
            {
                counters.Add("missing_offsets", low - least);
                warn($"{partition.TopicPartition}: the messages at offsets {least} to {low - 1} are kept no more; their time is a gap");
                least = low;
            }
            var offset = Search(partition.TopicPartition, least, high, time, cancellationToken);
            partition.Next = offset;
            starts.Add(new(partition.TopicPartition, offset));
        }
        consumer.Assign(starts);
        (Floor, Began) = (time, time);
    }

    /// <summary>
    /// Reads until every topic has passed an instant, or the time in which its messages are waited for is over.
    /// </summary>
    /// <exception cref="DataException">No broker answers; it is transient.</exception>
    public void ReadTo(GpsTime end, CancellationToken cancellationToken)
    {
        Unpause(end);
        var poll = TimeSpan.FromTicks(options.PollTimeout / 100);
        var idle = Stopwatch.StartNew();
        while (Lagging(end).ToArray() is { Length: > 0 } lagging)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Consume(poll) is { } result)
            {
                idle.Restart();
                Take(result, end);
                continue;
            }
            if (now is not null && now() < end + options.Timeout) continue;
            // Only a broker that says that there is nothing more makes a gap.
            if (outage is null && lagging.All(p => p.IsAtEnd)) break;
            if (idle.Elapsed >= Patience || (outage is not null && idle.Elapsed.Ticks >= options.Timeout / 100))
                throw new DataException(
                    $"Kafka at {options.BootstrapServers}: {outage ?? $"no answer in {Patience.TotalSeconds} s"}", isTransient: true);
        }
        Given = GpsTime.Max(Given, end);
    }

    /// <summary>Forgets the events before an instant; offsets are remembered longer.</summary>
    public void Forget(GpsTime time)
    {
        if (time <= Floor) return;
        Floor = time;
        foreach (var partition in partitions.Values) partition.Forget(time);
    }

    /// <summary>The newest message of every partition, so that channels are known before anything is asked for.</summary>
    public void Glance(CancellationToken cancellationToken)
    {
        foreach (var partition in partitions.Keys)
        {
            var (low, high) = Watermarks(partition);
            for (var offset = high - 1; offset >= low && offset > high - 4; offset--)
                if (Peek(partition, offset, cancellationToken) is not null) break;
        }
        consumer.Unassign();
    }

    (long Low, long High) Watermarks(TopicPartition partition) => KafkaClient.Guard(options, () =>
    {
        var marks = consumer.QueryWatermarkOffsets(partition, Patience);
        return (marks.Low.Value, marks.High.Value);
    });

    // By the times that the messages themselves say, which ascend but for a few.
    long Search(TopicPartition partition, long first, long high, GpsTime time, CancellationToken cancellationToken)
    {
        var low = first;
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (Peek(partition, middle, cancellationToken) is { } end && end > time) high = middle;
            else low = middle + 1;
        }
        // A message that came out of order may stand a little before.
        return Math.Max(first, low - 4 * Disorder);
    }

    // The end of the message at an offset, or of the next one that can be read.
    GpsTime? Peek(TopicPartition partition, long offset, CancellationToken cancellationToken)
    {
        consumer.Assign(new TopicPartitionOffset(partition, offset));
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < Patience)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = Consume(TimeSpan.FromMilliseconds(100));
            if (result is null) continue;
            if (result.IsPartitionEOF) return null;
            if (result.Message.Value is { } bytes && decoder.Decode(bytes, out _) is { } message)
                return message.Start + (long)Math.Round(Math.Max(message.Slots, 1) / options.SampleRate * 1e9);
        }
        throw new DataException(
            $"Kafka at {options.BootstrapServers}: {partition} does not answer: {outage ?? "no message in 10 s"}", isTransient: true);
    }

    ConsumeResult<Ignore, byte[]>? Consume(TimeSpan wait)
    {
        try
        {
            var result = consumer.Consume(wait);
            if (result is not null) outage = null;
            return result;
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            outage = e.Error.Reason;
            return null;
        }
        catch (KafkaException e)
        {
            throw new DataException($"Kafka at {options.BootstrapServers}: {e.Error.Reason}", cause: e, isTransient: true);
        }
    }

    void Take(ConsumeResult<Ignore, byte[]> result, GpsTime end)
    {
        var partition = partitions[result.TopicPartition];
        partition.IsAtEnd = result.IsPartitionEOF;
        if (result.IsPartitionEOF) return;
        var gone = result.Offset.Value - partition.Next;
        if (gone > 0) counters.Add("missing_offsets", gone);
        partition.Next = result.Offset.Value + 1;
        if (Read(partition, result) is not { } message) return;
        if (message.Start < Given) Note("late_messages", result, $"the message of {message.Start} came after its time was given");
        if (partition.End <= end + Ahead || partition.IsPaused) return;
        consumer.Pause([partition.TopicPartition]);
        partition.IsPaused = true;
    }

    SnaxMessage? Read(KafkaPartition partition, ConsumeResult<Ignore, byte[]> result)
    {
        string? fault = "it is empty";
        var bytes = result.Message.Value;
        if (bytes is null || decoder.Decode(bytes, out fault) is not { } message)
        {
            Note("unreadable_messages", result, $"this is no feature message and is passed over: {fault}");
            return null;
        }
        if (now is not null && message.Start > now() + MostFuture)
        {
            Note("future_messages", result, $"the message is of {message.Start}, not yet now; it is passed over");
            return null;
        }
        if (!partition.Take(message, result.Offset.Value, bytes, options.SampleRate))
        {
            counters.Add("repeated_messages", 1);
            return null;
        }
        counters.Read(message, bytes.Length);
        return message;
    }

    // Says the first ten of a kind, and then ever fewer.
    void Note(string counter, ConsumeResult<Ignore, byte[]> result, string what)
    {
        var count = counters.Add(counter, 1);
        if (count <= 10 || (count & (count - 1)) == 0) warn($"{result.TopicPartitionOffset}: {what} ({count} so far)");
    }

    void Unpause(GpsTime end)
    {
        foreach (var partition in partitions.Values.Where(p => p.IsPaused && p.End <= end + Ahead / 2))
        {
            consumer.Resume([partition.TopicPartition]);
            partition.IsPaused = false;
        }
    }

    // A topic has passed an instant when its messages cover all up to it, or when there are some so much later that what is missing will
    // not come out of order; partitions to which nothing is written any more do not count.
    IEnumerable<KafkaPartition> Lagging(GpsTime end)
    {
        foreach (var topic in partitions.Values.GroupBy(p => p.Topic))
        {
            var wanted = SegmentList.Of(new Segment(GpsTime.Min(GpsTime.Max(Given, Floor), end), end));
            if ((wanted - topic.Aggregate(SegmentList.Empty, (all, p) => all | p.Covered)).IsEmpty) continue;
            var newest = topic.Max(p => p.End);
            foreach (var partition in topic)
            {
                var isPassed = partition.End >= end + Disorder * partition.UsualDuration;
                var isSilent = partition.IsAtEnd && newest >= end && partition.End <= newest - Active;
                if (!isPassed && !isSilent) yield return partition;
            }
        }
    }

    public void Dispose()
    {
        consumer.Close();
        consumer.Dispose();
    }
}
