namespace Idq.Tracking.Mlflow;

enum FilterTokenKind
{
    Identifier,
    Text,
    Number,
    Comparison,
    Keyword,
    Open,
    Close,
    Comma,
    Semicolon,
    Other,
}

/// <summary>One word of a filter, as it was written.</summary>
readonly record struct FilterToken(FilterTokenKind Kind, string Raw)
{
    public bool Is(string keyword) => Kind == FilterTokenKind.Keyword && Raw.Equals(keyword, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Cuts a filter into words. Never fails: what is no word, such as a text without its end, is a token of kind Other.</summary>
static class FilterTokens
{
    static readonly HashSet<string> Keywords = new(StringComparer.OrdinalIgnoreCase)
    {
        "AND", "OR", "NOT", "IN", "IS", "NULL", "TRUE", "FALSE", "BETWEEN", "LIKE", "ILIKE",
    };

    public static List<FilterToken> Of(string text)
    {
        var tokens = new List<FilterToken>();
        var at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            (FilterTokenKind kind, var end) = Next(text, at);
            var raw = text[at..end];
            at = end;
            // A negated comparator is one word, and LIKE compares as signs do.
            if (kind == FilterTokenKind.Keyword && raw.ToUpperInvariant() is "LIKE" or "ILIKE")
            {
                kind = FilterTokenKind.Comparison;
                if (tokens.Count > 0 && tokens[^1].Is("NOT"))
                {
                    raw = $"{tokens[^1].Raw} {raw}";
                    tokens.RemoveAt(tokens.Count - 1);
                }
            }

            tokens.Add(new FilterToken(kind, raw));
        }

        return tokens;
    }

    static (FilterTokenKind Kind, int End) Next(string text, int at)
    {
        var c = text[at];
        switch (c)
        {
            case '(':
                return (FilterTokenKind.Open, at + 1);
            case ')':
                return (FilterTokenKind.Close, at + 1);
            case ',':
                return (FilterTokenKind.Comma, at + 1);
            case ';':
                return (FilterTokenKind.Semicolon, at + 1);
            case '\'':
                return EndOfText(text, at) is var end and > 0 ? (FilterTokenKind.Text, end) : (FilterTokenKind.Other, text.Length);
            case '<' or '>' or '=' or '!' or '~':
                return (FilterTokenKind.Comparison, EndOf(text, at, static x => x is '<' or '>' or '=' or '!' or '~'));
        }

        if (EndOfNumber(text, at) is var number and > 0)
            return (FilterTokenKind.Number, number);
        if (c is '`' or '"' || IsWord(c))
            return Identifier(text, at);
        return (FilterTokenKind.Other, EndOf(text, at, static x => !char.IsWhiteSpace(x)));
    }

    static (FilterTokenKind Kind, int End) Identifier(string text, int at)
    {
        var start = at;
        var quoted = false;
        while (true)
        {
            if (at < text.Length && (text[at] is '`' or '"' || (text[at] == '\'' && at > start)))
            {
                var close = text.IndexOf(text[at], at + 1);
                if (close < 0)
                    return (FilterTokenKind.Other, text.Length);
                at = close + 1;
                quoted = true;
            }
            else
            {
                var end = EndOf(text, at, IsWord);
                if (end == at)
                    return (FilterTokenKind.Other, at == start ? at + 1 : at);
                at = end;
            }

            // A dot joins the next part.
            if (at >= text.Length || text[at] != '.')
                break;
            at++;
        }

        var keyword = !quoted && Keywords.Contains(text[start..at]);
        return (keyword ? FilterTokenKind.Keyword : FilterTokenKind.Identifier, at);
    }

    // Doubled apostrophes stay inside.
    static int EndOfText(string text, int at)
    {
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] != '\'')
                continue;
            if (i + 1 >= text.Length || text[i + 1] != '\'')
                return i + 1;
            i++;
        }

        return -1;
    }

    static int EndOfNumber(string text, int at)
    {
        var i = at;
        if (text[i] is '-' or '+')
            i++;
        var digits = i;
        i = EndOf(text, i, char.IsAsciiDigit);
        var count = i - digits;
        if (i < text.Length && text[i] == '.')
        {
            var fraction = i + 1;
            i = EndOf(text, fraction, char.IsAsciiDigit);
            count += i - fraction;
        }

        if (count == 0)
            return -1;
        if (i < text.Length && text[i] is 'e' or 'E')
        {
            var exponent = i + 1;
            if (exponent < text.Length && text[exponent] is '-' or '+')
                exponent++;
            var end = EndOf(text, exponent, char.IsAsciiDigit);
            if (end > exponent)
                i = end;
        }

        return i < text.Length && IsWord(text[i]) ? -1 : i;
    }

    static int EndOf(string text, int at, Func<char, bool> belongs)
    {
        while (at < text.Length && belongs(text[at]))
            at++;
        return at;
    }

    static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '$' or '@' or '#';
}
