namespace Idq;

/// <summary>A time as people write it: GPS seconds, UTC, or <c>now</c>.</summary>
public static class GpsTimeText
{
    /// <summary>
    /// Reads GPS seconds (<see cref="GpsTime.TryParse"/>), UTC (<see cref="Utc.TryParse"/>), or "now" by the clock.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="clock">Says when "now" is.</param>
    /// <param name="leapSeconds">The table for UTC.</param>
    /// <param name="time">The instant, when true is returned.</param>
    /// <param name="error">What is wrong and what was expected, when false is returned.</param>
    public static bool TryParse(string text, IGpsClock clock, LeapSeconds leapSeconds, out GpsTime time, out string? error)
    {
        error = null;
        if (text.Trim().Equals("now", StringComparison.OrdinalIgnoreCase))
        {
            time = clock.Now;
            return true;
        }
        if (GpsTime.TryParse(text, out time)) return true;
        if (UtcText.Read(text) is not null) return Utc.TryParse(text, leapSeconds, out time, out error);
        error = GpsNumber.Read(text).IsOutOfRange
            ? $"'{text}' lies outside ±9223372036 GPS seconds"
            : $"'{text}' is not a time: expected GPS seconds (1126259462.391), UTC (2015-09-14 09:50:45.391) or now";
        time = default;
        return false;
    }
}
