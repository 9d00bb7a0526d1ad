using System.Buffers;
using System.Runtime.InteropServices;

namespace Idq.Data.DuckDb.Columns;

/// <summary>A column's values at a fixed place in memory, of which any range of rows can be shown to DuckDB as an Arrow array.</summary>
abstract unsafe class ColumnBuffers : IDisposable
{
    readonly List<MemoryHandle> pins = [];
    readonly List<nint> blocks = [];

    /// <summary>Fills in the array for the rows [start, start + count); start is a multiple of 8.</summary>
    internal abstract void Show(ArrowSlot* slot, long start, long count);

    public void Dispose()
    {
        foreach (var pin in pins)
            pin.Dispose();
        foreach (var block in blocks)
            NativeMemory.Free((void*)block);
        pins.Clear();
        blocks.Clear();
    }

    protected T* Pin<T>(ReadOnlyMemory<T> memory)
        where T : unmanaged
    {
        var pin = memory.Pin();
        pins.Add(pin);
        return (T*)pin.Pointer;
    }

    protected T* Allocate<T>(long count)
        where T : unmanaged
    {
        var block = NativeMemory.Alloc((nuint)Math.Max(count, 1), (nuint)sizeof(T));
        blocks.Add((nint)block);
        return (T*)block;
    }

    /// <summary>One bit for each value, lowest first.</summary>
    protected byte* Bits(ReadOnlySpan<bool> values)
    {
        var bits = Allocate<byte>((values.Length + 7) / 8);
        for (var start = 0; start < values.Length; start += 8)
        {
            var eight = values.Slice(start, Math.Min(8, values.Length - start));
            var packed = 0;
            for (var i = 0; i < eight.Length; i++)
                packed |= eight[i] ? 1 << i : 0;
            bits[start / 8] = (byte)packed;
        }

        return bits;
    }

    /// <summary>The validity mask, or null where all rows are present.</summary>
    protected byte* Validity(ReadOnlySpan<bool> present) => present.IsEmpty ? null : Bits(present);
}
