namespace Idq;

/// <summary>Clean times: a Poisson process that depends on the seed and the GPS second, never on how a range is cut.</summary>
public static class RandomTimes
{
    static readonly ulong Stream = CounterRandom.Hash("random times");

    /// <summary>
    /// The times (GPS nanoseconds, ascending) of a Poisson process of <paramref name="rate"/> Hz that fall inside
    /// <paramref name="allowed"/>. Every whole GPS second has its own count and its own uniform nanoseconds, drawn from
    /// (seed, second) alone; a second is drawn whole and then cut.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or not finite, or the list is unbounded.</exception>
    public static long[] Draw(SegmentList allowed, double rate, ulong seed)
    {
        if (!(rate >= 0 && double.IsFinite(rate)))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "a rate in Hz is zero or more, and finite");
        if (allowed.IsEmpty || rate == 0)
            return [];
        if (!allowed.Extent.Start.IsFinite || !allowed.Extent.End.IsFinite)
            throw new ArgumentOutOfRangeException(nameof(allowed), allowed, "random times are drawn over bounded segments only");

        var kept = new List<long>();
        var drawn = new List<long>();
        var drawnSecond = long.MinValue;
        for (var s = 0; s < allowed.Count; s++)
        {
            var (start, end) = (allowed[s].Start, allowed[s].End);
            var last = (end - 1).Seconds;
            for (var second = start.Seconds; second <= last; second++)
            {
                if (second != drawnSecond) DrawSecond(second, rate, seed, drawn);
                drawnSecond = second;
                foreach (var time in drawn)
                    if (time >= start.Nanoseconds && time < end.Nanoseconds) kept.Add(time);
            }
        }
        return [.. kept];
    }

    static void DrawSecond(long second, double rate, ulong seed, List<long> times)
    {
        times.Clear();
        var random = new CounterRandom(seed, Stream, second);
        // The count is the number of unit-rate arrivals before `rate`: a Poisson number of that mean.
        var count = 0;
        for (var arrival = random.NextExponential(); arrival < rate; arrival += random.NextExponential()) count++;
        // Whole nanoseconds from integers alone, so that a time never hangs on the last bit of a logarithm.
        for (; count > 0; count--) times.Add(second * GpsTime.NanosecondsPerSecond + random.NextLong(GpsTime.NanosecondsPerSecond));
        times.Sort();
    }
}
