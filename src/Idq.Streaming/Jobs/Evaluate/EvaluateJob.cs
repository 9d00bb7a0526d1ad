namespace Idq.Streaming;

/// <summary>
/// Evaluates: draws the samples of every stride, ranks them with the newest model of each classifier that learned from earlier data only,
/// judges them by the newest map that was made of earlier data only, and persists the quivers.
/// </summary>
public sealed class EvaluateJob : Job
{
    readonly StreamProcessor processor;
    readonly QuiverFactory factory;

    /// <summary>An evaluate job over a range.</summary>
    public EvaluateJob(JobContext context, Segment range)
        : base(
            context, "evaluate", context.Configuration.Evaluate.Cadence, context.Lanes("evaluate", context.Configuration.Evaluate), range)
    {
        processor = Processor(context);
        factory = context.Rows(context.Configuration.Evaluate);
    }

    /// <inheritdoc/>
    public override SharedInput Input => Context.Input(Context.Configuration.Evaluate);

    /// <inheritdoc/>
    public override ValueTask<StrideWork> PrepareAsync(Stride stride, CancellationToken cancellationToken) =>
        PrepareAsync(processor, stride, cancellationToken);

    /// <inheritdoc/>
    public override bool CanPrepareAgain => Input.IsRandomAccess;

    /// <inheritdoc/>
    public override async ValueTask<StrideWork> PrepareAgainAsync(Stride stride, CancellationToken cancellationToken)
    {
        using var again = Processor(Context);
        return await PrepareAsync(again, stride, cancellationToken);
    }

    // The window of a glitch at the edge of a stride lies outside by half.
    static StreamProcessor Processor(JobContext context) =>
        context.Processor(context.Configuration.Evaluate, context.Configuration.Calibrate.Window / 2);

    async ValueTask<StrideWork> PrepareAsync(StreamProcessor processor, Stride stride, CancellationToken cancellationToken)
    {
        var data = await processor.LoadAsync(stride, cancellationToken);
        processor.Flush();
        var (losses, position) = (Losses(data), processor.Position(stride));
        if (data.IsEmpty) return new StrideWork(stride, data, null) { Losses = losses, Position = position };
        var samples = Context.Samples(data, Context.Configuration.Evaluate.RandomRate);
        var drawn = samples.Count;
        if (drawn > Cadence.MaxSamples)
        {
            samples = samples.Thin((int)Cadence.MaxSamples, Context.Configuration.General.Seed);
            losses = [.. losses, Loss(stride.Segment, "thinned", $"{samples.Count} of {drawn} rows kept")];
        }
        var quiver = factory.Make(data.Data, samples);
        var instants = WindowInstants.Of(
            quiver, factory, Context.Configuration.Calibrate.Window, Context.Configuration.General.Seed);
        return new EvaluateWork(stride, data, quiver, instants, drawn)
        {
            Losses = losses,
            Position = position,
            Metrics =
            [
                new("samples", drawn), new("glitches", samples.Labels.Count(l => l == Label.Glitch)),
                new("truncated", drawn - samples.Count), new("events", data.Data.Table.Count)],
        };
    }

    /// <inheritdoc/>
    public override StepResult Step(Lane lane, StrideWork work, CancellationToken cancellationToken)
    {
        var span = work.Stride.Segment;
        if (work is not EvaluateWork { Quiver: { } quiver } evaluate) return new();
        if (Context.Model(lane, span.Start) is not { } model) return new() { Skips = [Loss(span, Skipped.Untrained, lane.Nickname)] };

        var ranks = lane.Evaluate(model.Value, quiver);
        var map = Context.Map(lane, span.Start);
        long[] parents = map is null ? [model.Product.Seq] : [model.Product.Seq, map.Product.Seq];
        var attributes = QuiverAttributes.Of(quiver, model.Value.Hash) with
        {
            Fraction = evaluate.Drawn == 0 ? 1 : quiver.Count / (double)evaluate.Drawn,
        };
        var windowRanks = evaluate.Instants.Rank(lane, model.Value, ranks);
        var rows = new EvaluatedQuiver(
            lane.Nickname, span, quiver, ranks, windowRanks, lane.Traits.UsesFeatures, model.Value.Hash, map?.Value);
        return Context.Write(rows, new ProductOutput(Stage, "quiver", lane.Nickname, span, parents, attributes.ToJson())) with
        {
            Metrics = Calibration.Knows(map?.Value, model.Value) is { } knows ? [new("map_knows_model", knows ? 1 : 0)] : [],
        };
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        processor.Dispose();
        base.Dispose(disposing);
    }

    sealed record EvaluateWork(Stride Stride, StrideData Data, Quiver Quiver, WindowInstants Instants, int Drawn)
        : StrideWork(Stride, Data, Quiver);
}
