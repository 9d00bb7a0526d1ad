using System.Text.Json;

namespace Idq.Data.Tests.Segments;

/// <summary>Writes segments in the forms that <see cref="SegmentFile"/> reads.</summary>
static class SegmentWriter
{
    /// <summary>Writes segwizard text: "index start stop duration", exact decimals.</summary>
    public static void WriteText(TextWriter writer, SegmentList segments)
    {
        writer.Write("# seg\tstart\tstop\tduration\n");
        for (var i = 0; i < segments.Count; i++)
        {
            var s = segments[i];
            var duration = s.Start.IsFinite && s.End.IsFinite ? GpsSeconds.Format(s.Duration) : "inf";
            writer.Write($"{i}\t{s.Start}\t{s.End}\t{duration}\n");
        }
    }

    /// <summary>Writes JSON as a segment server answers, in exact decimals; unbounded ends are the strings "-inf" and "inf".</summary>
    public static void WriteJson(TextWriter writer, SegmentQuery segments, FlagName? flag = null)
    {
        writer.Write('{');
        if (flag is not null)
        {
            writer.Write($"\"ifo\": {JsonSerializer.Serialize(flag.Ifo)}, \"name\": {JsonSerializer.Serialize(flag.Name)}, ");
            if (flag.Version is { } version) writer.Write($"\"version\": {version}, ");
        }
        writer.Write($"\"known\": [{Pairs(segments.Known)}], \"active\": [{Pairs(segments.Active)}]}}\n");
    }

    static string Pairs(SegmentList segments) => string.Join(", ", segments.Select(s => $"[{Number(s.Start)}, {Number(s.End)}]"));

    static string Number(GpsTime time) => time.IsFinite ? time.ToString() : $"\"{time}\"";
}
