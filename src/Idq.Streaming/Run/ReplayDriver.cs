namespace Idq.Streaming;

/// <summary>
/// Runs jobs over a finite range on a virtual clock: always the stride that is due next, in the order of the jobs at one due time. Two
/// replays do the same things in the same order, and so does one that was killed and started again.
/// </summary>
static class ReplayDriver
{
    /// <summary>Runs until every job is at its end, or until <paramref name="stop"/>.</summary>
    /// <returns>True when it came to the end.</returns>
    public static async Task<bool> RunAsync(
        IReadOnlyList<Job> jobs,
        ReplayClock clock,
        IProgress<RunProgress>? progress,
        CancellationToken stop
    )
    {
        var range = new Segment(jobs.Min(j => j.Range.Start), jobs.Max(j => j.Range.End));
        while (Earliest(jobs) is var (job, stride, due))
        {
            if (stop.IsCancellationRequested) return false;
            await clock.WaitUntilAsync(due, CancellationToken.None);
            await job.RunAsync(stride, CancellationToken.None);
            progress?.Report(new(job.Name, stride.Segment.End, (stride.Segment.End - range.Start) / (double)range.Duration));
        }
        return true;
    }

    static (Job Job, Stride Stride, GpsTime Due)? Earliest(IReadOnlyList<Job> jobs)
    {
        (Job Job, Stride Stride, GpsTime Due)? earliest = null;
        foreach (var job in jobs)
        {
            if (job.NextStride is not { } stride) continue;
            var due = stride.Segment.End + job.Delay;
            if (earliest is null || due < earliest.Value.Due) earliest = (job, stride, due);
        }
        return earliest;
    }
}
