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
    readonly SegmentFiles? files, excludeFiles;

    /// <summary>Good time by flags that must be active, or must not be, and by files of good time and of bad time.</summary>
    public GoodTime(ISegmentDatabase database, IReadOnlyList<FlagName> intersect, IReadOnlyList<FlagName> exclude,
        SegmentFiles? files = null, SegmentFiles? excludeFiles = null)
    {
        (this.database, this.intersect, this.exclude) = (database, [.. intersect.Distinct()], [.. exclude.Distinct()]);
        (this.files, this.excludeFiles) = (files, excludeFiles);
    }

    /// <summary>
    /// Good time from files of flags and of good time, and files of bad time. Active where all segments without a name are, and every flag
    /// to intersect is active in one of the files that hold it; without flags to intersect, where every flag is that is not
    /// excluded. Null when there is no file at all: all time is good.
    /// </summary>
    /// <exception cref="DataException">
    /// A file cannot be read, a name is no flag, no file holds it, or there are flags and no files to look for them.
    /// </exception>
    public static GoodTime? Open(IReadOnlyList<string> files, IReadOnlyList<string> intersect, IReadOnlyList<string> exclude,
        IReadOnlyList<string> excludeFiles)
    {
        var (wanted, unwanted) = (intersect.Select(FlagName.Parse).ToArray(), exclude.Select(FlagName.Parse).ToArray());
        if (files.Count == 0 && wanted.Concat(unwanted).FirstOrDefault() is { } flag)
            throw new DataException($"[segdb] names the flag '{flag}' and has no files to look for it");
        if (files.Count == 0 && excludeFiles.Count == 0) return null;
        var database = new SegmentFiles(files);
        if (files.Count > 0) database.Require([.. wanted, .. unwanted]);
        var bad = excludeFiles.Count == 0 ? null : new SegmentFiles(excludeFiles, "[segdb] exclude_files");
        bad?.Require([]);
        return new(database, wanted, unwanted, files.Count == 0 ? null : database, bad);
    }

    /// <summary>What is known and good inside a span.</summary>
    /// <exception cref="DataException">The database or a file cannot answer.</exception>
    public async ValueTask<SegmentQuery> QueryAsync(Segment span, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (good, bad) = (new List<SegmentQuery>(), new List<SegmentQuery>());
        foreach (var flag in intersect) good.Add(await database.QueryAsync(flag, span, cancellationToken));
        foreach (var flag in exclude) bad.Add(await database.QueryAsync(flag, span, cancellationToken));
        if (files is not null) good.AddRange(files.Lists(span, withFlags: intersect.Count == 0, exclude));
        if (excludeFiles is not null) bad.AddRange(excludeFiles.Lists(span, withFlags: true, []));

        var whole = SegmentList.Of(span);
        return new(good.Concat(bad).Aggregate(whole, (known, q) => known & q.Known),
            good.Aggregate(whole, (active, q) => active & q.Active) - bad.Aggregate(SegmentList.Empty, (sum, q) => sum | q.Active));
    }
}
