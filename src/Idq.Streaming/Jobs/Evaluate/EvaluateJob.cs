namespace Idq.Streaming;

/// <summary>
/// Evaluates: draws the samples of every stride, ranks them with the newest model of each classifier that learned from earlier data only,
/// judges them by the newest map that was made of earlier data only, and persists the quivers.
/// </summary>
public sealed class EvaluateJob(JobContext context, Segment range) : RankingJob(
    context, "evaluate", context.Configuration.Evaluate, range,
    // The window of a glitch at the edge of a stride lies outside by half.
    () => context.Processor(context.Configuration.Evaluate, context.Configuration.Calibrate.Window / 2))
{
    /// <inheritdoc/>
    protected override StrideWork Prepare(StrideData data)
    {
        var (stride, losses) = (data.Stride, Losses(data));
        if (data.IsEmpty) return new StrideWork(stride, data, null) { Losses = losses };
        var (general, window) = (Context.Configuration.General, Context.Configuration.Calibrate.Window);
        var samples = Context.Samples(data, Context.Configuration.Evaluate.RandomRate);
        var drawn = samples.Count;
        if (drawn > Cadence.MaxSamples)
        {
            samples = samples.Thin((int)Cadence.MaxSamples, general.Seed);
            losses = [.. losses, Loss(stride.Segment, "thinned", $"{samples.Count} of {drawn} rows kept")];
        }
        var quiver = Factory.Make(data.Data, samples);
        return new EvaluateWork(stride, data, quiver, WindowInstants.Of(quiver, Factory, window, general.Seed), drawn)
        {
            Losses = losses,
            Metrics =
            [
                new("samples", drawn), new("glitches", quiver.GlitchCount), new("truncated", drawn - samples.Count),
                new("events", data.Data.Table.Count)],
        };
    }

    /// <inheritdoc/>
    public override StepResult Step(Lane lane, StrideWork work, CancellationToken cancellationToken)
    {
        var span = work.Stride.Segment;
        if (work is not EvaluateWork { Quiver: { } quiver } evaluate) return new();
        var judges = JudgesOf(lane, span);
        if (judges.Model is not { Value: var model })
            return new() { Skips = [.. judges.Damages, Loss(span, Skipped.Untrained, lane.Nickname)] };

        var ranks = lane.Evaluate(model, quiver);
        var windowRanks = evaluate.Instants.Rank(lane, model, ranks);
        var map = judges.Map?.Value;
        var attributes = QuiverAttributes.Of(quiver, model.Hash) with
        {
            Fraction = evaluate.Drawn == 0 ? 1 : quiver.Count / (double)evaluate.Drawn,
        };
        var rows = new EvaluatedQuiver(lane.Nickname, span, quiver, ranks, windowRanks, lane.Traits.UsesFeatures, model.Hash, map);
        return Context.Write(rows, new ProductOutput(Stage, "quiver", lane.Nickname, span, judges.Parents, attributes.ToJson())) with
        {
            Skips = judges.Damages,
            Metrics = Calibration.Knows(map, model) is { } knows ? [new("map_knows_model", knows ? 1 : 0)] : [],
        };
    }

    sealed record EvaluateWork(Stride Stride, StrideData Data, Quiver Quiver, WindowInstants Instants, int Drawn)
        : StrideWork(Stride, Data, Quiver);
}
