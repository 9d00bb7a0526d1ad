using Idq.Streaming.Tests.Products;
using System.Text.Json;
using Idq.Tracking;

namespace Idq.Streaming.Tests;

/// <summary>What an analysis left behind, as comparable lines.</summary>
static class Ledger
{
    static readonly string[] QuiverColumns =
    [
        "time_ns",
        "label",
        "weight",
        "rank",
        "fap",
        "eff",
        "loglike",
        "loglike_deviation",
        "pglitch",
        "window_rank",
        "window_loglike",
        "window_loglike_deviation",
        "window_pglitch",
    ];
    static readonly string[] SeriesColumns = ["time_ns", "ok", "rank", "fap", "eff", "loglike", "loglike_deviation", "pglitch"];

    /// <summary>Every evaluated row of a classifier, with its features, in the order of the ledger; numbers bit for bit.</summary>
    public static List<string> QuiverRows(this Analysis analysis, string nickname) => Lines(analysis, "quiver", nickname, QuiverColumns);

    /// <summary>Every sample of a classifier's series in the order of the ledger; numbers bit for bit.</summary>
    public static List<string> SeriesRows(this Analysis analysis, string nickname) => Lines(analysis, "series", nickname, SeriesColumns);

    public static JsonElement Attributes(this Product product) => JsonSerializer.Deserialize<JsonElement>(product.Attributes);

    public static Segment Span(this Product product) => new(new GpsTime(product.StartNs), new GpsTime(product.EndNs));

    public static Segment Span(this Skip skip) => new(new GpsTime(skip.StartNs), new GpsTime(skip.EndNs));

    /// <summary>Products and cursors without anything that depends on the clock of the machine.</summary>
    public static string[] State(this Analysis analysis) =>
    [
        .. analysis.Products().Select(p => $"{p.Seq} {p.Job} {p.Kind} {p.Path} {p.Sha256} <- {string.Join(',', p.Parents)} {p.Attributes}"),
        .. analysis.Store.Cursors().Select(c => $"{c.Key}={c.Value}"),
        .. analysis.Store.Skips().Select(s => $"{s.Job} {s.StartNs} {s.EndNs} {s.Reason} {s.Detail}"),
    ];

    static List<string> Lines(Analysis analysis, string kind, string nickname, string[] columns)
    {
        var lines = new List<string>();
        foreach (var product in analysis.Products(kind, nickname).Where(p => p.HasFile))
        {
            using var table = new ParquetTable(analysis.Paths.Absolute(product.Path));
            var features = table.Columns.Contains("features") ? table.DoubleLists("features") : null;
            var cells = columns.Select(c => c switch
            {
                "time_ns" => table.Longs(c).Select(v => v.ToString()).ToArray(),
                "label" or "ok" => table.Bytes(c).Select(v => v.ToString()).ToArray(),
                _ => table.Doubles(c).Select(Rows.Bits).ToArray(),
            }).ToArray();
            for (var row = 0; row < table.Rows; row++)
                lines.Add(
                    string.Join(' ', cells.Select(c => c[row]))
                        + (features is null ? "" : " | " + string.Join(' ', features[row].Select(Rows.Bits)))
                );
        }
        return lines;
    }
}
