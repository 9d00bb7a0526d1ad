using System.Runtime.InteropServices;

namespace Idq.Tracking;

/// <summary>The statuses that a tracked piece of work ends with.</summary>
public sealed record TrackOptions
{
    /// <summary>When it ended well.</summary>
    /// <value>The default value is COMPLETED.</value>
    public RunStatus Normal { get; init; } = RunStatus.Completed;

    /// <summary>When it threw.</summary>
    /// <value>The default value is FAILED.</value>
    public RunStatus Exception { get; init; } = RunStatus.Failed;

    /// <summary>When it was interrupted: Ctrl-C, or its caller's token.</summary>
    /// <value>The default value is CANCELLED.</value>
    public RunStatus Interrupt { get; init; } = RunStatus.Cancelled;

    /// <summary>When the process was told to terminate.</summary>
    /// <value>The default value is CANCELLED.</value>
    public RunStatus Terminate { get; init; } = RunStatus.Cancelled;

    /// <summary>How often the run gives a sign of life; zero gives none.</summary>
    /// <value>The default value is 30 s.</value>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>Tracks a piece of work as a run: RUNNING while it works, with a heartbeat, and at its end the status of how it ended.</summary>
public static class RunTracking
{
    /// <summary>Starts the run, does the work, and ends the run. An exception of the work is passed on.</summary>
    /// <param name="store">Where the run is.</param>
    /// <param name="runId">The run.</param>
    /// <param name="work">Is cancelled when the process is interrupted or told to terminate, or by the caller.</param>
    /// <param name="options">The statuses; null takes the defaults.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="TrackerException">There is no such run.</exception>
    public static async Task TrackAsync(this TrackerStore store, long runId, Func<CancellationToken, Task> work, TrackOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var isTerminated = false;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, terminate: false));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, terminate: true));
        store.StartRun(runId);
        using var beat = options.Heartbeat > TimeSpan.Zero ? new Heartbeat(store, runId, options.Heartbeat) : null;
        var status = options.Normal;
        try
        {
            await work(stop.Token);
            if (stop.IsCancellationRequested) status = Stopped();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            status = Stopped();
            throw;
        }
        catch
        {
            status = options.Exception;
            throw;
        }
        finally
        {
            beat?.Dispose();
            store.SetRunStatus(runId, status);
        }

        RunStatus Stopped() => Volatile.Read(ref isTerminated) ? options.Terminate : options.Interrupt;

        void Stop(PosixSignalContext context, bool terminate)
        {
            // The process ends when the run has ended, not before.
            context.Cancel = true;
            if (terminate) Volatile.Write(ref isTerminated, true);
            stop.Cancel();
        }
    }

    // A sign of life that could not be given is given the next time.
    sealed class Heartbeat : IDisposable
    {
        readonly Timer timer;

        public Heartbeat(TrackerStore store, long runId, TimeSpan every) => timer = new(_ =>
        {
            try
            {
                store.TouchRun(runId);
            }
            catch (TrackerException e) when (e.IsTransient)
            {
                LastFailure = e;
            }
        }, null, every, every);

        public TrackerException? LastFailure { get; private set; }

        public void Dispose()
        {
            using var done = new ManualResetEvent(false);
            // Waits for a beat that is under way, so that none comes after the end.
            if (timer.Dispose(done)) done.WaitOne();
        }
    }
}
