namespace Idq.Data;

/// <summary>Reads the events of one LIGO_LW document.</summary>
static class LigoLwEvents
{
    public static DecodedFile Read(string path, string table)
    {
        using var reader = LigoLwReader.Open(path);
        DecodedFile? file = null;
        var coverage = new List<Segment>();
        while (reader.NextTable())
        {
            if (reader.Table == "search_summary") ReadCoverage(reader, coverage);
            if (reader.Table != table) continue;
            if (file is not null) throw new DataException($"'{path}' has the table {table} twice; join them first (ligolw_add)");
            file = ReadEvents(reader);
        }
        if (file is null) throw new DataException($"'{path}' has no table {table}");
        if (coverage.Count > 0) file.Coverage = SegmentList.Coalesce(coverage);
        return file;
    }

    static DecodedFile ReadEvents(LigoLwReader reader)
    {
        var (seconds, nanoseconds) = (reader.RequireColumn("peak_time"), reader.FindColumn("peak_time_ns"));
        var (ifo, channel) = (reader.FindColumn("ifo"), reader.FindColumn("channel"));
        if (ifo < 0 && channel < 0) throw new DataException($"'{reader.Path}': the table {reader.Table} has neither 'channel' nor 'ifo'");

        var columns = new List<(string Name, int Index)>();
        for (var c = 0; c < reader.Columns.Count; c++)
            if (IsFeature(reader.Columns[c])) columns.Add((reader.Columns[c].Name, c));
        if (columns.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new DataException($"'{reader.Path}': the table {reader.Table} has the column '{twice.Key}' twice");
        if (!columns.Exists(c => c.Name == "frequency"))
        {
            var frequency = columns.FindIndex(c => c.Name == "peak_frequency");
            if (frequency < 0) frequency = columns.FindIndex(c => c.Name == "central_freq");
            if (frequency >= 0) columns.Insert(0, ("frequency", columns[frequency].Index));
        }

        var file = new DecodedFile([.. columns.Select(c => c.Name)]);
        while (reader.NextRow())
        {
            file.ChannelIds.Add(Channel(reader, ifo, channel, file));
            file.Times.Add(reader.Time(seconds, nanoseconds).Nanoseconds);
            for (var c = 0; c < columns.Count; c++) file.Values[c].Add(reader.Double(columns[c].Index));
        }
        return file;
    }

    static bool IsFeature(LigoLwColumn column) =>
        column.IsNumeric && !column.Name.EndsWith("_id", StringComparison.Ordinal)
        && !column.Name.EndsWith("_time", StringComparison.Ordinal) && !column.Name.EndsWith("_time_ns", StringComparison.Ordinal);

    static int Channel(LigoLwReader reader, int ifo, int channel, DecodedFile file)
    {
        var name = channel < 0 ? [] : reader.Characters(channel);
        var prefix = ifo < 0 ? [] : reader.Characters(ifo);
        if (name.Length == 0) return file.Channel(prefix);
        if (prefix.Length == 0 || name.Contains(':')) return file.Channel(name);
        Span<char> joined = stackalloc char[prefix.Length + 1 + name.Length];
        prefix.CopyTo(joined);
        joined[prefix.Length] = ':';
        name.CopyTo(joined[(prefix.Length + 1)..]);
        return file.Channel(joined);
    }

    // The stretches of time that the search program says it has analysed.
    static void ReadCoverage(LigoLwReader reader, List<Segment> coverage)
    {
        var (start, startNs) = (reader.FindColumn("out_start_time"), reader.FindColumn("out_start_time_ns"));
        var (end, endNs) = (reader.FindColumn("out_end_time"), reader.FindColumn("out_end_time_ns"));
        while (start >= 0 && end >= 0 && reader.NextRow())
            if (!reader.IsNull(start) && !reader.IsNull(end)) coverage.Add(reader.Segment(start, startNs, end, endNs));
    }
}
