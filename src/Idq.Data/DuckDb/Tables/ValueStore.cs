namespace Idq.Data.DuckDb.Tables;

/// <summary>Values of the rarer types, as objects.</summary>
sealed class ValueStore : ColumnStore
{
    readonly DuckColumnType type;
    readonly List<object?> values;

    internal ValueStore(DuckColumnType type, int capacity)
    {
        this.type = type;
        values = new List<object?>(capacity);
    }

    internal override void Append(DuckChunk chunk, int column)
    {
        for (var row = 0; row < chunk.Count; row++)
            values.Add(chunk.Value(column, row));
    }

    internal override T[]? Raw<T>() => typeof(T) == typeof(object) ? (T[])(object)values.ToArray() : null;

    internal override bool[]? Present() => values.Contains(null) ? [.. values.Select(v => v is not null)] : null;

    internal override double[] Doubles() => type.Id == DuckType.Null
        ? [.. values.Select(_ => double.NaN)]
        : throw new InvalidOperationException($"A column of type {type} does not convert to numbers.");

    internal override long[] Longs(long? whereNull) => type.Id == DuckType.Null && (whereNull is not null || values.Count == 0)
        ? [.. values.Select(_ => whereNull!.Value)]
        : throw new InvalidOperationException($"A column of type {type} does not convert to integers.");
}
