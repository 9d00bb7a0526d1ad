using System.Numerics;

namespace Idq;

/// <summary>Finds the rows that see an instant, by a table over equal stretches of time.</summary>
/// <remarks>Defined for instants in [first row − window, last row + window] only.</remarks>
sealed class RowBuckets
{
    const int BucketsPerRow = 8;

    readonly int[] first;
    readonly long origin;
    readonly long window;
    readonly int shift;

    public RowBuckets(ReadOnlySpan<long> rows, long window)
    {
        this.window = window;
        origin = rows[0] - window;
        var length = (ulong)(rows[^1] + window - origin);
        var wanted = (ulong)Math.Max(64, Math.Min((long)rows.Length * BucketsPerRow, 1 << 24));
        shift = length < wanted ? 0 : BitOperations.Log2(length / wanted) + 1;
        first = new int[(int)(length >> shift) + 2];
        var row = 0;
        for (var b = 0; b < first.Length; b++)
        {
            var start = origin + ((long)b << shift);
            while (row < rows.Length - 1 && rows[row] < start - window) row++;
            first[b] = row;
        }
    }

    /// <summary>A row at or before the first that sees the instant; when it lies beyond the instant's window, no row sees the instant.</summary>
    public int FirstCandidate(long time) => first[(int)((time - origin) >> shift)];

    /// <summary>The first row not before time − window, given the candidate.</summary>
    public int FirstRowFrom(ReadOnlySpan<long> rows, long time, int candidate)
    {
        var until = first[(int)((time - origin) >> shift) + 1];
        return candidate + EventRun.LowerBound(rows[candidate..(until + 1)], time - window);
    }
}
