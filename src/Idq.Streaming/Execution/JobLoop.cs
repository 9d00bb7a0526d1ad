using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// Drives one job: gives it its strides when they are due, repeats what fails for a reason that can pass, hands what is prepared to the
/// lanes, and commits. The same on the system's clock and on a virtual one.
/// </summary>
/// <remarks>
/// A stride is begun only when the one before it is prepared. What cannot be read costs its stride, which is recorded, and not the service.
/// A source that does not answer is waited for, which is recorded; the other jobs go on. A lane that is more than <see
/// cref="LaneQueue.Capacity"/> strides behind while the job is at real time loses strides, which is recorded; while the job itself catches
/// up it waits for its lanes. A punctual job (<see cref="Job.IsPunctual"/>) serves the newest stride first, and fills in what it went past
/// while nothing is due.
/// </remarks>
sealed partial class JobLoop
{
    const long LeastPatience = 10;

    readonly IGpsClock clock;
    readonly CadenceManager cadence;
    readonly GpsTime[] resumed;
    readonly Lazy<Inquiry<StrideWork>> inquiry;
    readonly Inquiry<bool> restoring;
    IReadOnlyList<LaneQueue> queues = [];

    /// <summary>A loop that stands where the cursors of the job stand.</summary>
    public JobLoop(Job job, IGpsClock clock)
    {
        (Job, this.clock) = (job, clock);
        Commit = new(job, Counts);
        cadence = new CadenceManager(clock, new CadenceOptions
        {
            Start = job.Range.Start,
            Stride = job.Cadence.Stride,
            Delay = job.Delay,
            MaxTimestamp = job.Range.End,
            MaxIters = job.Cadence.MaxIters,
            MaxLatency = job.Cadence.MaxLatency,
        });
        var patience = Math.Min(job.Cadence.MaxLatency, Math.Max(job.Cadence.Stride, LeastPatience * GpsTime.NanosecondsPerSecond)) / 1e9;
        // What is late by the configuration is waited for, and has an answer all the same.
        if (!job.IsPunctual) patience += (job.Context.Configuration.Segments.MaxWait + (double)job.Delay) / 1e9;
        Patience = TimeSpan.FromSeconds(Math.Min(patience, TimeSpan.FromDays(1).TotalSeconds));
        inquiry = new(() => new(clock, Patience));
        restoring = new(clock, Timeout.InfiniteTimeSpan);
        cadence.StartAt(job.Plan.IndexOf(job.Next));
        resumed = [.. job.Lanes.Select(l => l.Cursor.Next).Distinct().Order()];
    }

    /// <summary>The job.</summary>
    public Job Job { get; }

    /// <summary>
    /// How long a source or a segment database may take to answer before that is an outage: a stride, and no less than 10 s, but
    /// max_latency where that is shorter; a job that waits for late data and for what the segment database does not know yet waits as long
    /// in addition.
    /// </summary>
    public TimeSpan Patience { get; init; }

    /// <summary>True while the source of a job that waits for it does not answer: nobody waits for this job then.</summary>
    public bool IsUnanswered { get; private set; }

    /// <summary>Counts of this call.</summary>
    public JobCounts Counts { get; } = new();

    /// <summary>Commits its strides.</summary>
    public JobCommit Commit { get; }

    /// <summary>True when every classifier has done the whole range.</summary>
    public bool IsDone => Job.Plan.Next(Job.Next) is null && Aside.IsEmpty;

    /// <summary>
    /// When the first stride that is not committed for every classifier is due; the unbounded future at the end. Safe to ask while it runs.
    /// </summary>
    public GpsTime NextDue => Job.Plan.Next(Job.Next) is { } next ? cadence.Due(next) : GpsTime.MaxValue;

    Inquiry<StrideWork> Inquiry => inquiry.Value;

    /// <summary>Completes when everything that was handed to the lanes is committed.</summary>
    public Task IdleAsync() => Task.WhenAll(queues.Select(q => q.IdleAsync()));

