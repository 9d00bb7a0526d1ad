using Idq.Learning;

namespace Idq.Streaming;

/// <summary>
/// Trains: keeps the rows of the last strides, and makes new models when enough of them are new. Its memory is a function of the data
/// and the cursor alone, so that a restart goes on as if nothing had happened.
/// </summary>
public sealed class TrainJob : Job
{
    readonly StreamProcessor processor;
    readonly QuiverFactory factory;
    readonly bool needsTriggers;
    readonly Queue<Quiver> kept = new();
    long keptRows;
    long newRows;
    bool restored;

    /// <summary>A train job over a range.</summary>
    public TrainJob(JobContext context, Segment range)
        : base(context, "train", context.Configuration.Train.Cadence, context.Lanes("train", context.Configuration.Train), range)
    {
        processor = context.Processor(context.Configuration.Train);
        factory = context.Rows(context.Configuration.Train);
        needsTriggers = Lanes.Any(l => l.Traits.UsesTriggers);
        newRows = Lanes.Count == 0 ? 0 : Lanes.MinBy(l => l.Cursor.Next)!.Cursor.State;
    }

    /// <inheritdoc/>
    public override SharedInput Input => Context.Input(Context.Configuration.Train);

    /// <inheritdoc/>
    public override async ValueTask RestoreAsync(CancellationToken cancellationToken)
    {
        if (restored) return;
        restored = true;
        var done = Next;
        // Nothing will be trained.
        if (Plan.Next(done) is null) return;
        var oldest = Cadence.MaxStride == long.MaxValue || done - Range.Start <= Cadence.MaxStride ? Range.Start : done - Cadence.MaxStride;
        var lost = Context
            .Store.Skips(Name)
            .Where(s => s.Reason is Skipped.Unreadable or Skipped.TooLate)
            .Select(s => s.StartNs)
            .ToHashSet();
        for (var k = Plan.IndexOf(oldest); Plan.LeftEdge(k) < done; k++)
        {
            var stride = Plan.At(k);
            stride = stride with { Segment = new Segment(stride.Segment.Start, GpsTime.Min(stride.Segment.End, done)) };
            if (!lost.Contains(stride.Segment.Start.Nanoseconds)) await KeepAsync(stride, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<StrideWork> PrepareAsync(Stride stride, CancellationToken cancellationToken)
    {
        var (data, quiver) = await KeepAsync(stride, cancellationToken);
        newRows += quiver.Count;
        var isDue = newRows >= Cadence.MinNewSamples;
        if (isDue) newRows = 0;
        var recent = processor.Strides.Zip(kept).Select(s => new KeptStride(s.First, s.Second)).ToArray();
        var span = new Segment(recent[0].Data.Stride.Segment.Start, stride.Segment.End);
        return new TrainWork(stride, data, isDue ? Join(recent) : null, newRows, span, isDue ? recent : [])
        {
            Losses = Losses(data),
            // A restart reads all kept strides again, not only what follows the cursor.
            Position = Input.Position(span.Start - Context.Configuration.Padding),
            Metrics =
            [
                new("samples", quiver.Count), new("glitches", quiver.GlitchCount), new("rows_kept", keptRows),
                new("events", data.Data.Table.Count)],
        };
    }

    /// <inheritdoc/>
    public override StepResult Step(Lane lane, StrideWork work, CancellationToken cancellationToken)
    {
        if (work is not TrainWork { Quiver: { } quiver } train) return new() { State = (work as TrainWork)?.NewRows ?? lane.Cursor.State };
        var (state, span) = (train.NewRows, train.Span);
        var previous = Context.LastModel(lane);
        if (lane.Traits.IsIncremental && previous is not null)
        {
            // What the last model has not seen.
            var end = new GpsTime(previous.Product.EndNs);
            quiver = Join([.. train.Recent.Where(r => r.Data.Stride.Segment.Start >= end)]);
            span = new Segment(new GpsTime(previous.Product.StartNs), span.End);
        }
        var result = lane.Train(quiver, previous?.Value, cancellationToken);
        if (result.Model is not { } model) return new() { State = state, Note = $"not trained: {result.Reason}" };
        var parent = result.StartedFromPrevious ? previous?.Product : null;
        var attributes = new ModelAttributes(model.Flavor, model.Glitches, model.Cleans, model.Hash).ToJson();
        var output = new ProductOutput(Stage, "model", lane.Nickname, span, parent is null ? [] : [parent.Seq], attributes);
        output.AddFile("json", path => ModelFile.Save(path, model, lane.Nickname, parent is null ? [] : [parent.Sha256]));
        return StepResult.Of(output) with
        {
            State = state,
            Metrics = [new("trained_glitches", model.Glitches), new("trained_cleans", model.Cleans)],
            Note = $"model of {model.Glitches} glitches and {model.Cleans} clean times{(result.Remark is { } remark ? "; " + remark : "")}",
        };
    }

    /// <inheritdoc/>
    protected override long StateAfter(Lane lane, StrideWork work) => (work as TrainWork)?.NewRows ?? lane.Cursor.State;

    Quiver Join(KeptStride[] strides) =>
        Quiver.Concatenate([.. strides.Select(s => s.Rows)], StreamProcessor.Join([.. strides.Select(s => s.Data)], needsTriggers));

    async ValueTask<(StrideData Data, Quiver Quiver)> KeepAsync(Stride stride, CancellationToken cancellationToken)
    {
        var data = await processor.LoadAsync(stride, cancellationToken);
        var samples = Context.Samples(data, Context.Configuration.Train.RandomRate);
        if (samples.Count > Cadence.MaxSamples) samples = samples.Thin((int)Cadence.MaxSamples, Context.Configuration.General.Seed);
        var quiver = factory.Make(data.Data, samples);
        kept.Enqueue(quiver);
        keptRows += quiver.Count;
        Prune(stride.Segment.End);
        return (data, quiver);
    }

    // Whole strides leave from the left: those older than max_stride, and those whose rows the newest max_samples do not need.
    void Prune(GpsTime now)
    {
        while (kept.Count > 1)
        {
            var oldest = processor.Strides[^kept.Count];
            var tooOld = Cadence.MaxStride != long.MaxValue && oldest.Stride.Segment.Start < now - Cadence.MaxStride;
            if (!tooOld && keptRows - kept.Peek().Count < Cadence.MaxSamples) break;
            keptRows -= kept.Dequeue().Count;
        }
        processor.Flush(kept.Count);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        processor.Dispose();
        base.Dispose(disposing);
    }

    sealed record KeptStride(StrideData Data, Quiver Rows);

    sealed record TrainWork(Stride Stride, StrideData Data, Quiver? Quiver, long NewRows, Segment Span, KeptStride[] Recent)
        : StrideWork(Stride, Data, Quiver);
}
