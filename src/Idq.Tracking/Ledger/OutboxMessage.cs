using NodaTime;

namespace Idq.Tracking;

/// <summary>
/// A message for somebody outside of the store, such as a record of a Kafka topic. It is stored with the commit that it belongs to and
/// waits in the outbox until a sender says that it was delivered. Payloads compare by reference in equality.
/// </summary>
/// <param name="Destination">Where it goes, in words that its sender understands; not empty.</param>
/// <param name="Key">The key that it is sent under; may be empty.</param>
/// <param name="Payload">Its content; may be empty.</param>
public sealed record OutboxMessage(string Destination, string Key, ReadOnlyMemory<byte> Payload)
{
    /// <summary>
    /// Its number in the outbox, drawn when it was stored: greater than that of every message before it, never used again, with gaps.
    /// Ignored in a commit.
    /// </summary>
    public long Seq { get; init; }

    /// <summary>When it was stored. Ignored in a commit.</summary>
    public Instant Created { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Destination);
        ArgumentNullException.ThrowIfNull(Key);
    }
}
