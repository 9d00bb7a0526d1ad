using System.Text.Json;
using Idq.Tracking;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Idq.Streaming;

/// <summary>One call of the streaming program: opens the store and the jobs, drives them live or in replay, and reports.</summary>
/// <param name="configuration">A configuration without errors.</param>
/// <param name="clock">The clock of the machine.</param>
/// <param name="leapSeconds">The leap-second table.</param>
/// <param name="loggers">Where log lines go.</param>
public sealed class StreamRun(Configuration configuration, IClock clock, LeapSeconds leapSeconds, ILoggerFactory loggers)
{
    const int MostStrides = 100;
    const int MostProducts = 10_000;

    /// <summary>Runs the jobs of a request until its end or until <paramref name="stop"/>.</summary>
    /// <exception cref="ConfigurationException">The configuration does not fit the source.</exception>
    /// <exception cref="EmptyRangeException">The end lies before the start, which may be now or where a job stands.</exception>
    /// <exception cref="DataException">Data cannot be read, and no retry can help.</exception>
    public async Task<RunReport> RunAsync(RunRequest request, IProgress<RunProgress>? progress, CancellationToken stop)
    {
        var machine = new SystemGpsClock(clock, leapSeconds);
        var isReplay = request.Replay || (request.Start is not null && request.End is { } end && end <= machine.Now);
        IGpsClock pace = isReplay ? new ReplayClock(request.Start!.Value - request.InitialLookback) : machine;
        using var store = TrackerStore.Open(configuration.Tracker.Store, clock);
        using var context = new JobContext(configuration, store, pace, !isReplay, loggers);
        var before = store.LastSeq();
        var lateFlush = new LateFlush(store, context.Paths, request.Jobs);
        var loops = new List<JobLoop>();
        var runs = new List<long>();
        var trackerLog = loggers.CreateLogger("tracker");
        await using var mlflow = MlflowReport.Open(configuration, request.Jobs, clock, leapSeconds, trackerLog);
        await using var outbox = new OutboxSender(store, OutboxSender.Routes(context), machine, loggers.CreateLogger("outbox"));
        var status = RunStatus.Failed;
        var metrics = new MetricsQueue(store);
        try
        {
            foreach (var name in RunRequest.AllJobs.Where(j => request.Jobs.Contains(j, StringComparer.Ordinal)))
                loops.Add(new JobLoop(Open(name, context, request, machine.Now), pace));
            lateFlush.Check();
            if (isReplay) lateFlush.Begin();
            var jobs = loops.ConvertAll(l => l.Job);
            StartRuns(store, loops, runs, metrics, mlflow, request);
            using var heartbeat = new Heartbeat(
                store, runs, configuration.Tracker.Heartbeat, e => LogMessages.NoSignOfLife(trackerLog, e.Message));
            await ResumeAsync(store, jobs, stop);
            foreach (var loop in loops)
            {
                var job = loop.Job;
                LogMessages.Started(job.Log, job.Range, GpsSeconds.Format(job.Cadence.Stride), job.Next);
                if (loop.IsDone && job.Lanes.Count > 0) LogMessages.AlreadyDone(job.Log, job.Range.End, job.Next);
            }
            var began = jobs.Max(j => j.Next);
            await using var compaction = new IdleCompaction(
                configuration, store, !isReplay, isReplay ? lateFlush.Flush : () => { }, loggers.CreateLogger("compact"));
            var finished = !stop.IsCancellationRequested && await JobLoops.RunAsync(loops, pace, progress, stop);
            status = finished ? RunStatus.Completed : RunStatus.Cancelled;
            if (finished) await compaction.FinishAsync();
            if (isReplay) lateFlush.End();
            foreach (var job in jobs) LogMessages.Stopped(job.Log, job.Next);
            var range = finished ? new Segment(jobs.Max(j => j.Range.Start), jobs.Max(j => j.Range.End)) : Newest(jobs, began);
            var since = Math.Max(before, store.LastSeq() - MostProducts);
            return new RunReport(
                range, loops.ToDictionary(l => l.Job.Name, l => l.Counts), ClassifierSummary.OfRange(context, range),
                Entries(configuration.Tracker.Store, finished ? before : since, store.LastSeq(), request.Jobs), !finished);
        }
        finally
        {
            foreach (var loop in loops) loop.Job.Dispose();
            // What cannot be written now is given up: to wait for a full disk here would be to wait for ever.
            await metrics.DisposeAsync();
            foreach (var run in runs)
            {
                store.SetRunStatus(run, status);
                mlflow?.End(run, status);
            }
        }
    }

    static IEnumerable<Product> Entries(string location, long after, long last, IReadOnlyList<string> jobs)
    {
        using var store = TrackerStore.OpenReadOnly(location);
        foreach (var product in store.Products(new ProductQuery { SinceSeq = after, MaxSeq = last }))
            if (jobs.Contains(product.Job)) yield return product;
    }

