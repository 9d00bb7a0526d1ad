using System.Buffers.Binary;

namespace Idq.Tracking;

/// <summary>Writes the FlatBuffers format, front to back: tables, texts and lists, each before what it points to.</summary>
sealed class FlatBufferWriter
{
    readonly ByteWriter bytes = new();

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => bytes.Written;

    /// <summary>A whole buffer with its outermost table.</summary>
    public void Root(params ReadOnlySpan<Slot> slots)
    {
        bytes.UInt32(0);
        Patch(0, Table(slots));
    }

    /// <summary>A table; where it lies.</summary>
    public int Table(params ReadOnlySpan<Slot> slots)
    {
        int last = -1, size = sizeof(int);
        Span<ushort> places = stackalloc ushort[16];
        foreach (var slot in slots)
        {
            size = (size + slot.Size - 1) / slot.Size * slot.Size;
            places[slot.Index] = (ushort)size;
            size += slot.Size;
            last = Math.Max(last, slot.Index);
        }

        // The table of offsets comes before, so that the table begins where eight-byte numbers may.
        var offsetBytes = 4 + (2 * (last + 1));
        Align(8, offsetBytes);
        var offsets = bytes.Length;
        var to = bytes.Take(offsetBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)offsetBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(to[2..], (ushort)size);
        for (var i = 0; i <= last; i++) BinaryPrimitives.WriteUInt16LittleEndian(to[(4 + (2 * i))..], places[i]);
        var table = bytes.Length;
        to = bytes.Take(size);
        to.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(to, table - offsets);
        foreach (var slot in slots) slot.Number(to[places[slot.Index]..]);
        foreach (var slot in slots)
        {
            if (slot.Target is { } target) Patch(table + places[slot.Index], target(this));
        }

        return table;
    }

    /// <summary>A text; where it lies.</summary>
    public int Text(string text)
    {
        var utf8 = System.Text.Encoding.UTF8.GetBytes(text);
        Align(4, 0);
        var at = bytes.Length;
        bytes.UInt32((uint)utf8.Length);
        bytes.Bytes(utf8);
        bytes.Byte(0);
        return at;
    }

    /// <summary>A list of what is written by its members; where it lies.</summary>
    public int List(IReadOnlyList<Func<FlatBufferWriter, int>> members)
    {
        Align(4, 0);
        var at = bytes.Length;
        bytes.UInt32((uint)members.Count);
        bytes.Take(4 * members.Count).Clear();
        for (var i = 0; i < members.Count; i++) Patch(at + 4 + (4 * i), members[i](this));
        return at;
    }

    /// <summary>A list of pairs of 64-bit numbers; where it lies.</summary>
    public int Pairs(IReadOnlyList<(long First, long Second)> pairs)
    {
        Align(8, 4);
        var at = bytes.Length;
        bytes.UInt32((uint)pairs.Count);
        foreach (var (first, second) in pairs)
        {
            bytes.Int64(first);
            bytes.Int64(second);
        }

        return at;
    }

    // So that what comes after so many bytes more is aligned.
    void Align(int alignment, int after)
    {
        while ((bytes.Length + after) % alignment != 0) bytes.Byte(0);
    }

    void Patch(int at, int target) => BinaryPrimitives.WriteInt32LittleEndian(bytes.WrittenForPatching[at..], target - at);

    /// <summary>A field of a table.</summary>
    /// <param name="Index">Its number.</param>
    /// <param name="Size">How many bytes it takes in the table: 1, 2, 4 or 8.</param>
    /// <param name="Value">The number.</param>
    /// <param name="Target">Writes what it points to; null for a number.</param>
    public readonly record struct Slot(int Index, int Size, long Value, Func<FlatBufferWriter, int>? Target = null)
    {
        public static Slot Of(int index, byte value) => new(index, 1, value);

        public static Slot Of(int index, short value) => new(index, 2, value);

        public static Slot Of(int index, int value) => new(index, 4, value);

        public static Slot Of(int index, long value) => new(index, 8, value);

        public static Slot To(int index, Func<FlatBufferWriter, int> target) => new(index, 4, 0, target);

        internal void Number(Span<byte> to)
        {
            switch (Size)
            {
                case 1: to[0] = (byte)Value; break;
                case 2: BinaryPrimitives.WriteInt16LittleEndian(to, (short)Value); break;
                case 4: BinaryPrimitives.WriteInt32LittleEndian(to, (int)Value); break;
                default: BinaryPrimitives.WriteInt64LittleEndian(to, Value); break;
            }
        }
    }
}
