using System.Text;

namespace Idq.Tracking;

/// <summary>The metrics that have a column in the wide table, and what the columns hold.</summary>
sealed class MetricColumns
{
    /// <summary>PostgreSQL has at most 1 600 columns, and a row of doubles must fit a page of 8 KiB.</summary>
    public const int Most = 900;

    // PostgreSQL cuts longer names.
    const int MaxNameBytes = 63;

    // Null for a type that metrics do not have: a column that a user added.
    readonly Dictionary<string, Type?> types = new(StringComparer.Ordinal);
    // SQLite does not tell columns apart by case.
    readonly HashSet<string> folded = new(MetricRow.Axes, StringComparer.OrdinalIgnoreCase);

    /// <summary>Those of a store.</summary>
    public static MetricColumns Read(StoreConnection connection)
    {
        var columns = new MetricColumns();
        foreach (var (name, type) in connection.Engine.Columns(connection, "metrics"))
            if (!MetricRow.Axes.Contains(name)) columns.Add(name, type);
        return columns;
    }

    /// <summary>The metrics in the order of the columns.</summary>
    public IReadOnlyCollection<string> Names => types.Keys;

    /// <summary>True when the metric has a column.</summary>
    public bool Has(string metric) => types.ContainsKey(metric);

    /// <summary>What the column of a metric holds; null for what no metric is, and for a metric without a column.</summary>
    public Type? TypeOf(string metric) => types.GetValueOrDefault(metric);

    /// <summary>A value as the metric's column holds it; null when it has no place there.</summary>
    public MetricValue? Fitted(string metric, MetricValue value) => TypeOf(metric) is { } type ? value.As(type) : null;

    /// <summary>Adds a column for a new metric, when there can be one. The caller holds the write lock.</summary>
    public void Make(StoreConnection connection, string metric, Type type)
    {
        if (Has(metric) || folded.Contains(metric) || types.Count >= Most || Encoding.UTF8.GetByteCount(metric) > MaxNameBytes) return;
        connection.Script($"ALTER TABLE metrics ADD COLUMN {MetricTable.Quote(metric)} {connection.Engine.ColumnType(type)}");
        Add(metric, type);
    }

    void Add(string name, Type? type)
    {
        types.Add(name, type);
        folded.Add(name);
    }
}
