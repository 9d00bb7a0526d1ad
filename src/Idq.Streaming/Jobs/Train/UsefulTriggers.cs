using Idq.Learning;

namespace Idq.Streaming;

/// <summary>Which triggers the classifiers of a job can learn from by themselves; what they need for features is in the features.</summary>
sealed class UsefulTriggers
{
    readonly IReadOnlySet<string> channels;
    readonly IReadOnlyList<ColumnBounds>? any;

    /// <summary>What some classifiers can use.</summary>
    /// <param name="classifiers">Their traits.</param>
    /// <param name="usable">The channels that may be witnesses.</param>
    public UsefulTriggers(IEnumerable<ClassifierTraits> classifiers, IEnumerable<string> usable)
    {
        var readers = classifiers.Where(t => t.UsesTriggers).ToArray();
        channels = usable.ToHashSet(StringComparer.Ordinal);
        IsNone = readers.Length == 0;
        // Who does not say what it reads may read everything.
        if (readers.All(t => t.Significance is not null))
            any = [.. readers.Select(t => new ColumnBounds(t.Significance!, t.MinSignificance, double.PositiveInfinity)).Distinct()];
    }

    /// <summary>True when no classifier reads triggers.</summary>
    public bool IsNone { get; }

    /// <summary>The part of a table that is of use.</summary>
    /// <exception cref="DataException">The table lacks a column that a classifier reads.</exception>
    public EventTable Of(EventTable table) =>
        IsNone ? EventTable.Empty(table.Span, table.Delivery, table.Channels, [])
        : any is null ? table
        : table.Reduce(any, [.. any.Select(b => b.Column).Distinct(StringComparer.Ordinal)], channels.Contains);

    /// <summary>In words, so that two of them can be compared.</summary>
    public override string ToString() => IsNone ? "none" : any is null ? "all" : string.Join(", ", any);
}
