using Idq.Data.DuckDb.Native;

namespace Idq.Data.DuckDb.Tables;

/// <summary>Lists of doubles.</summary>
internal sealed class DoubleListStore : ColumnStore
{
    private readonly DuckColumnType _type;
    private readonly List<long> _offsets;
    private readonly RowMask _mask = new();
    private double[] _values = [];
    private int _count;

    internal DoubleListStore(DuckColumnType type, int capacity)
    {
        _type = type;
        _offsets = new List<long>(capacity + 1) { 0 };
    }

    internal override void Append(DuckChunk chunk, int column)
    {
        var vector = chunk.Vector(column);
        var child = vector.ListChild();
        _mask.Append(vector, _offsets.Count - 1, chunk.Count);
        for (var row = 0; row < chunk.Count; row++)
        {
            if (vector.IsValid(row))
                Append(vector, child, row);
            _offsets.Add(_count);
        }
    }

    internal override DoubleLists Lists() => new([.. _offsets], _values[.._count]);

    internal override bool[]? Present() => _mask.Present(_offsets.Count - 1);

    internal override double[] Doubles() => throw new InvalidOperationException($"A column of type {_type} does not convert to numbers.");

    internal override long[] Longs(long? whereNull) => throw new InvalidOperationException($"A column of type {_type} does not convert to integers.");

    private void Append(VectorView vector, VectorView child, int row)
    {
        var (offset, count) = vector.Entry(row);
        if (_count + count > _values.Length)
            Array.Resize(ref _values, Math.Max(_count + count, _values.Length * 2));
        child.Span<double>(offset, count).CopyTo(_values.AsSpan(_count));
        if (child.MayHaveNulls)
        {
            for (var i = 0; i < count; i++)
            {
                if (!child.IsValid(offset + i))
                    _values[_count + i] = double.NaN;
            }
        }

        _count += count;
    }
}
