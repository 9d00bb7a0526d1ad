using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;

namespace Idq.Streaming.Tests;

/// <summary>Drives jobs as the program does, or stride by stride as the test says.</summary>
static class Driving
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    static readonly ConditionalWeakTable<Job, JobLoop> Loops = [];

    /// <summary>What the last drive of a job counted.</summary>
    public static JobCounts Counts(this Job job) => Loops.TryGetValue(job, out var loop) ? loop.Counts : new();

    /// <summary>The stride that a job does next; null when its range is done.</summary>
    public static Stride? NextStride(this Job job) => job.Plan.Next(job.Next);

    /// <summary>
    /// Runs jobs on a clock until their end or until they are stopped: in turns on a virtual clock, each by itself on another.
    /// </summary>
    public static Task<bool> RunAsync(
        IReadOnlyList<Job> jobs,
        IGpsClock clock,
        IProgress<RunProgress>? progress = null,
        CancellationToken stop = default
    )
    {
        var loops = jobs.Select(j => new JobLoop(j, clock)).ToArray();
        foreach (var loop in loops) Loops.AddOrUpdate(loop.Job, loop);
        return JobLoops.RunAsync(loops, clock, progress, stop);
    }

    /// <summary>Runs jobs of an analysis as a process does that starts: they go on where they stand.</summary>
    public static async Task<bool> RunAsync(
        this Analysis analysis, IEnumerable<string> jobs, Segment range, IGpsClock clock, IProgress<RunProgress>? progress = null,
        CancellationToken stop = default)
    {
        using var context = analysis.Context(clock: clock, isLive: !clock.IsVirtual);
        var opened = jobs.Select(name => Open(name, context, range)).ToArray();
        try
        {
            return await RunAsync(opened, clock, progress, stop).WaitAsync(Patience, CancellationToken.None);
        }
        finally
        {
            foreach (var job in opened) job.Dispose();
        }
    }

    /// <summary>A job by its name.</summary>
    public static Job Open(string name, JobContext context, Segment range) => name switch
    {
        "train" => new TrainJob(context, range),
        "evaluate" => new EvaluateJob(context, range),
        "calibrate" => new CalibrateJob(context, range),
        _ => new TimeseriesJob(context, range),
    };

    /// <summary>Runs one job in replay.</summary>
    public static async Task<JobCounts> ReplayAsync(this Job job)
    {
        await RunAsync([job], new ReplayClock(job.Range.Start));
        return job.Counts();
    }

    /// <summary>Runs one stride of a job, whatever its plan says.</summary>
    public static async Task RunAsync(this Job job, Stride stride, CancellationToken cancellationToken)
    {
        await using var queue = Queue(job);
        Assert.True(queue.TryPost(await job.PrepareAsync(stride, cancellationToken)));
        await queue.IdleAsync();
    }

    /// <summary>Records that a stride was skipped.</summary>
    public static async Task SkipAsync(this Job job, Stride stride, string reason)
    {
        await using var queue = Queue(job);
        queue.PostSkip(new StrideWork(stride, null, null), reason);
        await queue.IdleAsync();
    }

    static LaneQueue Queue(Job job) =>
        new(job, job.Lanes, new JobCommit(job, new JobCounts()), new Retry(new ReplayClock(job.Next), NullLogger.Instance, default));
}
