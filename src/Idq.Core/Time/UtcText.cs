using System.Globalization;
using System.Text.RegularExpressions;

namespace Idq;

/// <summary>The numbers in a UTC text, not yet checked against a calendar.</summary>
readonly partial record struct UtcText(int Year, int Month, int Day, int Hour, int Minute, int Second, long Nanosecond, int OffsetMinutes)
{
    [GeneratedRegex(
        """
            ^\s* (?<year>[0-9]{4}) - (?<month>[0-9][0-9]) - (?<day>[0-9][0-9])
            ( ([Tt]|\s+) (?<hour>[0-9][0-9]) : (?<minute>[0-9][0-9]) ( : (?<second>[0-9][0-9]) ( [.,] (?<fraction>[0-9]+) )? )? )?
            \s* ( Z | z | UTC | (?<sign>[+-]) (?<offsethour>[0-9][0-9]) :? (?<offsetminute>[0-9][0-9]) )? \s*$
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

    static long Fraction(ReadOnlySpan<char> digits)
    {
        var at = 0;
        return GpsNumber.ReadFraction(digits, ref at);
    }
}
