namespace Idq;

public sealed partial class SegmentList
{
    /// <summary>
    /// For every one of the ascending times: 1 when it lies inside a segment (start included, end excluded), 0 when not. Linear.
    /// </summary>
    /// <param name="times">GPS nanoseconds, ascending.</param>
    /// <param name="inside">Receives the answers; as long as <paramref name="times"/>.</param>
    /// <exception cref="ArgumentException">The two are not of equal length.</exception>
    public void Contains(ReadOnlySpan<long> times, Span<byte> inside)
    {
        if (times.Length != inside.Length)
            throw new ArgumentException($"{times.Length} times need as many answers, not {inside.Length}", nameof(inside));
        var edges = Toggles;
        var first = times.Length == 0 ? 0 : Passed(new GpsTime(times[0]));
        var parity = insideAtStart ? 1 : 0;
        for (var i = 0; i < times.Length; i++)
        {
            while (first < edges.Length && edges[first] <= times[i]) first++;
            inside[i] = (byte)((first + parity) & 1);
        }
    }

    /// <summary>Those of the ascending times (GPS nanoseconds) that lie inside a segment.</summary>
    public long[] Keep(ReadOnlySpan<long> times)
    {
        var inside = new byte[times.Length];
        Contains(times, inside);
        var count = 0;
        foreach (var one in inside) count += one;
        var kept = new long[count];
        for (int i = 0, k = 0; i < times.Length; i++)
            if (inside[i] != 0) kept[k++] = times[i];
        return kept;
    }
}
