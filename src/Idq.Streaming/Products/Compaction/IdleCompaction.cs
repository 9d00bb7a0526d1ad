using System.Runtime.InteropServices;
using Idq.Tracking;
using Microsoft.Extensions.Logging;

namespace Idq.Streaming;

/// <summary>
/// Compacts hours while the jobs of a run go on, as soon as a job is past them. Live it works on a thread that gets the processor when
/// nobody else wants it, so that it delays no stride.
/// </summary>
/// <remarks>
/// What is compacted does not depend on when: the rows of an hour are the same in one file as in many, and every reader finds them in
/// either. So a replay leaves the same files however fast this is.
/// </remarks>
sealed partial class IdleCompaction : IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan PauseAfterTrouble = TimeSpan.FromSeconds(30);
    const int Calling = 0, Least = 19;

    readonly Configuration configuration;
    readonly TrackerStore store;
    readonly ILogger log;
    readonly Action afterwards;
    readonly long length;
    readonly Dictionary<(string Job, string Nickname), (GpsTime Hour, GpsTime Settled)> done = [];
    readonly CancellationTokenSource ending = new();
    readonly CancellationTokenSource stopping = new();
    readonly Task loop;

    /// <summary>Starts to compact, unless the configuration says never.</summary>
    /// <param name="configuration">Says how long an hour is.</param>
    /// <param name="store">The ledger.</param>
    /// <param name="isLive">True to stay behind all other work.</param>
    /// <param name="afterwards">Is done whenever hours were compacted.</param>
    /// <param name="log">Where trouble is told, which is tried again.</param>
    public IdleCompaction(Configuration configuration, TrackerStore store, bool isLive, Action afterwards, ILogger log)
    {
        (this.configuration, this.store, this.afterwards, this.log) = (configuration, store, afterwards, log);
        length = configuration.General.Compact;
        loop = length == 0 ? Task.CompletedTask : Task.Factory.StartNew(
            () => Loop(isLive), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Compacts what is complete by now, and ends.</summary>
    public async Task FinishAsync()
    {
        await ending.CancelAsync();
        await loop;
    }

    /// <summary>Ends at once: what is in hand is given up, and nothing of it is seen.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await FinishAsync();
        ending.Dispose();
        stopping.Dispose();
    }

    void Loop(bool isLive)
    {
        // A thread's own priority on Linux. Where it cannot be lowered the work is done all the same.
        if (isLive) _ = SetPriority(Calling, Calling, Least);
        while (!stopping.IsCancellationRequested)
        {
            var isLast = ending.IsCancellationRequested;
            var isInTrouble = !TryCompact();
            if (isLast) return;
            WaitHandle.WaitAny([ending.Token.WaitHandle, stopping.Token.WaitHandle], isInTrouble ? PauseAfterTrouble : Pause);
        }
    }

    // False when something is left that may succeed later. Trouble with one hour does not keep the others waiting.
    bool TryCompact()
    {
        try
        {
            var passed = PassedTime.All(store).Where(p => Done(p).Hour < p.Hour(length)).ToArray();
            if (passed.Length == 0) return true;
            using var compactor = new Compactor(configuration, store);
            var isDone = true;
            foreach (var one in passed)
            {
                var isDoneToo = true;
                foreach (var hour in one.Hours(store, length, new(Done(one).Settled, one.Hour(length))))
                    isDoneToo &= TryCompact(compactor, hour);
                if (isDoneToo) done[(one.Job, one.Nickname)] = (one.Hour(length), one.Settled(length));
                isDone &= isDoneToo;
            }
            afterwards();
            return isDone;
        }
        catch (Exception e) when (e is IOException or TrackerException or JobInUseException)
        {
            Waits(log, e.Message);
            return false;
        }
    }

    // The hour in which a job was when it was looked at last, and up to where nothing was left then.
    (GpsTime Hour, GpsTime Settled) Done(PassedTime passed) =>
        done.GetValueOrDefault((passed.Job, passed.Nickname), (GpsTime.MinValue, GpsTime.MinValue));

    bool TryCompact(Compactor compactor, CompleteHour hour)
    {
        try
        {
            if (!stopping.IsCancellationRequested) compactor.Compact(hour, stopping.Token);
            return true;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next run begins with this hour.
            return true;
        }
        catch (Exception e) when (e is DataException or IOException or TrackerException)
        {
            Waits(log, e.Message);
            return false;
        }
    }

    [LoggerMessage(304, LogLevel.Warning, "compaction waits, which is tried again: {Message}")]
    internal static partial void Waits(ILogger logger, string message);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    internal static partial int SetPriority(int which, int who, int priority);
}
