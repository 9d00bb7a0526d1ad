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

    /// <summary>Is told of every commit.</summary>
    public Action Committed { get; set; } = () => { };

    /// <summary>Commits a stride of some lanes.</summary>
    public void Commit(IReadOnlyList<Lane> lanes, IReadOnlyList<StepResult> results, StrideWork work, long startedTimestamp)
    {
        lock (turn)
        {
            var end = work.Stride.Segment.End;
            var cursors = lanes.Select((lane, i) => lane.Cursor with { Next = end, State = results[i].State }).ToArray();
            var moves = lanes.Select((lane, i) => new CursorMove(lane.CursorName, cursors[i].ToString())).ToList();
            if (work.Position is { } position) moves.AddRange(lanes.Select(lane => new CursorMove(lane.PositionName, position)));
            var isUntold = job.Told <= work.Stride.Segment.Start;
            if (isUntold) moves.Add(new(Cursor.Name(job.Name, ""), new Cursor(end, 0, job.Range.Start).ToString()));
            if (isUntold) moves.AddRange(work.Persist());
            foreach (var result in results) job.Stage.Publish(result.Products);
            counts.Products.AddRange(job.Context.Store.Commit(new StrideCommit
            {
                Products = [.. results.SelectMany(r => r.Products).Select(p => p.Draft)],
                Messages = [.. results.SelectMany(r => r.Messages)],
                Skips = [.. isUntold ? work.Losses : [], .. results.SelectMany(r => r.Skips)],
                Cursors = moves,
                IsFlushed = job.Context.IsLive,
            }));
            for (var i = 0; i < lanes.Count; i++)
            {
                lanes[i].Cursor = cursors[i];
                if (results[i].Note is { } note) LogMessages.Step(job.Log, work.Stride.Segment, lanes[i].Nickname, note);
            }
            if (isUntold) job.Told = end;
            counts.Latencies.Add(Stopwatch.GetElapsedTime(startedTimestamp).TotalSeconds);
            Report(lanes, results, work, startedTimestamp);
        }
        Committed();
    }

    void Report(IReadOnlyList<Lane> lanes, IReadOnlyList<StepResult> results, StrideWork work, long startedTimestamp)
    {
        if (Metrics is null) return;
        List<KeyValuePair<string, MetricValue>> values = [new("compute_seconds", Stopwatch.GetElapsedTime(startedTimestamp).TotalSeconds)];
        foreach (var (key, value) in work.Metrics) values.Add(new(key, value));
        if (work.Data is { } data)
        {
            values.Add(new("livetime", data.Segments.Livetime / 1e9));
            values.Add(new("unknown", data.Unknown.Livetime / 1e9));
            values.Add(new("undelivered", data.UndeliveredLivetime / 1e9));
        }
        if (job.Input is { } input) values.Add(new("late_channels", input.LateChannels));
        for (var i = 0; i < lanes.Count; i++)
            foreach (var (key, value) in results[i].Metrics) values.Add(new($"{lanes[i].Nickname}_{key}", value));
        Metrics(new MetricRow(RunId, work.Stride.Index, 0, work.Stride.Segment.End.Nanoseconds, values));
    }
}
