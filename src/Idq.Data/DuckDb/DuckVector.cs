using System.Runtime.CompilerServices;
using System.Text;
using DuckDB.NET.Native;
using static DuckDB.NET.Native.NativeMethods.Vectors;

namespace Idq.Data.DuckDb;

/// <summary>The values and the validity mask of one vector of a chunk, in DuckDB's memory.</summary>
readonly unsafe struct DuckVector(nint vector)
{
    readonly void* data = DuckDBVectorGetData(vector);
    readonly ulong* validity = DuckDBVectorGetValidity(vector);

    internal bool MayHaveNulls => validity is not null;

    internal bool IsValid(long row) => validity is null || (validity[row >> 6] >> (int)(row & 63) & 1) != 0;

    internal ReadOnlySpan<T> Span<T>(int count) where T : unmanaged => new(data, count);

    internal T At<T>(long row) where T : unmanaged => Unsafe.ReadUnaligned<T>((T*)data + row);

    /// <summary>The bytes of a text: at most 12 lie inside its 16 bytes, more lie elsewhere.</summary>
    internal ReadOnlySpan<byte> Utf8(long row)
    {
        var text = (byte*)data + row * 16;
        var length = *(int*)text;
        return new(length <= 12 ? text + 4 : *(byte**)(text + 8), length);
    }

    /// <summary>The integer that a value is stored as; not for UHUGEINT.</summary>
    internal Int128 Integer(DuckDBType storage, long row) => storage switch
    {
        DuckDBType.TinyInt => At<sbyte>(row),
        DuckDBType.UnsignedTinyInt => At<byte>(row),
        DuckDBType.SmallInt => At<short>(row),
        DuckDBType.UnsignedSmallInt => At<ushort>(row),
        DuckDBType.Integer => At<int>(row),
        DuckDBType.UnsignedInteger => At<uint>(row),
        DuckDBType.UnsignedBigInt => At<ulong>(row),
        DuckDBType.HugeInt => At<Int128>(row),
        _ => At<long>(row),
    };

    internal string Text(long row) => Encoding.UTF8.GetString(Utf8(row));

    /// <summary>Where the elements of a LIST or MAP lie in its child.</summary>
    internal (long Offset, int Count) Entry(long row) => ((long)At<ulong>(row * 2), checked((int)At<ulong>(row * 2 + 1)));

    internal DuckVector ListChild => new(DuckDBListVectorGetChild(vector));

    internal DuckVector ArrayChild => new(DuckDBArrayVectorGetChild(vector));

    internal DuckVector StructChild(int index) => new(DuckDBStructVectorGetChild(vector, index));
}
