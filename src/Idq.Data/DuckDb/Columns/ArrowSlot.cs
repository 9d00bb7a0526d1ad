using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Idq.Data.DuckDb.Native;

namespace Idq.Data.DuckDb.Columns;

/// <summary>Room for one column of a batch: its array, the array of its words or elements, and the pointers to their buffers.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct ArrowSlot
{
    internal ArrowArray Array;
    internal ArrowArray Inner;
    internal Pointers Buffers;
    internal Pointers InnerBuffers;
    internal ArrowArray* Child;

    /// <summary>Sets the column's own array; <paramref name="second"/> is null where there is no third buffer.</summary>
    internal static void Set(ArrowSlot* slot, long length, byte* validity, void* first, void* second = null) =>
        Set(&slot->Array, &slot->Buffers, length, validity, first, second);

    /// <summary>Sets the array of words or elements.</summary>
    internal static void SetInner(ArrowSlot* slot, long length, void* first, void* second = null) =>
        Set(&slot->Inner, &slot->InnerBuffers, length, null, first, second);

    static void Set(ArrowArray* array, Pointers* pointers, long length, byte* validity, void* first, void* second)
    {
        var buffers = (void**)pointers;
        buffers[0] = validity;
        buffers[1] = first;
        buffers[2] = second;
        array->Length = length;
        array->NullCount = validity is null ? 0 : Unset(validity, length);
        array->BufferCount = second is null ? 2 : 3;
        array->Buffers = buffers;
    }

    // DuckDB takes an unknown count (-1) of a dictionary's rows for none.
    static long Unset(byte* bits, long length)
    {
        var unset = length;
        for (var i = 0L; i < length / 8; i++)
            unset -= BitOperations.PopCount(bits[i]);
        if (length % 8 != 0)
            unset -= BitOperations.PopCount(bits[length / 8] & ((1u << (int)(length % 8)) - 1));
        return unset;
    }

    [InlineArray(3)]
    internal struct Pointers
    {
        nint first;
    }
}
