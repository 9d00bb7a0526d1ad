namespace Idq;

/// <summary>
/// A regular series of instants: sample i is at <see cref="Start"/> + i·10⁹/<see cref="SampleRate"/> nanoseconds, rounded to the
/// nearest (half up). It is computed from i alone in whole numbers, so that it never drifts.
/// </summary>
/// <threadsafety>Immutable.</threadsafety>
public readonly record struct TimeGrid
{
    // The rate is exactly mantissa / 2^shift: every finite double is.
    readonly UInt128 mantissa;
    readonly int shift;

    /// <summary>A grid of <paramref name="count"/> samples at <paramref name="sampleRate"/> Hz.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in [10⁻⁶, 10⁹] Hz, or the count is negative.</exception>
    public TimeGrid(GpsTime start, double sampleRate, int count)
    {
        if (!(sampleRate is >= 1e-6 and <= 1e9))
            throw new ArgumentOutOfRangeException(nameof(sampleRate), sampleRate, "a sample rate lies in [1e-6, 1e9] Hz");
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        (Start, SampleRate, Count) = (start, sampleRate, count);

        var bits = BitConverter.DoubleToUInt64Bits(sampleRate);
        var fraction = (bits & ((1ul << 52) - 1)) | (1ul << 52);
        var exponent = (int)(bits >> 52) - 1075;
        var zeros = System.Numerics.BitOperations.TrailingZeroCount(fraction);
        (fraction, exponent) = (fraction >> zeros, exponent + zeros);
        mantissa = exponent > 0 ? (UInt128)fraction << exponent : fraction;
        shift = exponent > 0 ? 0 : -exponent;
    }

    /// <summary>The instant of sample 0.</summary>
    public GpsTime Start { get; }

    /// <summary>Samples per second.</summary>
    public double SampleRate { get; }

    /// <summary>Number of samples.</summary>
    public int Count { get; }

    /// <summary>The instant of a sample.</summary>
    public GpsTime this[int index] => Start + Offset(index);

    /// <summary>All samples at the rate that lie inside a segment, the first at its start.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The segment is unbounded or holds more than 2³¹ samples, or the rate is out of
    /// range.</exception>
    public static TimeGrid Over(Segment segment, double sampleRate)
    {
        if (!segment.Start.IsFinite || !segment.End.IsFinite)
            throw new ArgumentOutOfRangeException(nameof(segment), segment, "a grid covers a bounded segment");
        var probe = new TimeGrid(segment.Start, sampleRate, 0);
        var guess = segment.Duration / (double)GpsTime.NanosecondsPerSecond * sampleRate;
        if (guess >= int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(segment), segment, "the segment holds more than 2^31 samples");
        var count = (int)guess;
        while (count > 0 && probe.Offset(count - 1) >= segment.Duration) count--;
        while (probe.Offset(count) < segment.Duration) count++;
        return new(segment.Start, sampleRate, count);
    }

    /// <summary>The instants of all samples, in GPS nanoseconds.</summary>
    public long[] ToArray()
    {
        var times = new long[Count];
        for (var i = 0; i < times.Length; i++) times[i] = Start.Nanoseconds + Offset(i);
        return times;
    }

    long Offset(int index)
    {
        var nanoseconds = checked((UInt128)index * GpsTime.NanosecondsPerSecond << shift);
        if (shift == 0 && mantissa <= long.MaxValue)
        {
            // Whole rates are the rule: 64 bits suffice, 2^31 samples times 10^9 is below 2^61.
            var rate = (long)mantissa;
            return (index * GpsTime.NanosecondsPerSecond * 2 + rate) / (2 * rate);
        }
        return (long)((2 * nanoseconds + mantissa) / (2 * mantissa));
    }
}
