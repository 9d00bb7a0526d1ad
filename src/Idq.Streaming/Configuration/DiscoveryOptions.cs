using Idq.Data;

namespace Idq.Streaming;

/// <summary>Kinds of sources of triggers.</summary>
public enum SourceFlavor
{
    /// <summary>Simulated.</summary>
    Mock,

    /// <summary>Anything that DuckDB reads.</summary>
    Table,

    /// <summary>KleineWelle text.</summary>
    KleineWelle,

    /// <summary>LIGO_LW sngl_burst documents.</summary>
    LigoLw,
}

/// <summary>[train data discovery] and its twins: where triggers come from. What evaluate and timeseries do not say is as for train.</summary>
public sealed record DiscoveryOptions
{
    const TableTimeUnit AutomaticUnit = (TableTimeUnit)(-1);

    internal DiscoveryOptions(SectionReader s)
    {
        Folder = s.Folder;
        Flavor = s.Choice("flavor", SourceFlavor.Mock, "the kind of source", new Dictionary<string, SourceFlavor>
        {
            ["MockClassifierData"] = SourceFlavor.Mock,
            ["TableClassifierData"] = SourceFlavor.Table,
            ["KWClassifierData"] = SourceFlavor.KleineWelle,
            ["KWMClassifierData"] = SourceFlavor.KleineWelle,
            ["KWSClassifierData"] = SourceFlavor.KleineWelle,
            ["LigoLwClassifierData"] = SourceFlavor.LigoLw,
            ["mock"] = SourceFlavor.Mock,
            ["table"] = SourceFlavor.Table,
            ["kw"] = SourceFlavor.KleineWelle,
            ["ligolw"] = SourceFlavor.LigoLw,
        });
        Config = s.ExistingFile("config", "the simulation's INI file (mock only)");
        Files = s.ExistingFiles("files", "", "files, folders or patterns to read (all but mock)");
        Query = s.OptionalText("query", "a SQL query instead of files (table only); paths inside are relative to this file", "SQL");
        Time = s.OptionalText("time", "the time column of a table; default: time, else time_ns", "a column");
        TimeUnit =
            s.Choice(
                "time_unit",
                AutomaticUnit,
                "unit of a table's times; auto: ns when the column's name ends in _ns, else s",
                new Dictionary<string, TableTimeUnit>
                {
                    ["auto"] = AutomaticUnit,
                    ["s"] = TableTimeUnit.Seconds,
                    ["ns"] = TableTimeUnit.Nanoseconds,
                }
            )
                is var unit
            && unit == AutomaticUnit
                ? null
                : unit;
        Channel = s.Text("channel", "channel", "the channel column of a table, or =NAME for one fixed channel", "a column, or =NAME");
        Columns = s.List("columns", "", "the columns to read; default: all numeric ones");
        Bounds = s.Bounds("bounds", "", "triggers outside these are not read, in any channel");
        var start = s.Time("span_start", "start of the data, where the files do not tell; default: the first event");
        var end = s.Time("span_end", "end of the data, where the files do not tell; default: the last event");
        if (start is null != end is null)
            s.Problem(start is null ? "span_end" : "span_start", "span_start and span_end go together", "give both");
        Span = start is { } from && end is { } to ? new Segment(from, to) : null;
        IgnoreSegdb = s.Flag("ignore_segdb", "False", "take all time as good, without asking for segments");
        if (!s.IsGiven) return;
        if (Flavor == SourceFlavor.Mock && Config is null && !s.Gives("config"))
            s.Problem("flavor", "a mock source needs 'config'", "name the simulation's INI file");
        if (Flavor != SourceFlavor.Mock && Files.Count == 0 && Query is null && !s.Gives("files"))
            s.Problem("flavor", $"a {Flavor} source needs 'files'", "name files, folders or patterns");
    }

    /// <summary>The kind of source.</summary>
    public SourceFlavor Flavor { get; }

    /// <summary>The simulation's INI file.</summary>
    public string? Config { get; }

    /// <summary>Files and folders.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>A SQL query instead of files.</summary>
    public string? Query { get; }

    /// <summary>The time column, or null.</summary>
    public string? Time { get; }

    /// <summary>Unit of the time column; null where its name tells.</summary>
    public TableTimeUnit? TimeUnit { get; }

    /// <summary>The folder that paths inside a query are relative to.</summary>
    public string Folder { get; }

    /// <summary>The channel column, or =NAME.</summary>
    public string Channel { get; }

    /// <summary>Columns to read; empty means all numeric ones.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Triggers outside are not read.</summary>
    public IReadOnlyList<ColumnBounds> Bounds { get; }

    /// <summary>What the files cover; null where they tell themselves.</summary>
    public Segment? Span { get; }

    /// <summary>True when segments are not asked for.</summary>
    public bool IgnoreSegdb { get; }

    /// <summary>Equal for two jobs that can share one decoded input.</summary>
    public string Key =>
        string.Join(
            '\u001f',
            Flavor,
            Config,
            string.Join('|', Files),
            Query,
            Time,
            TimeUnit,
            Channel,
            string.Join('|', Columns),
            string.Join('|', Bounds),
            Span
        );
}
