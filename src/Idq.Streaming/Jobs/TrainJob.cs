using System.Text.Json;
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
        newRows = Lanes.Count == 0 ? 0 : Lanes.MinBy(l => l.Cursor.Next)!.Cursor.State;
    }

    /// <inheritdoc/>
    public override async ValueTask RestoreAsync(CancellationToken cancellationToken)
    {
        if (restored) return;
        restored = true;
        var index = (Next - Range.Start) / Cadence.Stride;
        var first = Cadence.MaxStride == long.MaxValue ? 0 : Math.Max(0, index - (Cadence.MaxStride + Cadence.Stride - 1) / Cadence.Stride);
        var skipped = Context
            .Store.Skips(Name)
            .Where(s => s.Reason is Skipped.Unreadable or Skipped.TooLate)
            .Select(s => s.StartNs)
            .ToHashSet();
        for (var k = first; k < index; k++)
        {
            var segment = new Segment(Range.Start + k * Cadence.Stride, Range.Start + (k + 1) * Cadence.Stride);
            if (skipped.Contains(segment.Start.Nanoseconds)) continue;
            await KeepAsync(new Stride(k, segment), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<StrideWork> PrepareAsync(Stride stride, CancellationToken cancellationToken)
    {
        var (data, quiver) = await KeepAsync(stride, cancellationToken);
        newRows += quiver.Count;
        var training = newRows >= Cadence.MinNewSamples ? Quiver.Concatenate([.. kept], processor.Umbrella()) : null;
        if (training is not null) newRows = 0;
        return new TrainWork(stride, data, training, newRows, new Segment(processor.Strides[0].Stride.Segment.Start, stride.Segment.End))
        {
            Metrics =
            [
                new("samples", quiver.Count),
                new("glitches", quiver.GlitchCount),
                new("rows_kept", keptRows),
                new("events", data.Data.Table.Count),
            ],
        };
    }

    /// <inheritdoc/>
    public override StepResult Step(Lane lane, StrideWork work, CancellationToken cancellationToken)
    {
        var losses = lane == Lanes[0] && work.Data is not null ? Losses(work.Data) : [];
        var (state, span) = work is TrainWork train ? (train.NewRows, train.Kept) : (lane.Cursor.State, work.Stride.Segment);
        if (work.Quiver is not { } quiver) return new() { Skips = losses, State = state };
        var previous = Context.Models.Newest(lane.Nickname);
        var result = lane.Classifier.Train(quiver, previous?.Value, cancellationToken);
        if (result.Model is not { } model)
            return new()
            {
                Skips = losses,
                State = state,
                Note = $"not trained: {result.Reason}",
            };
        var attributes = JsonSerializer.Serialize(
            new
            {
                flavor = model.Flavor,
                glitches = model.Glitches,
                cleans = model.Cleans,
                hash = model.Hash,
            }
        );
        var parent = result.StartedFromPrevious ? previous?.Product : null;
        var staged = Stage.Write("model", lane.Nickname, span, "json", parent is null ? [] : [parent.Seq], attributes, path =>
        {
            using var file = File.Create(path);
            ModelFile.Write(file, model, lane.Nickname, parent is null ? [] : [parent.Sha256]);
        });
        return new()
        {
            Products = [staged],
            Skips = losses,
            State = state,
            Metrics = [new("trained_glitches", model.Glitches), new("trained_cleans", model.Cleans)],
            Note = $"model of {model.Glitches} glitches and {model.Cleans} clean times{(result.Remark is { } remark ? "; " + remark : "")}",
        };
    }

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

    sealed record TrainWork(Stride Stride, StrideData Data, Quiver? Quiver, long NewRows, Segment Kept) : StrideWork(Stride, Data, Quiver);
}
