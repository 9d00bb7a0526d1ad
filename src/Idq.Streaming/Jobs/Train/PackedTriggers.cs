namespace Idq.Streaming;

/// <summary>A few triggers as two arrays, where a table would be made of more objects than it has triggers.</summary>
/// <threadsafety>Immutable.</threadsafety>
sealed class PackedTriggers
{
    // Times, and then column after column, the bits of each number.
    readonly long[] numbers;

    // Channel and number of triggers, of every channel that has some.
    readonly int[] runs;

    /// <summary>Packs a table; for which time it has data is not kept.</summary>
    public PackedTriggers(EventTable table)
    {
        var count = table.Count;
        numbers = new long[count * (1 + table.Columns.Count)];
        table.Times.CopyTo(numbers);
        for (var c = 0; c < table.Columns.Count; c++)
            for (var i = 0; i < count; i++) numbers[(c + 1) * count + i] = BitConverter.DoubleToInt64Bits(table.Column(c)[i]);
        runs =
        [
            .. Enumerable.Range(0, table.Channels.Count).Where(c => table.Run(c).Count > 0)
                .SelectMany(c => new[] { c, table.Run(c).Count }),
        ];
    }

    /// <summary>The table, as one that has data for all of its span.</summary>
    public EventTable Unpack(Segment span, ChannelDictionary channels, IReadOnlyList<string> columns)
    {
        var count = numbers.Length / (1 + columns.Count);
        var values = new double[columns.Count][];
        for (var c = 0; c < values.Length; c++)
            values[c] = Array.ConvertAll(numbers[((c + 1) * count)..((c + 2) * count)], BitConverter.Int64BitsToDouble);
        var offsets = new int[channels.Count + 1];
        for (var r = 0; r < runs.Length; r += 2) offsets[runs[r] + 1] = runs[r + 1];
        for (var c = 0; c < channels.Count; c++) offsets[c + 1] += offsets[c];
        return EventTable.FromRuns(span, SegmentList.Of(span), channels, columns, numbers[..count], values, offsets);
    }
}
