using System.Globalization;

namespace Idq.Tracking.Mlflow;

/// <summary>Reads the search language: terms joined by AND, and keys to sort by.</summary>
public static class SearchFilter
{
    /// <summary>The terms of a filter; none for an absent or blank one.</summary>
    /// <param name="filter">Such as <c>metrics.loss &lt; 0.1 AND tags.kind = 'best'</c>.</param>
    /// <param name="vocabulary">The words that it may use.</param>
    /// <exception cref="Refusal">It cannot be read; the message names the part.</exception>
    public static IReadOnlyList<SearchClause> Parse(string? filter, SearchVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        if (string.IsNullOrWhiteSpace(filter))
            return [];
        var tokens = FilterTokens.Of(filter);
        var semicolon = tokens.FindIndex(token => token.Kind == FilterTokenKind.Semicolon);
        if (semicolon >= 0 && semicolon < tokens.Count - 1)
            throw Refusal.Invalid($"Search filter contained multiple expression '{filter}'. Provide AND-ed expression list.");
        return Comparisons(tokens).ConvertAll(comparison => Interpret(comparison, vocabulary));
    }

    /// <summary>The key to sort by.</summary>
    /// <param name="orderBy">Such as <c>metrics.loss DESC</c>.</param>
    /// <param name="vocabulary">The words that it may use.</param>
    /// <exception cref="Refusal">It cannot be read; the message names the part.</exception>
    public static SearchOrder ParseOrder(string orderBy, SearchVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(orderBy);
        ArgumentNullException.ThrowIfNull(vocabulary);
        var tokens = FilterTokens.Of(orderBy);
        var readable = tokens.Count is 1 or 2 && orderBy.Length > 0 && !char.IsWhiteSpace(orderBy[0]) && !char.IsWhiteSpace(orderBy[^1])
            && tokens.TrueForAll(token => token.Kind == FilterTokenKind.Identifier);
        if (!readable)
            throw Refusal.Invalid($"Invalid order_by clause '{orderBy}'. Could not be parsed.");
        var ascending = true;
        if (tokens.Count == 2)
        {
            ascending = tokens[1].Raw.ToLowerInvariant() switch
            {
                "asc" => true,
                "desc" => false,
                _ => throw Refusal.Invalid($"Invalid ordering key in order_by clause '{orderBy}'."),
            };
        }

        (SearchEntity entity, var key) = vocabulary.Identify(tokens[0].Raw, forOrder: true);
        return new SearchOrder(entity, key, ascending);
    }

    static List<Comparison> Comparisons(List<FilterToken> tokens)
    {
        var found = new List<Comparison>();
        var invalid = new List<string>();
        var joined = true;
        var waiting = false;
        for (var at = 0; at < tokens.Count;)
        {
            if (tokens[at].Is("AND"))
            {
                if (joined)
                    invalid.Add(tokens[at].Raw);
                joined = waiting = true;
                at++;
            }
            else if (ComparisonAt(tokens, at) is var (comparison, length))
            {
                if (joined)
                    found.Add(comparison);
                else
                    invalid.Add(string.Join(' ', tokens.Skip(at).Take(length).Select(token => token.Raw)));
                joined = waiting = false;
                at += length;
            }
            else
            {
                // The message ends here: what follows is not part of the error.
                invalid.Add(tokens[at].Raw);
                joined = true;
                at++;
            }
        }

        if (waiting)
            invalid.Add("AND");
        return invalid.Count == 0
            ? found
            : throw Refusal.Invalid($"Invalid clause(s) in filter string: {string.Join(", ", invalid.Select(clause => $"'{clause}'"))}");
    }

    static (Comparison Comparison, int Length)? ComparisonAt(List<FilterToken> tokens, int at)
    {
        if (!IsOperand(tokens[at]))
            return null;
        if (at + 2 < tokens.Count && tokens[at + 1].Kind == FilterTokenKind.Comparison && IsOperand(tokens[at + 2]))
            return (new Comparison(tokens[at], tokens[at + 1].Raw, tokens[at + 2], null), 3);
        var words = at + 1 < tokens.Count && tokens[at + 1].Is("NOT") ? 2 : 1;
        if (at + words >= tokens.Count || !tokens[at + words].Is("IN") || at + words + 1 >= tokens.Count
            || tokens[at + words + 1].Kind != FilterTokenKind.Open)
        {
            return null;
        }

        var open = at + words + 1;
        var close = tokens.FindIndex(open, token => token.Kind == FilterTokenKind.Close);
        return close < 0
            ? null
            : (
                new Comparison(tokens[at], words == 2 ? "NOT IN" : "IN", default, tokens.GetRange(open + 1, close - open - 1)),
                close - at + 1
            );
    }

