using System.Diagnostics;
using Idq.Tracking;
using Microsoft.Extensions.Logging;

namespace Idq.Streaming;

/// <summary>
/// One of the loops: train, evaluate, calibrate or timeseries. A stride is prepared once for all classifiers, stepped for each of them,
/// and committed: products, losses and cursors in one transaction.
/// </summary>
public abstract class Job : IDisposable
{
    readonly ProductStage stage;

    /// <summary>A job over [start, end), resumed where its cursors stand.</summary>
    /// <param name="context">What the jobs share.</param>
    /// <param name="name">train, evaluate, calibrate or timeseries.</param>
    /// <param name="cadence">Its strides.</param>
    /// <param name="lanes">Its classifiers.</param>
    /// <param name="range">The range asked for; strides are numbered from its start.</param>
    protected Job(JobContext context, string name, CadenceSection cadence, IReadOnlyList<Lane> lanes, Segment range)
    {
        (Context, Name, Cadence, Lanes, Range) = (context, name, cadence, lanes, range);
        Log = context.Loggers.CreateLogger(name);
        stage = new(context.Paths, name);
        foreach (var lane in lanes)
        {
            var stored = context.Store.Cursor(lane.CursorName) is { } text ? Cursor.Parse(text) : default;
            lane.Cursor = stored with { Next = GpsTime.Max(stored.Next, range.Start), Origin = range.Start };
        }
    }

    /// <summary>train, evaluate, calibrate or timeseries.</summary>
    public string Name { get; }

    /// <summary>Its strides.</summary>
    public CadenceSection Cadence { get; }

    /// <summary>The range asked for.</summary>
    public Segment Range { get; }

    /// <summary>Its classifiers.</summary>
    public IReadOnlyList<Lane> Lanes { get; }

    /// <summary>Counts of this call.</summary>
    public JobCounts Counts { get; } = new();

    /// <summary>Where the slowest classifier is: the start of the next stride.</summary>
    public GpsTime Next => Lanes.Count == 0 ? Range.End : Lanes.Min(l => l.Cursor.Next);

    /// <summary>The next stride, the last one cut at the end of the range; null when the range is done.</summary>
    public Stride? NextStride
    {
        get
        {
            var start = Next;
            if (start >= Range.End) return null;
            var index = (start - Range.Start) / Cadence.Stride;
            var end = GpsTime.Min(Range.Start + (index + 1) * Cadence.Stride, Range.End);
            return new Stride(index, new Segment(start, end));
        }
    }

    /// <summary>How long after its end a stride is due: the configured delay, and never less than the padding that it needs.</summary>
    public long Delay => Math.Max(Cadence.Delay, NeedsPadding ? Context.Configuration.Padding : 0);

    /// <summary>The log of the job.</summary>
    public ILogger Log { get; }

    /// <summary>The run in the tracker that this call reports to; 0 when there is none.</summary>
    public long RunId { get; set; }

    /// <summary>Where metrics go; null when nobody asks for them.</summary>
    public Action<MetricRow>? Metrics { get; set; }

    /// <summary>What the jobs share.</summary>
    protected JobContext Context { get; }

    /// <summary>True for jobs that read events about a stride.</summary>
    protected virtual bool NeedsPadding => true;

    /// <summary>Where products are written.</summary>
    protected ProductStage Stage => stage;

    /// <summary>Brings the memory of the job to where its cursor stands, after a restart.</summary>
    public virtual ValueTask RestoreAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Brings the memory of one lane back to where its cursor stands, after a step or a commit that failed.</summary>
    public virtual void Recover(Lane lane, CancellationToken cancellationToken)
    {
    }

    /// <summary>What the lanes share for a stride. Strides are prepared in order, one at a time.</summary>
    public abstract ValueTask<StrideWork> PrepareAsync(Stride stride, CancellationToken cancellationToken);

    /// <summary>The stride of one classifier; computes and writes to the stage, commits nothing. Runs at the same time for different lanes.</summary>
    public abstract StepResult Step(Lane lane, StrideWork work, CancellationToken cancellationToken);

    /// <summary>What a stride that was skipped leaves behind.</summary>
    public virtual StepResult Skip(Lane lane, StrideWork work, string reason) => new()
    {
        Skips =
        [
            .. lane == Lanes[0] && work.Data is not null ? Losses(work.Data) : [],
            new SkipDraft(Name, work.Stride.Segment.Start.Nanoseconds, work.Stride.Segment.End.Nanoseconds, reason, lane.Nickname),
        ],
        State = lane.Cursor.State,
    };

    /// <summary>Runs a stride for all lanes that have not done it yet, at the same time, and commits them together in the order of the configuration.</summary>
    public async Task RunAsync(Stride stride, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await RunAsync(await PrepareAsync(stride, cancellationToken), started, cancellationToken);
    }

