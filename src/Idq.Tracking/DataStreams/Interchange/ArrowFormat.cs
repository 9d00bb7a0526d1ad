using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace Idq.Tracking;

/// <summary>Tables as Apache Arrow's IPC bytes, which data frames of other languages read and write.</summary>
public static class ArrowFormat
{
    static readonly TimestampType Microseconds = new(TimeUnit.Microsecond, "UTC");

    /// <summary>A table as an Arrow IPC stream of one batch, uncompressed.</summary>
    /// <remarks>
    /// A column is int64, double, bool, utf8, binary or timestamp[µs, UTC] by the kind of its values, which are all of one kind or null;
    /// a column of nothing but nulls is null. NaN stays NaN: it is not null.
    /// </remarks>
    /// <exception cref="DataStreamException">
    /// A column has values of several kinds, or of one that is not written as Arrow: lists, maps, arrays, tables, identifiers.
    /// </exception>
    public static byte[] Write(StreamTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var columns = table.Columns.Select(column => (column.Key, Array: Column(column.Key, column.Value))).ToList();
        var schema = new Schema(columns.Select(column => new Field(column.Key, column.Array.Data.DataType, nullable: true)), null);
        using var batch = new RecordBatch(schema, columns.Select(column => column.Array), table.Rows);
        using var to = new MemoryStream();
        using (var writer = new ArrowStreamWriter(to, schema, leaveOpen: true))
        {
            writer.WriteRecordBatch(batch);
            writer.WriteEnd();
        }
        return to.ToArray();
    }

    /// <summary>The table in the bytes of an Arrow IPC stream or file, uncompressed and without dictionaries.</summary>
    /// <remarks>Integers of every width become 64-bit ones, floats doubles; times finer than a microsecond are cut.</remarks>
    /// <exception cref="DataStreamException">They are damaged, or have something that is not read.</exception>
    public static StreamTable Read(byte[] arrow)
    {
        ArgumentNullException.ThrowIfNull(arrow);
        try
        {
            return new StreamTable([
                .. ArrowTable.Read(arrow).Columns.Select(column =>
                    KeyValuePair.Create(column.Name, (IReadOnlyList<StreamValue>)[.. column.Values.Select(StreamValue.From)])),
            ]);
        }
        catch (FormatException e)
        {
            throw new DataStreamException(DataStreamFailure.Malformed, $"the bytes are not an Arrow table: {e.Message}", e);
        }
    }

    static IArrowArray Column(string name, StreamValue[] values)
    {
        var kinds = values.Select(value => value.Kind).Where(kind => kind != StreamValueKind.Null).Distinct().ToArray();
        if (kinds.Length > 1)
            throw new DataStreamException(
                DataStreamFailure.UnsupportedType,
                $"column '{name}' has values of several kinds ({string.Join(", ", kinds)}): an Arrow column has one");
        switch (kinds.FirstOrDefault())
        {
            case StreamValueKind.Null: return new NullArray(values.Length);
            case StreamValueKind.Int64: return Numbers(Int64Type.Default, values);
            case StreamValueKind.Double: return Numbers(DoubleType.Default, values);
            case StreamValueKind.Instant: return Numbers(Microseconds, values);
            case StreamValueKind.Bool:
                var bits = new BooleanArray.Builder();
                foreach (var value in values) _ = value.IsNull ? bits.AppendNull() : bits.Append(value.AsBool());
                return bits.Build();
            case StreamValueKind.Text:
                var texts = new StringArray.Builder();
                foreach (var value in values) _ = value.IsNull ? texts.AppendNull() : texts.Append(value.AsText());
                return texts.Build();
            case StreamValueKind.Bytes:
                var bytes = new BinaryArray.Builder();
                foreach (var value in values) _ = value.IsNull ? bytes.AppendNull() : bytes.Append(value.AsBytes().Span);
                return bytes.Build();
            case var kind:
                throw new DataStreamException(
                    DataStreamFailure.UnsupportedType, $"column '{name}' has values of kind {kind}, which are not written as Arrow");
        }
    }

    // Of eight bytes each, with a bit for each that tells whether it is there.
    static IArrowArray Numbers(IArrowType type, StreamValue[] values)
    {
        var numbers = new ArrowBuffer.Builder<long>(values.Length);
        var isThere = new ArrowBuffer.BitmapBuilder(values.Length);
        foreach (var value in values)
        {
            numbers.Append(value.IsNull ? 0 : value.Bits);
            isThere.Append(!value.IsNull);
        }
        var nulls = isThere.UnsetBitCount;
        return ArrowArrayFactory.BuildArray(new ArrayData(
            type, values.Length, nulls, 0, [nulls == 0 ? ArrowBuffer.Empty : isThere.Build(), numbers.Build()]));
    }
}
