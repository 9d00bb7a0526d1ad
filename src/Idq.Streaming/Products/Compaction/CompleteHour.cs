using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// Entries of one kind and classifier that begin in one hour (a stretch of <c>compact</c> seconds, aligned to GPS time), when the job is
/// past it, has nothing to fill in there, and they are not in one file yet.
/// </summary>
/// <param name="Kind">quiver or series.</param>
/// <param name="Nickname">The classifier.</param>
/// <param name="Job">The job that made them.</param>
/// <param name="Span">The hour.</param>
/// <param name="Entries">Two or more, in the order of time.</param>
public sealed record CompleteHour(string Kind, string Nickname, string Job, Segment Span, IReadOnlyList<Product> Entries)
{
    static readonly (string Job, string Kind)[] Compacted = [("evaluate", "quiver"), ("timeseries", "series")];

    /// <summary>The complete hours of an analysis, in the order of jobs, classifiers and time.</summary>
    /// <param name="store">The ledger.</param>
    /// <param name="length">Nanoseconds of an hour.</param>
    /// <param name="range">Only hours that share time with this range; null takes all.</param>
    public static IReadOnlyList<CompleteHour> All(TrackerStore store, long length, Segment? range = null) =>
    [
        .. from cursor in store.Cursors()
           from compacted in Compacted
           where cursor.Key.StartsWith(compacted.Job + "/", StringComparison.Ordinal)
           let nickname = cursor.Key[(compacted.Job.Length + 1)..]
           where nickname.Length > 0
           let query = new ProductQuery { Kind = compacted.Kind, Nickname = nickname, Job = compacted.Job }
           let backlog = Backlog.Parse(store.Cursor(Backlog.Name(compacted.Job, nickname))).Time
           from hour in Of(store, query, Cursor.Parse(cursor.Value).Next, length)
           where !backlog.Intersects(hour.Span)
           where range is not { } wanted || (hour.Span.Start < wanted.End && hour.Span.End > wanted.Start)
           select hour,
    ];

    static IEnumerable<CompleteHour> Of(TrackerStore store, ProductQuery query, GpsTime next, long length) => store.Products(query)
        .Where(p => !p.IsCompacted && (!p.HasFile || QuiverRows.IsReadable(p)))
        .GroupBy(p => StridePlan.Align(new GpsTime(p.StartNs) - (length - 1), length))
        .Where(g => g.Key + length <= next && g.Skip(1).Any())
        .OrderBy(g => g.Key)
        .Select(g => new CompleteHour(
            query.Kind!, query.Nickname!, query.Job!, new(g.Key, g.Key + length), [.. g.OrderBy(p => p.StartNs).ThenBy(p => p.Seq)]));
}
