using Spectre.Console;

namespace Idq.Cli;

/// <summary>A table on a terminal: as in a file, but with bold headings, and with cells folded where the terminal is too narrow.</summary>
static class TerminalTable
{
    /// <summary>Prints the table on standard output.</summary>
    /// <param name="columns">Column names.</param>
    /// <param name="numeric">Which columns hold numbers: they stand at the right and are never folded.</param>
    /// <param name="rows">The cells.</param>
    public static void Print(IReadOnlyList<string> columns, bool[] numeric, IEnumerable<string[]> rows)
    {
        var table = new Spectre.Console.Table { Border = TableBorder.None };
        for (var c = 0; c < columns.Count; c++)
            table.AddColumn(new TableColumn(new Text(columns[c], new Style(decoration: Decoration.Bold)))
            {
                Alignment = numeric[c] ? Justify.Right : Justify.Left,
                NoWrap = numeric[c],
                Padding = new Padding(0, 0, 2, 0),
            });
        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(cell)));
        AnsiConsole.Write(table);
    }
}
