namespace Idq.Learning;

/// <summary>Makes the windows [t − window, t + window) about sorted times, those that overlap or touch merged into one.</summary>
/// <threadsafety>One a thread: the windows live in a buffer that the next call overwrites.</threadsafety>
sealed class WindowBuffer
{
    long[] edges = [];

    /// <summary>Start and end of each merged window in turn, ascending.</summary>
    public ReadOnlySpan<long> Merge(ReadOnlySpan<long> times, long window)
    {
        if (edges.Length < 2 * times.Length) edges = new long[2 * times.Length + times.Length / 2];
        var n = 0;
        foreach (var time in times)
        {
            var from = time - window;
            if (n == 0 || from > edges[n - 1])
            {
                edges[n] = from;
                n += 2;
            }
            edges[n - 1] = time + window;
        }
        return edges.AsSpan(0, n);
    }
}
