namespace Idq.Tracking;

/// <summary>Gathers encoded records until they fill a datagram, and makes payloads of them; what is too long for one goes alone.</summary>
/// <threadsafety>The caller's lock.</threadsafety>
sealed class RecordGatherer
{
    readonly DataStreamOptions options;
    readonly int overhead;
    readonly Action<PackedPayload> keep;
    readonly PayloadWriter open = new();
    readonly ByteWriter encoded = new();
    readonly DatagramPacker packer;

    /// <param name="options">The limits, and whether to compress.</param>
    /// <param name="overhead">The bytes of a message beside its payload.</param>
    /// <param name="keep">Told every payload that is done, in the order of the records.</param>
    public RecordGatherer(DataStreamOptions options, int overhead, Action<PackedPayload> keep)
    {
        (this.options, this.overhead, this.keep) = (options, overhead, keep);
        PayloadLimit = options.DatagramLimit - overhead;
        packer = new DatagramPacker(PayloadLimit, options.Compress);
    }

    /// <summary>The longest payload that fits a datagram.</summary>
    public int PayloadLimit { get; }

    /// <summary>How many records have gathered and are in no payload.</summary>
    public int Records => open.Records;

    /// <summary>How many bytes they take.</summary>
    public int Length => open.Length;

    /// <exception cref="DataStreamException">The record does not fit a message.</exception>
    public void Add(Guid run, string sequence, long idx, long timestampUs, string[] names, ReadOnlySpan<byte> values)
    {
        // What might not fit a datagram without compression begins a payload of its own.
        var mayBeLong = options.Compress && PayloadWriter.MostAlone(sequence, names) + values.Length > PayloadLimit;
        if (mayBeLong) Seal();
        var limit = mayBeLong ? PayloadLimit : packer.Target;
        var length = open.Add(run, sequence, idx, timestampUs, names, values, limit);
        if (length <= limit) return;
        Seal();
        length = open.Add(run, sequence, idx, timestampUs, names, values, PayloadLimit);
        if (length > PayloadLimit) AddLarge(run, sequence, idx, timestampUs, names, values, length);
    }

    /// <summary>Adds records that were taken out of payloads, and makes payloads of all of them.</summary>
    public void AddAgain(IEnumerable<StreamRecord> records)
    {
        foreach (var record in records)
        {
            encoded.Clear();
            foreach (ref readonly var value in record.Values.Values) ValueCodec.Write(encoded, value);
            Add(record.Run, record.Sequence, record.Idx, record.TimestampUs, record.Values.NameArray, encoded.Written);
        }

        Seal();
    }

    /// <summary>Makes payloads of what has gathered.</summary>
    public void Seal()
    {
        if (open.Records == 0) return;
        foreach (var payload in packer.Pack(open)) keep(payload);
        open.Clear();
    }

    /// <summary>The records of a message whose payload is in memory.</summary>
    public IEnumerable<StreamRecord> RecordsOf(OutgoingMessage message)
    {
        var payload = message.Payload!;
        if (
            message.IsCompressed
            && Message.Unpack(payload, Math.Max(options.LimitStream, Message.MaxUnpackedDatagram), out payload) != MessageFailure.None
        )
            throw new InvalidOperationException("a payload does not unpack as it was packed");
        return PayloadReader.Records(payload, message.Records);
    }

    // Alone in its message: compressed into a datagram, or over the stream.
    void AddLarge(Guid run, string sequence, long idx, long timestampUs, string[] names, ReadOnlySpan<byte> values, int length)
    {
        var mayFit = options.Stream && length + overhead <= options.LimitStream;
        if (!mayFit && !(options.Compress && length <= Message.MaxUnpackedDatagram)) throw TooBig();
        open.Add(run, sequence, idx, timestampUs, names, values, length);
        var packed = options.Compress ? Message.Pack(open.Written) : null;
        var payload = packed ?? open.Written.ToArray();
        open.Clear();
        if (!mayFit && payload.Length > PayloadLimit) throw TooBig();
        keep(new(payload, 1, packed is not null));

        DataStreamException TooBig() =>
            new(
                DataStreamFailure.TooBig,
                $"Too much data to send: {length + overhead} > {(options.Stream ? options.LimitStream : options.DatagramLimit)} (solution: "
                    + "reduce the contents of the sequence)"
            );
    }
}
