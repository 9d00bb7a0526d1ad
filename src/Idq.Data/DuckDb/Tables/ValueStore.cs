namespace Idq.Data.DuckDb.Tables;

/// <summary>Values of the rarer types, as objects.</summary>
internal sealed class ValueStore : ColumnStore
{
    private readonly DuckColumnType _type;
    private readonly List<object?> _values;

    internal ValueStore(DuckColumnType type, int capacity)
    {
        _type = type;
        _values = new List<object?>(capacity);
    }

    internal override void Append(DuckChunk chunk, int column)
    {
        for (var row = 0; row < chunk.Count; row++)
            _values.Add(chunk.Value(column, row));
    }

    internal override T[]? Raw<T>() => typeof(T) == typeof(object) ? (T[])(object)_values.ToArray() : null;

    internal override bool[]? Present() => _values.Contains(null) ? [.. _values.Select(v => v is not null)] : null;

    internal override double[] Doubles() => _type.Id == DuckType.Null
        ? [.. _values.Select(_ => double.NaN)]
        : throw new InvalidOperationException($"A column of type {_type} does not convert to numbers.");

    internal override long[] Longs(long? whereNull) => _type.Id == DuckType.Null && (whereNull is not null || _values.Count == 0)
        ? [.. _values.Select(_ => whereNull!.Value)]
        : throw new InvalidOperationException($"A column of type {_type} does not convert to integers.");
}
