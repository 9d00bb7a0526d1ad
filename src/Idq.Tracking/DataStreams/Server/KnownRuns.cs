using System.Diagnostics;

namespace Idq.Tracking;

/// <summary>Remembers which runs the store knows: those that it does for good, those that it does not for a second.</summary>
/// <threadsafety>For one caller.</threadsafety>
sealed class KnownRuns(ISequenceStore store)
{
    const int MaxUnknown = 10_000;

    readonly HashSet<Guid> known = [];
    readonly Dictionary<Guid, long> unknown = [];

    /// <exception cref="TrackerException">The store cannot tell.</exception>
    public async ValueTask<bool> KnowsAsync(Guid run, CancellationToken cancellationToken)
    {
        if (known.Contains(run)) return true;
        var now = Stopwatch.GetTimestamp();
        if (unknown.TryGetValue(run, out var asked) && now - asked < Stopwatch.Frequency) return false;
        if (await store.KnowsRunAsync(run, cancellationToken))
        {
            unknown.Remove(run);
            known.Add(run);
            return true;
        }

        if (unknown.Count >= MaxUnknown) unknown.Clear();
        unknown[run] = now;
        return false;
    }
}
