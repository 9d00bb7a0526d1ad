using Idq.Tracking;
using Microsoft.Extensions.Logging;

namespace Idq.Streaming;

/// <summary>
/// What one of the loops computes: train, evaluate, calibrate or timeseries. A stride is prepared once for all classifiers and stepped for
/// each of them. Pacing, retries and commits are the loop's.
/// </summary>
public abstract class Job : IDisposable
{
    /// <summary>A job over [start, end), resumed where its cursors stand.</summary>
    protected Job(JobContext context, string name, CadenceSection cadence, IReadOnlyList<Lane> lanes, Segment range)
    {
        (Context, Name, Cadence, Lanes, Range) = (context, name, cadence, lanes, range);
        Plan = new(range.Start, cadence.Stride, range.End);
        Log = context.Loggers.CreateLogger(name);
        Stage = new(context.Paths, name, isFlushed: context.IsLive);
        foreach (var lane in lanes)
            (lane.Cursor, lane.Backlog) = (CursorOf(lane.CursorName), Backlog.Parse(context.Store.Cursor(lane.BacklogName)));
        Untold = Backlog.Parse(context.Store.Cursor(Backlog.Name(name, "")));
        var own = Cursor.Name(name, "");
        Told = context.Store.Cursor(own) is null && lanes.Count > 0 ? lanes.Max(l => l.Cursor.Next) : CursorOf(own).Next;
    }

    /// <summary>train, evaluate, calibrate or timeseries.</summary>
    public string Name { get; }

    /// <summary>Its cadence.</summary>
    public CadenceSection Cadence { get; }

    /// <summary>Its strides.</summary>
    public StridePlan Plan { get; }

    /// <summary>The range asked for; strides are numbered from its start.</summary>
    public Segment Range { get; }

    /// <summary>Its classifiers.</summary>
    public IReadOnlyList<Lane> Lanes { get; }

    /// <summary>Where the slowest classifier is: everything before it is done.</summary>
    public GpsTime Next => Lanes.Count == 0 ? Range.End : Lanes.Min(l => l.Cursor.Next);

    /// <summary>Up to where the losses of the job itself are in the ledger.</summary>
    public GpsTime Told { get; set; }

    /// <summary>What is filled in later, and whose losses are not in the ledger yet.</summary>
    public Backlog Untold { get; set; }

    /// <summary>
    /// True for a job whose newest stride must not wait for older ones, for trouble or for other jobs: it goes past them, and fills them in
    /// later.
    /// </summary>
    public virtual bool IsPunctual => false;

    /// <summary>How long after its end a stride is due: the configured delay, and never less than the padding that it needs.</summary>
    public long Delay => Math.Max(Cadence.Delay, NeedsPadding ? Context.Configuration.Padding : 0);

    /// <summary>The log of the job.</summary>
    public ILogger Log { get; }

    /// <summary>Where products are written.</summary>
    public ProductStage Stage { get; }

    /// <summary>What the jobs share.</summary>
    public JobContext Context { get; }

    /// <summary>The decoded input that it reads; null for a job that reads no events.</summary>
    public virtual SharedInput? Input => null;

    /// <summary>True for jobs that read events about a stride.</summary>
    protected virtual bool NeedsPadding => true;

    /// <summary>
    /// Brings the memory of the job to where its cursor stands, before its first stride; does so from the start when it failed before, and
    /// nothing when it succeeded.
    /// </summary>
    public virtual ValueTask RestoreAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Brings the memory of one lane back to where its cursor stands, after a step or a commit that failed.</summary>
    public virtual void Recover(Lane lane, CancellationToken cancellationToken)
    {
    }

    /// <summary>What the lanes share for a stride. Strides are prepared in order, one at a time.</summary>
    /// <exception cref="DataException">The data is there and cannot be read.</exception>
    public abstract ValueTask<StrideWork> PrepareAsync(Stride stride, CancellationToken cancellationToken);

    /// <summary>
    /// True when a stride that was prepared can be prepared once more, so that a lane which falls behind need not keep what it was made of.
    /// </summary>
    public virtual bool CanPrepareAgain => false;

    /// <summary>Prepares a stride once more, beside the strides that are prepared in their turn. Its losses were told already.</summary>
    /// <exception cref="DataException">The data is there and cannot be read.</exception>
    public virtual ValueTask<StrideWork> PrepareAgainAsync(Stride stride, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{Name} prepares a stride once");

    /// <summary>
    /// The stride of one classifier; computes and writes to the stage, commits nothing. Runs at the same time for different lanes.
    /// </summary>
    public abstract StepResult Step(Lane lane, StrideWork work, CancellationToken cancellationToken);

    /// <summary>What a stride that was skipped leaves behind.</summary>
    /// <param name="lane">The classifier.</param>
    /// <param name="work">The stride.</param>
    /// <param name="reason">Why, as a word that can be counted.</param>
    /// <param name="detail">The classifier, and what there is to say beside the reason.</param>
    public virtual StepResult Skip(Lane lane, StrideWork work, string reason, string detail) =>
        new() { Skips = [Loss(work.Stride.Segment, reason, detail)], State = StateAfter(lane, work) };

    /// <summary>The state of a lane's cursor after a stride that the classifier did not do.</summary>
    protected virtual long StateAfter(Lane lane, StrideWork work) => lane.Cursor.State;

    /// <summary>A loss of this job, as the ledger says it.</summary>
    public SkipDraft Loss(Segment span, string reason, string detail) =>
        new(Name, span.Start.Nanoseconds, span.End.Nanoseconds, reason, detail);

    /// <summary>
    /// What a stride lost before any classifier looked at it: unknown time, data that was not delivered in it or in its margins.
    /// </summary>
    protected IReadOnlyList<SkipDraft> Losses(StrideData data) =>
    [
        .. data.Unknown.Select(s => Loss(s, "unknown", data.WhyUnknown ?? "the segment database does not know this time")),
        .. Undelivered(data.Undelivered, "undelivered", "for this time"),
        // Where no row can be, none lacks anything.
        .. Undelivered(
            data.IsEmpty ? [] : data.BlindMargins, "blind margin", $"for this time, which rows of {data.Stride.Segment} look into"),
    ];

    IEnumerable<SkipDraft> Undelivered(IEnumerable<KeyValuePair<string, SegmentList>> groups, string reason, string which) =>
        from g in groups
        from s in g.Value
        select Loss(s, reason, g.Key.Length == 0 ? $"the source has no data {which}" : $"the source has no data of {g.Key} {which}");

    /// <summary>Models or maps that could not be used, so that older ones stood in for them: said once in the log, and recorded.</summary>
    /// <param name="lane">The classifier.</param>
    /// <param name="stride">For which they were wanted.</param>
    /// <param name="damaged">What is wrong with each.</param>
    protected IReadOnlyList<SkipDraft> Damages(Lane lane, Segment stride, IEnumerable<string> damaged) =>
    [
        .. damaged.Select(problem =>
        {
            if (lane.IsNews(problem)) LogMessages.PassedOver(Log, stride, lane.Nickname, problem);
            return Loss(stride, Skipped.Damaged, $"{lane.Nickname}: {problem}");
        }),
    ];

    Cursor CursorOf(string name)
    {
        var stored = Context.Store.Cursor(name) is { } text ? Cursor.Parse(text) : default;
        return stored with { Next = GpsTime.Max(stored.Next, Range.Start), Origin = Range.Start };
    }

    /// <summary>Gives back the stage.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the job holds.</summary>
    protected virtual void Dispose(bool disposing) => Stage.Dispose();
}
