using Idq.Data;

namespace Idq.Streaming;

/// <summary>Writes what a mock source simulates to files.</summary>
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
