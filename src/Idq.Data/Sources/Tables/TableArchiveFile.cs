using System.Text;
using System.Text.Json;
using Idq.Data.Parquet;

namespace Idq.Data;

/// <summary>Archives of events in Parquet, which a <see cref="TableSource"/> reads back as the same events.</summary>
public static class TableArchiveFile
{
    /// <summary>Key of the delivered segments in the metadata.</summary>
    internal const string DeliveredKey = "idq.delivered";

    /// <summary>Key of the channels, those without events too, in the metadata.</summary>
    internal const string ChannelsKey = "idq.channels";

    /// <summary>
    /// Writes <c>time_ns</c> (GPS nanoseconds), <c>channel</c>, and a column of doubles a feature, in blocks of time and inside a block
    /// channel after channel. The delivered segments and the names of all channels go into the metadata.
    /// </summary>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void Write(EventTable table, string path, ParquetCompression compression = ParquetCompression.Snappy,
        CancellationToken cancellationToken = default)
    {
        var metadata = new Dictionary<string, string>
        {
            [DeliveredKey] = "[" + string.Join(", ", table.Delivered.Select(s => $"[\"{s.Start}\", \"{s.End}\"]")) + "]",
            [ChannelsKey] = JsonSerializer.Serialize(table.Channels.Names),
        };
        FileErrors.Guard($"write '{path}'", () =>
        {
            ParquetFile.Write(path, Blocks(table).Select(b => Columns(table, b)), metadata, compression, cancellationToken);
            return true;
        });
    }

    internal static SegmentList ParseDelivered(string text) =>
        SegmentJson.Read(DeliveredKey, Encoding.UTF8.GetBytes(text))[0].Active;

    internal static string[] ParseChannels(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(text) ?? [];
        }
        catch (JsonException e)
        {
            throw new DataException($"the metadata '{ChannelsKey}' is no list of names: {e.Message}", cause: e);
        }
    }

    static List<ParquetColumn> Columns(EventTable table, Segment block)
    {
        var runs = Enumerable.Range(0, table.Channels.Count).Select(c => table.Run(c, block)).ToArray();
        var count = runs.Sum(r => r.Count);
        var (times, channels) = (new long[count], new int[count]);
        var values = table.Columns.Select(_ => new double[count]).ToArray();
        var at = 0;
        for (var channel = 0; channel < runs.Length; channel++)
        {
            var run = runs[channel];
            run.Times.CopyTo(times.AsSpan(at));
            channels.AsSpan(at, run.Count).Fill(channel);
            for (var c = 0; c < values.Length; c++) run.Column(c).CopyTo(values[c].AsSpan(at));
            at += run.Count;
        }
        return
        [
            ParquetColumn.Longs("time_ns", times),
            ParquetColumn.Words("channel", channels, table.Channels.Names),
            .. table.Columns.Select((name, c) => ParquetColumn.Doubles(name, values[c])),
        ];
    }

    // A block of time is about as large as a row group: a reader of a stretch of time skips the others.
    static IEnumerable<Segment> Blocks(EventTable table)
    {
        var pieces = table.Count / ParquetFile.RowsPerGroup + 1;
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
