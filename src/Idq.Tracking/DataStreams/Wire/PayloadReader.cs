namespace Idq.Tracking;

/// <summary>The records of a payload.</summary>
static class PayloadReader
{
    /// <summary>
    /// How many values a message may have in all, members of lists, maps and tables included: what bounds the memory that it costs.
    /// </summary>
    public const int MaxValues = 4_000_000;

    /// <summary>The records, grouped as they came; null when the bytes are not a payload of <paramref name="records"/> records.</summary>
    public static List<SequenceBatch>? Read(ReadOnlySpan<byte> payload, uint records, long receivedUs)
    {
        var from = new ByteReader(payload);
        var limits = new ValueCodec.Limits(MaxValues);
        var batches = new List<SequenceBatch>();
        List<SequenceRow>? rows = null;
        string[] names = [];
        long idx = 0, timestamp = 0;
        uint count = 0;
        while (from.IsGood && !from.IsAtEnd)
        {
            switch (from.Byte())
            {
                case PayloadWriter.Head:
                    var run = from.Uuid();
                    var sequence = from.Text();
                    names = Names(ref from, limits);
                    if (!from.IsGood || !IsName(sequence)) return null;
                    batches.Add(new SequenceBatch(run, sequence, rows = []));
                    (idx, timestamp) = (-1, 0);
                    break;
                case PayloadWriter.Row when rows is not null && limits.Take(names.Length + 1):
                    idx = unchecked(idx + from.VarInt());
                    timestamp = unchecked(timestamp + from.VarInt());
                    // A value takes a byte at least.
                    if (idx < 0 || names.Length > from.Remaining) return null;
                    var values = names.Length == 0 ? [] : new StreamValue[names.Length];
                    for (var i = 0; i < values.Length && from.IsGood; i++) values[i] = ValueCodec.Read(ref from, limits);
                    rows.Add(new SequenceRow(idx, timestamp, receivedUs, new RecordValues(names, values)));
                    count++;
                    break;
                default:
                    return null;
            }
        }

        return from.IsGood && count == records ? batches : null;
    }

    /// <summary>The records of a payload that this program wrote, in their order.</summary>
    public static IEnumerable<StreamRecord> Records(ReadOnlySpan<byte> payload, int records)
    {
        var batches =
            Read(payload, (uint)records, 0) ?? throw new InvalidOperationException("a payload does not read back as it was written");
        return batches.SelectMany(batch =>
            batch.Rows.Select(row => new StreamRecord(batch.Run, batch.Sequence, row.Idx, row.TimestampUs, row.Values))
        );
    }

    static string[] Names(ref ByteReader from, ValueCodec.Limits limits)
    {
        var count = from.Count(2);
        if (count > RecordValues.MaxColumns || !limits.Take(count))
        {
            from.Fail();
            return [];
        }

        var names = new string[count];
        for (var i = 0; i < count && from.IsGood; i++)
        {
            names[i] = from.Text();
            if (!IsName(names[i]) || names[i] is "idx" or "timestamp") from.Fail();
        }

        if (RecordValues.HasRepetition(names) is not null) from.Fail();
        return names;
    }

    static bool IsName(string name) =>
        name.Length is > 0 and <= RecordValues.MaxNameBytes && name.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0;
}
