using Idq.Tracking;
using Idq.Tracking.Mlflow;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Idq.Streaming;

/// <summary>
/// Tells an MLflow server of the runs and metrics of a call, beside the tracker store. Everything is on disk first and goes to the server
/// from there, so that the loops never wait for it, and what it does not get now it gets with the next call of the same jobs.
/// </summary>
sealed class MlflowReport : IAsyncDisposable
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly MlflowClient client;
    readonly OfflineSpool spool;
    readonly QueueingClient queue;
    readonly LeapSeconds leapSeconds;
    readonly ILogger log;
    readonly Dictionary<long, PendingRun> runs = [];
    readonly CancellationTokenSource stop = new();
    readonly Task flushing;

    MlflowReport(MlflowSettings settings, string folder, string experiment, IClock clock, LeapSeconds leapSeconds, ILogger log)
    {
        (this.leapSeconds, this.log) = (leapSeconds, log);
        client = new(settings, clock);
        spool = OfflineSpool.Open(folder, new MlflowTarget(client, experiment),
            new OfflineSpoolOptions { Warn = message => LogMessages.Mlflow(log, message) });
        queue = new(spool, clock, new QueueingClientOptions { Warn = message => LogMessages.Mlflow(log, message) });
        flushing = Task.Run(FlushAsync);
    }

    /// <summary>The report that a configuration asks for; null when it asks for none. What waits on disk belongs to the jobs.</summary>
    /// <exception cref="DataException">A variable of the environment is malformed.</exception>
    public static MlflowReport? Open(
        Configuration configuration, IEnumerable<string> jobs, IClock clock, LeapSeconds leapSeconds, ILogger log)
    {
        if (configuration.Tracker.Uri is not { } uri) return null;
        try
        {
            var folder = Path.Combine(configuration.General.RootDir, $".{configuration.General.Tag}.mlflow", string.Join('+', jobs));
            // The spool tries again by itself, and sooner.
            var settings = MlflowSettings.FromEnvironment(uri) with { MaxRetries = 0 };
            return new(settings, folder, configuration.Tracker.Experiment, clock, leapSeconds, log);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new DataException($"[tracker] uri = {uri}: {e.Message}", cause: e);
        }
    }

    /// <summary>A run has begun.</summary>
    public void Start(Run run, IEnumerable<KeyValuePair<string, object?>> parameters)
    {
        lock (runs)
        {
            var pending = queue.CreateRun("", tags: [new("stream.run", run.Uid), new("stream.store", run.Id)], runName: run.Name);
            runs.Add(run.Id, pending);
            queue.LogParams(pending, parameters);
        }
    }

    /// <summary>Metrics of a run; their time is the end of the stride.</summary>
    public void Log(MetricRow row)
    {
        var time = row.GpsNs is { } gps ? Utc.ToInstant(new GpsTime(gps), leapSeconds).ToUnixTimeMilliseconds() : 0;
        lock (runs)
            queue.LogTimedMetrics(runs[row.RunId],
                row.Values.Where(v => v.Value.IsNumber).Select(v => new MlflowMetric(v.Key, v.Value.AsDouble, Math.Max(0, time), row.Step))
                );
    }

    /// <summary>A run has ended.</summary>
    public void End(long run, RunStatus status)
    {
        lock (runs)
            queue.SetTerminated(runs[run], MlflowRunStatusText.Of(status));
    }

    /// <summary>Sends what is left, for some seconds; what stays is sent by the next call.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await flushing;
        try
        {
            await queue.DisposeAsync();
        }
        catch (FlushException e)
        {
            // The loops have ended well all the same.
            LogMessages.Mlflow(log, e.Message);
        }
        if (!await spool.DrainAsync(Patience))
            LogMessages.Mlflow(log, $"{spool.Waiting} operations wait on disk; the next call of these jobs sends them");
        await spool.DisposeAsync();
        client.Dispose();
        stop.Dispose();
    }

    async Task FlushAsync()
    {
        using var timer = new PeriodicTimer(Every);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stop.Token);
                await queue.FlushAsync(stop.Token);
            }
            catch (FlushException e)
            {
                // Only a full disk refuses here; what failed stays queued for the next time.
                LogMessages.Mlflow(log, e.Message);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The end sends what is left.
            }
        }
    }
}
