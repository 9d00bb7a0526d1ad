using NodaTime;

namespace Idq.Tracking;

/// <summary>A message that a stream server refused and kept for inspection.</summary>
/// <param name="Received">When it came.</param>
/// <param name="Sender">
/// Where from: host:port, a path, or @ and a name of the abstract name space; empty when the sender had no address.
/// </param>
/// <param name="Reason">
/// Why it was refused: not-a-message, version, checksum, signature, content, too-big,
/// unknown-run or store: rows that the store refused for good.
/// </param>
/// <param name="Length">How many bytes it had, as far as they were received.</param>
/// <param name="Bytes">The first of them: of a long message not all are kept.</param>
public sealed record QuarantinedMessage(Instant Received, string Sender, string Reason, long Length, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>How many bytes of a message are kept.</summary>
    public const int MaxBytes = 1 << 16;

    /// <summary>What is in a folder of quarantine, oldest first; the server that fills it may be running.</summary>
    /// <exception cref="DataStreamException">The folder cannot be read.</exception>
    public static IEnumerable<QuarantinedMessage> ReadFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return SegmentedLog.ReadFolder(folder).Select(Decode).OfType<QuarantinedMessage>();
    }

    internal void Encode(ByteWriter to)
    {
        to.Int64(StreamValue.MicrosOf(Received));
        to.Text(Reason);
        to.Text(Sender);
        to.VarUInt((ulong)Length);
        to.Bytes(Bytes.Span);
    }

    static QuarantinedMessage? Decode(byte[] body)
    {
        var from = new ByteReader(body);
        var received = from.Int64();
        string reason = from.Text(), sender = from.Text();
        var length = (long)from.VarUInt();
        var bytes = from.Take(from.Remaining).ToArray();
        return from.IsGood && StreamValue.IsInstant(received)
            ? new(StreamValue.Micros(received).AsInstant(), sender, reason, length, bytes)
            : null;
    }
}
