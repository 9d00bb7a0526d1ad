using System.Globalization;
using System.Text;

namespace Idq.Data;

/// <summary>Numbers in text, by one rule for every format.</summary>
/// <remarks>
/// Decimal digits with a sign, a point and an exponent; "inf", "infinity" and "nan" in any case, with a sign. A number beyond the range of
/// a double is infinite. Hexadecimal digits, separators of thousands and decimal commas are no numbers.
/// </remarks>
static class NumberText
{
    const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Reads a whole text without white space around it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double value) =>
        IsSpecial(text, out value) || (!EndsInLetter(text) && double.TryParse(text, Style, CultureInfo.InvariantCulture, out value));

    /// <summary>Reads a whole UTF-8 text without white space around it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        if (text.IsEmpty) return false;
        if (text[^1] < 'A') return double.TryParse(text, Style, CultureInfo.InvariantCulture, out value);
        Span<char> characters = stackalloc char[16];
        return text.Length <= characters.Length && Encoding.UTF8.TryGetChars(text, characters, out var length)
            && IsSpecial(characters[..length], out value);
    }

    // The words of the runtime itself ("Infinity", "NaN", "∞") are not left to it, because it knows no short forms.
    static bool IsSpecial(ReadOnlySpan<char> text, out double value)
    {
        var isNegative = text is ['-', ..];
        var word = text is ['-' or '+', ..] ? text[1..] : text;
        value = double.NaN;
        if (word.Equals("nan", StringComparison.OrdinalIgnoreCase)) return true;
        value = isNegative ? double.NegativeInfinity : double.PositiveInfinity;
        return word.Equals("inf", StringComparison.OrdinalIgnoreCase) || word.Equals("infinity", StringComparison.OrdinalIgnoreCase);
    }

    static bool EndsInLetter(ReadOnlySpan<char> text) => text is [.., >= 'A'];
}