    /// <summary>The same for a stride that is prepared.</summary>
    public async Task RunAsync(StrideWork work, long startedTimestamp, CancellationToken cancellationToken)
    {
        var waiting = Lanes.Where(l => l.Cursor.Next <= work.Stride.Segment.Start).ToArray();
        var results = new StepResult[waiting.Length];
        if (waiting.Length == 1) results[0] = Step(waiting[0], work, cancellationToken);
        else await Parallel.ForAsync(0, waiting.Length, cancellationToken, (i, token) =>
        {
            results[i] = Step(waiting[i], work, token);
            return ValueTask.CompletedTask;
        });
        Commit(waiting, results, work, startedTimestamp);
        Count(work);
    }

    /// <summary>Commits a stride of some lanes: names for the products, then one transaction with their entries, the losses and the cursors.</summary>
    public void Commit(IReadOnlyList<Lane> lanes, IReadOnlyList<StepResult> results, StrideWork work, long startedTimestamp)
    {
        foreach (var result in results)
            stage.Publish(result.Products);
        var moves = lanes
            .Select(
                (lane, i) =>
                    new CursorMove(
                        lane.CursorName,
                        (lane.Cursor with { Next = work.Stride.Segment.End, State = results[i].State }).ToString()
                    )
            )
            .ToArray();
        var sequence = Context.Store.Commit(
            new StrideCommit
            {
                Products = results.SelectMany(r => r.Products).Select(p => p.Draft).ToArray(),
                Cursors = moves,
                Skips = results.SelectMany(r => r.Skips).ToArray(),
            }
        );
        for (var i = 0; i < lanes.Count; i++)
        {
            lanes[i].Cursor = lanes[i].Cursor with { Next = work.Stride.Segment.End, State = results[i].State };
            if (results[i].Note is { } note) LogMessages.Step(Log, work.Stride.Segment, lanes[i].Nickname, note);
        }
        // Live lanes commit at the same time.
        lock (Counts)
        {
            Counts.Products.AddRange(sequence);
            Counts.Latencies.Add(Stopwatch.GetElapsedTime(startedTimestamp).TotalSeconds);
        }
        Report(lanes, results, work, startedTimestamp);
    }

    /// <summary>Records that a stride was skipped, for all lanes.</summary>
    public void CommitSkip(Stride stride, string reason)
    {
        var waiting = Lanes.Where(l => l.Cursor.Next <= stride.Segment.Start).ToArray();
        var work = new StrideWork(stride, null, null);
        Commit(waiting, waiting.Select(l => Skip(l, work, reason)).ToArray(), work, Stopwatch.GetTimestamp());
        Counts.Skipped++;
    }

    /// <summary>Counts a stride as done or empty.</summary>
    public void Count(StrideWork work)
    {
        if (work.IsEmpty) Counts.Empty++;
        else Counts.Done++;
        Counts.Livetime += work.Data?.Segments.Livetime ?? 0;
    }

    /// <summary>What a stride lost before any classifier looked at it: unknown time, data that was not delivered.</summary>
    protected IReadOnlyList<SkipDraft> Losses(StrideData data) =>
        [
            .. data.Unknown.Select(s => new SkipDraft(
                Name,
                s.Start.Nanoseconds,
                s.End.Nanoseconds,
                "unknown",
                "the segment database does not know this time"
            )),
            .. data.Undelivered.Select(s => new SkipDraft(
                Name,
                s.Start.Nanoseconds,
                s.End.Nanoseconds,
                "undelivered",
                "the source has no data for this time"
            )),
        ];

    void Report(IReadOnlyList<Lane> lanes, IReadOnlyList<StepResult> results, StrideWork work, long startedTimestamp)
    {
        if (Metrics is null) return;
        List<KeyValuePair<string, MetricValue>> values = [new("compute_seconds", Stopwatch.GetElapsedTime(startedTimestamp).TotalSeconds)];
        foreach (var (key, value) in work.Metrics) values.Add(new(key, value));
        if (work.Data is { } data)
        {
            values.Add(new("livetime", data.Segments.Livetime / 1e9));
            values.Add(new("unknown", data.Unknown.Livetime / 1e9));
            values.Add(new("undelivered", data.Undelivered.Livetime / 1e9));
        }
        for (var i = 0; i < lanes.Count; i++)
            foreach (var (key, value) in results[i].Metrics) values.Add(new($"{lanes[i].Nickname}_{key}", value));
        Metrics(new MetricRow(RunId, work.Stride.Index, 0, work.Stride.Segment.End.Nanoseconds, values));
    }

    /// <summary>Gives back the stage.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the job holds.</summary>
    protected virtual void Dispose(bool disposing) => stage.Dispose();
}
