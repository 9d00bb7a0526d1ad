namespace Idq;

public readonly partial record struct GpsTime
{
    /// <summary>
    /// Reads GPS seconds as the LAL parser does, all of the text: decimal, with exponent ("7.5e8"), or hexadecimal with binary exponent
    /// ("0x2CD7E24E.8p0"), white space around it allowed; rounded to the nearest nanosecond, halves to even. "inf" and "-inf" are the
    /// unbounded ends.
    /// </summary>
    /// <returns>False when the text is not such a number as a whole, or lies outside the 64-bit nanosecond range.</returns>
    public static bool TryParse(string? text, out GpsTime time)
    {
        var isRead = GpsNumber.TryReadAll(text.AsSpan(), allowHex: true, out var nanoseconds);
        time = new(nanoseconds);
        return isRead;
    }

    /// <summary>Reads GPS seconds like <see cref="TryParse"/>.</summary>
    /// <exception cref="FormatException">The text is not a number of GPS seconds.</exception>
    /// <exception cref="OverflowException">The number lies outside the 64-bit nanosecond range.</exception>
    public static GpsTime Parse(string text)
    {
        if (TryParse(text, out var time)) return time;
        if (GpsNumber.Read(text) is { IsOutOfRange: true }) throw new OverflowException($"'{text}' lies outside ±9223372036 seconds");
        throw new FormatException($"'{text}' is not a number of GPS seconds");
    }
}
