namespace Idq.Tracking;

/// <summary>Values as bytes: one byte for the kind (two kinds for a boolean), then the content.</summary>
/// <remarks>Reading allocates in proportion to the bytes that are there and never runs anything; see <see cref="Limits"/>.</remarks>
static class ValueCodec
{
    // A boolean needs no content: its tag is its value.
    const byte True = 0x81;

    /// <summary>What one message may make a reader allocate.</summary>
    public sealed class Limits(int values)
    {
        int left = values;

        /// <summary>Takes from the number of values that the message may still have.</summary>
        public bool Take(int count) => count <= left && (left -= count) >= 0;
    }

    /// <exception cref="DataStreamException">A text is not Unicode, or nesting is too deep.</exception>
    public static void Write(ByteWriter to, in StreamValue value, int depth = 0)
    {
        if (depth > StreamValue.MaxDepth)
            throw new DataStreamException(DataStreamFailure.InvalidValue, $"a value is nested more than {StreamValue.MaxDepth} deep");
        if (value.Kind == StreamValueKind.Bool)
        {
            to.Byte(value.Bits == 0 ? (byte)StreamValueKind.Bool : True);
            return;
        }

        to.Byte((byte)value.Kind);
        switch (value.Kind)
        {
            case StreamValueKind.Null: break;
            case StreamValueKind.Double: to.Int64(value.Bits); break;
            case StreamValueKind.Int64 or StreamValueKind.Instant: to.VarInt(value.Bits); break;
            case StreamValueKind.Text: to.Text((string)value.Reference!); break;
            case StreamValueKind.Bytes:
                var bytes = (byte[])value.Reference!;
                to.VarUInt((ulong)bytes.Length);
                to.Bytes(bytes);
                break;
            case StreamValueKind.Uuid: to.Uuid((Guid)value.Reference!); break;
            case StreamValueKind.List or StreamValueKind.Set: WriteAll(to, (StreamValue[])value.Reference!, depth); break;
            case StreamValueKind.Map:
                var members = (KeyValuePair<string, StreamValue>[])value.Reference!;
                to.VarUInt((ulong)members.Length);
                foreach (var (name, member) in members)
                {
                    to.Text(name);
                    Write(to, member, depth + 1);
                }

                break;
            case StreamValueKind.Array: WriteArray(to, (NumericArray)value.Reference!); break;
            default:
                var columns = ((StreamTable)value.Reference!).Columns;
                to.VarUInt((ulong)columns.Count);
                foreach (var (name, column) in columns)
                {
                    to.Text(name);
                    WriteAll(to, column, depth);
                }

                break;
        }
    }

    /// <summary>The value at the reader; null and a bad reader when there is none.</summary>
    public static StreamValue Read(ref ByteReader from, Limits limits, int depth = 0)
    {
        var tag = from.Byte();
        if (!from.IsGood || depth > StreamValue.MaxDepth) return Bad(ref from);
        switch (tag)
        {
            case (byte)StreamValueKind.Null:
                return default;
            case (byte)StreamValueKind.Bool:
                return false;
            case True:
                return true;
            case (byte)StreamValueKind.Int64:
                return from.VarInt();
            case (byte)StreamValueKind.Double:
                return BitConverter.Int64BitsToDouble(from.Int64());
            case (byte)StreamValueKind.Text:
                return from.Text();
            case (byte)StreamValueKind.Bytes:
                return from.Take(from.Count(1)).ToArray();
            case (byte)StreamValueKind.Instant:
                return from.VarInt() is var micros && StreamValue.IsInstant(micros) ? StreamValue.Micros(micros) : Bad(ref from);
            case (byte)StreamValueKind.Uuid:
                return from.Uuid();
            case (byte)StreamValueKind.List:
                return StreamValue.Owned(StreamValueKind.List, ReadAll(ref from, limits, depth));
            case (byte)StreamValueKind.Set:
                var set = ReadAll(ref from, limits, depth);
                return from.IsGood && set.Distinct().Count() == set.Length ? StreamValue.Owned(StreamValueKind.Set, set) : Bad(ref from);
            case (byte)StreamValueKind.Map: return ReadMap(ref from, limits, depth);
            case (byte)StreamValueKind.Array: return ReadArray(ref from);
            case (byte)StreamValueKind.Table: return ReadTable(ref from, limits, depth);
            default: return Bad(ref from);
        }
    }

    static void WriteAll(ByteWriter to, StreamValue[] values, int depth)
    {
        to.VarUInt((ulong)values.Length);
        foreach (ref readonly var value in values.AsSpan()) Write(to, value, depth + 1);
    }

    static void WriteArray(ByteWriter to, NumericArray array)
    {
        to.Byte((byte)array.Type);
        to.Byte((byte)array.Shape.Length);
        foreach (var length in array.Shape) to.VarUInt((ulong)length);
        to.Bytes(array.Data);
    }

    static StreamValue[] ReadAll(ref ByteReader from, Limits limits, int depth)
    {
        var count = from.Count(1);
        if (!limits.Take(count))
        {
            from.Fail();
            return [];
        }

        var values = new StreamValue[count];
        for (var i = 0; i < count && from.IsGood; i++) values[i] = Read(ref from, limits, depth + 1);
        return values;
    }

    static StreamValue ReadMap(ref ByteReader from, Limits limits, int depth)
    {
        // A name takes a byte at least, and so does its value.
        var count = from.Count(2);
        if (!limits.Take(2 * count)) return Bad(ref from);
        var members = new KeyValuePair<string, StreamValue>[count];
        for (var i = 0; i < count && from.IsGood; i++)
            members[i] = KeyValuePair.Create(from.Text(), Read(ref from, limits, depth + 1));
        if (!from.IsGood)
            return default;
        return RecordValues.HasRepetition(members.Select(member => member.Key).ToArray()) is null
            ? StreamValue.Owned(members)
            : Bad(ref from);
    }

    static StreamValue ReadArray(ref ByteReader from)
    {
        var type = (NumericType)from.Byte();
        int rank = from.Byte();
        if (!from.IsGood || type > NumericType.Complex128 || rank > NumericArray.MaxRank) return Bad(ref from);
        Span<int> shape = stackalloc int[rank];
        long size = NumericArray.SizeOf(type);
        for (var i = 0; i < rank; i++)
        {
            var length = from.VarUInt();
            if (!from.IsGood || length > int.MaxValue) return Bad(ref from);
            shape[i] = (int)length;
        }

        if (shape.Contains(0)) size = 0;
        for (var i = 0; i < rank && size > 0; i++)
        {
            size *= shape[i];
            if (size > from.Remaining) return Bad(ref from);
        }

        var data = from.Take((int)size);
        return from.IsGood && NumericArray.Fits(type, shape, data.Length) ? NumericArray.Create(type, shape, data) : Bad(ref from);
    }

    static StreamValue ReadTable(ref ByteReader from, Limits limits, int depth)
    {
        var count = from.Count(2);
        if (!limits.Take(2 * count)) return Bad(ref from);
        var columns = new KeyValuePair<string, StreamValue[]>[count];
        for (var i = 0; i < count && from.IsGood; i++)
        {
            columns[i] = KeyValuePair.Create(from.Text(), ReadAll(ref from, limits, depth));
            if (columns[i].Value.Length != columns[0].Value.Length) return Bad(ref from);
        }

        if (!from.IsGood)
            return default;
        return RecordValues.HasRepetition(columns.Select(column => column.Key).ToArray()) is null
            ? StreamTable.Owned(columns)
            : Bad(ref from);
    }

    static StreamValue Bad(ref ByteReader from)
    {
        from.Fail();
        return default;
    }
}
