using System.Diagnostics;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// Commits strides of one job: names for the products, then one transaction with their entries in the ledger, messages, losses, cursors
/// and the position of the source.
/// </summary>
/// <threadsafety>Safe: lanes that run apart commit one after the other.</threadsafety>
sealed class JobCommit(Job job, JobCounts counts)
{
    readonly Lock turn = new();

    /// <summary>The run in the tracker that this call reports to; 0 when there is none.</summary>
    public long RunId { get; set; }

    /// <summary>Where metrics go; null when nobody asks for them.</summary>
    public Action<MetricRow>? Metrics { get; set; }

    /// <summary>Commits a stride of some lanes.</summary>
    public void Commit(IReadOnlyList<Lane> lanes, IReadOnlyList<StepResult> results, StrideWork work, long startedTimestamp)
    {
        // Flushing takes time, and lanes that run apart need not wait for each other's files.
        foreach (var result in results) job.Stage.Publish(result.Products);
        lock (turn)
        {
            var span = work.Stride.Segment;
            var (cursors, backlogs) = (new Cursor[lanes.Count], new Backlog[lanes.Count]);
            var moves = new List<CursorMove>();
            for (var i = 0; i < lanes.Count; i++)
            {
                var lane = lanes[i];
                cursors[i] = work.Pass == Pass.FilledIn ? lane.Cursor : lane.Cursor with { Next = span.End, State = results[i].State };
                backlogs[i] = work.After(lane.Backlog, GpsTime.Max(span.Start, lane.Cursor.Next));
                moves.Add(new(lane.CursorName, cursors[i].ToString()));
                if (backlogs[i] != lane.Backlog) moves.Add(new(lane.BacklogName, backlogs[i].ToString()));
                // What waits to be filled in must still be in the source after a restart.
                if (work is { Position: { } position, Pass: Pass.Due } && backlogs[i].IsEmpty) moves.Add(new(lane.PositionName, position));
            }
            var (told, untold, isUntold) = Tell(work);
            if (told != job.Told) moves.Add(new(Cursor.Name(job.Name, ""), new Cursor(told, 0, job.Range.Start).ToString()));
            if (untold != job.Untold) moves.Add(new(Backlog.Name(job.Name, ""), untold.ToString()));
            if (isUntold) moves.AddRange(work.Persist());
            counts.Products += job.Context.Store.Commit(new StrideCommit
            {
                Products = [.. results.SelectMany(r => r.Products).Select(p => p.Draft)],
                Messages = [.. results.SelectMany(r => r.Messages)],
                Skips = [.. isUntold ? work.Losses : [], .. results.SelectMany(r => r.Skips)],
                Cursors = moves,
                IsFlushed = job.Context.IsLive,
            }).Count;
            for (var i = 0; i < lanes.Count; i++)
            {
                (lanes[i].Cursor, lanes[i].Backlog) = (cursors[i], backlogs[i]);
                if (results[i].Note is { } note) LogMessages.Step(job.Log, span, lanes[i].Nickname, note);
            }
            (job.Told, job.Untold) = (told, untold);
            counts.Latencies.Add(Stopwatch.GetElapsedTime(startedTimestamp).TotalSeconds);
            Report(lanes, results, work, startedTimestamp);
        }
    }

    // What a stride lost is told by the lane that comes to it first; of one that is filled in later, when it is.
    (GpsTime Told, Backlog Untold, bool IsUntold) Tell(StrideWork work)
    {
        var span = work.Stride.Segment;
        if (work.Pass == Pass.FilledIn)
            return job.Untold.VersionOf(span) is null ? (job.Told, job.Untold, false) : (job.Told, job.Untold.Without(span), true);
        if (work.Pass == Pass.SetAside)
        {
            var from = GpsTime.Max(job.Told, span.Start);
            return from < span.End ? (span.End, job.Untold.With(new Segment(from, span.End), 0), false) : (job.Told, job.Untold, false);
        }
        if (job.Told > span.Start) return (job.Told, job.Untold, false);
        return (span.End, work.Pass == Pass.Due ? job.Untold : job.Untold.With(span, 0), true);
    }

    void Report(IReadOnlyList<Lane> lanes, IReadOnlyList<StepResult> results, StrideWork work, long startedTimestamp)
    {
        if (Metrics is null || work.Pass == Pass.SetAside) return;
        List<KeyValuePair<string, MetricValue>> values = [new("compute_seconds", Stopwatch.GetElapsedTime(startedTimestamp).TotalSeconds)];
        foreach (var (key, value) in work.Metrics) values.Add(new(key, value));
        if (work.Data is { } data)
        {
            values.Add(new("livetime", data.Segments.Livetime / 1e9));
            values.Add(new("unknown", data.Unknown.Livetime / 1e9));
            values.Add(new("undelivered", data.UndeliveredLivetime / 1e9));
        }
        if (job.Input is { } input)
        {
            values.Add(new("late_channels", input.LateChannels));
            foreach (var (name, count) in input.Counters) values.Add(new($"source_{name}", count));
        }
        for (var i = 0; i < lanes.Count; i++)
            foreach (var (key, value) in results[i].Metrics) values.Add(new($"{lanes[i].Nickname}_{key}", value));
        Metrics(new MetricRow(RunId, work.Stride.Index, 0, work.Stride.Segment.End.Nanoseconds, values));
    }
}
