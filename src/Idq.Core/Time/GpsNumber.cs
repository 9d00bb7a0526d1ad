using System.Globalization;
using System.Numerics;

namespace Idq;

/// <summary>The number of GPS seconds at the front of a text, by the grammar of LAL's <c>XLALStrToGPS</c>.</summary>
/// <remarks>
/// White space, a sign, then decimal digits with a point and a decimal exponent, or 0x, hexadecimal digits with a point and a binary
/// exponent (p). An exponent without digits is not part of the number. The value is exact before it is rounded to the
/// nearest nanosecond, halves away from zero.
/// </remarks>
/// <param name="Time">The value; zero when there is no number, the nearer unbounded end when it is out of range.</param>
/// <param name="Length">Characters that belong to the number, with the white space before it.</param>
/// <param name="IsNumber">False when the text does not start with a number; what follows the white space is then unread.</param>
/// <param name="IsOutOfRange">True when the number lies outside the 64-bit nanosecond range.</param>
public readonly record struct GpsNumber(GpsTime Time, int Length, bool IsNumber, bool IsOutOfRange)
{
    // Beyond this many digits on either side of the point a value is out of range, or zero.
    const int Negligible = 60;

    /// <summary>Reads the number at the front of a text.</summary>
    public static GpsNumber Read(ReadOnlySpan<char> text)
    {
        var at = 0;
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        var unread = at;
        var isNegative = at < text.Length && text[at] == '-';
        if (at < text.Length && text[at] is '-' or '+') at++;

        var isHex = text[at..].StartsWith("0x", StringComparison.OrdinalIgnoreCase) && StartsWithDigit(text[(at + 2)..], isHex: true);
        if (isHex) at += 2;
        else if (!StartsWithDigit(text[at..], isHex: false)) return new(default, unread, false, false);

        var digits = new Digits(isHex);
        var afterPoint = false;
        for (; at < text.Length; at++)
        {
            if (text[at] == '.' && !afterPoint) afterPoint = true;
            else if (IsDigit(text[at], isHex)) digits.Add(text[at], afterPoint);
            else break;
        }
        var exponent = ReadExponent(text, ref at, isHex ? 'p' : 'e');
        // −(2⁶³ − 1) nanoseconds is a time, 2⁶³ − 1 is the unbounded future.
        return digits.Scale(exponent) is { } magnitude && (isNegative || magnitude < long.MaxValue)
            ? new(new(isNegative ? -magnitude : magnitude), at, true, false)
            : new(isNegative ? GpsTime.MinValue : GpsTime.MaxValue, at, true, true);
    }

    static long ReadExponent(ReadOnlySpan<char> text, ref int at, char letter)
    {
        var i = at;
        if (i >= text.Length || char.ToLowerInvariant(text[i]) != letter) return 0;
        i++;
        var isNegative = i < text.Length && text[i] == '-';
        if (i < text.Length && text[i] is '-' or '+') i++;
        if (i >= text.Length || !char.IsAsciiDigit(text[i])) return 0;
        long exponent = 0;
        for (; i < text.Length && char.IsAsciiDigit(text[i]); i++) exponent = Math.Min(exponent * 10 + (text[i] - '0'), int.MaxValue);
        at = i;
        return isNegative ? -exponent : exponent;
    }

    static bool StartsWithDigit(ReadOnlySpan<char> text, bool isHex)
    {
        if (text is ['.', ..]) text = text[1..];
        return text.Length > 0 && IsDigit(text[0], isHex);
    }

    static bool IsDigit(char c, bool isHex) => isHex ? char.IsAsciiHexDigit(c) : char.IsAsciiDigit(c);

    /// <summary>Significant digits as one whole number, and how many of them follow the point.</summary>
    struct Digits(bool isHex)
    {
        BigInteger value;
        int significant;
        long afterPoint;

        public void Add(char digit, bool isAfterPoint)
        {
            // Digits far behind the first cannot change a nanosecond, unless the exponent brings the number down again: then none matters.
            if (significant < 20 * Negligible)
            {
                value = value * (isHex ? 16 : 10) + int.Parse([digit], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                if (isAfterPoint) afterPoint++;
            }
            else if (!isAfterPoint) afterPoint--;
            if (!value.IsZero) significant++;
        }

        /// <summary>Nanoseconds, or null when they do not fit 64 bits.</summary>
        public readonly long? Scale(long exponent)
        {
            if (value.IsZero) return 0;
            // value · radix^-afterPoint · (10 or 2)^exponent · 10⁹
            var (powersOf2, powersOf10) = isHex ? (exponent - 4 * afterPoint, 0L) : (0L, exponent - afterPoint);
            var magnitude = Math.Min(significant, 20 * Negligible) * (isHex ? 1.2041 : 1) + powersOf2 * 0.30103 + powersOf10;
            if (magnitude > Negligible) return null;
            if (magnitude < -Negligible) return 0;
            var numerator = value * GpsTime.NanosecondsPerSecond;
            BigInteger denominator = 1;
            if (powersOf2 >= 0) numerator <<= (int)powersOf2;
            else denominator <<= (int)-powersOf2;
            if (powersOf10 >= 0) numerator *= BigInteger.Pow(10, (int)powersOf10);
            else denominator *= BigInteger.Pow(10, (int)-powersOf10);
            var nanoseconds = (2 * numerator + denominator) / (2 * denominator);
            return nanoseconds <= long.MaxValue ? (long)nanoseconds : null;
        }
    }
}
