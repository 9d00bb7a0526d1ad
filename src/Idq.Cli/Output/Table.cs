namespace Idq.Cli;

/// <summary>A result of rows and columns, printed as aligned text, JSON objects, or CSV.</summary>
/// <param name="columns">Column names.</param>
sealed class Table(params IReadOnlyList<string> columns)
{
    readonly List<object?[]> rows = [];

    /// <summary>Adds a row, one value a column.</summary>
    public void Add(params object?[] values) => rows.Add(values);

    /// <summary>Prints the table.</summary>
    public void Write(TextWriter output, OutputFormat format)
    {
        switch (format)
        {
            case OutputFormat.Json:
                JsonOutput.Write(output, json =>
                {
                    json.WriteStartArray();
                    foreach (var row in rows)
                    {
                        json.WriteStartObject();
                        for (var c = 0; c < columns.Count; c++)
                        {
                            json.WritePropertyName(columns[c]);
                            json.Any(row[c]);
                        }
                        json.WriteEndObject();
                    }
                    json.WriteEndArray();
                });
                break;
            case OutputFormat.Csv:
                output.WriteLine(string.Join(',', columns.Select(Quote)));
                foreach (var row in rows) output.WriteLine(string.Join(',', row.Select(v => Quote(Text(v)))));
                break;
            default:
                WriteAligned(output);
                break;
        }
    }

    void WriteAligned(TextWriter output)
    {
        var cells = rows.Select(r =>
                r.Select(v => v is double number && double.IsFinite(number) ? number.ToString("G7") : Text(v)).ToArray()
            )
            .ToArray();
        var widths = columns.Select((name, c) => cells.Select(r => r[c].Length).Append(name.Length).Max()).ToArray();
        var numeric = columns
            .Select((_, c) => rows.Count > 0 && rows.All(r => r[c] is null or double or long or int or decimal or GpsTime))
            .ToArray();
        string Line(IEnumerable<string> texts) =>
            string.Join("  ", texts.Select((t, c) => numeric[c] ? t.PadLeft(widths[c]) : t.PadRight(widths[c]))).TrimEnd();
        output.WriteLine(Line(columns));
        foreach (var row in cells) output.WriteLine(Line(row));
    }

    static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    static string Text(object? value) =>
        value switch
        {
            null => "",
            double number => double.IsNaN(number) ? "" : number.ToString("R"),
            decimal number => JsonOutput.Plain(number),
            bool flag => flag ? "true" : "false",
            string text => text,
            IReadOnlyDictionary<string, object?> members => string.Join(
                ' ',
                members.Select(m => $"{m.Key}={(m.Value is double number ? number.ToString("G4") : Text(m.Value))}")
            ),
            System.Collections.IEnumerable list => "[" + string.Join(", ", list.Cast<object?>().Select(Text)) + "]",
            _ => value.ToString() ?? "",
        };
}
