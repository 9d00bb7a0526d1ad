namespace Idq.Data;

/// <summary>Tables: anything that DuckDB reads.</summary>
sealed class TableFlavor : SourceFlavor
{
    // Stands for "the name of the column tells".
    const TableTimeUnit AutomaticUnit = (TableTimeUnit)(-1);

    static readonly (string Word, TableTimeUnit Unit)[] Units =
    [
        ("auto", AutomaticUnit),
        ("s", TableTimeUnit.Seconds),
        ("ns", TableTimeUnit.Nanoseconds),
    ];

    public override IReadOnlyList<string> Names { get; } = ["TableClassifierData", "table"];

    public override string Meaning => "Parquet, CSV or JSON tables, or the result of a SQL query";

    public override SourceDefinition Read(IOptionReader options)
    {
        var files = EventFileOptions.Read(options);
        var query = options.OptionalText(
            "query", "a SQL query instead of files (table only); paths inside are relative to this file", "SQL");
        var time = options.OptionalText("time", "the time column of a table; default: time, else time_ns", "a column");
        var unit = options.Choice(
            "time_unit", AutomaticUnit, "unit of a table's times; auto: ns when the column's name ends in _ns, else s", Units);
        var channel = options.Text(
            "channel", "channel", "the channel column of a table, or =NAME for one fixed channel", "a column, or =NAME");
        var columns = EventFileOptions.ReadColumns(options);
        if (query is null) files.Require(options, "Table");
        else if (files.Files.Count > 0) options.Problem("files", "a table has both 'files' and 'query'", "keep one of them");
        var isFixed = channel.StartsWith('=');
        var table = new TableOptions
        {
            Paths = query is null ? files.Files : [],
            Query = query,
            Folder = options.Folder,
            TimeColumn = time,
            TimeUnit = unit == AutomaticUnit ? null : unit,
            ChannelColumn = isFixed ? "" : channel,
            Channel = isFixed ? channel[1..] : null,
            Columns = columns?.Where(c => c != time).Select(c => new TableColumn(c)).ToArray(),
            Span = files.Span,
        };
        return new(SourceDefinition.KeyOf("table", table.Paths, query, time, table.TimeUnit, table.ChannelColumn, table.Channel,
            table.Columns?.Select(c => c.Name), table.Span), context => new TableSource(table with { IsLive = context.Now is not null }));
    }
}
