namespace Idq.Data;

/// <summary>Sample times whose labels somebody else has given: an alternative to target and random times.</summary>
public static class LabelledTimes
{
    /// <summary>Reads columns <c>time</c> (GPS seconds, exact from text) or <c>time_ns</c>, and <c>label</c> (1 glitch, 0 clean).</summary>
    /// <param name="source">A Parquet, CSV or JSON file, or, when it begins with SELECT, FROM or WITH, a query.</param>
    /// <returns>Ascending times in GPS nanoseconds and their labels.</returns>
    /// <exception cref="DataException">
    /// The table is missing, lacks a column, has a label that is neither 0 nor 1, or gives both to one time.
    /// </exception>
    public static (long[] Times, byte[] Labels) Read(string source)
    {
        var isQuery = source.TrimStart().Split([' ', '\n', '\t', '(', '\r'], 2)[0].ToUpperInvariant() is "SELECT" or "FROM" or "WITH";
        var description = isQuery ? "the query" : $"'{source}'";
        var options = new TableOptions
        {
            Channel = "label", Columns = [new("label")], Span = Segment.All,
            Paths = isQuery ? [] : [source], Query = isQuery ? source : null, ResidentRows = long.MaxValue,
        };
        using var table = new TableSource(options);
        var events = table.ReadAsync(Segment.All, CancellationToken.None).AsTask().GetAwaiter().GetResult();

        var keys = new (long Time, int NotGlitch)[events.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            var label = events.Column(0)[i];
            if (label is not (0 or 1))
                throw new DataException(
                    $"{description} has the label {label} at {new GpsTime(events.Times[i])}; expected 1 (glitch) or 0 (clean)");
            keys[i] = (events.Times[i], label == 1 ? 0 : 1);
        }
        Array.Sort(keys);
        for (var i = 1; i < keys.Length; i++)
            if (keys[i].Time == keys[i - 1].Time && keys[i] != keys[i - 1])
                throw new DataException(
                    $"{description} calls {new GpsTime(keys[i].Time)} both a glitch (1) and clean (0)"
                        + $"{Rows(source, keys[i].Time, options)}; keep one of them");
        return ([.. keys.Select(k => k.Time)], [.. keys.Select(k => k.NotGlitch == 0 ? Label.Glitch : Label.Clean)]);
    }

    // Where a time stands in a text; a query and a Parquet file have no order to count in.
    static string Rows(string source, long time, TableOptions options)
    {
        if (!File.Exists(source) || TableRelation.IsParquet(source)) return "";
        var rows = TextTable.Read(source, options).Times.Index().Where(t => t.Item == time).Select(t => t.Index + 1);
        return $", in its rows {string.Join(" and ", rows)}";
    }
}
