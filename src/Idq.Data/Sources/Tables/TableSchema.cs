using DuckDB.NET.Native;
using Idq.Data.DuckDb;

namespace Idq.Data;

/// <summary>What the columns of a table mean, resolved against the columns that it has.</summary>
sealed class TableSchema
{
    readonly string timeColumn;
    readonly DuckColumnType timeType;
    readonly bool isNanoseconds;
    readonly string? channelColumn;
    readonly IReadOnlyList<TableColumn> features;
    readonly IReadOnlyList<DuckField> fields;

    /// <exception cref="DataException">A column is missing or of the wrong type.</exception>
    public TableSchema(TableOptions options, string description, IReadOnlyList<DuckField> fields)
    {
        var time = Require(TimeColumn(options, fields) ?? options.TimeColumn ?? "time");
        (timeColumn, timeType) = (time.Name, time.Type);
        isNanoseconds = UnitOf(options, timeColumn) == TableTimeUnit.Nanoseconds;
        if (isNanoseconds && !timeType.IsInteger)
            throw new DataException($"{description}: the column '{timeColumn}' is {timeType}, not whole nanoseconds; "
                + "give it as integers or say that it is in seconds");
        if (!isNanoseconds && timeType.Id == DuckDBType.Float)
            throw new DataException($"{description}: the column '{timeColumn}' is FLOAT, whose steps are 128 s at GPS times of today; "
                + "write it as DOUBLE, DECIMAL or text");
        if (!timeType.IsNumeric && timeType.Id != DuckDBType.Varchar || timeType.IsTimestamp
            || timeType.Id is DuckDBType.Boolean or DuckDBType.Date)
            throw new DataException($"{description}: the column '{timeColumn}' is {timeType}; expected GPS seconds as a number or as text");

        channelColumn = options.Channel is null ? Require(options.ChannelColumn).Name : null;
        features = options.Columns ?? [.. fields.Where(f => f.Type.IsNumeric && !f.Type.IsTimestamp && f.Type.Id != DuckDBType.Date
            && !Same(f.Name, timeColumn) && !Same(f.Name, channelColumn)).Select(f => new TableColumn(f.Name))];
        foreach (var feature in features)
        {
            var type = Require(feature.Source).Type;
            if (!type.IsNumeric) throw new DataException($"{description}: the column '{feature.Source}' is {type}, not numbers");
        }
        Columns = [.. features.Select(f => f.Name)];
        this.fields = fields;

        DuckField Require(string column) => fields.FirstOrDefault(f => Same(f.Name, column))
            ?? throw new DataException($"{description} has no column '{column}'; it has {string.Join(", ", fields.Select(f => f.Name))}");
    }

    /// <summary>Names of the features.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>True when there is a column of channel names.</summary>
    public bool HasChannels => channelColumn is not null;

    /// <summary>Why a column of the table is no feature; null when it is one, or is not there.</summary>
    public string? WhyMissing(string column) => Columns.Contains(column) ? null
        : fields.FirstOrDefault(f => Same(f.Name, column)) is { } field ? $"it is {field.Type}" : null;

    /// <summary>The time column that the options ask for, or that there is.</summary>
    public static string? TimeColumn(TableOptions options, IReadOnlyList<DuckField> fields)
    {
        foreach (var name in options.TimeColumn is { } wanted ? [wanted] : (string[])["time", "time_ns"])
            if (fields.FirstOrDefault(f => Same(f.Name, name)) is { } field) return field.Name;
        return null;
    }

    /// <summary>The unit that the options ask for, or that the name of the column tells.</summary>
    public static TableTimeUnit UnitOf(TableOptions options, string timeColumn) =>
        options.TimeUnit
        ?? (timeColumn.EndsWith("_ns", StringComparison.OrdinalIgnoreCase) ? TableTimeUnit.Nanoseconds : TableTimeUnit.Seconds);

    /// <summary>True when the first column of <see cref="Select"/> is GPS seconds as DOUBLE; else GPS nanoseconds as BIGINT.</summary>
    public bool SelectsDoubles => !isNanoseconds && timeType.Id == DuckDBType.Double;

    /// <summary>An expression for the GPS nanoseconds of a row.</summary>
    public string Nanoseconds =>
        isNanoseconds ? $"CAST({Sql.Identifier(timeColumn)} AS BIGINT)" : Sql.GpsNanoseconds(Sql.Identifier(timeColumn));

    /// <summary>
    /// Time, features, the file, and the channel last, of the rows that may lie inside a span; all rows without one.
    /// </summary>
    public string Select(string relation, Segment? span)
    {
        var columns = features.Select(f => Sql.Identifier(f.Source))
            .Prepend(SelectsDoubles ? $"CAST({Sql.Identifier(timeColumn)} AS DOUBLE)" : Nanoseconds).Append(TableRelation.Origin(relation));
        if (channelColumn is not null) columns = columns.Append($"CAST({Sql.Identifier(channelColumn)} AS VARCHAR)");
        return $"SELECT {string.Join(", ", columns)} FROM {relation}{(span is { } s ? Where(s) : "")}";
    }

    /// <summary>The distinct names of channels.</summary>
    public string SelectChannels(string relation) => $"SELECT DISTINCT CAST({Sql.Identifier(channelColumn!)} AS VARCHAR) FROM {relation}";

    // Coarse bounds on the stored column itself, so that whole row groups are skipped by their statistics; the exact cut comes later.
    string Where(Segment span)
    {
        var column = Sql.Identifier(timeColumn);
        if (isNanoseconds) return $" WHERE {column} >= {span.Start.Nanoseconds} AND {column} < {span.End.Nanoseconds}";
        if (timeType.Id == DuckDBType.Varchar) return "";
        var cast = timeType.Id == DuckDBType.Double ? "::DOUBLE" : "";
        return $" WHERE {column} >= {span.Start.Seconds}{cast} AND {column} <= {span.End.Seconds + 1}{cast}";
    }

    static bool Same(string a, string? b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
