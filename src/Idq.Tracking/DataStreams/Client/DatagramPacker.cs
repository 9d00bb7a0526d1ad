namespace Idq.Tracking;

/// <summary>A payload as it is sent.</summary>
/// <param name="Payload">Its bytes.</param>
/// <param name="Records">How many records it holds.</param>
/// <param name="IsCompressed">Whether it is compressed.</param>
readonly record struct PackedPayload(byte[] Payload, int Records, bool IsCompressed);

/// <summary>
/// Makes payloads that fit a datagram out of gathered records. With compression it learns how much has to be gathered so that what comes
/// out fills one; what was gathered in excess goes in two.
/// </summary>
/// <threadsafety>The caller's lock.</threadsafety>
sealed class DatagramPacker
{
    const int MostGathered = 1 << 16;

    // Records are not all alike: a little less than would fit.
    const double Caution = 0.93;

    readonly int payloadLimit;
    readonly bool compress;

    public DatagramPacker(int payloadLimit, bool compress)
    {
        (this.payloadLimit, this.compress) = (payloadLimit, compress);
        Target = payloadLimit;
    }

    /// <summary>How many bytes of records to gather for one payload.</summary>
    public int Target { get; private set; }

    /// <summary>The records of a writer, each of which fits a datagram as it is, in their order.</summary>
    public IReadOnlyList<PackedPayload> Pack(PayloadWriter records)
    {
        if (!compress) return [new(records.Written.ToArray(), records.Records, false)];
        var packed = Message.Pack(records.Written);
        if (records.Length >= payloadLimit / 2) Learn(records.Length, packed?.Length ?? records.Length);
        if (packed?.Length <= payloadLimit) return [new(packed, records.Records, true)];
        return records.Length <= payloadLimit ? [new(records.Written.ToArray(), records.Records, false)] : Split(records);
    }

    void Learn(int length, int packed)
    {
        var fits = (int)(Caution * length / packed * payloadLimit);
        Target = Math.Clamp(Math.Min(fits, 2 * Target), payloadLimit, Math.Max(payloadLimit, MostGathered));
    }

    List<PackedPayload> Split(PayloadWriter records)
    {
        var payloads = new List<PackedPayload>();
        var part = new PayloadWriter();
        var limit = Math.Max(payloadLimit, records.Length / 2);
        foreach (var record in PayloadReader.Records(records.Written, records.Records))
        {
            if (part.TryAdd(record, limit)) continue;
            payloads.AddRange(Pack(part));
            part.Clear();
            part.TryAdd(record, limit);
        }

        payloads.AddRange(Pack(part));
        return payloads;
    }
}
