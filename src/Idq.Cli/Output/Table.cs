using System.Collections;
using System.Text.Json;

namespace Idq.Cli;

/// <summary>A result of rows and columns, printed as aligned text, JSON objects, or CSV.</summary>
sealed class Table(params IReadOnlyList<string> columns)
{
    readonly List<object?[]> rows = [];

    /// <summary>A table of items; each column says what it shows of an item.</summary>
    public static Table Of<T>(IEnumerable<T> items, params IReadOnlyList<(string Name, Func<T, object?> Value)> columns)
    {
        var table = new Table([.. columns.Select(c => c.Name)]);
        foreach (var item in items) table.Add([.. columns.Select(c => c.Value(item))]);
        return table;
    }

    public static Table OfRow(params IReadOnlyList<(string Name, object? Value)> cells)
    {
        var table = new Table([.. cells.Select(c => c.Name)]);
        table.Add([.. cells.Select(c => c.Value)]);
        return table;
    }

    public void Add(params object?[] values) => rows.Add(values);

    public void Print(OutputFormat format)
    {
        switch (format)
        {
            case OutputFormat.Json: JsonOutput.Print(this); break;
            case OutputFormat.Csv: PrintCsv(); break;
            default: PrintText(); break;
        }
    }

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var row in rows)
        {
            json.WriteStartObject();
            for (var c = 0; c < columns.Count; c++) json.Any(columns[c], row[c]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    void PrintCsv() => Write(
        rows.Select(row => string.Join(',', row.Select(v => Quote(Text(v))))).Prepend(string.Join(',', columns.Select(Quote))));

    // Every row is one line, however wide, so that no character is lost to a pipe and a path can be copied from a terminal. Spectre's
    // tables fold cells, leave out columns that do not fit, and take 0.4 ms for a row of eight cells.
    void PrintText()
    {
        var cells = rows.ConvertAll(r => Array.ConvertAll(r, v => v is double n && double.IsFinite(n) ? n.ToString("G7") : Text(v)));
        var numeric = columns.Select((_, c) => rows.Count > 0 && rows.All(r => r[c] is null or double or long or int or decimal or GpsTime))
            .ToArray();
        var widths = columns.Select((name, c) => cells.Select(r => r[c].Length).Append(name.Length).Max()).ToArray();
        Write(cells.Prepend([.. columns]).Select(row =>
            string.Join("  ", row.Select((t, c) => numeric[c] ? t.PadLeft(widths[c]) : t.PadRight(widths[c]))).TrimEnd()));
    }

    // The console's own writer asks the system to write twice a line.
    static void Write(IEnumerable<string> lines)
    {
        Console.Out.Flush();
        using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 1 << 16);
        foreach (var line in lines) output.WriteLine(line);
    }

    static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    static string Text(object? value) => value switch
    {
        null or double.NaN => "",
        double number => number.ToString("R"),
        decimal number => JsonOutput.Plain(number),
        bool flag => flag ? "true" : "false",
        string text => text,
        IReadOnlyDictionary<string, object?> members =>
            string.Join(' ', members.Select(m => $"{m.Key}={(m.Value is double number ? number.ToString("G4") : Text(m.Value))}")),
        IEnumerable list => "[" + string.Join(", ", list.Cast<object?>().Select(Text)) + "]",
        _ => value.ToString() ?? "",
    };
}
