using System.Globalization;

namespace Idq.Tracking.Mlflow;

/// <summary>What a search term looks at.</summary>
public enum SearchEntity
{
    /// <summary>A property of the run or experiment itself.</summary>
    Attribute,

    /// <summary>The latest value of a metric.</summary>
    Metric,

    /// <summary>A parameter.</summary>
    Param,

    /// <summary>A tag.</summary>
    Tag,

    /// <summary>A data set that a run used.</summary>
    Dataset,
}

/// <summary>How a search term compares.</summary>
public enum SearchComparator
{
    /// <summary>=</summary>
    Equal,

    /// <summary>!=</summary>
    NotEqual,

    /// <summary>&lt;</summary>
    Less,

    /// <summary>&lt;=</summary>
    LessOrEqual,

    /// <summary>&gt;</summary>
    Greater,

    /// <summary>&gt;=</summary>
    GreaterOrEqual,

    /// <summary>LIKE: % stands for any text, _ for any character; case matters.</summary>
    Like,

    /// <summary>ILIKE: as LIKE, but case does not matter.</summary>
    ILike,

    /// <summary>IN a list.</summary>
    In,

    /// <summary>NOT IN a list.</summary>
    NotIn,
}

/// <summary>One term of a filter; all terms of a filter must hold.</summary>
/// <param name="Entity">What it looks at.</param>
/// <param name="Key">The metric, parameter, tag or attribute; aliases are translated.</param>
/// <param name="Comparator">How it compares.</param>
/// <param name="Values">The texts to compare with: one, or several for a list. Empty when <paramref name="Number"/> counts.</param>
/// <param name="Number">The number to compare with, for metrics and numeric attributes.</param>
public sealed record SearchClause(SearchEntity Entity, string Key, SearchComparator Comparator, IReadOnlyList<string> Values, double Number)
{
    /// <summary>The one text to compare with.</summary>
    public string Value => Values[0];

    /// <summary>True when the term compares numbers.</summary>
    public bool IsNumeric => Values.Count == 0;

    /// <inheritdoc/>
    public bool Equals(SearchClause? other) =>
        other is not null && Entity == other.Entity && Key == other.Key && Comparator == other.Comparator
        && Number.Equals(other.Number) && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Entity, Key, Comparator, Number, Values.Count);

    /// <summary>The term in the search language.</summary>
    public override string ToString()
    {
        var entity = Entity switch
        {
            SearchEntity.Metric => "metrics",
            SearchEntity.Param => "params",
            SearchEntity.Tag => "tags",
            SearchEntity.Dataset => "datasets",
            _ => "attributes",
        };
        var quote = Key.Contains('`') ? '"' : '`';
        var value = IsNumeric ? Number.ToString("R", CultureInfo.InvariantCulture)
            : Comparator is SearchComparator.In or SearchComparator.NotIn ? $"({string.Join(", ", Values.Select(Quoted))})"
            : Quoted(Value);
        return $"{entity}.{quote}{Key}{quote} {SearchText.Of(Comparator)} {value}";
    }

    static string Quoted(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}

/// <summary>One key that a search sorts by.</summary>
/// <param name="Entity">What it looks at.</param>
/// <param name="Key">The metric, parameter, tag or attribute; aliases are translated.</param>
/// <param name="Ascending">Small values first; NaN and then absent values come last either way.</param>
public sealed record SearchOrder(SearchEntity Entity, string Key, bool Ascending);

/// <summary>The texts of comparators.</summary>
static class SearchText
{
    public static string Of(SearchComparator comparator) => comparator switch
    {
        SearchComparator.Equal => "=",
        SearchComparator.NotEqual => "!=",
        SearchComparator.Less => "<",
        SearchComparator.LessOrEqual => "<=",
        SearchComparator.Greater => ">",
        SearchComparator.GreaterOrEqual => ">=",
        SearchComparator.Like => "LIKE",
        SearchComparator.ILike => "ILIKE",
        SearchComparator.In => "IN",
        _ => "NOT IN",
    };
}
