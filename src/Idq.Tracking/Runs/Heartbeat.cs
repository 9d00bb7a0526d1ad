namespace Idq.Tracking;

/// <summary>
/// The signs of life of a process: every so often all its running runs are touched, and whoever else promised a sign and owes it for long
/// is called NODE_FAIL. A process without runs of its own only watches over the others.
/// </summary>
/// <remarks>A sign that cannot be given is given the next time. The store must outlive the heartbeat.</remarks>
public sealed class Heartbeat : IDisposable
{
    /// <summary>How often, unless told otherwise.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);

    readonly TrackerStore store;
    readonly IReadOnlyCollection<long> runs;
    readonly Action<TrackerException>? onFailure;
    readonly Timer timer;
    readonly Lock beating = new();

    /// <summary>Begins at once.</summary>
    /// <param name="store">Where the runs are.</param>
    /// <param name="runs">The numbers of the process's runs; those that it has ended meanwhile are left alone.</param>
    /// <param name="every">How often; more than zero.</param>
    /// <param name="onFailure">Told, once an outage, that a sign could not be given; null tells nobody.</param>
    public Heartbeat(TrackerStore store, IReadOnlyCollection<long> runs, TimeSpan every, Action<TrackerException>? onFailure = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(every, TimeSpan.Zero);
        (this.store, this.runs, this.onFailure) = (store, runs, onFailure);
        timer = new(_ => Beat(), null, TimeSpan.Zero, every);
    }

    /// <summary>Why the newest sign could not be given; null when it was.</summary>
    public TrackerException? LastFailure { get; private set; }

    /// <summary>Ends it; none comes afterwards.</summary>
    public void Dispose()
    {
        using var done = new ManualResetEvent(false);
        // Waits for a beat that is under way.
        if (timer.Dispose(done)) done.WaitOne();
    }

    void Beat()
    {
        // A store that is slower than the beat is not asked twice at once.
        if (!beating.TryEnter()) return;
        try
        {
            store.Beat(runs);
            LastFailure = null;
        }
        catch (TrackerException e)
        {
            if (LastFailure is null) onFailure?.Invoke(e);
            LastFailure = e;
        }
        finally
        {
            beating.Exit();
        }
    }
}
