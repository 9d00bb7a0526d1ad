using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>How far a job whose products are compacted has come with a classifier.</summary>
/// <param name="Job">evaluate or timeseries.</param>
/// <param name="Kind">What it makes: quiver or series.</param>
/// <param name="Nickname">The classifier.</param>
/// <param name="Next">Everything before it is done, or waits.</param>
/// <param name="Waiting">What is filled in later.</param>
sealed record PassedTime(string Job, string Kind, string Nickname, GpsTime Next, SegmentList Waiting)
{
    static readonly (string Job, string Kind)[] Compacted = [("evaluate", "quiver"), ("timeseries", "series")];

    /// <summary>Of every job and classifier of an analysis.</summary>
    public static IReadOnlyList<PassedTime> All(TrackerStore store)
    {
        var cursors = store.Cursors();
        return
        [
            .. from cursor in cursors
               from compacted in Compacted
               where cursor.Key.StartsWith(compacted.Job + "/", StringComparison.Ordinal)
               let nickname = cursor.Key[(compacted.Job.Length + 1)..]
               where nickname.Length > 0
               let waiting = Backlog.Parse(cursors.GetValueOrDefault(Backlog.Name(compacted.Job, nickname))).Time
               select new PassedTime(compacted.Job, compacted.Kind, nickname, Cursor.Parse(cursor.Value).Next, waiting),
        ];
    }

    /// <summary>Where the hour begins that the job is in.</summary>
    public GpsTime Hour(long length) => HourOf(Next, length);

    /// <summary>Up to where nothing is left once every complete hour is compacted: an hour in which something waits comes later.</summary>
    public GpsTime Settled(long length) => Waiting.IsEmpty ? Hour(length) : HourOf(GpsTime.Min(Next, Waiting[0].Start), length);

    /// <summary>The complete hours that share time with a range, in the order of time. Only their entries are asked for.</summary>
    public IEnumerable<CompleteHour> Hours(TrackerStore store, long length, Segment range)
    {
        var (first, end) = (HourOf(range.Start, length), GpsTime.Min(Hour(length), range.End));
        if (first >= end) return [];
        var query = new ProductQuery
        {
            Kind = Kind,
            Nickname = Nickname,
            Job = Job,
            Overlapping = (first.Nanoseconds, GpsTime.Min(HourOf(end + (length - 1), length), Hour(length)).Nanoseconds),
        };
        return store.Products(query)
            .Where(p => !p.IsCompacted && (!p.HasFile || QuiverRows.IsReadable(p)))
            .GroupBy(p => HourOf(new(p.StartNs), length))
            .Where(g => g.Key >= first && g.Skip(1).Any() && !Waiting.Intersects(new Segment(g.Key, g.Key + length)))
            .OrderBy(g => g.Key)
            .Select(g => new CompleteHour(
                Kind, Nickname, Job, new(g.Key, g.Key + length), [.. g.OrderBy(p => p.StartNs).ThenBy(p => p.Seq)]));
    }

    static GpsTime HourOf(GpsTime time, long length) =>
        time == GpsTime.MinValue ? time : StridePlan.Align(time - (length - 1), length);
}
