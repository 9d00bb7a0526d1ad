namespace Idq.Tracking;

/// <summary>Those who wait until messages up to a number are acknowledged or given up.</summary>
/// <threadsafety>The caller's lock.</threadsafety>
sealed class FlushWaits
{
    readonly List<(ulong Through, TaskCompletionSource Done)> waiting = [];

    /// <summary>Completes when <see cref="Settle"/> says so.</summary>
    public Task Add(ulong through)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.Add((through, done));
        return done.Task;
    }

    /// <summary>Everything before a number is acknowledged or given up.</summary>
    public void Settle(ulong first) => waiting.RemoveAll(wait => wait.Through < first && wait.Done.TrySetResult());

    /// <summary>There are no messages after a number (any more): who waited for one waits for that.</summary>
    public void Lower(ulong last)
    {
        for (var i = 0; i < waiting.Count; i++) waiting[i] = (Math.Min(waiting[i].Through, last), waiting[i].Done);
    }
}
