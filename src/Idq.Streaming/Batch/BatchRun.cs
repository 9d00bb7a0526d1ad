using System.Diagnostics;
using System.Text.Json;
using Idq.Tracking;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Idq.Streaming;

/// <summary>
/// An offline run: every row of a range is ranked by a model, and judged by a map, that never saw it. A model is registered as soon as
/// its fold is trained, so that a run that was interrupted goes on with the folds that are left; a request that is done already answers
/// from the ledger.
/// </summary>
/// <param name="configuration">A configuration without errors.</param>
/// <param name="clock">The clock of the machine.</param>
/// <param name="loggers">Where log lines go.</param>
public sealed class BatchRun(Configuration configuration, IClock clock, ILoggerFactory loggers)
{
    readonly ILogger log = loggers.CreateLogger("batch");

    /// <summary>Runs a request.</summary>
    /// <exception cref="DataException">Data cannot be read, or there is no good time in the range.</exception>
    public async Task<RunReport> RunAsync(BatchRequest request, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        using var store = TrackerStore.Open(configuration.Tracker.Store, clock);
        using var context = new JobContext(configuration, store, new ReplayClock(request.Range.End), isLive: false, loggers);
        var counts = new JobCounts();
        if (store.Cursor(request.Job) is null) await ComputeAsync(request, context, counts, progress, cancellationToken);
        else BatchLog.AlreadyDone(log, request.Job);

        var products = store.Products(new ProductQuery { Job = request.Job }).ToArray();
        // Rows that are written in several formats count once.
        var quivers = products.Where(p => p.Kind == "quiver" && QuiverRows.IsReadable(p)).ToArray();
        var folds = quivers.Select(q => (q.Nickname, Attributes: ProductAttributes.Of<QuiverAttributes>(q))).ToArray();
        counts.Done = folds.Select(f => f.Attributes.Fold).Distinct().Count();
        counts.Livetime = folds.GroupBy(f => f.Nickname, f => f.Attributes.Livetime).Select(g => g.Sum()).DefaultIfEmpty().Max();
        var jobs = new Dictionary<string, JobCounts>(StringComparer.Ordinal) { ["batch"] = counts };
        return new(request.Range, jobs, ClassifierSummary.OfProducts(context, products), products, false);
    }

    async Task ComputeAsync(
        BatchRequest request, JobContext context, JobCounts counts, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var store = context.Store;
        using var stage = new ProductStage(context.Paths, request.Job);
        using var processor = context.Processor(configuration.Evaluate, configuration.Calibrate.Window / 2);
        var lanes = context.Lanes(request.Job, configuration.Evaluate);
        var data = await processor.LoadAsync(new Stride(0, request.Range), cancellationToken);
        if (data.IsEmpty)
            throw new DataException(
                $"there is no good time in {request.Range}: {GpsSeconds.Format(data.UndeliveredLivetime)} s have no data, "
                    + $"{GpsSeconds.Format(data.Unknown.Livetime)} s are unknown to the segment database"
            );
        var evaluated = context.Samples(data, configuration.Evaluate.RandomRate);
        var trained = configuration.Train.RandomRate == configuration.Evaluate.RandomRate
            ? evaluated
            : context.Samples(data, configuration.Train.RandomRate);

        var pieces = request.Bins * request.SegmentsPerBin;
        var cuts = configuration.Batch.Split == BatchSplit.Samples
            ? BatchPlan.EqualSamples(evaluated.Times, pieces)
            : BatchPlan.EqualLivetime(data.Segments, pieces);
        var plan = BatchPlan.Make(data.Segments, cuts, request.Bins, request.Causal);
        var folds = new BatchFolds(request, context, stage, data, trained, evaluated, log);

        var experiment = store.GetOrCreateExperiment(configuration.Tracker.Experiment);
        var arguments = new { ini = configuration.Text.Ini.Path, request.Bins, request.SegmentsPerBin, request.Causal };
        var run = store.CreateRun(experiment.Id, new RunDraft(request.Job) { Args = JsonSerializer.Serialize(arguments) });
        store.StartRun(run.Id, configuration.Tracker.Heartbeat);
        var status = RunStatus.Failed;
        try
        {
            using var heartbeat = new Heartbeat(store, [run.Id], configuration.Tracker.Heartbeat);
            var started = Stopwatch.GetTimestamp();
            var pairs = lanes.SelectMany(l => plan.Folds.Select(f => (Lane: l, Fold: f))).ToArray();
            var units = pairs.Select((p, i) => new WorkUnit(request.Job, request.Range, p.Lane.Nickname, p.Fold.Number) { Place = i });
            var done = 0;
            await new BlockExecutor(Environment.ProcessorCount).ExecuteAsync([.. units], (unit, token) =>
            {
                folds.Run(unit.Place, pairs[unit.Place].Lane, pairs[unit.Place].Fold, token);
                progress?.Report(new("batch", request.Range.End, Interlocked.Increment(ref done) / (double)pairs.Length));
                return Task.CompletedTask;
            }, cancellationToken);
            foreach (var lane in lanes) folds.Judge(lane);
            store.Commit(new StrideCommit { Cursors = [new CursorMove(request.Job, "done")] });
            counts.Latencies.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            var livetime = plan.Folds.Sum(f => f.Evaluated.Livetime) / 1e9;
            store.AddMetrics([
                new MetricRow(run.Id, 0, 0, request.Range.End.Nanoseconds, [new("livetime", livetime), new("samples", evaluated.Count)]),
            ]);
            status = RunStatus.Completed;
        }
        catch (OperationCanceledException)
        {
            status = RunStatus.Cancelled;
            throw;
        }
        finally
        {
            store.SetRunStatus(run.Id, status);
        }
    }
}
