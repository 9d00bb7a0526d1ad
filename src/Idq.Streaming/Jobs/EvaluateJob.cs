using System.Text.Json;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// Evaluates: draws the samples of every stride, ranks them with the newest model of each classifier, judges them by the newest map, and
/// persists the quivers.
/// </summary>
public sealed class EvaluateJob : Job
{
    readonly StreamProcessor processor;
    readonly QuiverFactory factory;

    /// <summary>An evaluate job over a range.</summary>
    public EvaluateJob(JobContext context, Segment range)
        : base(
            context,
            "evaluate",
            context.Configuration.Evaluate.Cadence,
            context.Lanes("evaluate", context.Configuration.Evaluate),
            range
        )
    {
        processor = context.Processor(context.Configuration.Evaluate);
        factory = context.Rows(context.Configuration.Evaluate);
    }

    /// <inheritdoc/>
    public override async ValueTask<StrideWork> PrepareAsync(Stride stride, CancellationToken cancellationToken)
    {
        var data = await processor.LoadAsync(stride, cancellationToken);
        processor.Flush();
        if (data.IsEmpty) return new StrideWork(stride, data, null);
        var samples = Context.Samples(data, Context.Configuration.Evaluate.RandomRate);
        var drawn = samples.Count;
        if (drawn > Cadence.MaxSamples) samples = samples.Thin((int)Cadence.MaxSamples, Context.Configuration.General.Seed);
        return new EvaluateWork(stride, data, factory.Make(data.Data, samples), drawn)
        {
            Metrics =
            [
                new("samples", drawn),
                new("glitches", samples.Labels.Count(l => l == Label.Glitch)),
                new("truncated", drawn - samples.Count),
                new("events", data.Data.Table.Count),
            ],
        };
    }

    /// <inheritdoc/>
    public override StepResult Step(Lane lane, StrideWork work, CancellationToken cancellationToken)
    {
        var losses = lane == Lanes[0] && work.Data is not null ? Losses(work.Data) : [];
        if (work is not EvaluateWork { Quiver: { } quiver } evaluate) return new() { Skips = losses };
        var (start, end) = (work.Stride.Segment.Start.Nanoseconds, work.Stride.Segment.End.Nanoseconds);
        if (Context.Models.Newest(lane.Nickname) is not { } model)
            return new() { Skips = [.. losses, new SkipDraft(Name, start, end, "untrained", lane.Nickname)] };

        var ranks = new double[quiver.Count];
        lane.Classifier.Evaluate(model.Value, quiver, ranks);
        var map = Context.Maps.Newest(lane.Nickname);
        if (evaluate.Drawn > quiver.Count && lane == Lanes[0])
            losses = [.. losses, new SkipDraft(Name, start, end, "thinned", $"{quiver.Count} of {evaluate.Drawn} rows kept")];
        var parents = map is null ? new[] { model.Product.Seq } : [model.Product.Seq, map.Product.Seq];
        var attributes = JsonSerializer.Serialize(
            new
            {
                rows = quiver.Count,
                glitches = quiver.GlitchCount,
                livetime = quiver.Segments.Livetime,
                clean_livetime = quiver.CleanSegments.Livetime,
                fraction = evaluate.Drawn == 0 ? 1 : quiver.Count / (double)evaluate.Drawn,
                model = model.Value.Hash,
            }
        );
        var rows = new EvaluatedQuiver(
            lane.Nickname,
            work.Stride.Segment,
            quiver,
            ranks,
            lane.Classifier.UsesFeatures,
            model.Value.Hash,
            map?.Value
        );
        var staged = Stage.Write(
            "quiver",
            lane.Nickname,
            work.Stride.Segment,
            "parquet",
            parents,
            attributes,
            path => Context.Files.WriteQuiver(path, rows)
        );
        return new() { Products = [staged], Skips = losses };
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        processor.Dispose();
        base.Dispose(disposing);
    }

    sealed record EvaluateWork(Stride Stride, StrideData Data, Quiver Quiver, int Drawn) : StrideWork(Stride, Data, Quiver);
}