    // A call that is stopped ends soon, however long it ran: its summary reads the newest of what it did.
    static Segment Newest(IReadOnlyList<Job> jobs, GpsTime began)
    {
        var end = GpsTime.Max(began, jobs.Max(j => j.Next));
        var stride = jobs.Max(j => j.Name == "evaluate" ? j.Cadence.Stride : 0);
        return new Segment(stride == 0 ? began : GpsTime.Max(began, end - MostStrides * stride), end);
    }

    // A source that cannot be read at any time begins again where the slowest reader of it was. It begins at its beginning as long as one
    // of its readers has committed nothing, because that one still needs everything.
    static async Task ResumeAsync(TrackerStore store, IReadOnlyList<Job> jobs, CancellationToken stop)
    {
        foreach (var readers in jobs.Where(j => j.Input is not null).GroupBy(j => j.Input!))
        {
            var positions = readers.SelectMany(j => j.Lanes).Select(l => store.Cursor(l.PositionName)).ToArray();
            if (positions.Length > 0 && !positions.Contains(null)) await readers.Key.ResumeAsync(positions!, stop);
        }
    }

    static Job Open(string name, JobContext context, RunRequest request, GpsTime now)
    {
        var (cadence, lookback) = name switch
        {
            "train" => (context.Configuration.Train.Cadence, request.InitialLookback),
            "timeseries" => (context.Configuration.Timeseries.Cadence, 0L),
            _ => (context.Configuration.Evaluate.Cadence, 0L),
        };
        var start = request.Start is { } given ? given - lookback
            : Resume(name, context, cadence.Stride) is { } origin
                ? Join(name, context, new StridePlan(origin, cadence.Stride, GpsTime.MaxValue), now - lookback)
            : (cadence.Align ? StridePlan.Align(now, cadence.Stride) : now) - lookback;
        if (request.End <= start) throw new EmptyRangeException(name, start, request.End.Value);
        var range = new Segment(start, request.End ?? GpsTime.MaxValue);
        return name switch
        {
            "train" => new TrainJob(context, range),
            "evaluate" => new EvaluateJob(context, range),
            "calibrate" => new CalibrateJob(context, range),
            _ => new TimeseriesJob(context, range),
        };
    }

    // A live call without a start goes on where the last one stopped, in the same strides.
    static GpsTime? Resume(string job, JobContext context, long stride)
    {
        var cursors = context.Configuration.Classifiers
            .Select(c => context.Store.Cursor(Cursor.Name(job, c.Nickname)))
            .OfType<string>().Select(Cursor.Parse)
            .Select(c => (c.Next - c.Origin) % stride == 0 ? c.Origin : c.Next).ToArray();
        return cursors.Length == 0 ? null : cursors.Min();
    }

    // A classifier that is new in an analysis which has run before begins at the present, and not where the analysis once began.
    static GpsTime Join(string job, JobContext context, StridePlan plan, GpsTime present)
    {
        string? Stored(string name) => context.Store.Cursor(name);
        var nicknames = context.Configuration.Classifiers.Select(c => c.Nickname).ToArray();
        var position = nicknames.Select(n => Stored($"position/{Cursor.Name(job, n)}")).FirstOrDefault(p => p is not null);
        var moves = new List<CursorMove>();
        foreach (var name in nicknames.Select(n => Cursor.Name(job, n)).Where(name => Stored(name) is null))
        {
            moves.Add(new(name, new Cursor(plan.LeftEdge(plan.IndexOf(present)), 0, plan.Start).ToString()));
            if (position is not null) moves.Add(new($"position/{name}", position));
        }
        if (moves.Count > 0) context.Store.Commit(new StrideCommit { Cursors = moves });
        return plan.Start;
    }

    void StartRuns(
        TrackerStore store, IReadOnlyList<JobLoop> loops, List<long> runs, MetricsQueue metrics, MlflowReport? mlflow, RunRequest request)
    {
        var experiment = store.GetOrCreateExperiment(configuration.Tracker.Experiment);
        foreach (var loop in loops)
        {
            var job = loop.Job;
            var arguments = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["ini"] = configuration.Text.Ini.Path,
                ["gps_start"] = job.Range.Start.ToString(),
                ["gps_end"] = job.Range.End.ToString(),
                ["replay"] = request.Replay,
                ["stride"] = GpsSeconds.Format(job.Cadence.Stride),
            };
            var run = store.CreateRun(
                experiment.Id,
                new RunDraft(job.Name) { Args = JsonSerializer.Serialize(arguments), Env = RunEnvironment.Capture() }
            );
            store.StartRun(run.Id, configuration.Tracker.Heartbeat);
            runs.Add(run.Id);
            mlflow?.Start(run, arguments);
            loop.Commit.RunId = run.Id;
            loop.Commit.Metrics = row =>
            {
                metrics.Enqueue(row);
                mlflow?.Log(row);
            };
        }
    }
}
