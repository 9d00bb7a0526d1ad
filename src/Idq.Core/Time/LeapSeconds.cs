using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Idq;

/// <summary>GPS time minus UTC in whole seconds, as a table of steps.</summary>
/// <remarks>
/// A step belongs to the midnight at which the new offset begins. A positive step puts the second 23:59:60 before that midnight; it
/// is still counted with the old offset. Before the first step its offset holds, after the last one its own.
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed class LeapSeconds
{
    /// <summary>TAI minus GPS time, in seconds, for ever.</summary>
    public const int TaiMinusGps = 19;

    // 1900-01-01 to 1980-01-06, in seconds: NTP counts from the former, GPS from the latter.
    const long NtpOfGpsEpoch = 2_524_953_600;

    // GPS seconds stay below and NTP seconds above this until the year 2043.
    const long SmallestNtp = 2_000_000_000;

    static readonly LocalDate Epoch = new(1980, 1, 6);

    readonly ImmutableArray<Step> steps;

    LeapSeconds(IEnumerable<Step> steps) => this.steps = [.. steps];

    /// <summary>The table as of 2017, in force until the next announcement: 18 seconds.</summary>
    public static LeapSeconds BuiltIn { get; } = new(
        new (int Year, int Month, int GpsMinusUtc)[]
        {
            (1972, 1, -9), (1972, 7, -8), (1973, 1, -7), (1974, 1, -6), (1975, 1, -5), (1976, 1, -4), (1977, 1, -3), (1978, 1, -2),
            (1979, 1, -1), (1980, 1, 0), (1981, 7, 1), (1982, 7, 2), (1983, 7, 3), (1985, 7, 4), (1988, 1, 5), (1990, 1, 6),
            (1991, 1, 7), (1992, 7, 8), (1993, 7, 9), (1994, 7, 10), (1996, 1, 11), (1997, 7, 12), (1999, 1, 13), (2006, 1, 14),
            (2009, 1, 15), (2012, 7, 16), (2015, 7, 17), (2017, 1, 18),
        }.Select(s => new Step(UtcSeconds(new LocalDate(s.Year, s.Month, 1)), s.GpsMinusUtc)));

    /// <summary>The last offset of the table.</summary>
    public int Latest => steps[^1].Offset;

    /// <summary>GPS − UTC in seconds at an instant; within 23:59:60 that of the day which it ends.</summary>
    public int At(GpsTime time)
    {
        for (var i = steps.Length - 1; i > 0; i--)
            if (time.Nanoseconds >= (steps[i].Utc + steps[i].Offset) * GpsTime.NanosecondsPerSecond) return steps[i].Offset;
        return steps[0].Offset;
    }

    /// <summary>True within a leap second: UTC reads 23:59:60.</summary>
    public bool IsLeapSecond(GpsTime time)
    {
        for (var i = steps.Length - 1; i > 0; i--)
        {
            var midnight = (steps[i].Utc + steps[i].Offset) * GpsTime.NanosecondsPerSecond;
            if (time.Nanoseconds >= midnight) return false;
            if (steps[i].Offset > steps[i - 1].Offset && time.Nanoseconds >= midnight - GpsTime.NanosecondsPerSecond) return true;
        }
        return false;
    }

    /// <summary>
    /// GPS − UTC in seconds when UTC, counted without leap seconds from the GPS epoch, reads <paramref name="utc"/> seconds.
    /// </summary>
    internal int AtUtc(long utc)
    {
        for (var i = steps.Length - 1; i > 0; i--)
            if (utc >= steps[i].Utc) return steps[i].Offset;
        return steps[0].Offset;
    }

    /// <summary>
    /// True when the UTC day that ends at this midnight (seconds since the GPS epoch without leap seconds) ends with 23:59:60.
    /// </summary>
    internal bool EndsWithLeapSecond(long midnight)
    {
        for (var i = 1; i < steps.Length; i++)
            if (steps[i].Utc == midnight) return steps[i].Offset > steps[i - 1].Offset;
        return false;
    }

    /// <summary>
    /// A table from text, one step a line, '#' starting a comment: the IETF/IANA <c>leap-seconds.list</c> (NTP second, TAI − UTC), or
    /// two plain columns: a GPS second and GPS − UTC from then on, or a UTC date (2017-01-01) and TAI − UTC.
    /// </summary>
    /// <exception cref="DataException">A line is not understood, steps do not follow each other, or there is none; the message names the
    /// line.</exception>
    public static LeapSeconds Read(TextReader reader)
    {
        var steps = new List<Step>();
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            var fields = line.Split('#')[0].Split((char[])[' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 0) continue;
            var step = ReadStep(fields) ?? throw new DataException(
                $"leap seconds, line {number}: '{line.Trim()}' is not 'NTP-second TAI-UTC', 'GPS-second GPS-UTC' or 'date TAI-UTC'");
            if (steps.Count > 0 && (step.Utc <= steps[^1].Utc || Math.Abs(step.Offset - steps[^1].Offset) != 1))
                throw new DataException(
                    $"leap seconds, line {number}: '{line.Trim()}' does not follow the line before by one later step of one second"
                );
            steps.Add(step);
        }
        if (steps.Count == 0) throw new DataException("leap seconds: the table has no line");
        return new(steps);
    }

    static Step? ReadStep(string[] fields)
    {
        if (fields.Length < 2 || !int.TryParse(fields[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var offset))
            return null;
        if (LocalDatePattern.Iso.Parse(fields[0]) is { Success: true } date)
            return new(UtcSeconds(date.Value), offset - TaiMinusGps);
        if (!long.TryParse(fields[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var second))
            return null;
        return second >= SmallestNtp ? new(second - NtpOfGpsEpoch, offset - TaiMinusGps) : new(second - offset, offset);
    }

    static long UtcSeconds(LocalDate date) => Period.DaysBetween(Epoch, date) * 86_400L;

    /// <summary>From a UTC midnight, in seconds since the GPS epoch without leap seconds, GPS is ahead by an offset.</summary>
    readonly record struct Step(long Utc, int Offset);
}
