using System.Runtime.CompilerServices;
using System.Text;

namespace Idq.Data.DuckDb.Native;

/// <summary>The values and the validity mask of one vector of a chunk.</summary>
readonly unsafe struct VectorView
{
    readonly nint vector;
    readonly void* data;
    readonly ulong* validity;

    internal VectorView(nint vector)
    {
        this.vector = vector;
        data = DuckNative.VectorData(vector);
        validity = DuckNative.VectorValidity(vector);
    }

    /// <summary>Values that were copied out of DuckDB.</summary>
    internal VectorView(void* data, ulong* validity)
    {
        this.data = data;
        this.validity = validity;
    }

    internal bool MayHaveNulls => validity is not null;

    internal bool IsValid(long row) => validity is null || ((validity[row >> 6] >> (int)(row & 63)) & 1) != 0;

    internal ReadOnlySpan<T> Span<T>(long offset, int count)
        where T : unmanaged => new((T*)data + offset, count);

    internal T At<T>(long row)
        where T : unmanaged => Unsafe.Read<T>((T*)data + row);

    /// <summary>The bytes of a <c>duckdb_string_t</c>: at most 12 lie inside it, more lie elsewhere.</summary>
    internal ReadOnlySpan<byte> Utf8(long row)
    {
        var text = (byte*)data + (row * 16);
        var length = *(int*)text;
        return new ReadOnlySpan<byte>(length <= 12 ? text + 4 : *(byte**)(text + 8), length);
    }

    internal string Text(long row) => Encoding.UTF8.GetString(Utf8(row));

    /// <summary>Where a LIST's elements lie in its child.</summary>
    internal (long Offset, int Count) Entry(long row)
    {
        var entry = (ulong*)data + (row * 2);
        return ((long)entry[0], checked((int)entry[1]));
    }

    internal VectorView ListChild() => new(DuckNative.ListChild(vector));

    internal VectorView ArrayChild() => new(DuckNative.ArrayChild(vector));

    internal VectorView StructChild(int index) => new(DuckNative.StructChild(vector, (ulong)index));
}
