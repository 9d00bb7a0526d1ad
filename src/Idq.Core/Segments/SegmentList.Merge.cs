namespace Idq;

public sealed partial class SegmentList
{
    interface ISetOperation
    {
        static abstract bool Inside(bool a, bool b);
    }

    readonly struct UnionOf : ISetOperation
    {
        public static bool Inside(bool a, bool b) => a | b;
    }

    readonly struct IntersectionOf : ISetOperation
    {
        public static bool Inside(bool a, bool b) => a & b;
    }

    readonly struct DifferenceOf : ISetOperation
    {
        public static bool Inside(bool a, bool b) => a & !b;
    }

    readonly struct SymmetricDifferenceOf : ISetOperation
    {
        public static bool Inside(bool a, bool b) => a ^ b;
    }

    static SegmentList Merge<TOperation>(SegmentList a, SegmentList b) where TOperation : struct, ISetOperation
    {
        ReadOnlySpan<long> x = a.Toggles, y = b.Toggles;
        var merged = GC.AllocateUninitializedArray<long>(x.Length + y.Length);
        bool inA = a.insideAtStart, inB = b.insideAtStart;
        var inside = TOperation.Inside(inA, inB);
        var insideAtStart = inside;
        int i = 0, j = 0, n = 0;
        while (i < x.Length || j < y.Length)
        {
            var atX = i < x.Length ? x[i] : long.MaxValue;
            var atY = j < y.Length ? y[j] : long.MaxValue;
            var at = Math.Min(atX, atY);
            if (i < x.Length && atX == at) { inA = !inA; i++; }
            if (j < y.Length && atY == at) { inB = !inB; j++; }
            var now = TOperation.Inside(inA, inB);
            if (now == inside) continue;
            merged[n++] = at;
            inside = now;
        }
        return new(merged, n, insideAtStart);
    }
}
