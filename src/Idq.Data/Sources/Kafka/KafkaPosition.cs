using System.Text.Json;

namespace Idq.Data;

/// <summary>Offsets of partitions as a text: JSON with an offset for every partition of every topic.</summary>
static class KafkaPosition
{
    public static string Write(IEnumerable<(string Topic, int Partition, long Offset)> offsets) => JsonSerializer.Serialize(
        new SortedDictionary<string, SortedDictionary<int, long>>(
            offsets.GroupBy(o => o.Topic)
                .ToDictionary(g => g.Key, g => new SortedDictionary<int, long>(g.ToDictionary(o => o.Partition, o => o.Offset))),
            StringComparer.Ordinal));

    /// <summary>The earliest offset of every partition that positions name.</summary>
    /// <exception cref="DataException">One of them is no position.</exception>
    public static IReadOnlyDictionary<(string Topic, int Partition), long> Earliest(IEnumerable<string> positions)
    {
        var earliest = new Dictionary<(string, int), long>();
        foreach (var text in positions)
            foreach (var (topic, partitions) in Read(text))
                foreach (var (partition, offset) in partitions)
                    earliest[(topic, partition)] = Math.Min(offset, earliest.GetValueOrDefault((topic, partition), long.MaxValue));
        return earliest;
    }

    static Dictionary<string, Dictionary<int, long>> Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, Dictionary<int, long>>>(text) ?? [];
        }
        catch (JsonException e)
        {
            throw new DataException($"'{text}' are no offsets of Kafka: {e.Message}", cause: e);
        }
    }
}
