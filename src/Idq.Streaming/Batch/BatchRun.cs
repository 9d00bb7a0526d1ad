using System.Diagnostics;
using System.Text.Json;
using Idq.Learning;
using Idq.Tracking;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Idq.Streaming;

/// <summary>
/// An offline run: every row of a range is ranked by a model, and judged by a map, that never saw it. Nothing is registered before
/// everything is done; a request that is done already answers from the ledger.
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
        Directory.CreateDirectory(Path.GetDirectoryName(configuration.Tracker.Store)!);
        using var store = TrackerStore.Open(configuration.Tracker.Store, clock);
        using var context = new JobContext(configuration, store, new ReplayClock(request.Range.End), isLive: false, loggers);
        var counts = new JobCounts();
        if (store.Cursor(request.Job) is null)
            await ComputeAsync(request, store, context, counts, progress, cancellationToken);
        else
            BatchLog.AlreadyDone(log, request.Job);

        var products = store.Products(new ProductQuery { Job = request.Job }).ToArray();
        var quivers = products.Where(p => p.Kind == "quiver").ToArray();
        if (counts.Done == 0)
        {
            counts.Done = quivers.Select(p => JsonSerializer.Deserialize<JsonElement>(p.Attributes).GetProperty("fold").GetInt32()).Distinct().Count();
            counts.Livetime = quivers.Length == 0 ? 0 : quivers.GroupBy(p => p.Nickname, StringComparer.Ordinal).Max(g => g.Sum(p => JsonSerializer.Deserialize<JsonElement>(p.Attributes).GetProperty("livetime").GetInt64()));
        }
        var jobs = new Dictionary<string, JobCounts>(StringComparer.Ordinal) { ["batch"] = counts };
        return new(request.Range, jobs, ClassifierSummary.OfQuivers(context, quivers), products, false);
    }

    async Task ComputeAsync(BatchRequest request, TrackerStore store, JobContext context, JobCounts counts, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        using var stage = new ProductStage(context.Paths, request.Job);
        using var processor = context.Processor(configuration.Evaluate);
        var lanes = context.Lanes(request.Job, configuration.Evaluate);
        var factory = context.Rows(configuration.Evaluate);
        var data = await processor.LoadAsync(new Stride(0, request.Range), cancellationToken);
        if (data.IsEmpty) throw new DataException($"there is no good time in {request.Range}: {GpsSeconds.Format(data.Undelivered.Livetime)} s have no data, {GpsSeconds.Format(data.Unknown.Livetime)} s are unknown to the segment database");
        var evaluated = context.Samples(data, configuration.Evaluate.RandomRate);
        var trained = configuration.Train.RandomRate == configuration.Evaluate.RandomRate ? evaluated : context.Samples(data, configuration.Train.RandomRate);

        var pieces = request.Bins * request.SegmentsPerBin;
        var cuts = configuration.Batch.Split == BatchSplit.Samples ? BatchPlan.EqualSamples(evaluated.Times, pieces) : BatchPlan.EqualLivetime(data.Segments, pieces);
        var plan = BatchPlan.Make(data.Segments, cuts, request.Bins, request.Causal);

        var experiment = store.GetOrCreateExperiment(configuration.Tracker.Experiment);
        var run = store.CreateRun(experiment.Id, new RunDraft(request.Job) { Args = JsonSerializer.Serialize(new { ini = configuration.Text.Ini.Path, request.Bins, request.SegmentsPerBin, request.Causal }) });
        store.StartRun(run.Id);
        var status = RunStatus.Failed;
        try
        {
            var started = Stopwatch.GetTimestamp();
            var results = new FoldResult?[lanes.Count * plan.Folds.Count];
            var done = 0;
            await Parallel.ForAsync(0, results.Length, cancellationToken, (i, token) =>
            {
                var (lane, fold) = (lanes[i / plan.Folds.Count], plan.Folds[i % plan.Folds.Count]);
                results[i] = Fold(lane, fold, data, trained, evaluated, factory, token);
                progress?.Report(new("batch", request.Range.End, Interlocked.Increment(ref done) / (double)results.Length));
                return ValueTask.CompletedTask;
            });
            for (var l = 0; l < lanes.Count; l++)
                Publish(request, store, context, stage, lanes[l], [.. results.Skip(l * plan.Folds.Count).Take(plan.Folds.Count).OfType<FoldResult>()]);
            store.Commit(new StrideCommit { Cursors = [new CursorMove(request.Job, "done")] });
            counts.Done = plan.Folds.Count;
            counts.Livetime = plan.Folds.Sum(f => f.Evaluated.Livetime);
            counts.Latencies.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            store.AddMetrics([new MetricRow(run.Id, 0, 0, request.Range.End.Nanoseconds, [new("livetime", counts.Livetime / 1e9), new("samples", evaluated.Count)])]);
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

    FoldResult? Fold(Lane lane, BatchFold fold, StrideData data, SampleTimes trained, SampleTimes evaluated, QuiverFactory factory, CancellationToken cancellationToken)
    {
        var training = Restricted(factory, data, trained, fold.Trained);
        if (lane.Classifier.Train(training, null, cancellationToken) is not { Model: { } model } result)
        {
            BatchLog.NotTrained(log, lane.Nickname, fold.Number, lane.Classifier.Train(training, null, cancellationToken).Reason ?? "");
            return null;
        }
        var rows = Restricted(factory, data, evaluated, fold.Evaluated);
        var ranks = new double[rows.Count];
        lane.Classifier.Evaluate(result.Model, rows, ranks);
        BatchLog.Ranked(log, lane.Nickname, fold.Number, rows.GlitchCount, rows.CleanCount);
        return new(fold, model, rows, ranks);
    }

    // The map that judges a fold is made of the other folds; in causal mode, of the earlier ones.
    void Publish(BatchRequest request, TrackerStore store, JobContext context, ProductStage stage, Lane lane, IReadOnlyList<FoldResult> folds)
    {
        foreach (var fold in folds)
        {
            var others = folds.Where(o => request.Causal ? o.Fold.Number < fold.Fold.Number : o.Fold.Number != fold.Fold.Number).Select(o => o.Rows).ToArray();
            var map = others.Length == 0 ? null : Calibration.Fit(configuration.Calibrate, lane.Section, others);
            var span = fold.Quiver.Segments.IsEmpty ? request.Range : fold.Quiver.Segments.Extent;
            var suffix = $"_{fold.Fold.Number:D3}";
            StagedProduct[] first =
            [
                stage.Write("model", lane.Nickname, span, "json", [], JsonSerializer.Serialize(new { fold = fold.Fold.Number, hash = fold.Model.Hash }), path =>
                {
                    using var file = File.Create(path);
                    ModelFile.Write(file, fold.Model, lane.Nickname, []);
                }, suffix),
                .. map is null ? [] : new[]
                {
                    stage.Write("map", lane.Nickname, span, "json", [], JsonSerializer.Serialize(new { fold = fold.Fold.Number, hash = map.Hash }), path =>
                    {
                        using var file = File.Create(path);
                        Calibration.Write(file, map, lane.Nickname, span, others, null);
                    }, suffix),
                },
            ];
            stage.Publish(first);
            var parents = store.Commit(new StrideCommit { Products = first.Select(p => p.Draft).ToArray() });
            var attributes = JsonSerializer.Serialize(new
            {
                fold = fold.Fold.Number,
                rows = fold.Quiver.Count,
                glitches = fold.Quiver.GlitchCount,
                livetime = fold.Quiver.Segments.Livetime,
                clean_livetime = fold.Quiver.CleanSegments.Livetime,
            });
            var evaluated = new EvaluatedQuiver(lane.Nickname, span, fold.Quiver, fold.Ranks, lane.Classifier.UsesFeatures, fold.Model.Hash, map);
            var quiver = stage.Write("quiver", lane.Nickname, span, "parquet", parents, attributes, path => context.Files.WriteQuiver(path, evaluated), suffix);
            stage.Publish([quiver]);
            store.Commit(new StrideCommit { Products = [quiver.Draft] });
        }
    }

    static Quiver Restricted(QuiverFactory factory, StrideData data, SampleTimes samples, SegmentList segments)
    {
        var inside = Enumerable.Range(0, samples.Count).Where(i => segments.Contains(new GpsTime(samples.Times[i]))).ToArray();
        var weights = samples.Weights;
        return factory.Make(data.Data.Restrict(segments), data.Segments & segments, samples.CleanSegments & segments,
            Array.ConvertAll(inside, i => samples.Times[i]), Array.ConvertAll(inside, i => samples.Labels[i]), Array.ConvertAll(inside, i => weights[i]));
    }

    sealed record FoldResult(BatchFold Fold, ClassifierModel Model, Quiver Quiver, double[] Ranks)
    {
        public EvaluatedRows Rows { get; } = new(Fold.Number, Quiver.Segments.IsEmpty ? default : Quiver.Segments.Extent,
            Class(Quiver, Ranks, Label.Glitch), Class(Quiver, Ranks, Label.Clean), Quiver.Segments.Livetime, Quiver.CleanSegments.Livetime);

        static RankSamples Class(Quiver quiver, double[] ranks, byte label)
        {
            var rows = Enumerable.Range(0, quiver.Count).Where(i => quiver.Labels[i] == label).ToArray();
            return new(Array.ConvertAll(rows, i => ranks[i]), Array.ConvertAll(rows, i => quiver.Weights[i]));
        }
    }
}
