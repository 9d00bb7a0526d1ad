namespace Idq.Tracking.Mlflow;

/// <summary>Terms on texts that are known without asking the store.</summary>
internal static class TextMatch
{
    /// <summary>True when the term holds for the text.</summary>
    public static bool Holds(string text, SearchClause clause) => clause.Comparator switch
    {
        SearchComparator.Equal => text == clause.Value,
        SearchComparator.NotEqual => text != clause.Value,
        SearchComparator.Like => Like(text, clause.Value),
        SearchComparator.ILike => Like(text.ToUpperInvariant(), clause.Value.ToUpperInvariant()),
        SearchComparator.In => clause.Values.Contains(text),
        SearchComparator.NotIn => !clause.Values.Contains(text),
        _ => false,
    };

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
            else if (p < pattern.Length && (pattern[p] == '_' || pattern[p] == text[at]))
            {
                p++;
                at++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                at = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('%').IsEmpty;
    }
}
