using System.Buffers.Binary;
using System.Text;
using Slot = Idq.Tracking.FlatBufferWriter.Slot;

namespace Idq.Tracking;

/// <summary>Tables as Apache Arrow's IPC bytes, which data frames of other languages read and write.</summary>
public static class ArrowFormat
{
    const short Version5 = 4;
    const short Double = 2;
    const short Microseconds = 2;
    const byte SchemaMessage = 1;
    const byte BatchMessage = 3;

    /// <summary>A table as an Arrow IPC stream of one batch, uncompressed.</summary>
    /// <remarks>
    /// A column is int64, double, bool, utf8, binary or timestamp[µs, UTC] by the kind of its values, which are all of one kind or null; of nothing but nulls it is null. NaN stays NaN: it is not null.
    /// </remarks>
    /// <exception cref="DataStreamException">A column has values of several kinds, or of one that Arrow is not written for: lists, maps, arrays, tables, identifiers.</exception>
    public static byte[] Write(StreamTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var columns = table.Columns.Select(column => new Column(column.Key, KindOf(column.Key, column.Value), column.Value)).ToArray();
        var to = new ByteWriter();
        AppendMessage(to, SchemaMessage, 0, writer => writer.Table(
            Slot.To(1, fields => fields.List(columns.Select(column => (Func<FlatBufferWriter, int>)column.WriteField).ToArray()))));
        var body = new ByteWriter();
        var nodes = new List<(long Length, long Nulls)>();
        var buffers = new List<(long Offset, long Length)>();
        foreach (var column in columns)
        {
            nodes.Add((table.Rows, column.Nulls));
            column.WriteBuffers(body, buffers);
        }

        AppendMessage(to, BatchMessage, body.Length, writer => writer.Table(
            Slot.Of(0, (long)table.Rows), Slot.To(1, list => list.Pairs(nodes)), Slot.To(2, list => list.Pairs(buffers))));
        to.Bytes(body.Written);
        to.UInt32(uint.MaxValue);
        to.UInt32(0);
        return to.Written.ToArray();
    }

    /// <summary>The table in the bytes of an Arrow IPC stream or file, uncompressed and without dictionaries.</summary>
    /// <remarks>Integers of every width become 64-bit ones, floats doubles; times finer than a microsecond are cut.</remarks>
    /// <exception cref="DataStreamException">They are damaged, or have something that is not read.</exception>
    public static StreamTable Read(byte[] arrow)
    {
        ArgumentNullException.ThrowIfNull(arrow);
        try
        {
            return new StreamTable(
                ArrowTable
                    .Read(arrow)
                    .Columns.Select(column =>
                        KeyValuePair.Create(column.Name, (IReadOnlyList<StreamValue>)column.Values.Select(StreamValue.From).ToArray())
                    )
                    .ToArray()
            );
        }
        catch (FormatException e)
        {
            throw new DataStreamException(DataStreamFailure.Malformed, $"the bytes are not an Arrow table: {e.Message}", e);
        }
    }

    static StreamValueKind KindOf(string name, StreamValue[] values)
    {
        var kinds = values.Select(value => value.Kind).Where(kind => kind != StreamValueKind.Null).Distinct().ToArray();
        var kind = kinds.FirstOrDefault();
        if (kinds.Length > 1)
            throw new DataStreamException(
                DataStreamFailure.UnsupportedType,
                $"column '{name}' has values of several kinds ({string.Join(", ", kinds)}): an Arrow column has one"
            );
        return
            kind
                is StreamValueKind.Null
                    or StreamValueKind.Bool
                    or StreamValueKind.Int64
                    or StreamValueKind.Double
                    or StreamValueKind.Text
                    or StreamValueKind.Bytes
                    or StreamValueKind.Instant
            ? kind
            : throw new DataStreamException(
                DataStreamFailure.UnsupportedType,
                $"column '{name}' has values of kind {kind}, which are not written as Arrow"
            );
    }

