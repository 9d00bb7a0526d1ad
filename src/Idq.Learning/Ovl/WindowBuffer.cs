namespace Idq.Learning;

/// <summary>Makes the windows [t − window, t + window) about sorted times, those that overlap or touch merged into one.</summary>
/// <threadsafety>One a thread: the windows live in a buffer that the next call overwrites.</threadsafety>
sealed class WindowBuffer
{
    long[] edges = new long[64];

    /// <summary>Start and end of each merged window in turn, ascending.</summary>
    public ReadOnlySpan<long> Merge(ReadOnlySpan<long> times, long window) => Merge(times, window, int.MaxValue, out _);

    /// <summary>The first so many merged windows.</summary>
    /// <param name="times">Ascending.</param>
    /// <param name="window">Half-width.</param>
    /// <param name="most">How many windows at most.</param>
    /// <param name="used">How many of the times they stand for; the next windows start with the times after them.</param>
    public ReadOnlySpan<long> Merge(ReadOnlySpan<long> times, long window, int most, out int used)
    {
        var size = checked((int)Math.Min(2L * times.Length, 2L * most));
        if (edges.Length < size) edges = new long[checked(size + size / 2)];
        var n = 0;
        for (used = 0; used < times.Length; used++)
        {
            var from = times[used] - window;
            if (n == 0 || from > edges[n - 1])
            {
                if (n == size) break;
                edges[n] = from;
                n += 2;
            }
            edges[n - 1] = times[used] + window;
        }
        return edges.AsSpan(0, n);
    }
}
