namespace Idq;

/// <summary>
/// An instant on the GPS time scale: nanoseconds since 1980-01-06T00:00:00 UTC, without leap seconds.
/// </summary>
/// <remarks>
/// The range is ±292 years about the epoch. <see cref="MinValue"/> and <see cref="MaxValue"/> stand for the unbounded past and
/// future; adding to them leaves them as they are. Durations beside a <see cref="GpsTime"/> are <see cref="long"/> nanoseconds.
/// The default value is the epoch. No arithmetic passes through a floating-point number.
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public readonly partial record struct GpsTime(long Nanoseconds) : IComparable<GpsTime>
{
    /// <summary>Nanoseconds in one second.</summary>
    public const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The unbounded past, written "-inf".</summary>
    public static GpsTime MinValue => new(long.MinValue);

    /// <summary>The unbounded future, written "inf".</summary>
    public static GpsTime MaxValue => new(long.MaxValue);

    /// <summary>False for <see cref="MinValue"/> and <see cref="MaxValue"/>.</summary>
    public bool IsFinite => Nanoseconds is not (long.MinValue or long.MaxValue);

    /// <summary>The whole second at or before this instant (rounded towards minus infinity).</summary>
    public long Seconds => Math.DivRem(Nanoseconds, NanosecondsPerSecond) is var (q, r) && r < 0 ? q - 1 : q;

    /// <summary>Nanoseconds after <see cref="Seconds"/>, in [0, 10⁹).</summary>
    public int SubsecondNanoseconds => (int)(Nanoseconds - Seconds * NanosecondsPerSecond);

    /// <summary>The instant of a whole GPS second.</summary>
    /// <exception cref="OverflowException">Outside the 64-bit nanosecond range.</exception>
    public static GpsTime FromSeconds(long seconds) => new(checked(seconds * NanosecondsPerSecond));

    /// <summary>
    /// The instant nearest to a floating-point number of GPS seconds (half to even); for the edges of the program only. Infinities map to
    /// the unbounded ends.
    /// </summary>
    /// <exception cref="OverflowException">NaN, or finite and outside the 64-bit nanosecond range.</exception>
    public static GpsTime FromSeconds(double seconds)
    {
        if (double.IsPositiveInfinity(seconds)) return MaxValue;
        if (double.IsNegativeInfinity(seconds)) return MinValue;
        var whole = Math.Truncate(seconds);
        var rest = (seconds - whole) * NanosecondsPerSecond;
        var rounded = Math.Round(rest);
        // The product itself is rounded. What that took away decides when a half is left.
        var lost = Math.FusedMultiplyAdd(seconds - whole, NanosecondsPerSecond, -rest);
        if (lost != 0 && Math.Abs(rest - Math.Truncate(rest)) == 0.5) rounded = lost > 0 ? Math.Ceiling(rest) : Math.Floor(rest);
        return new(checked((long)whole * NanosecondsPerSecond + (long)rounded));
    }

    /// <summary>The instant of an exact decimal number of GPS seconds, rounded to the nearest nanosecond (half to even).</summary>
    /// <exception cref="OverflowException">Outside the 64-bit nanosecond range.</exception>
    public static GpsTime FromSeconds(decimal seconds) => new(decimal.ToInt64(decimal.Round(seconds * NanosecondsPerSecond)));

    /// <summary>Seconds as a floating-point number, for display and arithmetic that never comes back to a time.</summary>
    public double ToSeconds() => Nanoseconds switch
    {
        long.MinValue => double.NegativeInfinity,
        long.MaxValue => double.PositiveInfinity,
        _ => Seconds + SubsecondNanoseconds / (double)NanosecondsPerSecond,
    };

    /// <summary>
    /// The later instant by <paramref name="nanoseconds"/>; the unbounded ends stay unbounded, and sums beyond the range saturate there.
    /// </summary>
    public static GpsTime operator +(GpsTime time, long nanoseconds)
    {
        if (!time.IsFinite) return time;
        var sum = unchecked(time.Nanoseconds + nanoseconds);
        if (nanoseconds >= 0) return sum < time.Nanoseconds ? MaxValue : new(sum);
        return sum > time.Nanoseconds ? MinValue : new(sum);
    }

    /// <summary>The earlier instant by <paramref name="nanoseconds"/>, with the edge rules of addition.</summary>
    public static GpsTime operator -(GpsTime time, long nanoseconds) =>
        nanoseconds == long.MinValue ? time + long.MaxValue : time + -nanoseconds;

    /// <summary>Nanoseconds from <paramref name="earlier"/> to <paramref name="later"/>, saturating at the ends of the range.</summary>
    public static long operator -(GpsTime later, GpsTime earlier)
    {
        var difference = unchecked(later.Nanoseconds - earlier.Nanoseconds);
        var overflowed = ((later.Nanoseconds ^ earlier.Nanoseconds) & (later.Nanoseconds ^ difference)) < 0;
        return overflowed ? (later.Nanoseconds < 0 ? long.MinValue : long.MaxValue) : difference;
    }

    /// <inheritdoc/>
    public int CompareTo(GpsTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>True when the left instant is earlier.</summary>
    public static bool operator <(GpsTime left, GpsTime right) => left.Nanoseconds < right.Nanoseconds;

    /// <summary>True when the left instant is not later.</summary>
    public static bool operator <=(GpsTime left, GpsTime right) => left.Nanoseconds <= right.Nanoseconds;

    /// <summary>True when the left instant is later.</summary>
    public static bool operator >(GpsTime left, GpsTime right) => left.Nanoseconds > right.Nanoseconds;

    /// <summary>True when the left instant is not earlier.</summary>
    public static bool operator >=(GpsTime left, GpsTime right) => left.Nanoseconds >= right.Nanoseconds;

    /// <summary>The earlier of two instants.</summary>
    public static GpsTime Min(GpsTime a, GpsTime b) => a <= b ? a : b;

    /// <summary>The later of two instants.</summary>
    public static GpsTime Max(GpsTime a, GpsTime b) => a >= b ? a : b;

    /// <summary>
    /// Seconds with as many decimals as needed, at most nine, exact: "1126259462.391"; "-inf" and "inf" for the unbounded ends.
    /// </summary>
    public override string ToString() => GpsSeconds.Format(this);
}
