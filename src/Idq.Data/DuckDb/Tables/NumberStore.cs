using Idq.Data.DuckDb.Native;

namespace Idq.Data.DuckDb.Tables;

/// <summary>Values of a fixed width, stored as DuckDB stores them and converted when they are asked for.</summary>
internal sealed unsafe class NumberStore<T> : ColumnStore
    where T : unmanaged
{
    private readonly DuckColumnType _type;
    private readonly RowMask _mask = new();
    private T[] _values;
    private int _count;

    internal NumberStore(DuckColumnType type, int capacity)
    {
        _type = type;
        _values = GC.AllocateUninitializedArray<T>(capacity);
    }

    internal override void Append(DuckChunk chunk, int column)
    {
        var vector = chunk.Vector(column);
        if (_count + chunk.Count > _values.Length)
            Grow(_count + chunk.Count);
        vector.Span<T>(0, chunk.Count).CopyTo(_values.AsSpan(_count));
        _mask.Append(vector, _count, chunk.Count);
        _count += chunk.Count;
    }

    internal override double[] Doubles()
    {
        if (_type.Id == DuckType.Double && !_mask.HasNulls)
            return (double[])(object)Trimmed();
        var target = new double[_count];
        fixed (T* values = _values)
        fixed (ulong* mask = _mask.Words(_count))
            VectorNumbers.ToDoubles(new VectorView(values, mask), _type, _count, target);
        return target;
    }

    internal override long[] Longs(long? whereNull)
    {
        if (_type.Id == DuckType.BigInt && !_mask.HasNulls)
            return (long[])(object)Trimmed();
        var target = new long[_count];
        fixed (T* values = _values)
        fixed (ulong* mask = _mask.Words(_count))
            VectorNumbers.ToLongs(new VectorView(values, mask), _type, _count, target, whereNull);
        return target;
    }

    internal override TRaw[]? Raw<TRaw>() => typeof(TRaw) == typeof(T) && !_mask.HasNulls ? (TRaw[])(object)Trimmed() : null;

    internal override bool[]? Present() => _mask.Present(_count);

    private T[] Trimmed()
    {
        if (_values.Length != _count)
            Resize(_count);
        return _values;
    }

    private void Grow(int needed) => Resize((int)Math.Min(Array.MaxLength, Math.Max(needed, _values.Length * 2L)));

    private void Resize(int length)
    {
        var values = GC.AllocateUninitializedArray<T>(length);
        _values.AsSpan(0, _count).CopyTo(values);
        _values = values;
    }
}
