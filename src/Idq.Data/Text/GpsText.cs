using System.Buffers.Text;
using System.Globalization;

namespace Idq.Data;

/// <summary>Exact conversion of decimal GPS seconds in files to nanoseconds: no floating-point number between.</summary>
/// <remarks>
/// Digits beyond the ninth decimal round to the nearest nanosecond (half up in magnitude). "inf" and "-inf" are the unbounded ends.
/// </remarks>
public static class GpsText
{
    const long Second = GpsTime.NanosecondsPerSecond;

    /// <summary>Reads a whole text, white space around it allowed.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long nanoseconds)
    {
        text = text.Trim();
        Span<byte> bytes = stackalloc byte[64];
        if (text.Length <= bytes.Length && System.Text.Encoding.UTF8.TryGetBytes(text, bytes, out var length))
            return TryParse(bytes[..length], out nanoseconds);
        nanoseconds = 0;
        return false;
    }

    /// <summary>Reads a whole UTF-8 text without white space.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long nanoseconds)
    {
        nanoseconds = 0;
        var i = 0;
        var isNegative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+') i++;

        long whole = 0;
        var digits = 0;
        for (; i < text.Length && (uint)(text[i] - '0') <= 9; i++, digits++)
        {
            whole = whole * 10 + (text[i] - '0');
            if (whole > long.MaxValue / Second) return false;
        }

        long fraction = 0;
        if (i < text.Length && text[i] == '.')
        {
            i++;
            var unit = Second / 10;
            for (; i < text.Length && (uint)(text[i] - '0') <= 9; i++, digits++)
            {
                if (unit > 0) fraction += (text[i] - '0') * unit;
                else if (unit == 0 && text[i] >= '5') fraction++;
                unit = unit > 1 ? unit / 10 : unit - 1;
            }
        }
        if (digits == 0 || i < text.Length) return TryParseRare(text, out nanoseconds);

        var magnitude = (ulong)whole * (ulong)Second + (ulong)fraction;
        if (magnitude > long.MaxValue) return false;
        nanoseconds = isNegative ? -(long)magnitude : (long)magnitude;
        return true;
    }

    // Reads numbers with an exponent, and "inf" and "-inf".
    static bool TryParseRare(ReadOnlySpan<byte> text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (Utf8Parser.TryParse(text, out double value, out var used) && used == text.Length && double.IsInfinity(value))
        {
            nanoseconds = value > 0 ? long.MaxValue : long.MinValue;
            return true;
        }
        var characters = System.Text.Encoding.UTF8.GetString(text);
        if (characters.ToLowerInvariant() is "inf" or "+inf" or "-inf")
        {
            nanoseconds = characters[0] == '-' ? long.MinValue : long.MaxValue;
            return true;
        }
        if (!decimal.TryParse(characters, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)) return false;
        if (Math.Abs(seconds) >= long.MaxValue / Second) return false;
        nanoseconds = decimal.ToInt64(decimal.Round(seconds * Second, MidpointRounding.AwayFromZero));
        return true;
    }
}