    /// <summary>Runs to the end of the range, or until <paramref name="stop"/>: what is in hand then is finished and committed.</summary>
    /// <param name="order">The order of the jobs.</param>
    /// <param name="whole">What progress is a fraction of.</param>
    /// <param name="progress">Is told of every stride.</param>
    /// <param name="stop">Ends the run between two strides.</param>
    public async Task RunAsync(IStrideOrder order, Segment whole, IProgress<RunProgress>? progress, CancellationToken stop)
    {
        var retry = new Retry(clock, Job.Log, stop);
        var groups = order.AreLanesTogether ? [Job.Lanes] : Job.Lanes.Select(l => new[] { l }).ToArray<IReadOnlyList<Lane>>();
        queues = [.. groups.Where(g => g.Count > 0).Select(g => new LaneQueue(Job, g, Commit, retry) { Advanced = order.Advance })];
        try
        {
            void Tell(GpsTime now) =>
                progress?.Report(new(Job.Name, now, whole.End.IsFinite ? (now - whole.Start) / (double)whole.Duration : double.NaN));
            // A memory that is large, or a source that is down, keeps this job from beginning and no other.
            await retry.RunAsync(Job.Range, RestoreAsync, stop);
            if (Job.IsPunctual) await RunPunctuallyAsync(order, Tell, stop);
            else await RunStridesAsync(order, Tell, retry, stop);
            await FillInAsync(order, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Being stopped is how a live run ends.
        }
        finally
        {
            await Task.WhenAll(Inquiry.LeaveAsync(), restoring.LeaveAsync());
            try
            {
                await Task.WhenAll(queues.Select(q => q.DisposeAsync().AsTask()));
            }
            finally
            {
                order.Leave(this);
            }
        }
    }

    async ValueTask<bool> RestoreAsync(CancellationToken stop) =>
        await restoring.WaitAsync(new Stride(0, Job.Range), async (_, token) =>
        {
            await Job.RestoreAsync(token);
            return true;
        }, _ => { }, stop);

    async Task RunStridesAsync(IStrideOrder order, Action<GpsTime> tell, Retry retry, CancellationToken stop)
    {
        var due = cadence.Poll().GetEnumerator();
        while (!stop.IsCancellationRequested && cadence.Next is not null)
        {
            await order.TurnAsync(this, cadence.NextDue, stop);
            // At real time; what comes next is not caught up.
            if (clock.Now < cadence.NextDue) due = cadence.Poll().GetEnumerator();
            if (await cadence.WaitAsync(stop) is not { } stride) break;
            if (!due.MoveNext())
            {
                due = cadence.Poll().GetEnumerator();
                if (await SkipWhatIsTooLateAsync(stop)) continue;
            }
            Counts.Lateness.Add((clock.Now - cadence.Due(stride)) / 1e9);
            foreach (var part in Parts(stride)) await BeginAsync(part, order, retry, stop);
            cadence.Complete(stride);
            if (order.AreLanesTogether) await IdleAsync();
            tell(stride.Segment.End);
        }
    }

    async Task BeginAsync(Stride part, IStrideOrder order, Retry retry, CancellationToken stop)
    {
        StrideWork work;
        try
        {
            work = await retry.RunAsync(part.Segment, token => AnswerAsync(part, order, token), stop);
        }
        catch (DataException e) when (!e.IsTransient)
        {
            await SkipUnreadableAsync(new StrideWork(part, null, null), e, stop);
            return;
        }
        Count(work);
        await PostAsync(work, stop);
    }

    // What has no answer in time is recorded as an outage, and waited for: nothing of it is lost.
    async ValueTask<StrideWork> AnswerAsync(Stride part, IStrideOrder order, CancellationToken stop)
    {
        try
        {
            var work = await Inquiry.WaitAsync(part, Job.PrepareAsync, why => RecordOutage(part, why, order), stop);
            if (IsUnanswered) LogMessages.AnswersAgain(Job.Log, part.Segment);
            return work;
        }
        finally
        {
            IsUnanswered = false;
        }
    }

    void RecordOutage(Stride part, DataException why, IStrideOrder order)
    {
        LogMessages.WaitsFor(Job.Log, part.Segment, why.Message);
        Job.Context.Store.Commit(new StrideCommit { Skips = [Job.Loss(part.Segment, Skipped.Waiting, why.Message)] });
        IsUnanswered = true;
        order.Advance();
    }

    // Behind the last stride nothing is due that waiting could delay, and while a job catches up it may.
    async Task PostAsync(StrideWork work, CancellationToken stop)
    {
        var next = cadence.Plan.At(work.Stride.Index + 1);
        if (next.Segment.IsEmpty || (!Job.IsPunctual && cadence.Due(next) <= clock.Now))
        {
            await Task.WhenAll(queues.Select(q => q.PostAsync(work, stop)));
            return;
        }
        var full = queues.Where(q => !q.TryPost(work)).ToArray();
        if (full.Length > 0) Counts.Skipped++;
        foreach (var queue in full)
        {
            LogMessages.LaneFull(Job.Log, work.Stride.Segment, queue.Nicknames, LaneQueue.Capacity);
            queue.PostSkip(work with { Data = null, Quiver = null }, Skipped.TooSlow);
        }
    }

    // What earlier calls, with other strides or with other classifiers, left inside a stride is done part by part.
    IEnumerable<Stride> Parts(Stride stride)
    {
        var (start, end) = (stride.Segment.Start, stride.Segment.End);
        if (resumed.Length > 0) start = GpsTime.Max(start, resumed[0]);
        foreach (var cut in resumed.Where(c => c > start && c < end))
        {
            yield return stride with { Segment = new Segment(start, cut) };
            start = cut;
        }
        if (start < end) yield return stride with { Segment = new Segment(start, end) };
    }

    async Task<bool> SkipWhatIsTooLateAsync(CancellationToken stop)
    {
        var why = cadence.Outcome;
        if (cadence.SkipLate() is not { } skipped) return false;
        await SkipAsync(skipped, why, stop);
        return true;
    }

    async Task SkipAsync(SkippedStrides skipped, CadenceOutcome why, CancellationToken stop)
    {
        LogMessages.Skipped(Job.Log, skipped.Segment, why == CadenceOutcome.TooManyStrides ? "max_iters" : "max_latency");
        for (var k = skipped.FirstIndex; k < skipped.FirstIndex + skipped.Count; k++)
            foreach (var part in Parts(cadence.Plan.At(k))) await SkipAsync(new StrideWork(part, null, null), Skipped.TooLate, stop);
    }

    Task SkipUnreadableAsync(StrideWork work, DataException why, CancellationToken stop)
    {
        LogMessages.Unreadable(Job.Log, work.Stride.Segment, why.Message);
        return SkipAsync(work, Skipped.Unreadable, stop);
    }

    async Task SkipAsync(StrideWork work, string reason, CancellationToken stop)
    {
        await Task.WhenAll(queues.Select(q => q.PostAsync(work, stop, reason)));
        Counts.Skipped++;
    }

    void Count(StrideWork work)
    {
        if (work.IsEmpty) Counts.Empty++;
        else Counts.Done++;
        Counts.Livetime += work.Data?.Segments.Livetime ?? 0;
    }
}
