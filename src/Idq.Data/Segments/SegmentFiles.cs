namespace Idq.Data;

/// <summary>A segment database in files: LIGO_LW, JSON or text. A file that changes is read again.</summary>
/// <remarks>The segments of one flag may be spread over several files (a file a month, say): the flag is what any of them says.</remarks>
/// <param name="paths">The files.</param>
/// <threadsafety>Safe for concurrent queries.</threadsafety>
public sealed class SegmentFiles(IReadOnlyList<string> paths) : ISegmentDatabase
{
    /// <summary>The files.</summary>
    public IReadOnlyList<WatchedSegmentFile> Files { get; } = [.. paths.Select(p => new WatchedSegmentFile(p))];

    /// <summary>The flags that the files hold now, every version by itself; segments without a name are not among them.</summary>
    /// <exception cref="DataException">A file is missing or malformed.</exception>
    public IReadOnlyList<FlagName> Flags => [.. Files.SelectMany(f => f.Flags).Select(f => f.Flag).OfType<FlagName>().Distinct()];

    public ValueTask<SegmentQuery> QueryAsync(FlagName flag, Segment span, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(SegmentQuery.Merge(Require(flag).Select(p => p.Segments.Clip(span))));
    }

    /// <summary>The segments of a flag by file and version.</summary>
    /// <exception cref="DataException">No file holds the flag, or a file is missing or malformed.</exception>
    internal IReadOnlyList<(FlagName? Flag, SegmentQuery Segments)> Require(FlagName flag)
    {
        var parts = Files.SelectMany(f => f.Flags).Where(f => f.Flag is { } name && flag.Covers(name)).ToArray();
        return parts.Length > 0
            ? parts
            : throw new DataException($"no file of [segdb] files holds the flag '{flag}'; they hold {string.Join(", ", Flags)}");
    }
}
