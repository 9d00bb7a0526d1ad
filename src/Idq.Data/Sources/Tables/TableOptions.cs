namespace Idq.Data;

/// <summary>Which table is read as events, and what its columns mean.</summary>
/// <remarks>Either <see cref="Paths"/> or <see cref="Query"/> is given.</remarks>
public sealed record TableOptions
{
    /// <summary>Parquet, CSV or JSON files (by their extension), folders, or patterns with '*' and '?'; all of one format.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>A SELECT in DuckDB's SQL instead of files.</summary>
    public string? Query { get; init; }

    /// <summary>The folder to which paths inside <see cref="Query"/> are relative; null is the working folder.</summary>
    public string? Folder { get; init; }

    /// <summary>The column of times; null takes "time", else "time_ns".</summary>
    public string? TimeColumn { get; init; }

    /// <summary>What the time column counts; null takes nanoseconds when its name ends in "_ns", else seconds.</summary>
    public TableTimeUnit? TimeUnit { get; init; }

    /// <summary>The column of channel names.</summary>
    /// <value>The default value is "channel".</value>
    public string ChannelColumn { get; init; } = "channel";

    /// <summary>The one channel of a table that has no column of channels; null when it has one.</summary>
    public string? Channel { get; init; }

    /// <summary>The columns to read as features; null takes all columns of numbers under their own names.</summary>
    public IReadOnlyList<TableColumn>? Columns { get; init; }

    /// <summary>The channels to read; null takes those that the table has when the source is opened.</summary>
    public IReadOnlyList<string>? Channels { get; init; }

    /// <summary>What the table covers; null takes it from the files' names or metadata, else from the first event to the last.</summary>
    public Segment? Span { get; init; }

    /// <summary>True when files are being written: text whose last line has no end is not complete.</summary>
    public bool IsLive { get; init; }

    /// <summary>Parquet files or a query of at most so many rows are kept in memory; more are read block by block of time.</summary>
    /// <value>The default value is 4 000 000.</value>
    public long ResidentRows { get; init; } = 4_000_000;
}

/// <summary>A feature and where it comes from.</summary>
/// <param name="Name">The feature's name.</param>
/// <param name="Source">The name of a column of the table.</param>
public sealed record TableColumn(string Name, string Source)
{
    /// <summary>A column under its own name.</summary>
    public TableColumn(string name) : this(name, name)
    {
    }
}

/// <summary>What a column of times counts since the GPS epoch.</summary>
public enum TableTimeUnit
{
    /// <summary>
    /// Seconds with decimals: text (numbers in JSON too), DECIMAL and integers exactly; DOUBLE as the nanosecond nearest to the number
    /// that it holds.
    /// </summary>
    Seconds,

    /// <summary>Whole nanoseconds.</summary>
    Nanoseconds,
}
