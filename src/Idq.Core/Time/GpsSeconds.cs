using System.Globalization;

namespace Idq;

/// <summary>Exact conversion between nanoseconds and decimal text in seconds.</summary>
public static class GpsSeconds
{
    /// <summary>Seconds with as many decimals as needed, at most nine; "-inf" and "inf" for the unbounded ends.</summary>
    public static string Format(GpsTime time) => time.Nanoseconds switch
    {
        long.MinValue => "-inf",
        long.MaxValue => "inf",
        _ => Format(time.Nanoseconds),
    };

    /// <summary>A duration of <paramref name="nanoseconds"/> as decimal seconds, exact.</summary>
    public static string Format(long nanoseconds)
    {
        var magnitude = (ulong)(nanoseconds < 0 ? unchecked(-nanoseconds) : nanoseconds);
        var (whole, rest) = Math.DivRem(magnitude, (ulong)GpsTime.NanosecondsPerSecond);
        var text = whole.ToString(CultureInfo.InvariantCulture);
        if (rest != 0) text += "." + rest.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return nanoseconds < 0 ? "-" + text : text;
    }

    /// <summary>
    /// Reads a duration in decimal seconds ("0.1", "1e-3", "inf") as nanoseconds, as <see cref="GpsText"/> does; false when it is no
    /// number or out of range.
    /// </summary>
    /// <remarks>"inf" is <see cref="long.MaxValue"/>, "-inf" is <see cref="long.MinValue"/>.</remarks>
    public static bool TryParseDuration(ReadOnlySpan<char> text, out long nanoseconds) => GpsText.TryParse(text, out nanoseconds);
}
