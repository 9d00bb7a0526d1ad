namespace Idq.Tracking;

/// <summary>
/// Numbers inside of JSON columns. PostgreSQL keeps decimal digits, without exponents and without a negative zero; the same is done for
/// SQLite, so that both give the same text back. The value is exact.
/// </summary>
static class JsonNumber
{
    // What PostgreSQL's numbers can hold before and behind the point.
    const int MostWhole = 131_072;
    const int MostFraction = 16_383;

    /// <summary>A number's kept form; one that is beyond PostgreSQL stays as it is.</summary>
    public static string Kept(string text)
    {
        var exponentAt = text.AsSpan().IndexOfAny('e', 'E');
        if (exponentAt < 0) return text[0] == '-' && text.AsSpan(1).IndexOfAnyExcept("0.") < 0 ? text[1..] : text;
        if (!int.TryParse(text.AsSpan(exponentAt + 1), out var exponent) || Math.Abs((long)exponent) > MostWhole) return text;
        var isNegative = text[0] == '-';
        var mantissa = text[(isNegative ? 1 : 0)..exponentAt];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? mantissa : mantissa.Remove(point, 1);
        var fraction = (point < 0 ? 0 : mantissa.Length - point - 1) - exponent;
        if (fraction > MostFraction) return text;
        if (fraction < 0) (digits, fraction) = (digits + new string('0', -fraction), 0);
        if (digits.Length <= fraction) digits = digits.PadLeft(fraction + 1, '0');
        var whole = digits[..^fraction].TrimStart('0');
        if (whole.Length > MostWhole) return text;
        var kept = (whole.Length == 0 ? "0" : whole) + (fraction == 0 ? "" : "." + digits[^fraction..]);
        return isNegative && kept.AsSpan().IndexOfAnyExcept("0.") >= 0 ? "-" + kept : kept;
    }
}
