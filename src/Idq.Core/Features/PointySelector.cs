using System.Numerics;

namespace Idq;

/// <summary>
/// The smallest pointy statistic in the window (see <see cref="Selection.Pointy"/>); the louder, the nearer, the earlier at a tie.
/// </summary>
/// <remarks>For every row the triggers of its window are sorted by significance: n log n in the triggers that a row sees.</remarks>
sealed class PointySelector(long[] rows, long window) : TriggerSelector(rows, window)
{
    double[] loudnesses = [];
    int[] members = [];

    protected override int Choose(ReadOnlySpan<long> times, ReadOnlySpan<double> significance, Span<int> best, Span<int> hits)
    {
        if (loudnesses.Length < times.Length)
        {
            loudnesses = new double[BitOperations.RoundUpToPowerOf2((uint)times.Length)];
            members = new int[loudnesses.Length];
        }
        int n = 0, first = 0;
        var rows = Rows;
        for (var row = 0; row < rows.Length; row++)
        {
            first += EventRun.LowerBound(times[first..], rows[row] - Window);
            var count = 0;
            for (var i = first; i < times.Length && times[i] <= rows[row] + Window; i++)
            {
                if (double.IsNaN(significance[i])) continue;
                loudnesses[count] = -significance[i];
                members[count++] = i;
            }
            if (count == 0) continue;
            best[row] = count == 1 ? members[0] : LeastByChance(rows[row], times, loudnesses.AsSpan(0, count), members.AsSpan(0, count));
            hits[n++] = row;
        }
        return n;
    }

    // 1 − exp(−2λ|Δt|) grows with λ|Δt|, and λ is (triggers at least as loud) / 2w with one w for all: their product decides.
    static int LeastByChance(long row, ReadOnlySpan<long> times, Span<double> falling, Span<int> members)
    {
        falling.Sort(members);
        var (winner, winnerIsAs) = (None, 0.0);
        var least = double.PositiveInfinity;
        for (int i = 0, atLeastAsLoud = 0; i < members.Length; i++)
        {
            while (atLeastAsLoud < members.Length && falling[atLeastAsLoud] <= falling[i]) atLeastAsLoud++;
            var statistic = (double)atLeastAsLoud * Math.Abs(times[members[i]] - row);
            // Loudness only falls from here: an equal statistic wins for an equally loud trigger that came earlier, and for no other.
            if (statistic > least || (statistic == least && !(falling[i] == winnerIsAs && members[i] < winner))) continue;
            (winner, winnerIsAs, least) = (members[i], falling[i], statistic);
        }
        return winner;
    }
}