    static bool IsOperand(FilterToken token) => token.Kind is FilterTokenKind.Identifier or FilterTokenKind.Text or FilterTokenKind.Number;

    static SearchClause Interpret(Comparison comparison, SearchVocabulary vocabulary)
    {
        if (comparison.Left.Kind != FilterTokenKind.Identifier)
            throw Refusal.Invalid($"Invalid comparison clause. Expected 'Identifier' found '{comparison.Left.Raw}'");
        (SearchEntity entity, var key) = vocabulary.Identify(comparison.Left.Raw, forOrder: false);
        if (vocabulary.IsNumeric(entity, key))
        {
            var number = NumberOf(comparison, entity, key);
            return new SearchClause(entity, key, ComparatorOf(comparison.Sign, ["=", "!=", "<", "<=", ">", ">="]), [], number);
        }

        IReadOnlyList<string> values =
            comparison.List is { } list && entity is SearchEntity.Attribute or SearchEntity.Dataset
                ? TextsOf(comparison.List)
                : [TextOf(comparison, entity)];
        string[] signs = entity is SearchEntity.Param or SearchEntity.Tag
            ? ["=", "!=", "LIKE", "ILIKE"]
            : ["=", "!=", "LIKE", "ILIKE", "IN", "NOT IN"];
        return new SearchClause(entity, key, ComparatorOf(comparison.Sign, signs), values, 0);
    }

    static double NumberOf(Comparison comparison, SearchEntity entity, string key)
    {
        if (comparison.List is null && comparison.Right.Kind == FilterTokenKind.Number
            && double.TryParse(comparison.Right.Raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        throw Refusal.Invalid(entity == SearchEntity.Metric
            ? $"Expected numeric value type for metric. Found {comparison.RightText}"
            : $"Expected numeric value type for numeric attribute: {key}. Found {comparison.RightText}");
    }

    static string TextOf(Comparison comparison, SearchEntity entity)
    {
        var raw = comparison.RightText;
        if (comparison.List is null && comparison.Right.Kind == FilterTokenKind.Text)
            return raw[1..^1].Replace("''", "'", StringComparison.Ordinal);
        if (comparison.List is null && comparison.Right.Kind == FilterTokenKind.Identifier)
        {
            return raw.Length >= 2 && raw[0] == '"' && raw.IndexOf('"', 1) == raw.Length - 1
                ? raw[1..^1]
                : throw Refusal.Invalid(
                    $"Parameter value is either not quoted or unidentified quote types used for string value {raw}. "
                        + "Use either single or double quotes."
                );
        }

        throw Refusal.Invalid(entity switch
        {
            SearchEntity.Param => $"Expected a quoted string value for parameter (e.g. 'my-value'). Got value {raw}",
            SearchEntity.Tag => $"Expected a quoted string value for tag (e.g. 'my-value'). Got value {raw}",
            SearchEntity.Dataset => $"Expected a quoted string value for dataset attributes. Got value {raw}",
            _ => $"Expected a quoted string value for attributes. Got value {raw}",
        });
    }

    static List<string> TextsOf(List<FilterToken> list)
    {
        var texts = new List<string>();
        for (var i = 0; i < list.Count; i++)
        {
            var isText = i % 2 == 0;
            if (list[i].Kind != (isText ? FilterTokenKind.Text : FilterTokenKind.Comma))
            {
                throw Refusal.Invalid(
                    "While parsing a list in the query, expected string value, punctuation, or whitespace, "
                    + $"but got different type in list: {list[i].Raw}");
            }

            if (isText)
                texts.Add(list[i].Raw[1..^1].Replace("''", "'", StringComparison.Ordinal));
        }

        return texts.Count > 0
            ? texts
            : throw Refusal.Invalid(
                "While parsing a list in the query, expected a non-empty list of string values, but got empty list: ()"
            );
    }

    static SearchComparator ComparatorOf(string sign, string[] valid)
    {
        var upper = sign.ToUpperInvariant();
        if (!valid.Contains(upper))
            throw Refusal.Invalid($"Invalid comparator '{upper}' not one of '{{{string.Join(", ", valid.Select(text => $"'{text}'"))}}}'");
        return Enum.GetValues<SearchComparator>().First(comparator => SearchText.Of(comparator) == upper);
    }

    readonly record struct Comparison(FilterToken Left, string Sign, FilterToken Right, List<FilterToken>? List)
    {
        public string RightText => List is null ? Right.Raw : $"({string.Join(' ', List.Select(token => token.Raw))})";
    }
}
