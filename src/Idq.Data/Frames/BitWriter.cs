using System.Buffers.Binary;

namespace Idq.Data.Frames;

/// <summary>Writes numbers of any width into bytes, lowest bit first.</summary>
/// <param name="into">Where they go. What does not find room there is left out, and <see cref="IsFull"/> says so.</param>
ref struct BitWriter(Span<byte> into)
{
    readonly Span<byte> into = into;
    int at;
    ulong pending;
    int count;

    /// <summary>True when something was left out.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Writes the lowest bits of a number, 1 to 64.</summary>
    public void Write(ulong value, int bits)
    {
        if (bits < 64) value &= (1UL << bits) - 1;
        pending |= value << count;
        if (count + bits < 64)
        {
            count += bits;
            return;
        }
        Store(8);
        pending = count == 0 ? 0 : value >> (64 - count);
        count += bits - 64;
    }

    /// <summary>Fills the last word with zeros; the bytes written, 0 when something was left out.</summary>
    public int End(int wordSize)
    {
        var length = at + (count + 7) / 8;
        Store(length - at);
        length = (length + wordSize - 1) / wordSize * wordSize;
        if (length > into.Length) IsFull = true;
        if (IsFull) return 0;
        into[at..length].Clear();
        return length;
    }

    void Store(int bytes)
    {
        if (at + bytes > into.Length)
        {
            IsFull = true;
            return;
        }
        Span<byte> word = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(word, pending);
        word[..bytes].CopyTo(into[at..]);
        at += bytes;
    }
}
