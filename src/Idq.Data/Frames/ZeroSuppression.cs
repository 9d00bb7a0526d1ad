using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Idq.Data.Frames;

/// <summary>
/// Zero suppression: differences from the word before, in blocks, each of them in as few bits as its greatest difference needs
/// (LIGO-T970130, appendix B).
/// </summary>
/// <remarks>
/// The data are a stream of bits, lowest bit first: the number of words in a block (16 bits), and for every block the number of bits less
/// one (4, 5 or 6 bits for words of 2, 4 or 8 bytes) and the differences, each with 2^(bits − 1) − 1 added. One bit means that all
/// differences of the block are zero, and none of them is stored.
/// </remarks>
static class ZeroSuppression
{
    const int BlockBits = 16;

    /// <summary>The bits that say how many bits the words of a block have.</summary>
    static int FieldBits(int wordSize) => BitOperations.Log2((uint)wordSize) + 3;

    /// <summary>Reads words.</summary>
    /// <param name="data">The stream of bits; words of little-endian order, or turned round before.</param>
    /// <param name="words">Where the words go.</param>
    /// <param name="wordSize">2, 4 or 8.</param>
    /// <returns>False when the data end before the words do, or have no words in a block.</returns>
    public static bool TryExpand(ReadOnlySpan<byte> data, Span<byte> words, int wordSize)
    {
        var isWhole = wordSize switch
        {
            2 => TryExpand(data, MemoryMarshal.Cast<byte, ushort>(words)),
            4 => TryExpand(data, MemoryMarshal.Cast<byte, uint>(words)),
            _ => TryExpand(data, MemoryMarshal.Cast<byte, ulong>(words)),
        };
        if (isWhole) Words.Sum(words, wordSize);
        return isWhole;
    }

    /// <summary>Writes differences that <see cref="Words.Difference"/> made.</summary>
    /// <returns>Bytes written, whole words; 0 when the room does not suffice.</returns>
    public static int Suppress(ReadOnlySpan<byte> differences, Span<byte> into, int wordSize) => wordSize switch
    {
        2 => Suppress(MemoryMarshal.Cast<byte, short>(differences), into, 12),
        4 => Suppress(MemoryMarshal.Cast<byte, int>(differences), into, 8),
        _ => Suppress(MemoryMarshal.Cast<byte, long>(differences), into, 8),
    };

    static unsafe bool TryExpand<T>(ReadOnlySpan<byte> data, Span<T> words) where T : unmanaged, IBinaryInteger<T>
    {
        if (words.Length == 0) return true;
        if (data.Length < 2) return false;
        var fieldBits = FieldBits(sizeof(T));
        var block = BinaryPrimitives.ReadUInt16LittleEndian(data);
        if (block == 0) return false;
        var (position, end) = ((long)BlockBits, 8L * data.Length);
        for (var first = 0; first < words.Length; first += block)
        {
            var part = words.Slice(first, Math.Min(block, words.Length - first));
            if (position + fieldBits > end) return false;
            var bits = (int)Bits(data, position, fieldBits) + 1;
            position += fieldBits;
            if (bits == 1)
            {
                part.Clear();
                continue;
            }
            if (position + (long)bits * part.Length > end) return false;
            var middle = T.CreateTruncating((1UL << (bits - 1)) - 1);
            for (var i = 0; i < part.Length; i++, position += bits)
                part[i] = unchecked(T.CreateTruncating(Bits(data, position, bits)) - middle);
        }
        return true;
    }

    // At most 64 bits, of which all are there.
    static ulong Bits(ReadOnlySpan<byte> data, long position, int count)
    {
        var (at, shift) = ((int)(position >> 3), (int)(position & 7));
        var value = Load(data, at) >> shift;
        if (shift + count > 64) value |= (ulong)data[at + 8] << (64 - shift);
        return count == 64 ? value : value & ((1UL << count) - 1);
    }

    static ulong Load(ReadOnlySpan<byte> data, int at)
    {
        if (at + 8 <= data.Length) return BinaryPrimitives.ReadUInt64LittleEndian(data[at..]);
        ulong value = 0;
        for (var i = data.Length - 1; i >= at; i--) value = (value << 8) | data[i];
        return value;
    }

    static unsafe int Suppress<T>(ReadOnlySpan<T> differences, Span<byte> into, int block)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>, IMinMaxValue<T>
    {
        var (fieldBits, wordBits) = (FieldBits(sizeof(T)), 8 * sizeof(T));
        var writer = new BitWriter(into);
        writer.Write((ulong)block, BlockBits);
        for (var first = 0; first < differences.Length; first += block)
        {
            var part = differences.Slice(first, Math.Min(block, differences.Length - first));
            var (least, most) = (T.Zero, T.Zero);
            foreach (var value in part) (least, most) = (T.Min(least, value), T.Max(most, value));
            // The least number has no counterpart: it takes the whole word.
            var greatest = least == T.MinValue ? T.MaxValue : T.Max(-least, most);
            var bits = greatest == T.Zero ? 1 : Math.Min(wordBits, wordBits - int.CreateChecked(T.LeadingZeroCount(greatest)) + 1);
            writer.Write((ulong)(bits - 1), fieldBits);
            if (bits == 1) continue;
            var middle = (1UL << (bits - 1)) - 1;
            foreach (var value in part) writer.Write(unchecked(ulong.CreateTruncating(value) + middle), bits);
            if (writer.IsFull) return 0;
        }
        return writer.End(sizeof(T));
    }
}
