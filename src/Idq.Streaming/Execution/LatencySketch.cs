namespace Idq.Streaming;

/// <summary>Quantiles of durations in constant memory: a histogram with logarithmic bins, 1 % wide, from a nanosecond to a year.</summary>
public sealed class LatencySketch
{
    const double Growth = 1.01, Least = 1e-9;
    readonly long[] bins = new long[(int)(Math.Log(3.2e7 / Least) / Math.Log(Growth)) + 2];

    /// <summary>Number of durations.</summary>
    public long Count { get; private set; }

    /// <summary>The longest, in seconds.</summary>
    public double Max { get; private set; }

    /// <summary>Adds a duration in seconds; negative ones count as zero.</summary>
    public void Add(double seconds)
    {
        var bin = seconds <= Least ? 0 : Math.Min(bins.Length - 1, 1 + (int)(Math.Log(seconds / Least) / Math.Log(Growth)));
        bins[bin]++;
        Count++;
        Max = Math.Max(Max, seconds);
    }

    /// <summary>The duration in seconds that a share <paramref name="q"/> does not exceed, within 1 %; NaN when there is none.</summary>
    public double Quantile(double q)
    {
        if (Count == 0) return double.NaN;
        var wanted = Math.Max(1, (long)Math.Ceiling(q * Count));
        long seen = 0;
        for (var bin = 0; bin < bins.Length; bin++)
        {
            seen += bins[bin];
            if (seen >= wanted) return bin == 0 ? 0 : Math.Min(Max, Least * Math.Pow(Growth, bin - 0.5));
        }
        return Max;
    }
}
