using System.Runtime.InteropServices;
using System.Text;

namespace Idq.Data;

/// <summary>Finds channels by the UTF-8 bytes of their names, without allocating: open addressing.</summary>
sealed class ChannelIndex
{
    readonly byte[][] names;
    readonly int[] slots;
    readonly int mask;

    public ChannelIndex(ChannelDictionary channels)
    {
        names = [.. channels.Names.Select(Encoding.UTF8.GetBytes)];
        mask = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, 4 * names.Length)) - 1;
        slots = new int[mask + 1];
        for (var id = 0; id < names.Length; id++)
        {
            var at = Hash(names[id]) & mask;
            while (slots[at] != 0) at = (at + 1) & mask;
            slots[at] = id + 1;
        }
    }

    /// <summary>The id of a name, or −1.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        for (var at = Hash(name) & mask; slots[at] != 0; at = (at + 1) & mask)
            if (name.SequenceEqual(names[slots[at] - 1])) return slots[at] - 1;
        return -1;
    }

    // Names share their beginnings and their ends; what tells them apart is anywhere.
    static int Hash(ReadOnlySpan<byte> name)
    {
        var hash = (ulong)name.Length;
        while (name.Length >= 8)
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(name)) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 32;
            name = name[8..];
        }
        ulong rest = 0;
        foreach (var b in name) rest = rest << 8 | b;
        hash = (hash ^ rest) * 0xC2B2AE3D27D4EB4F;
        return (int)(hash >> 33);
    }
}
