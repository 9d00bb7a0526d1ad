using Idq.Data.DuckDb.Native;

namespace Idq.Data.DuckDb.Tables;

/// <summary>Values of a fixed width, stored as DuckDB stores them and converted when they are asked for.</summary>
sealed unsafe class NumberStore<T> : ColumnStore
    where T : unmanaged
{
    readonly DuckColumnType type;
    readonly RowMask mask = new();
    T[] values;
    int count;

    internal NumberStore(DuckColumnType type, int capacity)
    {
        this.type = type;
        values = GC.AllocateUninitializedArray<T>(capacity);
    }

    internal override void Append(DuckChunk chunk, int column)
    {
        var vector = chunk.Vector(column);
        if (count + chunk.Count > values.Length)
            Grow(count + chunk.Count);
        vector.Span<T>(0, chunk.Count).CopyTo(values.AsSpan(count));
        mask.Append(vector, count, chunk.Count);
        count += chunk.Count;
    }

    internal override double[] Doubles()
    {
        if (type.Id == DuckType.Double && !this.mask.HasNulls)
            return (double[])(object)Trimmed();
        var target = new double[count];
        fixed (T* values = this.values)
        fixed (ulong* mask = this.mask.Words(count))
            VectorNumbers.ToDoubles(new VectorView(values, mask), type, count, target);
        return target;
    }

    internal override long[] Longs(long? whereNull)
    {
        if (type.Id == DuckType.BigInt && !this.mask.HasNulls)
            return (long[])(object)Trimmed();
        var target = new long[count];
        fixed (T* values = this.values)
        fixed (ulong* mask = this.mask.Words(count))
            VectorNumbers.ToLongs(new VectorView(values, mask), type, count, target, whereNull);
        return target;
    }

    internal override TRaw[]? Raw<TRaw>() => typeof(TRaw) == typeof(T) && !mask.HasNulls ? (TRaw[])(object)Trimmed() : null;

    internal override bool[]? Present() => mask.Present(count);

    T[] Trimmed()
    {
        if (values.Length != count)
            Resize(count);
        return values;
    }

    void Grow(int needed) => Resize((int)Math.Min(Array.MaxLength, Math.Max(needed, values.Length * 2L)));

    void Resize(int length)
    {
        var values = GC.AllocateUninitializedArray<T>(length);
        this.values.AsSpan(0, count).CopyTo(values);
        this.values = values;
    }
}
