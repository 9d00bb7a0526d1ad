using System.Text;
using System.Text.Json;
using Idq.Data.DuckDb;
using Idq.Data.Parquet;

namespace Idq.Data;

/// <summary>Writes events to files that the sources of this program read back as the same events.</summary>
public static partial class EventFiles
{
    // A block of time about as large as a row group: a reader of a stretch of time skips the others, and within a block every channel is one run.
    const int RowsPerBlock = 122_880;

    /// <summary>
    /// Writes a Parquet file: <c>time_ns</c> (GPS nanoseconds), <c>channel</c>, and a column of doubles a feature, in blocks of time and inside
    /// a block channel after channel. The delivered segments and the names of all
    /// channels go into the metadata.
    /// </summary>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void WriteParquet(EventTable table, string path, CancellationToken cancellationToken = default)
    {
        var times = new long[table.Count];
        var channels = new int[table.Count];
        var values = table.Columns.Select(_ => new double[table.Count]).ToArray();
        var at = 0;
        foreach (var block in Blocks(table))
        {
            for (var channel = 0; channel < table.Channels.Count; channel++)
            {
                var run = table.Run(channel, block);
                if (run.Count == 0) continue;
                run.Times.CopyTo(times.AsSpan(at));
                channels.AsSpan(at, run.Count).Fill(channel);
                for (var c = 0; c < values.Length; c++) run.Column(c).CopyTo(values[c].AsSpan(at));
                at += run.Count;
            }
        }

        List<DuckColumn> columns = [DuckColumn.Longs("time_ns", times), DuckColumn.Words("channel", channels, table.Channels.Names)];
        columns.AddRange(table.Columns.Select((name, c) => DuckColumn.Doubles(name, values[c])));
        try
        {
            using var database = DuckDatabase.Open();
            using var writer = new ParquetWriter(database);
            writer.Write(path, columns, new Dictionary<string, string>
            {
                [TableSource.DeliveredKey] = FormatDelivered(table.Delivered),
                [TableSource.ChannelsKey] = JsonSerializer.Serialize(table.Channels.Names),
            }, cancellationToken);
        }
        catch (DuckException e)
        {
            throw new DataException($"cannot write '{path}': {e.Summary}", cause: e);
        }
    }

    internal static SegmentList ParseDelivered(string text) =>
        SegmentJson.Read(TableSource.DeliveredKey, Encoding.UTF8.GetBytes(text))[0].Segments.Active;

    internal static string[] ParseChannels(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(text) ?? [];
        }
        catch (JsonException e)
        {
            throw new DataException($"the metadata '{TableSource.ChannelsKey}' is no list of names: {e.Message}", cause: e);
        }
    }

    static string FormatDelivered(SegmentList delivered) =>
        "[" + string.Join(", ", delivered.Select(s => $"[\"{s.Start}\", \"{s.End}\"]")) + "]";

    static IEnumerable<Segment> Blocks(EventTable table)
    {
        var pieces = table.Count / RowsPerBlock + 1;
        if (pieces == 1 || !table.Span.Start.IsFinite || !table.Span.End.IsFinite)
        {
            yield return table.Span;
            yield break;
        }
        var length = table.Span.Duration / pieces + 1;
        for (var start = table.Span.Start; start < table.Span.End; start += length)
            yield return new(start, GpsTime.Min(start + length, table.Span.End));
    }
}
