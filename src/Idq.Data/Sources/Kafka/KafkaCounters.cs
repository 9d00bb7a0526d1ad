namespace Idq.Data;

/// <summary>What a reader of feature messages has met so far.</summary>
/// <threadsafety>Counting is for one thread; reading is safe.</threadsafety>
sealed class KafkaCounters
{
    static readonly string[] Names =
    [
        "messages", "bytes", "events", "unreadable_messages", "repeated_messages", "late_messages", "future_messages", "missing_offsets",
        "empty_slots", "values_not_numbers", "rows_without_time", "foreign_channels",
    ];

    readonly long[] counts = new long[Names.Length];

    public void Read(SnaxMessage message, int bytes)
    {
        Add("messages", 1);
        Add("bytes", bytes);
        Add("events", message.Count);
        Add("empty_slots", message.Losses.Nulls);
        Add("values_not_numbers", message.Losses.NotNumbers);
        Add("rows_without_time", message.Losses.Timeless);
        Add("foreign_channels", message.Losses.Foreign);
    }

    /// <summary>Adds to a counter and gives what it is then.</summary>
    public long Add(string name, long count) => Interlocked.Add(ref counts[Array.IndexOf(Names, name)], count);

    public IReadOnlyDictionary<string, long> All => Names.Index().ToDictionary(n => n.Item, n => Interlocked.Read(ref counts[n.Index]));
}
