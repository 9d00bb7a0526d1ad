namespace Idq.Data;

/// <summary>
/// Which time may be used: active where every flag and file to intersect is and no excluded one is; known where all of them are.
/// </summary>
/// <remarks>Without anything to intersect all of time is active, so that flags and files can only be excluded.</remarks>
/// <threadsafety>Safe for concurrent queries.</threadsafety>
public sealed class GoodTime
{
    readonly ISegmentDatabase database;
    readonly IReadOnlyList<FlagName> intersect, exclude;
    readonly IReadOnlyList<WatchedSegmentFile> files, excludeFiles;

    /// <summary>Good time by flags that must be active, or must not be, and by files of good time and of bad time.</summary>
    public GoodTime(ISegmentDatabase database, IReadOnlyList<FlagName> intersect, IReadOnlyList<FlagName> exclude,
        IReadOnlyList<WatchedSegmentFile>? files = null, IReadOnlyList<WatchedSegmentFile>? excludeFiles = null)
    {
        (this.database, this.intersect, this.exclude) = (database, intersect, exclude);
        (this.files, this.excludeFiles) = (files ?? [], excludeFiles ?? []);
    }

    /// <summary>
    /// Good time from files of flags and of good time, and files of bad time. Active where every file of segments without a name is, and
    /// every flag to intersect is active in one of the files that hold it; without flags to intersect, where every file is. Null when
    /// there is no file at all: all time is good.
    /// </summary>
    /// <exception cref="DataException">A file cannot be read, a name is no flag, or no file holds it.</exception>
    public static GoodTime? Open(IReadOnlyList<string> files, IReadOnlyList<string> intersect, IReadOnlyList<string> exclude,
        IReadOnlyList<string> excludeFiles)
    {
        if (files.Count == 0 && excludeFiles.Count == 0) return null;
        var database = new SegmentFiles(files);
        var (wanted, unwanted) = (intersect.Select(FlagName.Parse).ToArray(), exclude.Select(FlagName.Parse).ToArray());
        foreach (var flag in wanted.Concat(unwanted)) database.Require(flag);
        var bad = new SegmentFiles(excludeFiles).Files;
        // A file that cannot be read is told now, not at the first question.
        foreach (var file in database.Files.Concat(bad)) _ = file.Flags;
        var plain = wanted.Length == 0 ? database.Files : [.. database.Files.Where(f => f.Flags.Any(flag => flag.Flag is null))];
        return new(database, wanted, unwanted, plain, bad);
    }

    /// <summary>What is known and good inside a span.</summary>
    /// <exception cref="DataException">The database or a file cannot answer.</exception>
    public async ValueTask<SegmentQuery> QueryAsync(Segment span, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // The span itself counts as a flag that is always known and active.
        var whole = SegmentList.Of(span);
        var answers = new Dictionary<string, SegmentQuery>(StringComparer.Ordinal) { [""] = new(whole, whole) };
        foreach (var flag in intersect.Concat(exclude).Distinct())
            answers.Add(flag.ToString(), await database.QueryAsync(flag, span, cancellationToken));
        foreach (var file in files.Concat(excludeFiles)) answers[file.Path] = file.Segments.Clip(span);

        var known = new SegmentListDictionary(answers.Select(a => KeyValuePair.Create(a.Key, a.Value.Known)));
        var active = new SegmentListDictionary(answers.Select(a => KeyValuePair.Create(a.Key, a.Value.Active)));
        return new(known.Intersection(known.Keys),
            active.Intersection([.. Keys(intersect, files), ""]) - active.Union(Keys(exclude, excludeFiles)));
    }

    static IEnumerable<string> Keys(IEnumerable<FlagName> flags, IEnumerable<WatchedSegmentFile> files) =>
        flags.Select(f => f.ToString()).Concat(files.Select(f => f.Path));
}
