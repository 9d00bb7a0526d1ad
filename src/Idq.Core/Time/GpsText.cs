namespace Idq;

/// <summary>
/// Decimal GPS seconds in files and messages as nanoseconds: exact, to the nearest, halves to even (see <see cref="GpsNumber"/>).
/// </summary>
/// <remarks>Plain digits are read without allocation. "inf" and "-inf" are the unbounded ends. Hexadecimal numbers are refused.</remarks>
public static class GpsText
{
    /// <summary>Reads a whole text, white space around it allowed.</summary>
    /// <returns>False when it is no decimal number, or lies outside the 64-bit nanosecond range.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out long nanoseconds) =>
        GpsNumber.TryReadAll(text, allowHex: false, out nanoseconds);

    /// <summary>Reads a whole UTF-8 text, white space around it allowed.</summary>
    /// <returns>False when it is no decimal number, or lies outside the 64-bit nanosecond range.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out long nanoseconds) =>
        GpsNumber.TryReadAll(text, allowHex: false, out nanoseconds);
}
