using System.Globalization;
using System.Text.RegularExpressions;

namespace Idq;

/// <summary>The numbers in a UTC text, not yet checked against a calendar.</summary>
readonly partial record struct UtcText(int Year, int Month, int Day, int Hour, int Minute, int Second, long Nanosecond, int OffsetMinutes)
{
    [GeneratedRegex(
        """
            ^\s* (?<year>\d{4}) - (?<month>\d\d) - (?<day>\d\d)
            ( ([Tt]|\s+) (?<hour>\d\d) : (?<minute>\d\d) ( : (?<second>\d\d) ( [.,] (?<fraction>\d+) )? )? )?
            \s* ( Z | z | UTC | (?<sign>[+-]) (?<offsethour>\d\d) :? (?<offsetminute>\d\d) )? \s*$
            """,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace,
        matchTimeoutMilliseconds: 1000
    )]
    internal static partial Regex Shape();

    /// <summary>The numbers, or null when the text does not have the shape of a date and time.</summary>
    public static UtcText? Read(string text)
    {
        if (Shape().Match(text) is not { Success: true } match) return null;
        int Number(string group) =>
            match.Groups[group] is { Success: true, ValueSpan: var digits }
                ? int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture)
                : 0;
        var offset = Number("offsethour") * 60 + Number("offsetminute");
        return new(Number("year"), Number("month"), Number("day"), Number("hour"), Number("minute"), Number("second"),
            Fraction(match.Groups["fraction"].ValueSpan), match.Groups["sign"].ValueSpan is "-" ? -offset : offset);
    }

    // Nanoseconds to the nearest: nine digits, and the tenth decides. May be a whole second.
    static long Fraction(ReadOnlySpan<char> digits)
    {
        long value = 0;
        for (var i = 0; i < 9; i++) value = value * 10 + (i < digits.Length ? digits[i] - '0' : 0);
        return digits.Length > 9 && digits[9] >= '5' ? value + 1 : value;
    }
}
