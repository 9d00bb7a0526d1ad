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
            counts.Done = quivers
                .Select(p => JsonSerializer.Deserialize<JsonElement>(p.Attributes).GetProperty("fold").GetInt32())
                .Distinct()
                .Count();
            counts.Livetime =
                quivers.Length == 0
                    ? 0
                    : quivers
                        .GroupBy(p => p.Nickname, StringComparer.Ordinal)
                        .Max(g => g.Sum(p => JsonSerializer.Deserialize<JsonElement>(p.Attributes).GetProperty("livetime").GetInt64()));
        }
        var jobs = new Dictionary<string, JobCounts>(StringComparer.Ordinal) { ["batch"] = counts };
        return new(request.Range, jobs, ClassifierSummary.OfQuivers(context, quivers), products, false);
    }

    async Task ComputeAsync(
        BatchRequest request,
        TrackerStore store,
        JobContext context,
        JobCounts counts,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using var stage = new ProductStage(context.Paths, request.Job);
        using var processor = context.Processor(configuration.Evaluate);
        var lanes = context.Lanes(request.Job, configuration.Evaluate);
        var factory = context.Rows(configuration.Evaluate);
        var data = await processor.LoadAsync(new Stride(0, request.Range), cancellationToken);
        if (data.IsEmpty)
            throw new DataException(
                $"there is no good time in {request.Range}: {GpsSeconds.Format(data.Undelivered.Livetime)} s have no data, {GpsSeconds.Format(data.Unknown.Livetime)} s are unknown to the segment database"
            );
        var evaluated = context.Samples(data, configuration.Evaluate.RandomRate);
        var trained =
            configuration.Train.RandomRate == configuration.Evaluate.RandomRate
                ? evaluated
                : context.Samples(data, configuration.Train.RandomRate);

        var pieces = request.Bins * request.SegmentsPerBin;
        var cuts =
            configuration.Batch.Split == BatchSplit.Samples
                ? BatchPlan.EqualSamples(evaluated.Times, pieces)
                : BatchPlan.EqualLivetime(data.Segments, pieces);
        var plan = BatchPlan.Make(data.Segments, cuts, request.Bins, request.Causal);

        var experiment = store.GetOrCreateExperiment(configuration.Tracker.Experiment);
        var run = store.CreateRun(
            experiment.Id,
            new RunDraft(request.Job)
            {
                Args = JsonSerializer.Serialize(
                    new
                    {
                        ini = configuration.Text.Ini.Path,
                        request.Bins,
                        request.SegmentsPerBin,
                        request.Causal,
                    }
                ),
            }
        );
        store.StartRun(run.Id, configuration.Tracker.Heartbeat);
        var status = RunStatus.Failed;
        try
        {
            using var heartbeat = new Heartbeat(store, [run.Id], configuration.Tracker.Heartbeat);
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
            var products = new List<StagedProduct>();
            for (var l = 0; l < lanes.Count; l++)
                Stage(
                    request,
                    context,
                    stage,
                    lanes[l],
                    [.. results.Skip(l * plan.Folds.Count).Take(plan.Folds.Count).OfType<FoldResult>()],
                    products
                );
            stage.Publish(products);
            store.Commit(
                new StrideCommit { Products = products.Select(p => p.Draft).ToArray(), Cursors = [new CursorMove(request.Job, "done")] }
            );
            counts.Done = plan.Folds.Count;
            counts.Livetime = plan.Folds.Sum(f => f.Evaluated.Livetime);
            counts.Latencies.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            store.AddMetrics([
                new MetricRow(
                    run.Id,
                    0,
                    0,
                    request.Range.End.Nanoseconds,
                    [new("livetime", counts.Livetime / 1e9), new("samples", evaluated.Count)]
                ),
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

    FoldResult? Fold(
        Lane lane,
        BatchFold fold,
        StrideData data,
        SampleTimes trained,
        SampleTimes evaluated,
        QuiverFactory factory,
        CancellationToken cancellationToken
    )
    {
        var training = Restricted(factory, data, trained, fold.Trained);
        var result = lane.Classifier.Train(training, null, cancellationToken);
        if (result.Model is not { } model)
        {
            BatchLog.NotTrained(log, lane.Nickname, fold.Number, result.Reason ?? "");
            return null;
        }
        var rows = Restricted(factory, data, evaluated, fold.Evaluated);
        var ranks = new double[rows.Count];
        lane.Classifier.Evaluate(model, rows, ranks);
        BatchLog.Ranked(log, lane.Nickname, fold.Number, rows.GlitchCount, rows.CleanCount);
        return new(fold, model, rows, ranks);
    }

    // The map that judges a fold is made of the other folds; in causal mode, of the earlier ones. Parents are named by their place in the commit.
    void Stage(
        BatchRequest request,
        JobContext context,
        ProductStage stage,
        Lane lane,
        IReadOnlyList<FoldResult> folds,
        List<StagedProduct> products
    )
    {
        foreach (var fold in folds)
        {
            var others = folds
                .Where(o => request.Causal ? o.Fold.Number < fold.Fold.Number : o.Fold.Number != fold.Fold.Number)
                .Select(o => o.Rows)
                .ToArray();
            var span = fold.Quiver.Segments.IsEmpty ? request.Range : fold.Quiver.Segments.Extent;
            var map =
                others.Length == 0
                    ? null
                    : Calibration.Document(Calibration.Fit(configuration.Calibrate, lane.Section, others), lane.Nickname, span, others, []);
            var suffix = $"_{fold.Fold.Number:D3}";
            void Add(string kind, string extension, IReadOnlyList<long> parents, object attributes, Action<string> write) =>
                products.Add(
                    stage.Write(kind, lane.Nickname, span, extension, parents, JsonSerializer.Serialize(attributes), write, suffix)
                );

            Add("model", "json", [], new { fold = fold.Fold.Number, hash = fold.Model.Hash }, path =>
            {
                using var file = File.Create(path);
                ModelFile.Write(file, fold.Model, lane.Nickname, []);
            });
            List<long> parents = [-products.Count];
            if (map is not null)
            {
                Add("map", "json", [], new { fold = fold.Fold.Number, hash = map.Hash }, path =>
                    Calibration.Write(path, map));
                parents.Add(-products.Count);
            }
            Add(
                "quiver",
                "parquet",
                parents,
                new
                {
                    fold = fold.Fold.Number,
                    rows = fold.Quiver.Count,
                    glitches = fold.Quiver.GlitchCount,
                    livetime = fold.Quiver.Segments.Livetime,
                    clean_livetime = fold.Quiver.CleanSegments.Livetime,
                    model = fold.Model.Hash,
                },
                path =>
                    context.Files.WriteQuiver(
                        path,
                        new EvaluatedQuiver(
                            lane.Nickname,
                            span,
                            fold.Quiver,
                            fold.Ranks,
                            lane.Classifier.UsesFeatures,
                            fold.Model.Hash,
                            map
                        )
                    )
            );
        }
    }

    static Quiver Restricted(QuiverFactory factory, StrideData data, SampleTimes samples, SegmentList segments)
    {
        var inside = Enumerable.Range(0, samples.Count).Where(i => segments.Contains(new GpsTime(samples.Times[i]))).ToArray();
        var weights = samples.Weights;
        return factory.Make(
            data.Data.Restrict(segments),
            data.Segments & segments,
            samples.CleanSegments & segments,
            Array.ConvertAll(inside, i => samples.Times[i]),
            Array.ConvertAll(inside, i => samples.Labels[i]),
            Array.ConvertAll(inside, i => weights[i])
        );
    }

    sealed record FoldResult(BatchFold Fold, ClassifierModel Model, Quiver Quiver, double[] Ranks)
    {
        public EvaluatedRows Rows { get; } =
            new(
                Fold.Number,
                Quiver.Segments.IsEmpty ? default : Quiver.Segments.Extent,
                Class(Quiver, Ranks, Label.Glitch),
                Class(Quiver, Ranks, Label.Clean),
                Quiver.Segments.Livetime,
                Quiver.CleanSegments.Livetime,
                Model.Hash
            );

        static RankSamples Class(Quiver quiver, double[] ranks, byte label)
        {
            var rows = Enumerable.Range(0, quiver.Count).Where(i => quiver.Labels[i] == label).ToArray();
            return new(Array.ConvertAll(rows, i => ranks[i]), Array.ConvertAll(rows, i => quiver.Weights[i]));
        }
    }
}
