using Idq.Data.DuckDb.Native;

namespace Idq.Data.DuckDb.Tables;

/// <summary>Lists of doubles.</summary>
sealed class DoubleListStore : ColumnStore
{
    readonly DuckColumnType type;
    readonly List<long> offsets;
    readonly RowMask mask = new();
    double[] values = [];
    int count;

    internal DoubleListStore(DuckColumnType type, int capacity)
    {
        this.type = type;
        offsets = new List<long>(capacity + 1) { 0 };
    }

    internal override void Append(DuckChunk chunk, int column)
    {
        var vector = chunk.Vector(column);
        var child = vector.ListChild();
        mask.Append(vector, offsets.Count - 1, chunk.Count);
        for (var row = 0; row < chunk.Count; row++)
        {
            if (vector.IsValid(row))
                Append(vector, child, row);
            offsets.Add(count);
        }
    }

    internal override DoubleLists Lists() => new([.. offsets], values[..count]);

    internal override bool[]? Present() => mask.Present(offsets.Count - 1);

    internal override double[] Doubles() => throw new InvalidOperationException($"A column of type {type} does not convert to numbers.");

    internal override long[] Longs(long? whereNull) =>
        throw new InvalidOperationException($"A column of type {type} does not convert to integers.");

    void Append(VectorView vector, VectorView child, int row)
    {
        var (offset, count) = vector.Entry(row);
        if (this.count + count > values.Length)
            Array.Resize(ref values, Math.Max(this.count + count, values.Length * 2));
        child.Span<double>(offset, count).CopyTo(values.AsSpan(this.count));
        if (child.MayHaveNulls)
        {
            for (var i = 0; i < count; i++)
            {
                if (!child.IsValid(offset + i))
                    values[this.count + i] = double.NaN;
            }
        }

        this.count += count;
    }
}
