namespace Idq.Data;

/// <summary>Which LIGO_LW documents are read, and how.</summary>
/// <param name="Paths">Files, folders (all *.xml and *.xml.gz inside), or patterns with '*' and '?'.</param>
public sealed record LigoLwOptions(IReadOnlyList<string> Paths)
{
    /// <summary>The table of events.</summary>
    /// <value>The default value is "sngl_burst".</value>
    public string Table { get; init; } = "sngl_burst";

    /// <summary>What files without a span in their name cover; null takes it from search_summary, else from the events.</summary>
    public Segment? Span { get; init; }

    /// <summary>The channels; null takes those that the files have when the source is opened, which reads them all once.</summary>
    public IReadOnlyList<string>? Channels { get; init; }

    /// <summary>The columns; null takes those that the files have when the source is opened.</summary>
    public IReadOnlyList<string>? Columns { get; init; }
}
