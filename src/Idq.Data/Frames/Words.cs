using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Idq.Data.Frames;

/// <summary>What is done to samples word by word, in place: the order of bytes, and differences from the word before.</summary>
static class Words
{
    /// <summary>Turns the bytes of every word round.</summary>
    public static void Reverse(Span<byte> bytes, int wordSize)
    {
        switch (wordSize)
        {
            case 2: Turn(MemoryMarshal.Cast<byte, ushort>(bytes)); break;
            case 4: Turn(MemoryMarshal.Cast<byte, uint>(bytes)); break;
            case 8: Turn(MemoryMarshal.Cast<byte, ulong>(bytes)); break;
        }
    }

    /// <summary>Makes sums of differences, in whole numbers that wrap around.</summary>
    public static void Sum(Span<byte> bytes, int wordSize)
    {
        switch (wordSize)
        {
            case 1: Sum(bytes); break;
            case 2: Sum(MemoryMarshal.Cast<byte, ushort>(bytes)); break;
            case 4: Sum(MemoryMarshal.Cast<byte, uint>(bytes)); break;
            case 8: Sum(MemoryMarshal.Cast<byte, ulong>(bytes)); break;
        }
    }

    /// <summary>Makes differences from the word before, in whole numbers that wrap around; the first word stays.</summary>
    public static void Difference(Span<byte> bytes, int wordSize)
    {
        switch (wordSize)
        {
            case 1: Difference(bytes); break;
            case 2: Difference(MemoryMarshal.Cast<byte, ushort>(bytes)); break;
            case 4: Difference(MemoryMarshal.Cast<byte, uint>(bytes)); break;
            case 8: Difference(MemoryMarshal.Cast<byte, ulong>(bytes)); break;
        }
    }

    static void Turn(Span<ushort> words) => BinaryPrimitives.ReverseEndianness(words, words);

    static void Turn(Span<uint> words) => BinaryPrimitives.ReverseEndianness(words, words);

    static void Turn(Span<ulong> words) => BinaryPrimitives.ReverseEndianness(words, words);

    static void Sum<T>(Span<T> words) where T : unmanaged, IBinaryInteger<T>
    {
        var sum = T.Zero;
        for (var i = 0; i < words.Length; i++) words[i] = sum = unchecked(sum + words[i]);
    }

    static void Difference<T>(Span<T> words) where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = words.Length - 1; i > 0; i--) words[i] = unchecked(words[i] - words[i - 1]);
    }
}
