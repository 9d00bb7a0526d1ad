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
    /// <summary>The complete hours of an analysis, in the order of jobs, classifiers and time.</summary>
    /// <param name="store">The ledger.</param>
    /// <param name="length">Nanoseconds of an hour.</param>
    /// <param name="range">Only hours that share time with this range; null takes all.</param>
    public static IReadOnlyList<CompleteHour> All(TrackerStore store, long length, Segment? range = null) =>
        [.. PassedTime.All(store).SelectMany(lane => lane.Hours(store, length, range ?? Segment.All))];
}
