using System.Diagnostics;

namespace Idq.Streaming;

/// <summary>Runs jobs against the clock, each on its own cadence, until the end of the range or until it is told to stop.</summary>
static class LiveDriver
{
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Runs all jobs at the same time. What is in hand when <paramref name="stop"/> comes is finished and committed.</summary>
    /// <returns>True when every job came to its end.</returns>
    public static async Task<bool> RunAsync(
        IReadOnlyList<Job> jobs,
        IGpsClock clock,
        IProgress<RunProgress>? progress,
        CancellationToken stop
    )
    {
        // The first models come from the time before the start; nothing can be evaluated without them.
        foreach (var train in jobs.OfType<TrainJob>()) await CatchUpAsync(train, clock, progress, stop);
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var loops = jobs.Select(job => Task.Run(async () =>
        {
            try
            {
                await DriveAsync(job, clock, progress, failed.Token);
            }
            catch
            {
                await failed.CancelAsync();
                throw;
            }
        }, CancellationToken.None)).ToArray();
        await Task.WhenAll(loops);
        return jobs.All(j => j.NextStride is null);
    }

    static async Task CatchUpAsync(Job train, IGpsClock clock, IProgress<RunProgress>? progress, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested && train.NextStride is { } stride && stride.Segment.End + train.Delay <= clock.Now)
            {
                var started = Stopwatch.GetTimestamp();
                if (await PrepareAsync(train, stride, clock, stop) is { } work) await train.RunAsync(work, started, CancellationToken.None);
                else train.CommitSkip(stride, Skipped.Unreadable);
                progress?.Report(new(train.Name, stride.Segment.End, double.NaN));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping is how a live run ends.
        }
    }

    static async Task DriveAsync(Job job, IGpsClock clock, IProgress<RunProgress>? progress, CancellationToken stop)
    {
        var cadence = new CadenceManager(clock, new CadenceOptions
        {
            Start = job.Range.Start,
            Stride = job.Cadence.Stride,
            Delay = job.Delay,
            MaxTimestamp = job.Range.End,
            MaxIters = job.Cadence.MaxIters,
            MaxLatency = job.Cadence.MaxLatency,
        });
        if (job.NextStride is not { } first) return;
        cadence.StartAt(first.Index);
        var lanes = job.Lanes.Select(lane => new LiveLane(job, lane, clock, stop)).ToArray();
        try
        {
            while (!stop.IsCancellationRequested && await cadence.WaitAsync(stop) is not null)
            {
                foreach (var stride in cadence.Poll())
                {
                    if (stop.IsCancellationRequested) return;
                    job.Counts.Lateness.Add((clock.Now - cadence.Due(stride)) / 1e9);
                    if (await PrepareAsync(job, stride, clock, stop) is { } work)
                    {
                        foreach (var lane in lanes) lane.Post(work);
                        job.Count(work);
                    }
                    else
                    {
                        foreach (var lane in lanes) lane.PostSkip(stride, Skipped.Unreadable);
                        job.Counts.Skipped++;
                    }
                    progress?.Report(new(job.Name, stride.Segment.End, double.NaN));
                }
                if (cadence.Outcome is CadenceOutcome.TooManyStrides or CadenceOutcome.TooLate && cadence.SkipToNow() is { } skipped)
                {
                    LogMessages.Skipped(
                        job.Log,
                        skipped.Segment,
                        cadence.Outcome == CadenceOutcome.TooManyStrides ? "max_iters" : "max_latency"
                    );
                    for (var k = skipped.FirstIndex; k < skipped.FirstIndex + skipped.Count; k++)
                    {
                        foreach (var lane in lanes) lane.PostSkip(cadence.At(k), Skipped.TooLate);
                        job.Counts.Skipped++;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping is how a live run ends.
        }
        finally
        {
            await Task.WhenAll(lanes.Select(lane => lane.FinishAsync()));
        }
    }

    // What a retry can mend is retried for as long as it takes: the stride is not consumed until then. What it cannot mend costs this stride, not the service.
    static async Task<StrideWork?> PrepareAsync(Job job, Stride stride, IGpsClock clock, CancellationToken stop)
    {
        for (var pause = TimeSpan.FromSeconds(1); ; pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks)))
        {
            try
            {
                return await job.PrepareAsync(stride, stop);
            }
            catch (DataException e) when (e.IsTransient)
            {
                LogMessages.Retrying(job.Log, stride.Segment, e.Message, pause.TotalSeconds);
                await clock.WaitUntilAsync(clock.Now + (long)(pause.TotalSeconds * GpsTime.NanosecondsPerSecond), stop);
            }
            catch (DataException e)
            {
                LogMessages.Unreadable(job.Log, stride.Segment, e.Message);
                return null;
            }
        }
    }
}
