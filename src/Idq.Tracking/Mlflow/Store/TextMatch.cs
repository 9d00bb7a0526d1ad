namespace Idq.Tracking.Mlflow;

/// <summary>Terms on texts that are known without asking the store.</summary>
static class TextMatch
{
    /// <summary>True when the term holds for the text.</summary>
    public static bool Holds(string text, SearchClause clause) => clause.Comparator switch
    {
        SearchComparator.Equal => text == clause.Value,
        SearchComparator.NotEqual => text != clause.Value,
        SearchComparator.Like => Like(text, clause.Value),
        SearchComparator.ILike => ILike(text, clause.Value),
        SearchComparator.In => clause.Values.Contains(text),
        SearchComparator.NotIn => !clause.Values.Contains(text),
        _ => false,
    };

    /// <summary>
    /// True when a text has the form of a pattern and case does not matter: that of any letter, in no particular language.
    /// </summary>
    public static bool ILike(string text, string pattern) => Like(Folded(text), Folded(pattern));

    /// <summary>True when a text has the form of a pattern: % stands for any text, _ for any character.</summary>
    public static bool Like(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
    {
        // The last % can take one character more whenever the rest does not fit.
        int at = 0, p = 0, star = -1, resume = 0;
        while (at < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '%')
            {
                star = p++;
                resume = at;
            }
            else if (p < pattern.Length && pattern[p] == '_')
            {
                p++;
                at += Width(text, at);
            }
            else if (p < pattern.Length && pattern[p] == text[at])
            {
                p++;
                at++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                at = resume += Width(text, resume);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('%').IsEmpty;
    }

    // Small letters as Unicode's tables have them; the two whose small letter is longer, or depends on its place in the word, by hand.
    static string Folded(string text) =>
        text.Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant().Replace('ς', 'σ');

    // A character beyond the basic plane is two UTF-16 units.
    static int Width(ReadOnlySpan<char> text, int at) =>
        char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
}