    static void AppendMessage(ByteWriter to, byte kind, long bodyLength, Func<FlatBufferWriter, int> header)
    {
        var message = new FlatBufferWriter();
        message.Root(Slot.Of(0, Version5), Slot.Of(1, kind), Slot.To(2, header), Slot.Of(3, bodyLength));
        var padded = (message.Written.Length + 7) / 8 * 8;
        to.UInt32(uint.MaxValue);
        to.UInt32((uint)padded);
        to.Bytes(message.Written);
        to.Take(padded - message.Written.Length).Clear();
    }

    sealed record Column(string Name, StreamValueKind Kind, StreamValue[] Values)
    {
        public int Nulls { get; } = Values.Count(value => value.IsNull);

        // Field: name, nullable, type, (dictionary), children.
        public int WriteField(FlatBufferWriter to)
        {
            var (type, slots) = Kind switch
            {
                StreamValueKind.Null => ((byte)1, (Slot[])[]),
                StreamValueKind.Int64 => ((byte)2, [Slot.Of(0, 64), Slot.Of(1, (byte)1)]),
                StreamValueKind.Double => ((byte)3, [Slot.Of(0, Double)]),
                StreamValueKind.Bytes => ((byte)4, []),
                StreamValueKind.Text => ((byte)5, []),
                StreamValueKind.Bool => ((byte)6, []),
                _ => ((byte)10, [Slot.Of(0, Microseconds), Slot.To(1, text => text.Text("UTC"))]),
            };
            return to.Table(
                Slot.To(0, text => text.Text(Name)),
                Slot.Of(1, (byte)1),
                Slot.Of(2, type),
                Slot.To(3, table => table.Table(slots)),
                Slot.To(5, list => list.List([]))
            );
        }

        public void WriteBuffers(ByteWriter body, List<(long Offset, long Length)> buffers)
        {
            if (Kind == StreamValueKind.Null) return;
            Buffer(body, buffers, Nulls == 0 ? [] : Bits(value => !value.IsNull));
            switch (Kind)
            {
                case StreamValueKind.Bool: Buffer(body, buffers, Bits(value => !value.IsNull && value.AsBool())); break;
                case StreamValueKind.Text: WriteTexts(body, buffers, value => Encoding.UTF8.GetBytes(value.AsText())); break;
                case StreamValueKind.Bytes: WriteTexts(body, buffers, value => value.AsBytes()); break;
                default:
                    var numbers = new byte[8L * Values.Length];
                    for (var i = 0; i < Values.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(numbers.AsSpan(8 * i), Values[i].Bits);
                    Buffer(body, buffers, numbers);
                    break;
            }
        }

        void WriteTexts(ByteWriter body, List<(long Offset, long Length)> buffers, Func<StreamValue, ReadOnlyMemory<byte>> bytes)
        {
            var ends = new byte[4L * (Values.Length + 1)];
            var data = new ByteWriter();
            for (var i = 0; i < Values.Length; i++)
            {
                if (!Values[i].IsNull) data.Bytes(bytes(Values[i]).Span);
                BinaryPrimitives.WriteInt32LittleEndian(ends.AsSpan(4 * (i + 1)), data.Length);
            }

            Buffer(body, buffers, ends);
            Buffer(body, buffers, data.Written);
        }

        byte[] Bits(Func<StreamValue, bool> isSet)
        {
            var bits = new byte[(Values.Length + 7) / 8];
            for (var i = 0; i < Values.Length; i++)
            {
                if (isSet(Values[i])) bits[i / 8] |= (byte)(1 << (i % 8));
            }

            return bits;
        }

        static void Buffer(ByteWriter body, List<(long Offset, long Length)> buffers, ReadOnlySpan<byte> bytes)
        {
            buffers.Add((body.Length, bytes.Length));
            body.Bytes(bytes);
            body.Take(((bytes.Length + 7) / 8 * 8) - bytes.Length).Clear();
        }
    }
}
