using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Idq;

// The complement is free, so that every operation but one is an intersection: a ∪ b = ¬(¬a ∩ ¬b), a − b = a ∩ ¬b. And the instants at which
// a ⊕ b toggles are those at which exactly one of the two does.
public sealed partial class SegmentList
{
    // Below this many segments together one merge is quicker than two at once.
    const int WorthSplitting = 64;

    static SegmentList Intersect(SegmentList a, bool complementA, SegmentList b, bool complementB, bool complementResult)
    {
        var (x, y) = (new Segments(a, complementA), new Segments(b, complementB));
        var scratch = ArrayPool<long>.Shared.Rent(2 * (x.Count + y.Count) + 2);
        var (i, j) = x.Count + y.Count < WorthSplitting ? (x.Count, y.Count) : Split(x, y);
        var (early, late) = IntersectHalves(x, y, i, j, scratch);
        var result = FromEdges(scratch.AsSpan(0, early), scratch.AsSpan(2 * (i + j), late), complementResult);
        ArrayPool<long>.Shared.Return(scratch);
        return result;
    }

    // Intersects what is before segments (i, j) to the front of the output and the rest to its place 2(i + j), and gives the numbers of
    // edges.
    // Each step waits for the loads of the step before: two merges side by side, so that one works while the other waits.
    static (int Early, int Late) IntersectHalves(Segments a, Segments b, int i, int j, long[] output)
    {
        ref var x = ref a.First;
        ref var y = ref b.First;
        ref var o = ref MemoryMarshal.GetArrayDataReference(output);
        int half = i + j, rest = a.Count + b.Count - half;
        nint i1 = 0, j1 = 0, n1 = 0;
        nint i2 = 2 * i, j2 = 2 * j, n2 = 2 * half;
        for (var k = Math.Min(half, rest); k > 0; k--)
        {
            IntersectNext(ref x, ref y, ref o, ref i1, ref j1, ref n1);
            IntersectNext(ref x, ref y, ref o, ref i2, ref j2, ref n2);
        }
        for (var k = half - rest; k > 0; k--) IntersectNext(ref x, ref y, ref o, ref i1, ref j1, ref n1);
        for (var k = rest - half; k > 0; k--) IntersectNext(ref x, ref y, ref o, ref i2, ref j2, ref n2);
        return ((int)n1, (int)n2 - 2 * half);
    }

    // Writes the common part of two segments, keeps it when there is one, and moves past the segment that ends first, past x when they end
    // together. Nothing branches on the data. After the last segment stands one that begins and ends at the unbounded future.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IntersectNext(ref long x, ref long y, ref long o, ref nint i, ref nint j, ref nint n)
    {
        var (one, other) = (Vector128.LoadUnsafe(ref x, (nuint)i), Vector128.LoadUnsafe(ref y, (nuint)j));
        // The later start and the earlier end.
        var common = Vector128.ConditionalSelect(Vector128.GreaterThan(one, other) ^ Vector128.Create(0L, -1L), one, other);
        common.StoreUnsafe(ref o, (nuint)n);
        nint pastX = Unsafe.Add(ref x, i + 1) <= Unsafe.Add(ref y, j + 1) ? 1 : 0;
        i += 2 * pastX;
        j += 2 - 2 * pastX;
        var isEarlier = Vector128.GreaterThan(Vector128.Shuffle(common, Vector128.Create(1L, 0L)), common);
        n += 2 * (nint)(isEarlier.ExtractMostSignificantBits() & 1);
    }

    // Where a merge stands after half of its steps: every segment before (i, j) ends earlier than every one from there on, or together with
    // it when the earlier one is of x.
    static (int I, int J) Split(Segments x, Segments y)
    {
        var half = (x.Count + y.Count) / 2;
        int lo = Math.Max(0, half - y.Count), hi = Math.Min(half, x.Count);
        while (lo < hi)
        {
            var middle = (int)((uint)(lo + hi) >> 1);
            if (x.End(middle) <= y.End(half - middle - 1)) lo = middle + 1;
            else hi = middle;
        }
        return (lo, half - lo);
    }

    static SegmentList ToggleWhereOneDoes(SegmentList a, SegmentList b)
    {
        ref var x = ref a.toggles[1];
        ref var y = ref b.toggles[1];
        var output = ArrayPool<long>.Shared.Rent(a.count + b.count + 1);
        ref var o = ref MemoryMarshal.GetArrayDataReference(output);
        nint i = 0, j = 0, n = 0;
        while (i + j < a.count + b.count)
        {
            long atX = Unsafe.Add(ref x, i), atY = Unsafe.Add(ref y, j);
            nint fromX = atX <= atY ? 1 : 0;
            nint fromY = atY <= atX ? 1 : 0;
            Unsafe.Add(ref o, n) = atY ^ ((atX ^ atY) & -fromX);
            i += fromX;
            j += fromY;
            n += fromX ^ fromY;
        }
        var result = new SegmentList(output.AsSpan(0, (int)n), [], a.insideAtStart ^ b.insideAtStart);
        ArrayPool<long>.Shared.Return(output);
        return result;
    }

    /// <summary>A list or its complement as pairs of edges, unbounded ends included.</summary>
    readonly struct Segments
    {
        readonly long[] toggles;
        readonly int first;

        public Segments(SegmentList list, bool complement)
        {
            var insideAtStart = list.insideAtStart ^ complement;
            toggles = list.toggles;
            first = insideAtStart ? 0 : 1;
            Count = (list.count + (insideAtStart ? 2 : 1)) / 2;
        }

        public int Count { get; }

        /// <summary>The start of segment 0; its end, and the other segments, follow.</summary>
        public ref long First => ref toggles[first];

        public long End(int segment) => toggles[first + 2 * segment + 1];
    }
}
