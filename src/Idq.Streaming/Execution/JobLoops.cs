namespace Idq.Streaming;

/// <summary>Runs the loops of one process. Live and replay differ by the clock and by the order of strides, in nothing else.</summary>
static class JobLoops
{
    /// <summary>
    /// Runs jobs until each is at its end, or until <paramref name="stop"/>. What is in hand then is finished and committed.
    /// </summary>
    /// <param name="loops">The jobs, in their order at one due time.</param>
    /// <param name="clock">The clock of the run: on a virtual one the jobs take turns.</param>
    /// <param name="progress">Is told of every stride.</param>
    /// <param name="stop">Ends the run.</param>
    /// <returns>True when every job came to its end.</returns>
    public static async Task<bool> RunAsync(
        IReadOnlyList<JobLoop> loops, IGpsClock clock, IProgress<RunProgress>? progress, CancellationToken stop)
    {
        IStrideOrder order = clock.IsVirtual ? new DueOrder(loops) : new LiveOrder(clock, loops);
        var whole = new Segment(loops.Min(l => l.Job.Range.Start), loops.Max(l => l.Job.Range.End));
        var byJob = loops.ToDictionary(l => l.Job.Name, StringComparer.Ordinal);
        var units = loops.Select(l => new WorkUnit(l.Job.Name, l.Job.Range)).ToArray();
        Task WorkAsync(WorkUnit unit, CancellationToken token) => byJob[unit.Job].RunAsync(order, whole, progress, token);
        await new BlockExecutor(units.Length).ExecuteAsync(units, WorkAsync, stop);
        return loops.All(l => l.IsDone);
    }
}
