namespace Idq.Tracking;

/// <summary>
/// Records as the payload of a message: a head whenever run, sequence or columns change, then rows as differences to the one before.
/// </summary>
sealed class PayloadWriter
{
    public const byte Head = 1;
    public const byte Row = 2;

    readonly ByteWriter bytes = new(4096);
    readonly ByteWriter body = new();
    Guid run;
    string? sequence;
    string[] names = [];
    long lastIdx;
    long lastTimestamp;

    public int Length => bytes.Length;

    public int Records { get; private set; }

    public ReadOnlySpan<byte> Written => bytes.Written;

    public void Clear()
    {
        bytes.Clear();
        (sequence, names, Records) = (null, [], 0);
    }

    /// <summary>Adds a record unless the payload would grow beyond <paramref name="limit"/>; false then, and it stays as it was.</summary>
    public bool TryAdd(StreamRecord record, int limit)
    {
        body.Clear();
        foreach (ref readonly var value in record.Values.Values) ValueCodec.Write(body, value);
        return Add(record.Run, record.Sequence, record.Idx, record.TimestampUs, record.Values.NameArray, body.Written, limit) <= limit;
    }

    /// <summary>More than a record of these names takes alone, beside its values.</summary>
    public static int MostAlone(string recordSequence, string[] recordNames)
    {
        // Three bytes are the most that a character of text takes.
        var length = 64 + (3 * recordSequence.Length);
        foreach (var name in recordNames) length += 2 + (3 * name.Length);
        return length;
    }

    /// <summary>Adds a record unless the payload would grow beyond <paramref name="limit"/>; then it stays as it was.</summary>
    /// <param name="values">The record's values, encoded in the order of its names.</param>
    /// <returns>How long the payload is, or would have been.</returns>
    public int Add(
        Guid recordRun,
        string recordSequence,
        long idx,
        long timestamp,
        string[] recordNames,
        ReadOnlySpan<byte> values,
        int limit
    )
    {
        var before = bytes.Length;
        var (beforeIdx, beforeTimestamp) = (lastIdx, lastTimestamp);
        var needsHead = sequence is null || run != recordRun || sequence != recordSequence
            || !(ReferenceEquals(names, recordNames) || names.AsSpan().SequenceEqual(recordNames));
        if (needsHead)
        {
            bytes.Byte(Head);
            bytes.Uuid(recordRun);
            bytes.Text(recordSequence);
            bytes.VarUInt((ulong)recordNames.Length);
            foreach (var name in recordNames) bytes.Text(name);
            (lastIdx, lastTimestamp) = (-1, 0);
        }

        bytes.Byte(Row);
        bytes.VarInt(unchecked(idx - lastIdx));
        bytes.VarInt(unchecked(timestamp - lastTimestamp));
        var length = bytes.Length + values.Length;
        if (length > limit)
        {
            bytes.Truncate(before);
            (lastIdx, lastTimestamp) = (beforeIdx, beforeTimestamp);
            return length;
        }

        bytes.Bytes(values);
        (lastIdx, lastTimestamp) = (idx, timestamp);
        if (needsHead) (run, sequence, names) = (recordRun, recordSequence, recordNames);
        Records++;
        return length;
    }
}
