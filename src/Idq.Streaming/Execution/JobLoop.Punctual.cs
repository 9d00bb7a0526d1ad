namespace Idq.Streaming;

// A job whose newest stride waits for nothing.
sealed partial class JobLoop
{
    const long LeastPatience = 10;

    static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(1);

    GpsTime tryAgain = GpsTime.MinValue;
    int failures;
    bool isInTrouble;
    (Stride Stride, Task<StrideWork> Answer)? asked;

    /// <summary>
    /// How long a source or a segment database may take to answer before a stride goes on without them: a stride, and no less than 10 s,
    /// but max_latency where that is shorter.
    /// </summary>
    public TimeSpan Patience { get; init; }

    // What the lanes still have to fill in. Settled while they are idle.
    SegmentList Aside => Job.Lanes.Aggregate(SegmentList.Empty, (sum, lane) => sum | lane.Backlog.Time).Clip(Job.Range);

    async Task RunPunctuallyAsync(IStrideOrder order, Action<GpsTime> tell, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && cadence.Next is not null)
        {
            var changed = order.Changed;
            if (cadence.NextDue <= clock.Now) await PublishNewestAsync(order, tell, stop);
            else if (!await TryFillInAsync(order, stop)) await WaitAsync(cadence.NextDue, changed, stop);
        }
    }

    // Everything that waits, until nothing does.
    async Task FillInAsync(IStrideOrder order, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var changed = order.Changed;
            if (queues.All(q => q.IsIdle) && Aside.IsEmpty) return;
            if (!await TryFillInAsync(order, stop)) await WaitAsync(GpsTime.MaxValue, changed, stop);
        }
    }

    async Task PublishNewestAsync(IStrideOrder order, Action<GpsTime> tell, CancellationToken stop)
    {
        await GoToNewestAsync(stop);
        var stride = cadence.Next!.Value;
        Counts.Lateness.Add((clock.Now - cadence.Due(stride)) / 1e9);
        foreach (var part in Parts(stride)) await PublishAsync(part, order.IsEarly(this, cadence.Due(stride)), stop);
        cadence.Complete(stride);
        tell(stride.Segment.End);
    }

    // Strides before the newest are given up where the configuration says so, and filled in later where it does not.
    async Task GoToNewestAsync(CancellationToken stop)
    {
        var why = cadence.Latency > Job.Cadence.MaxLatency ? CadenceOutcome.TooLate : CadenceOutcome.TooManyStrides;
        if (cadence.SkipToNow() is not { } missed) return;
        if (why == CadenceOutcome.TooLate || missed.Count >= Job.Cadence.MaxIters)
        {
            await SkipAsync(missed, why, stop);
            return;
        }
        LogMessages.SetAside(Job.Log, missed.Segment);
        var work = new StrideWork(new Stride(missed.FirstIndex, missed.Segment), null, null) { Pass = Pass.SetAside };
        await Task.WhenAll(queues.Select(q => q.PostAsync(work, stop)));
    }

    async Task PublishAsync(Stride part, bool isEarly, CancellationToken stop)
    {
        StrideWork work;
        try
        {
            work = await AskAsync(part, stop);
            if (isInTrouble) LogMessages.AnswersAgain(Job.Log, part.Segment);
            isInTrouble = false;
            if (isEarly && !work.IsEmpty && work.Pass == Pass.Due) work = Provisional(work, "training and calibration catch up");
        }
        catch (Exception e) when (Retry.CanPass(e))
        {
            if (!isInTrouble) LogMessages.GoesOnWithout(Job.Log, part.Segment, e.Message);
            isInTrouble = true;
            work = Provisional(new StrideWork(part, null, null), e.Message);
        }
        catch (DataException e)
        {
            await SkipUnreadableAsync(new StrideWork(part, null, null), e, stop);
            return;
        }
        if (work.Pass == Pass.Due) Count(work);
        await PostAsync(work, stop);
    }

    // On a thread of its own, because a source may block the one that asks it. While one stride has no answer no other is asked for, and
    // the answer counts when it comes at last, so that a source which is slow and not dead is filled in from all the same.
    async Task<StrideWork> AskAsync(Stride stride, CancellationToken stop)
    {
        if (clock.IsVirtual) return await Job.PrepareAsync(stride, stop);
        if (asked is { Answer.IsCompleted: false } open && open.Stride != stride) throw NoAnswer(open.Stride);
        var isNew = asked?.Stride != stride;
        if (isNew) asked = (stride, Task.Run(() => Job.PrepareAsync(stride, stop).AsTask(), CancellationToken.None));
        var answer = asked!.Value.Answer;
        await Task.WhenAny(answer, Task.Delay(isNew ? Patience : TimeSpan.Zero, stop));
        stop.ThrowIfCancellationRequested();
        if (!answer.IsCompleted) throw NoAnswer(stride);
        asked = null;
        return await answer;
    }

    static DataException NoAnswer(Stride stride) =>
        new($"the source or the segment database does not answer, since {stride.Segment} was asked for", isTransient: true);

    // What is being read when the run is stopped ends by itself as a rule, and otherwise with the process.
    Task StopAskingAsync() => asked is { } open ? Task.WhenAny(open.Answer, Task.Delay(LongestFarewell)) : Task.CompletedTask;

    StrideWork Provisional(StrideWork work, string why) =>
        work with { Pass = Pass.Provisional, Losses = [Job.Loss(work.Stride.Segment, Skipped.Waiting, why)] };

    // False when nothing can be filled in now.
    async Task<bool> TryFillInAsync(IStrideOrder order, CancellationToken stop)
    {
        if (clock.Now < tryAgain || !queues.All(q => q.IsIdle) || FirstAside() is not { } stride) return false;
        if (order.IsEarly(this, cadence.Due(stride))) return false;
        var work = new StrideWork(stride, null, null) { Pass = Pass.FilledIn };
        try
        {
            var prepared = await AskAsync(stride, stop);
            if (prepared.Pass != Pass.Due) return PauseFillingIn();
            work = prepared with { Pass = Pass.FilledIn };
        }
        catch (Exception e) when (Retry.CanPass(e) && !clock.IsVirtual)
        {
            return PauseFillingIn();
        }
        catch (DataException e) when (!e.IsTransient)
        {
            await SkipUnreadableAsync(work, e, stop);
            return true;
        }
        failures = 0;
        Count(work);
        await Task.WhenAll(queues.Select(q => q.PostAsync(work, stop)));
        return true;
    }

    bool PauseFillingIn()
    {
        tryAgain = clock.Now + Retry.Pause(failures++) * GpsTime.NanosecondsPerSecond;
        return false;
    }

    // Up to the end of its stride, and to where the version of any classifier changes.
    Stride? FirstAside()
    {
        var aside = Aside;
        if (aside.IsEmpty) return null;
        var stride = cadence.Plan.At(cadence.Plan.IndexOf(aside[0].Start));
        var (start, end) = (aside[0].Start, GpsTime.Min(aside[0].End, stride.Segment.End));
        var edges = Job.Lanes.SelectMany(l => l.Backlog.Edges).Where(e => e > start && e < end);
        return stride with { Segment = new Segment(start, edges.Append(end).Min()) };
    }

    async Task WaitAsync(GpsTime until, Task changed, CancellationToken stop)
    {
        if (tryAgain > clock.Now) until = GpsTime.Min(until, tryAgain);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var timer = until == GpsTime.MaxValue ? changed : clock.WaitUntilAsync(until, waiting.Token).AsTask();
        await Task.WhenAny(timer, changed.WaitAsync(waiting.Token));
        await waiting.CancelAsync();
        stop.ThrowIfCancellationRequested();
    }
}
