using Idq.Learning;
using Idq.Tracking;
using Microsoft.Extensions.Logging;

namespace Idq.Streaming;

/// <summary>
/// The folds of a batch: trains each once, registers its model at once, ranks its rows, and judges them when all folds of the classifier
/// are ranked.
/// </summary>
/// <threadsafety>Folds may run at the same time; a classifier is judged after all of its folds.</threadsafety>
sealed class BatchFolds(
    BatchRequest request, JobContext context, ProductStage stage, StrideData data, SampleTimes trained, SampleTimes evaluated, ILogger log)
{
    readonly QuiverFactory factory = context.Rows(context.Configuration.Evaluate);
    readonly Dictionary<string, List<RankedFold>> ranked = new(StringComparer.Ordinal);
    readonly Dictionary<int, Action?> finished = [];
    int registered;

    /// <summary>Trains a fold, unless an earlier run did, and ranks its rows.</summary>
    /// <param name="place">
    /// Its place among all folds: models are registered in this order, so that two batches write the same ledger.
    /// </param>
    /// <param name="lane">The classifier.</param>
    /// <param name="fold">The fold.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    public void Run(int place, Lane lane, BatchFold fold, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (model, register) = ModelOf(lane, fold, cancellationToken);
        RegisterInOrder(place, register);
        if (model is null) return;
        var rows = Restricted(evaluated, fold.Evaluated);
        var ranks = new double[rows.Count];
        lane.Classifier.Evaluate(model, rows, ranks);
        var windowRanks = WindowInstants
            .Of(rows, factory, context.Configuration.Calibrate.Window, context.Configuration.General.Seed)
            .Rank(lane, model, ranks);
        BatchLog.Ranked(log, lane.Nickname, fold.Number, rows.GlitchCount, rows.CleanCount);
        lock (ranked)
        {
            if (!ranked.TryGetValue(lane.Nickname, out var own)) ranked.Add(lane.Nickname, own = []);
            own.Add(new(fold.Number, model.Hash, rows, ranks, windowRanks));
        }
    }

    /// <summary>
    /// Registers the maps and the rows of a classifier in one transaction. The map that judges a fold is made of the other folds; in causal
    /// mode, of the earlier ones.
    /// </summary>
    public void Judge(Lane lane)
    {
        var name = Cursor.Name(request.Job, lane.Nickname);
        if (context.Store.Cursor(name) is not null || !ranked.TryGetValue(lane.Nickname, out var folds)) return;
        var models = Models(lane).ToDictionary(p => ProductAttributes.Of<ModelAttributes>(p).Fold ?? -1, p => p.Seq);
        var products = new List<StagedProduct>();
        var messages = new List<OutboxMessage>();
        foreach (var fold in folds.OrderBy(f => f.Number))
        {
            var others = folds.Where(o => request.Causal ? o.Number < fold.Number : o.Number != fold.Number).OrderBy(o => o.Number);
            var (map, parents) = (Map(lane, [.. others]), new List<long> { models[fold.Number] });
            if (map is not null)
            {
                var attributes = new MapAttributes(map.Map.GlitchCount, map.Map.CleanCount, map.Hash) { Fold = fold.Number };
                var output = Output("map", lane, fold.Number, map.Provenance.Span, [], attributes);
                output.AddFile("json", path => Calibration.Write(path, map));
                products.AddRange(output.Files);
                // By its place in the commit: it has no number yet.
                parents.Add(-products.Count);
            }
            var span = fold.Span(request);
            var withFeatures = lane.Traits.UsesFeatures;
            var quiver = new EvaluatedQuiver(
                lane.Nickname, span, fold.Quiver, fold.Ranks, fold.WindowRanks, withFeatures, fold.ModelHash, map);
            var written = QuiverAttributes.Of(fold.Quiver, fold.ModelHash) with { Fold = fold.Number };
            var result = context.Write(quiver, Output("quiver", lane, fold.Number, span, parents, written));
            products.AddRange(result.Products);
            messages.AddRange(result.Messages);
        }
        Commit(products, [], name, messages);
    }

    // The model of a fold, null when none can be trained; and what registers the outcome, null when an earlier run did.
    (ClassifierModel? Model, Action? Register) ModelOf(Lane lane, BatchFold fold, CancellationToken cancellationToken)
    {
        var name = $"{Cursor.Name(request.Job, lane.Nickname)}/{fold.Number:D3}";
        if (context.Store.Cursor(name) is not null)
        {
            if (Models(lane).FirstOrDefault(p => ProductAttributes.Of<ModelAttributes>(p).Fold == fold.Number) is { } product)
                return (ModelFile.Load(context.Paths.Absolute(product.Path), context.Configuration.Catalogue.Classifiers).Model, null);
            BatchLog.NotTrained(log, lane.Nickname, fold.Number, "an earlier run could not train it");
            return (null, null);
        }
        var result = lane.Classifier.Train(Restricted(trained, fold.Trained), null, cancellationToken);
        var span = fold.Evaluated.IsEmpty ? request.Range : fold.Evaluated.Extent;
        if (result.Model is not { } model)
        {
            BatchLog.NotTrained(log, lane.Nickname, fold.Number, result.Reason!);
            var detail = $"{lane.Nickname}, fold {fold.Number}: {result.Reason}";
            var skip = new SkipDraft(request.Job, span.Start.Nanoseconds, span.End.Nanoseconds, "untrained", detail);
            return (null, () => Commit([], [skip], name, []));
        }
        var attributes = new ModelAttributes(model.Flavor, model.Glitches, model.Cleans, model.Hash) { Fold = fold.Number };
        var output = Output("model", lane, fold.Number, model.Span, [], attributes);
        output.AddFile("json", path => ModelFile.Save(path, model, lane.Nickname, []));
        return (model, () => Commit(output.Files, [], name, []));
    }

    IEnumerable<Product> Models(Lane lane) =>
        context.Store.Products(new ProductQuery { Kind = "model", Nickname = lane.Nickname, Job = request.Job });

    void RegisterInOrder(int place, Action? register)
    {
        lock (finished)
        {
            finished.Add(place, register);
            for (; finished.Remove(registered, out var next); registered++) next?.Invoke();
        }
    }

    void Commit(IReadOnlyList<StagedProduct> products, IReadOnlyList<SkipDraft> skips, string cursor, IReadOnlyList<OutboxMessage> messages)
    {
        stage.Publish(products);
        context.Store.Commit(new StrideCommit
        {
            Products = [.. products.Select(p => p.Draft)],
            Messages = messages,
            Skips = skips,
            Cursors = [new CursorMove(cursor, "done")],
        });
    }

    ProductOutput Output(string kind, Lane lane, int fold, Segment span, IReadOnlyList<long> parents, ProductAttributes attributes) =>
        new(stage, kind, lane.Nickname, span, parents, attributes.ToJson(), $"_{fold:D3}");

    CalibrationDocument? Map(Lane lane, RankedFold[] others)
    {
        if (others.Length == 0) return null;
        var rows = Array.ConvertAll(others, o => o.Rows);
        var span = others.Select(o => o.Span(request)).Aggregate((a, b) => a.Hull(b));
        return Calibration.Document(Calibration.Fit(context.Configuration.Calibrate, lane.Traits, rows), lane.Nickname, span, rows, []);
    }

    Quiver Restricted(SampleTimes samples, SegmentList segments)
    {
        var inside = Enumerable.Range(0, samples.Count).Where(i => segments.Contains(new GpsTime(samples.Times[i]))).ToArray();
        var weights = samples.Weights;
        return factory.Make(
            data.Data.Restrict(segments), data.Segments & segments, samples.CleanSegments & segments,
            Array.ConvertAll(inside, i => samples.Times[i]), Array.ConvertAll(inside, i => samples.Labels[i]),
            Array.ConvertAll(inside, i => weights[i]));
    }

    sealed record RankedFold(int Number, string ModelHash, Quiver Quiver, double[] Ranks, double[] WindowRanks)
    {
        public EvaluatedRows Rows { get; } =
            EvaluatedRows.Of(Number, Quiver.Segments.IsEmpty ? default : Quiver.Segments.Extent, Quiver, Ranks, WindowRanks, ModelHash);

        public Segment Span(BatchRequest request) => Quiver.Segments.IsEmpty ? request.Range : Quiver.Segments.Extent;
    }
}
