namespace Idq.Streaming;

// A job whose newest stride waits for nothing.
sealed partial class JobLoop
{
    GpsTime tryAgain = GpsTime.MinValue;
    int failures;
    bool isInTrouble;

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
            work = await Inquiry.AskAsync(part, Job.PrepareAsync, stop);
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
            var prepared = await Inquiry.AskAsync(stride, Job.PrepareAsync, stop);
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
