using System.Security;

namespace Idq.Data;

/// <summary>Writes events as LIGO_LW documents, which <see cref="LigoLwSource"/> reads back as the same events.</summary>
public static class LigoLwWriter
{
    static readonly string[] ReservedColumns =
        ["process_id", "event_id", "ifo", "channel", "search", "peak_time", "peak_time_ns", "start_time", "start_time_ns"];

    /// <summary>
    /// Writes a LIGO_LW document with a <c>sngl_burst</c> table of integer ids, and the delivered segments as its <c>search_summary</c>;
    /// compressed when the path ends in ".gz".
    /// </summary>
    /// <remarks>
    /// Every feature is a column of its own name; frequency is written as peak_frequency and central_freq, where the table
    /// has no columns of these names. NaN is an empty field.
    /// </remarks>
    /// <exception cref="DataException">The file cannot be written, or a feature has the name of a column that the format fixes.</exception>
    public static void Write(EventTable table, string path, CancellationToken cancellationToken = default)
    {
        if (table.Columns.FirstOrDefault(c => ReservedColumns.Contains(c)) is { } reserved)
            throw new DataException($"the feature '{reserved}' cannot be written to '{path}': the format fixes a column of that name");
        var columns = ColumnsOf(table);

        EventText.Write(path, writer => WriteDocument(writer, table, columns, cancellationToken));
    }

    static void WriteDocument(
        StreamWriter writer, EventTable table, List<(string Name, int Column)> columns, CancellationToken cancellationToken)
    {
        writer.Write(
            "<?xml version='1.0' encoding='utf-8'?>\n<!DOCTYPE LIGO_LW SYSTEM "
                + "\"http://ldas-sw.ligo.caltech.edu/doc/ligolwAPI/html/ligolw_dtd.txt\">\n<LIGO_LW>\n");

        Table(writer, "process", [("program", "lstring"), ("process_id", "int_8s")], ["\"stream\",0"]);
        Table(writer, "search_summary",
            [("process_id", "int_8s"), .. Integers("out_start_time", "out_start_time_ns", "out_end_time", "out_end_time_ns", "nevents")],
            table.Delivered.Select(s =>
                $"0,{s.Start.Seconds},{s.Start.SubsecondNanoseconds},{s.End.Seconds},{s.End.SubsecondNanoseconds},{table.Count}"));
        Table(writer, "sngl_burst",
            [
                ("process_id", "int_8s"), ("event_id", "int_8s"), ("ifo", "lstring"), ("channel", "lstring"),
                .. Integers("peak_time", "peak_time_ns"), .. columns.Select(c => (c.Name, "real_8")),
            ],
            EventText.InOrder(table).Select(e =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return Row(table, e.Row, e.Channel, columns);
            }));
        writer.Write("</LIGO_LW>\n");
    }

    static IEnumerable<(string, string)> Integers(params string[] names) => names.Select(n => (n, "int_4s"));

    static List<(string Name, int Column)> ColumnsOf(EventTable table)
    {
        var columns = new List<(string Name, int Column)>();
        for (var c = 0; c < table.Columns.Count; c++)
        {
            if (table.Columns[c] != "frequency")
            {
                columns.Add((table.Columns[c], c));
                continue;
            }
            var stand = new[] { "peak_frequency", "central_freq" }.Where(n => table.FindColumn(n) < 0).ToArray();
            columns.AddRange(stand.Length == 2 ? stand.Select(n => (n, c)) : [("frequency", c)]);
        }
        return columns;
    }

    static string Row(EventTable table, int row, int channel, List<(string Name, int Column)> columns)
    {
        var (name, time) = (table.Channels[channel], new GpsTime(table.Times[row]));
        var colon = name.IndexOf(':');
        var text = $"0,{row},{Quote(colon > 0 ? name[..colon] : "")},{Quote(name)},{time.Seconds},{time.SubsecondNanoseconds}";
        foreach (var (_, column) in columns)
        {
            var value = table.Column(column)[row];
            text += double.IsNaN(value) ? "," : $",{value:R}";
        }
        return text;
    }

    static string Quote(string text)
    {
        var escaped = text.Replace("\\", "\\\\").Replace("\"", "\\\"");
        return text.Length == 0 ? "" : $"\"{SecurityElement.Escape(escaped)}\"";
    }

    static void Table(StreamWriter writer, string name, IReadOnlyList<(string Name, string Type)> columns, IEnumerable<string> rows)
    {
        writer.Write($"\t<Table Name=\"{name}:table\">\n");
        foreach (var column in columns)
            writer.Write($"\t\t<Column Name=\"{SecurityElement.Escape(column.Name)}\" Type=\"{column.Type}\"/>\n");
        writer.Write($"\t\t<Stream Name=\"{name}:table\" Delimiter=\",\" Type=\"Local\">");
        // A delimiter ends every row, because a reader could not see an empty last field of the last row without it.
        foreach (var row in rows) writer.Write("\n\t\t\t" + row + ",");
        writer.Write("\n\t\t</Stream>\n\t</Table>\n");
    }
}
