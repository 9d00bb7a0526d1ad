using Idq.Data;

namespace Idq.Streaming;

/// <summary>Good time that reads well and is probably not meant: a digit is missing, or everything is excluded.</summary>
static class SegmentCheck
{
    // No detector stays in one state for so long. An end that lost a digit is decades away.
    const long Longest = 365 * 86_400 * GpsTime.NanosecondsPerSecond;

    /// <summary>Warnings about the segment files.</summary>
    /// <param name="configuration">Names the files.</param>
    /// <param name="range">What will be asked of them; null takes [replay], else what the files cover.</param>
    /// <exception cref="DataException">A file cannot be read, or no file holds a flag.</exception>
    public static IEnumerable<ConfigurationProblem> Run(Configuration configuration, Segment? range)
    {
        var options = configuration.Segments;
        var problems = new List<ConfigurationProblem>();
        void Warn(string key, string message, string suggestion)
        {
            var given = configuration.Text.Find("segdb", key);
            problems.Add(
                new(Severity.Warning, given?.File ?? configuration.Text.Ini.Path, "segdb", key, given?.Line, message, suggestion));
        }

        if (options.Open() is not { } good) return problems;
        var files = new SegmentFiles(options.Files).Files.Select(f => (Key: "files", File: f))
            .Concat(new SegmentFiles(options.ExcludeFiles).Files.Select(f => (Key: "exclude_files", File: f))).ToArray();
        foreach (var (key, file) in files)
            foreach (var segment in file.Flags.SelectMany(f => f.Segments.Active).Where(IsLong).Distinct())
                Warn(key, $"'{file.Path}' has a segment of {segment.Duration / 1e9 / 31_557_600:F1} years: {segment}",
                    "see whether an end of it has lost digits");

        if ((range ?? Range(configuration, files)) is not { } span || !Active(good, span).IsEmpty) return problems;
        var wanted = GoodTime.Open(options.Files, options.Intersect, [], []);
        if (wanted is not null && Active(wanted, span).IsEmpty)
            Warn("files", $"there is no good time in {span}", "see whether the files are of that time");
        else
            Warn(options.ExcludeFiles.Count > 0 ? "exclude_files" : "exclude", $"all good time in {span} is excluded",
                "see whether what is excluded is longer than it should be");
        return problems;
    }

    static SegmentList Active(GoodTime time, Segment span) =>
        time.QueryAsync(span, CancellationToken.None).AsTask().GetAwaiter().GetResult().Active;

    static Segment? Range(Configuration configuration, IEnumerable<(string Key, WatchedSegmentFile File)> files)
    {
        if (configuration.Replay is { Start: { } start, End: { } end }) return new Segment(start, end);
        var covered = SegmentList.Coalesce(
            files.Where(f => f.Key == "files").SelectMany(f => f.File.Flags).SelectMany(f => f.Segments.Active).Where(IsFinite));
        return covered.IsEmpty ? null : covered.Extent;
    }

    static bool IsLong(Segment segment) => IsFinite(segment) && segment.Duration > Longest;

    static bool IsFinite(Segment segment) => segment.Start.IsFinite && segment.End.IsFinite;
}
