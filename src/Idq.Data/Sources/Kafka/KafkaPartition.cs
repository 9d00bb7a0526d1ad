using Confluent.Kafka;

namespace Idq.Data;

/// <summary>What was read of one partition.</summary>
/// <threadsafety>For one thread; <see cref="OffsetAt"/> for any.</threadsafety>
sealed class KafkaPartition(TopicPartition partition)
{
    // How far back it is known at which offset a time begins: a message a second are two megabytes.
    const long IndexLength = 86_400 * GpsTime.NanosecondsPerSecond;
    const int Recent = 4096;

    readonly List<Held> messages = [];
    readonly List<(long Offset, GpsTime End, int Hash, GpsTime Start)> index = [];
    SegmentList covered = SegmentList.Empty;

    public TopicPartition TopicPartition { get; } = partition;

    public string Topic => TopicPartition.Topic;

    /// <summary>The offset of the next message.</summary>
    public long Next { get; set; }

    /// <summary>True when there was nothing more at the last look.</summary>
    public bool IsAtEnd { get; set; }

    /// <summary>True while its messages are not fetched.</summary>
    public bool IsPaused { get; set; }

    /// <summary>The end of the newest message.</summary>
    public GpsTime End { get; private set; } = GpsTime.MinValue;

    /// <summary>How long a message is that has no slots.</summary>
    public long UsualDuration { get; private set; } = GpsTime.NanosecondsPerSecond;

    /// <summary>For which time there are messages.</summary>
    public SegmentList Covered => covered;

    /// <summary>The messages that are held, in the order of their offsets.</summary>
    public IReadOnlyList<SnaxMessage> Messages => messages.ConvertAll(m => m.Message);

    /// <summary>Takes a message in; false for one that came before, byte for byte.</summary>
    public bool Take(SnaxMessage message, long offset, ReadOnlySpan<byte> bytes, double sampleRate)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        var digest = hash.ToHashCode();
        // What a producer sends again follows soon.
        if (index.FindLastIndex(index.Count - 1, Math.Min(index.Count, Recent), m => m.Start == message.Start && m.Hash == digest) >= 0)
            return false;
        if (message.Slots > 0) UsualDuration = (long)Math.Round(message.Slots / sampleRate * 1e9);
        var span = new Segment(message.Start, message.Start + UsualDuration);
        lock (index) index.Add((offset, span.End, digest, span.Start));
        messages.Add(new(message, span.End));
        covered |= SegmentList.Of(span);
        End = GpsTime.Max(End, span.End);
        return true;
    }

    /// <summary>The offset of the first message that ends after an instant; the next one when all end before.</summary>
    public long OffsetAt(GpsTime time)
    {
        lock (index)
        {
            var first = index.FindIndex(m => m.End > time);
            return first < 0 ? Next : index[first].Offset;
        }
    }

    /// <summary>Forgets the events of messages that end at or before an instant.</summary>
    public void Forget(GpsTime time)
    {
        messages.RemoveAll(m => m.End <= time);
        var oldest = End - IndexLength;
        if (index.Count == 0 || index[0].End > oldest - IndexLength / 24) return;
        lock (index) index.RemoveAll(m => m.End <= oldest);
        covered = covered.Clip(new Segment(oldest, GpsTime.MaxValue));
    }

    sealed record Held(SnaxMessage Message, GpsTime End);
}
