namespace Idq.Tracking;

/// <summary>What a server has of a client's messages.</summary>
/// <param name="Client">The client.</param>
/// <param name="Through">Everything up to here is safe.</param>
/// <param name="Highest">Everything up to here that is not missing is safe; not less than <paramref name="Through"/>.</param>
/// <param name="Missing">What is not there between the two, ascending.</param>
/// <param name="Refused">
/// How many of the client's records were refused so far: of unknown runs, or in messages that are too long or cannot be read.
/// </param>
sealed record Acknowledgement(ulong Client, ulong Through, ulong Highest, IReadOnlyList<(ulong First, ulong Last)> Missing, ulong Refused)
{
    /// <summary>How many ranges fit a message; of more, the rest waits for the next acknowledgement.</summary>
    public const int MaxMissing = 64;

    /// <summary>No acknowledgement is longer.</summary>
    public const int MaxBytes = Message.HeadBytes + Message.SignatureBytes + Message.ChecksumBytes + 10 + (MaxMissing * 20);

    public int Write(Span<byte> to, ReadOnlySpan<byte> key)
    {
        var payload = new ByteWriter(64);
        payload.VarUInt(Refused);
        var last = Through;
        foreach (var (first, end) in Missing)
        {
            payload.VarUInt(first - last);
            payload.VarUInt(end - first);
            last = end;
        }

        var head = new MessageHead(MessageKind.Acknowledgement, false, false, Client, Through, Highest, (uint)Missing.Count, 0);
        return Message.Write(to, head, payload.Written, key);
    }

    /// <summary>The acknowledgement that a checked message is; null when it is none.</summary>
    public static Acknowledgement? Read(ReadOnlySpan<byte> message, MessageHead head)
    {
        if (head.Kind != MessageKind.Acknowledgement || head.IsCompressed || head.Count > MaxMissing || head.Edge < head.Number)
            return null;
        var from = new ByteReader(message.Slice(Message.HeadBytes, head.PayloadLength));
        var refused = from.VarUInt();
        var missing = new (ulong First, ulong Last)[head.Count];
        var last = head.Number;
        for (var i = 0; i < missing.Length; i++)
        {
            var first = unchecked(last + from.VarUInt());
            var end = unchecked(first + from.VarUInt());
            if (!from.IsGood || first <= last || end < first || end >= head.Edge) return null;
            missing[i] = (first, last = end);
        }

        return from.IsGood && from.IsAtEnd ? new Acknowledgement(head.Client, head.Number, head.Edge, missing, refused) : null;
    }
}
