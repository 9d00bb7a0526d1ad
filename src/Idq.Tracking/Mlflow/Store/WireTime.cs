using NodaTime;

namespace Idq.Tracking.Mlflow;

/// <summary>The protocol's times: milliseconds since 1970.</summary>
static class WireTime
{
    // The years 1 to 9999: what both engines store.
    const long First = -62_135_596_800_000;
    const long Last = 253_402_300_799_999;

    /// <summary>The store's text of a time.</summary>
    /// <exception cref="Refusal">The time is outside of the years 1 to 9999.</exception>
    public static string Text(long milliseconds, string path) => milliseconds is >= First and <= Last
        ? Timestamps.Text(Instant.FromUnixTimeMilliseconds(milliseconds))
        : throw Refusal.BadValue(path, milliseconds, "It must be a time in milliseconds between the years 1 and 9999");

    /// <summary>The store's text of the first instant that is not before a number of milliseconds.</summary>
    public static string Clamped(double milliseconds) =>
        Timestamps.Text(Instant.FromUnixTimeMilliseconds((long)Math.Clamp(Math.Ceiling(milliseconds), First, Last)));

    /// <summary>The protocol's number of a time.</summary>
    public static long Of(Instant time) => time.ToUnixTimeMilliseconds();
}
