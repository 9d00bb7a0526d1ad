using Idq.Data;

namespace Idq.Streaming;

/// <summary>Opens the segment database that a configuration names.</summary>
public static class SegmentSources
{
    /// <summary>
    /// Active where every file of text segments is, and every flag to intersect is active in one of the files that hold it (a file a month, say); minus the flags and files
    /// to exclude. Null when nothing is configured: all time is good.
    /// </summary>
    /// <exception cref="DataException">A file cannot be read, or no file holds a flag.</exception>
    public static ISegmentSource? Open(SegmentOptions options)
    {
        if (options.IsEmpty) return null;
        var held = options.Files.ToDictionary(f => f, f => SegmentFile.ReadAll(f).Select(s => s.Flag).ToArray(), StringComparer.Ordinal);
        ISegmentSource Flag(string text)
        {
            if (!FlagName.TryParse(text, out var wanted) || wanted is null)
                throw new DataException($"'{text}' is no flag; write IFO:NAME or IFO:NAME:VERSION");
            var files = held.Where(h => h.Value.Any(f => f is not null && wanted.Covers(f))).Select(h => h.Key).ToArray();
            if (files.Length == 0)
                throw new DataException(
                    $"no file of [segdb] files holds the flag '{text}'; they hold {string.Join(", ", held.Values.SelectMany(f => f).OfType<FlagName>().Distinct())}"
                );
            return new MergedSegments(files.Select(f => new FileSegmentSource(f, text)).ToArray());
        }

        var include =
            options.Intersect.Count == 0
                ? options.Files.Select(f => (ISegmentSource)new FileSegmentSource(f))
                : options
                    .Files.Where(f => held[f].Any(flag => flag is null))
                    .Select(f => (ISegmentSource)new FileSegmentSource(f))
                    .Concat(options.Intersect.Select(Flag));
        var exclude = options.ExcludeFiles.Select(f => (ISegmentSource)new FileSegmentSource(f)).Concat(options.Exclude.Select(Flag));
        return new FlagExpression(include.ToArray(), exclude.ToArray());
    }
}
