using System.Numerics;

namespace Idq;

// Exponents, hexadecimal digits, and numbers of any length.
public readonly partial record struct GpsNumber
{
    // Beyond this many digits on either side of the point a value is out of range, or zero.
    const int Negligible = 60;

    static GpsNumber ReadExactly<T>(ReadOnlySpan<T> text, int at, bool isNegative)
        where T : unmanaged, IBinaryInteger<T>
    {
        var isHex = At(text, at) == '0' && At(text, at + 1) is 'x' or 'X'
            && HexDigit(text, At(text, at + 2) == '.' ? at + 3 : at + 2) >= 0;
        if (isHex) at += 2;
        var digits = new Digits(isHex);
        for (var afterPoint = false; ; at++)
        {
            if (At(text, at) == '.' && !afterPoint) afterPoint = true;
            else if ((isHex ? HexDigit(text, at) : Digit(text, at)) is >= 0 and var digit) digits.Add(digit, afterPoint);
            else break;
        }
        return Of(digits.Scale(ReadExponent(text, ref at, isHex ? 'p' : 'e')), isNegative, at);
    }

    static long ReadExponent<T>(ReadOnlySpan<T> text, ref int at, char letter)
        where T : unmanaged, IBinaryInteger<T>
    {
        if ((At(text, at) | 0x20) != letter) return 0;
        var i = at + 1;
        var isNegative = At(text, i) == '-';
        if (At(text, i) is '-' or '+') i++;
        if (Digit(text, i) < 0) return 0;
        long exponent = 0;
        for (; Digit(text, i) is >= 0 and var digit; i++) exponent = Math.Min(exponent * 10 + digit, int.MaxValue);
        at = i;
        return isNegative ? -exponent : exponent;
    }

    static int HexDigit<T>(ReadOnlySpan<T> text, int at)
        where T : unmanaged, IBinaryInteger<T>
    {
        var letter = (At(text, at) | 0x20) - 'a';
        return letter is >= 0 and <= 5 ? letter + 10 : Digit(text, at);
    }

    /// <summary>Significant digits as one whole number, and how many of them follow the point.</summary>
    struct Digits(bool isHex)
    {
        BigInteger value;
        int significant;
        long afterPoint;
        bool isMore;

        public void Add(int digit, bool isAfterPoint)
        {
            // Digits far behind the first only tell whether a half is exactly one.
            if (significant < 20 * Negligible)
            {
                value = value * (isHex ? 16 : 10) + digit;
                if (isAfterPoint) afterPoint++;
            }
            else
            {
                isMore |= digit > 0;
                if (!isAfterPoint) afterPoint--;
            }
            if (!value.IsZero) significant++;
        }

        /// <summary>Nanoseconds, or null when they do not fit 64 bits.</summary>
        public readonly ulong? Scale(long exponent)
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
            var (nanoseconds, rest) = BigInteger.DivRem(numerator, denominator);
            var half = (2 * rest).CompareTo(denominator);
            if (half > 0 || (half == 0 && (isMore || !nanoseconds.IsEven))) nanoseconds++;
            return nanoseconds <= ulong.MaxValue ? (ulong)nanoseconds : null;
        }
    }
}
