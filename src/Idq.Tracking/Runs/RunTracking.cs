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
    public TimeSpan Heartbeat { get; init; } = Tracking.Heartbeat.Usual;
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
    public static async Task TrackAsync(
        this TrackerStore store,
        long runId,
        Func<CancellationToken, Task> work,
        TrackOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        using var signals = new StopSignals(cancellationToken);
        store.StartRun(runId, options.Heartbeat > TimeSpan.Zero ? options.Heartbeat : null);
        var status = options.Normal;
        try
        {
            using var beat = options.Heartbeat > TimeSpan.Zero ? new Heartbeat(store, [runId], options.Heartbeat) : null;
            await work(signals.Stopping);
            if (signals.Stopping.IsCancellationRequested) status = Stopped();
        }
        catch (OperationCanceledException) when (signals.Stopping.IsCancellationRequested)
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
            store.SetRunStatus(runId, status);
        }

        RunStatus Stopped() => signals.WasTerminated ? options.Terminate : options.Interrupt;
    }
}
