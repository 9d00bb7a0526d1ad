namespace Idq.Streaming;

/// <summary>
/// The order of a replay: always the stride that is due next, in the order of the jobs at one due time, each finished before the next one
/// begins. Two replays do the same things in the same order, and so does one that was killed and started again.
/// </summary>
/// <param name="loops">The jobs, in their order at one due time.</param>
sealed class DueOrder(IReadOnlyList<JobLoop> loops) : IStrideOrder
{
    readonly Lock changing = new();
    readonly Dictionary<JobLoop, int> ranks = loops.Index().ToDictionary(l => l.Item, l => l.Index);
    readonly List<JobLoop> working = [.. loops];
    readonly List<(JobLoop Loop, GpsTime Due, TaskCompletionSource Granted)> waiting = [];

    readonly Pulse pulse = new();

    /// <inheritdoc/>
    public bool AreLanesTogether => true;

    /// <inheritdoc/>
    public Task Changed => pulse.Next;

    /// <inheritdoc/>
    public Task TurnAsync(JobLoop loop, GpsTime due, CancellationToken stop)
    {
        var granted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (changing)
        {
            working.Remove(loop);
            waiting.Add((loop, due, granted));
            Grant_NeedsLock();
        }
        return granted.Task.WaitAsync(stop);
    }

    /// <summary>False: nothing else is under way while a job has its turn.</summary>
    public bool IsEarly(JobLoop loop, GpsTime due) => false;

    /// <inheritdoc/>
    public void Advance() => pulse.Beat();

    /// <inheritdoc/>
    public void Leave(JobLoop loop)
    {
        lock (changing)
        {
            working.Remove(loop);
            waiting.RemoveAll(w => w.Loop == loop);
            Grant_NeedsLock();
        }
    }

    // Nobody is asked before everybody has said when the next stride is due.
    void Grant_NeedsLock()
    {
        if (working.Count > 0 || waiting.Count == 0) return;
        var next = waiting.OrderBy(w => w.Due).ThenBy(w => ranks[w.Loop]).First();
        waiting.Remove(next);
        working.Add(next.Loop);
        next.Granted.SetResult();
    }
}
