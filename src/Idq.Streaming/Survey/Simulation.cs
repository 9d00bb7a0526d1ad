using Idq.Data;

namespace Idq.Streaming;

/// <summary>Writes what a mock source simulates to files, or sends it as feature messages.</summary>
public static class Simulation
{
    /// <summary>Writes a range, a file for every stretch of <paramref name="duration"/> nanoseconds.</summary>
    /// <returns>The files and the number of events in them.</returns>
    public static async Task<(IReadOnlyList<string> Files, long Events)> WriteAsync(
        Configuration configuration, Segment range, string folder, string format, long duration, IProgress<RunProgress>? progress,
        CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        using var source = EventSources.Open(configuration.Train.Discovery, configuration.General.Seed, null);
        var files = new List<string>();
        long events = 0;
        for (var start = range.Start; start < range.End; start += duration)
        {
            var span = new Segment(start, GpsTime.Min(start + duration, range.End));
            var table = await source.ReadAsync(span, cancellationToken);
            files.Add(Write(configuration, table, folder, format));
            events += table.Count;
            progress?.Report(new("simulate", span.End, (span.End - range.Start) / (double)range.Duration));
        }
        return (files, events);
    }

    /// <summary>Sends a range, in messages of a second.</summary>
    /// <param name="configuration">Names the simulation.</param>
    /// <param name="range">Whole seconds.</param>
    /// <param name="feed">Where the messages go.</param>
    /// <param name="clock">When given, every message is sent when its second is over; what is past is sent at once.</param>
    /// <param name="progress">Is told of every second.</param>
    /// <param name="cancellationToken">Ends the sending between two seconds.</param>
    public static async Task SendAsync(
        Configuration configuration, Segment range, KafkaFeed feed, IGpsClock? clock, IProgress<RunProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var source = EventSources.Open(configuration.Train.Discovery, configuration.General.Seed, null);
        for (var start = range.Start; start < range.End && !cancellationToken.IsCancellationRequested;)
        {
            var span = new Segment(start, start + GpsTime.NanosecondsPerSecond);
            if (clock is not null) await clock.WaitUntilAsync(span.End, cancellationToken);
            await feed.SendAsync(await source.ReadAsync(span, cancellationToken), cancellationToken);
            progress?.Report(new(
                "simulate", span.End, range.End.IsFinite ? (span.End - range.Start) / (double)range.Duration : double.NaN));
            start = span.End;
        }
    }

    static string Write(Configuration configuration, EventTable table, string folder, string format)
    {
        var name = $"{configuration.General.Instrument}-MOCK_EVENTS-{table.Span.Start}-{GpsSeconds.Format(table.Span.Duration)}";
        switch (format)
        {
            case "kw":
                return KleineWelleWriter.Write(table, Path.Combine(folder, name + ".trg"))[0];
            case "ligolw":
                var document = Path.Combine(folder, name + ".xml.gz");
                LigoLwWriter.Write(table, document);
                return document;
            default:
                var archive = Path.Combine(folder, name + ".parquet");
                TableArchiveFile.Write(table, archive);
                return archive;
        }
    }
}
