using System.Text.Json;

namespace Idq.Benchmarks;

/// <summary>Prints rows as one table, as JSON, or as CSV.</summary>
static class RowTable
{
    static readonly string[] Header = ["goal", "measured", "ours", "reference", "ratio", "target", "verdict"];

    public static void WriteText(TextWriter to, IReadOnlyList<Row> rows)
    {
        var cells = rows.Select(Cells).Prepend(Header).ToArray();
        var widths = Header.Select((_, c) => cells.Max(row => row[c].Length)).ToArray();
        foreach (var row in cells) to.WriteLine(string.Join("  ", row.Select((cell, c) => cell.PadRight(widths[c]))).TrimEnd());
        foreach (var row in rows.Where(r => r.Note is not null)) to.WriteLine($"  {row.Goal} {row.Name}: {row.Note}");
        var missed = rows.Where(r => r.Verdict == Verdict.Missed).Select(r => $"{r.Goal} {r.Name}").ToArray();
        var open = rows.Where(r => r.Verdict == Verdict.NotMeasured).Select(r => $"{r.Goal} {r.Name}").ToArray();
        to.WriteLine(
            missed.Length > 0 ? $"MISSED: {string.Join("; ", missed)}"
            : open.Length > 0 ? "no goal that was measured is missed"
            : "no goal is missed"
        );
        if (open.Length > 0)
            to.WriteLine($"not measured: {string.Join("; ", open)}");
    }

    public static void WriteJson(TextWriter to, IReadOnlyList<Row> rows)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartObject();
                json.WriteString("goal", row.Goal);
                json.WriteString("name", row.Name);
                WriteFigure(json, "ours", row.Ours);
                WriteFigure(json, "reference", row.Reference);
                json.WriteString("reference_name", row.ReferenceName);
                if (row.Ratio is { } ratio && double.IsFinite(ratio)) json.WriteNumber("ratio", ratio);
                else json.WriteNull("ratio");
                json.WriteString("target", row.Target);
                json.WriteString("verdict", Word(row.Verdict));
                json.WriteString("note", row.Note);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        to.WriteLine(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    public static void WriteCsv(TextWriter to, IReadOnlyList<Row> rows)
    {
        foreach (var row in rows.Select(Cells).Prepend(Header)) to.WriteLine(string.Join(',', row.Select(Quoted)));
    }

    static string[] Cells(Row row) =>
    [
        row.Goal,
        row.Name,
        row.Ours?.ToString() ?? "-",
        row.Reference is { } reference ? $"{reference} ({row.ReferenceName})" : "-",
        row.Ratio is { } ratio ? Figure.Digits(ratio) : "-",
        row.Target.Length == 0 ? "-" : row.Target,
        Word(row.Verdict),
    ];

    static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Met => "met",
        Verdict.Missed => "MISSED",
        Verdict.NotMeasured => "not measured",
        _ => "-",
    };

    static void WriteFigure(Utf8JsonWriter json, string name, Figure? figure)
    {
        if (figure is not { } given || !double.IsFinite(given.Value))
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        json.WriteNumber("value", given.Value);
        json.WriteString("unit", given.Unit);
        json.WriteEndObject();
    }

    static string Quoted(string cell) =>
        cell.AsSpan().ContainsAny(',', '"') ? "\"" + cell.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : cell;
}
