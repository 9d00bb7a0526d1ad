using System.Globalization;
using NodaTime;

namespace Idq;

/// <summary>Conversion between GPS time and UTC, as text and as NodaTime's <see cref="Instant"/>.</summary>
public static class Utc
{
    static readonly Instant Epoch = Instant.FromUtc(1980, 1, 6, 0, 0);

    /// <summary>
    /// The instant as NodaTime counts it, without leap seconds. All of a leap second 23:59:60 maps to the last nanosecond before
    /// midnight, so that order is kept.
    /// </summary>
    public static Instant ToInstant(GpsTime time, LeapSeconds leapSeconds)
    {
        var utc = time.Nanoseconds - leapSeconds.At(time) * GpsTime.NanosecondsPerSecond;
        if (leapSeconds.IsLeapSecond(time)) utc = FloorToSecond(utc) - 1;
        return Epoch + Duration.FromNanoseconds(utc);
    }

    /// <summary>The GPS time of an instant as NodaTime counts it.</summary>
    /// <exception cref="OverflowException">More than 292 years from the GPS epoch.</exception>
    public static GpsTime ToGps(Instant instant, LeapSeconds leapSeconds)
    {
        var utc = (instant - Epoch).ToInt64Nanoseconds();
        return new(checked(utc + leapSeconds.AtUtc(new GpsTime(utc).Seconds) * GpsTime.NanosecondsPerSecond));
    }

    /// <summary>
    /// "2015-09-14T09:50:45.391Z": ISO 8601 with as many decimals as needed, leap seconds as 23:59:60; "-inf" and "inf" for the unbounded
    /// ends.
    /// </summary>
    public static string Format(GpsTime time, LeapSeconds leapSeconds)
    {
        if (!time.IsFinite) return time.ToString();
        var isLeap = leapSeconds.IsLeapSecond(time);
        var utc = time.Nanoseconds - leapSeconds.At(time) * GpsTime.NanosecondsPerSecond - (isLeap ? GpsTime.NanosecondsPerSecond : 0);
        var second = (Epoch + Duration.FromNanoseconds(FloorToSecond(utc))).InUtc();
        var fraction = utc - FloorToSecond(utc);
        var text = second.LocalDateTime.ToString("uuuu-MM-dd'T'HH:mm:", CultureInfo.InvariantCulture)
            + (second.Second + (isLeap ? 1 : 0)).ToString("D2", CultureInfo.InvariantCulture);
        return fraction == 0 ? text + "Z" : text + "." + fraction.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0') + "Z";
    }

    /// <summary>
    /// Reads UTC text: "2015-09-14", "2015-09-14 09:50", "2015-09-14T09:50:45.391Z", a "UTC" at the end, or an offset "+02:00"; fractions
    /// are rounded to the
    /// nearest nanosecond, and 23:59:60 is read where the table has a leap second.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="leapSeconds">The table.</param>
    /// <param name="time">The instant, when true is returned.</param>
    /// <param name="error">What is wrong with the text, when false is returned.</param>
    public static bool TryParse(string text, LeapSeconds leapSeconds, out GpsTime time, out string? error)
    {
        time = default;
        error = $"'{text}' is not a UTC time such as 2015-09-14 09:50:45.391";
        if (UtcText.Read(text) is not { } utc) return false;

        if (
            utc.Day > 31
            || utc.Month is < 1 or > 12
            || utc.Year is < 1700 or > 2270
            || utc.Day < 1
            || utc.Day > CalendarSystem.Iso.GetDaysInMonth(utc.Year, utc.Month)
        )
        {
            error = $"'{text}' has no such date between 1700 and 2270";
            return false;
        }
        if (utc.Hour > 23 || utc.Minute > 59 || utc.Second > 60)
        {
            error = $"'{text}' has no such time of day";
            return false;
        }
        var isLeap = utc.Second == 60;
        var start =
            Instant.FromUtc(utc.Year, utc.Month, utc.Day, utc.Hour, utc.Minute, isLeap ? 59 : utc.Second)
            - Duration.FromMinutes(utc.OffsetMinutes);
        var second = (start - Epoch).ToInt64Nanoseconds() / GpsTime.NanosecondsPerSecond;
        if (isLeap && !leapSeconds.EndsWithLeapSecond(second + 1))
        {
            error = $"'{text}': there is no leap second at that time";
            return false;
        }
        time = new((second + leapSeconds.AtUtc(second) + (isLeap ? 1 : 0)) * GpsTime.NanosecondsPerSecond + utc.Nanosecond);
        error = null;
        return true;
    }

    static long FloorToSecond(long nanoseconds) => new GpsTime(nanoseconds).Seconds * GpsTime.NanosecondsPerSecond;
}
