using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Idq;

/// <summary>
/// Finds the rows that see an instant: a bit for every short stretch of time says whether any row may, a table over longer ones where to
/// look.
/// </summary>
/// <remarks>Defined for instants in [first row − window, last row + window] only.</remarks>
sealed class RowBuckets
{
    // A cell has 64 stretches, one bit each. With a few cells a row, few stretches that no row sees are marked, and all fits the cache.
    const int StretchesPerCell = 64;
    const int CellsPerRow = 2;
    const int MostCells = 1 << 22;

    readonly ulong[] seen;
    readonly int[] first;
    readonly long origin;
    readonly long window;
    readonly int shift;

    public RowBuckets(ReadOnlySpan<long> rows, long window)
    {
        this.window = window;
        origin = rows[0] - window;
        var length = (ulong)(rows[^1] + window - origin);
        var wanted = (ulong)Math.Clamp((long)rows.Length * CellsPerRow, 16, MostCells) * StretchesPerCell;
        shift = length < wanted ? 0 : BitOperations.Log2(length / wanted) + 1;
        seen = new ulong[(int)(length >> shift) / StretchesPerCell + 1];
        first = new int[seen.Length + 1];

        var marked = -1;
        for (int row = 0, cell = 0; row < rows.Length; row++)
        {
            for (; cell < first.Length && rows[row] >= CellStart(cell) - window; cell++) first[cell] = row;
            var last = Stretch(rows[row] + window);
            for (marked = Math.Max(marked + 1, Stretch(rows[row] - window)); marked <= last; marked++)
                seen[marked / StretchesPerCell] |= 1ul << marked;
            marked = last;
            if (row == rows.Length - 1) first.AsSpan(cell).Fill(row);
        }
    }

    /// <summary>
    /// Puts the indices of those times that some row may see into <paramref name="candidates"/>, in order, and gives their number. All
    /// others are seen by none.
    /// </summary>
    /// <param name="times">Ascending, within the instants for which this is defined.</param>
    /// <param name="candidates">At least as long as <paramref name="times"/>.</param>
    public int Candidates(ReadOnlySpan<long> times, Span<int> candidates)
    {
        ref var bits = ref MemoryMarshal.GetArrayDataReference(seen);
        ref var output = ref MemoryMarshal.GetReference(candidates[..times.Length]);
        var (start, places) = (origin, shift);
        nint n = 0;
        for (var i = 0; i < times.Length; i++)
        {
            // Written always, kept when marked: nothing to guess for the processor.
            var stretch = (nuint)((ulong)(times[i] - start) >> places);
            Unsafe.Add(ref output, n) = i;
            n += (nint)(Unsafe.Add(ref bits, stretch / StretchesPerCell) >> (int)stretch & 1);
        }
        return (int)n;
    }

    /// <summary>The first row at or after time − window.</summary>
    public int FirstRow(ReadOnlySpan<long> rows, long time)
    {
        var cell = Stretch(time) / StretchesPerCell;
        var (row, early) = (first[cell], time - window);
        // Most cells have no more than two rows: counted without a branch.
        row += rows[row] < early ? 1 : 0;
        row += rows[row] < early ? 1 : 0;
        return rows[row] >= early ? row : row + EventRun.LowerBound(rows[row..(first[cell + 1] + 1)], early);
    }

    int Stretch(long time) => (int)((time - origin) >> shift);

    long CellStart(int cell) => origin + ((long)cell * StretchesPerCell << shift);
}
