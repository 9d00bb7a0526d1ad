using System.Numerics;

namespace Idq;

/// <summary>The number of GPS seconds at the front of a text, by the grammar of LAL's <c>XLALStrToGPS</c>.</summary>
/// <remarks>
/// White space, a sign, then decimal digits with a point and a decimal exponent, or 0x, hexadecimal digits with a point and a binary
/// exponent (p). An exponent without digits is not part of the number. The value is exact before it is rounded to the
/// nearest nanosecond, halves to the even one. Every text that becomes a time or a duration is read here.
/// </remarks>
/// <param name="Time">The value; zero when there is no number, the nearer unbounded end when it is out of range.</param>
/// <param name="Length">Characters that belong to the number, with the white space before it.</param>
/// <param name="IsNumber">False when the text does not start with a number; what follows the white space is then unread.</param>
/// <param name="IsOutOfRange">True when the number lies outside the 64-bit nanosecond range.</param>
public readonly partial record struct GpsNumber(GpsTime Time, int Length, bool IsNumber, bool IsOutOfRange)
{
    const long LargestSecond = long.MaxValue / GpsTime.NanosecondsPerSecond;

    /// <summary>Reads the number at the front of a text.</summary>
    public static GpsNumber Read(ReadOnlySpan<char> text) => Read<char>(text);

    /// <summary>Reads the number at the front of a UTF-8 text.</summary>
    public static GpsNumber Read(ReadOnlySpan<byte> text) => Read<byte>(text);

    /// <summary>
    /// Reads a whole text: such a number or an unbounded end ("inf", "infinity", in any case), white space around it allowed.
    /// </summary>
    /// <returns>False when the text is something else, or lies outside the range.</returns>
    internal static bool TryReadAll<T>(ReadOnlySpan<T> text, bool allowHex, out long nanoseconds)
        where T : unmanaged, IBinaryInteger<T>
    {
        var number = Read(text);
        nanoseconds = number.Time.Nanoseconds;
        if (!number.IsNumber) return TryReadUnbounded(text[number.Length..], out nanoseconds);
        return !number.IsOutOfRange && IsBlank(text[number.Length..]) && (allowHex || !text[..number.Length].ContainsAny(
            T.CreateTruncating('x'), T.CreateTruncating('X')));
    }

    /// <summary>
    /// Reads the digits behind a decimal point as nanoseconds, rounded; a whole second when they are that near to it.
    /// </summary>
    internal static long ReadFraction<T>(ReadOnlySpan<T> text, ref int at)
        where T : unmanaged, IBinaryInteger<T>
    {
        long value = 0;
        for (var unit = GpsTime.NanosecondsPerSecond / 10; unit > 0 && Digit(text, at) is >= 0 and var digit; unit /= 10, at++)
            value += digit * unit;
        // The tenth digit decides; when it is a five, any other digit behind it does; when there is none, the ninth.
        var tenth = Digit(text, at);
        if (tenth < 0) return value;
        var isMore = false;
        for (at++; Digit(text, at) is >= 0 and var digit; at++) isMore |= digit > 0;
        return tenth > 5 || (tenth == 5 && (isMore || (value & 1) == 1)) ? value + 1 : value;
    }

    static GpsNumber Read<T>(ReadOnlySpan<T> text)
        where T : unmanaged, IBinaryInteger<T>
    {
        var at = 0;
        while (IsWhiteSpace(text, at)) at++;
        var unread = at;
        var isNegative = At(text, at) == '-';
        if (At(text, at) is '-' or '+') at++;
        var first = at;

        long whole = 0;
        for (; Digit(text, at) is >= 0 and var digit && whole <= LargestSecond; at++) whole = whole * 10 + digit;
        var digits = at - first;
        long fraction = 0;
        if (At(text, at) == '.')
        {
            var point = at++;
            fraction = ReadFraction(text, ref at);
            digits += at - point - 1;
        }
        if (digits == 0) return new(default, unread, false, false);
        // An exponent, hexadecimal digits, or a number that may be out of range.
        if (whole > LargestSecond || At(text, at) is 'e' or 'E' or 'x' or 'X') return ReadExactly(text, first, isNegative);
        return Of((ulong)whole * GpsTime.NanosecondsPerSecond + (ulong)fraction, isNegative, at);
    }

    // −(2⁶³ − 1) nanoseconds is a time, 2⁶³ − 1 is the unbounded future.
    static GpsNumber Of(ulong? magnitude, bool isNegative, int length) =>
        magnitude is { } m && (isNegative ? m <= long.MaxValue : m < long.MaxValue)
            ? new(new(isNegative ? -(long)m : (long)m), length, true, false)
            : new(isNegative ? GpsTime.MinValue : GpsTime.MaxValue, length, true, true);

    static bool TryReadUnbounded<T>(ReadOnlySpan<T> text, out long nanoseconds)
        where T : unmanaged, IBinaryInteger<T>
    {
        var isNegative = At(text, 0) == '-';
        nanoseconds = isNegative ? long.MinValue : long.MaxValue;
        if (At(text, 0) is '-' or '+') text = text[1..];
        var length = 0;
        while (length < text.Length && (At(text, length) | 0x20) == (At("infinity".AsSpan(), length) | 0x20)) length++;
        return length is 3 or 8 && IsBlank(text[length..]);
    }

    static bool IsBlank<T>(ReadOnlySpan<T> text)
        where T : unmanaged, IBinaryInteger<T>
    {
        var at = 0;
        while (IsWhiteSpace(text, at)) at++;
        return at == text.Length;
    }

    static bool IsWhiteSpace<T>(ReadOnlySpan<T> text, int at)
        where T : unmanaged, IBinaryInteger<T> => At(text, at) is ' ' or (>= '\t' and <= '\r');

    // −1 when there is no decimal digit.
    static int Digit<T>(ReadOnlySpan<T> text, int at)
        where T : unmanaged, IBinaryInteger<T> => At(text, at) - '0' is >= 0 and <= 9 and var digit ? digit : -1;

    // −1 behind the end.
    static int At<T>(ReadOnlySpan<T> text, int at)
        where T : unmanaged, IBinaryInteger<T> => (uint)at < (uint)text.Length ? int.CreateTruncating(text[at]) : -1;
}
