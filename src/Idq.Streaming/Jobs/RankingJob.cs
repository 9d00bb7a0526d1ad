using Idq.Learning;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>A job that ranks what it reads, by models and maps that were made of earlier data only.</summary>
public abstract class RankingJob : ReadingJob
{
    readonly Func<StreamProcessor> open;

    /// <inheritdoc/>
    protected RankingJob(JobContext context, string name, JobSection section, Segment range, Func<StreamProcessor> open)
        : base(context, name, section, range, open) => this.open = open;

    /// <inheritdoc/>
    public sealed override ValueTask<StrideWork> PrepareAsync(Stride stride, CancellationToken cancellationToken) =>
        PrepareAsync(Processor, stride, cancellationToken);

    /// <inheritdoc/>
    public sealed override bool CanPrepareAgain => Input.IsRandomAccess;

    /// <inheritdoc/>
    public sealed override async ValueTask<StrideWork> PrepareAgainAsync(Stride stride, CancellationToken cancellationToken)
    {
        using var again = open();
        return await PrepareAsync(again, stride, cancellationToken);
    }

    /// <summary>What the lanes share for a stride, of its data.</summary>
    protected abstract StrideWork Prepare(StrideData data);

    /// <summary>The model by which a classifier ranks a stride, and the map by which it judges the ranks.</summary>
    protected Judges JudgesOf(Lane lane, Segment stride)
    {
        var damaged = new List<string>();
        var (model, map) = (Context.Model(lane, stride.Start, damaged), Context.Map(lane, stride.Start, damaged));
        return new(model, map, Damages(lane, stride, damaged));
    }

    async ValueTask<StrideWork> PrepareAsync(StreamProcessor processor, Stride stride, CancellationToken cancellationToken)
    {
        var data = await processor.LoadAsync(stride, cancellationToken);
        processor.Flush();
        return Prepare(data) with { Position = processor.Position(stride) };
    }

    /// <summary>What a stride is ranked and judged by.</summary>
    /// <param name="Model">The model; null when there is none.</param>
    /// <param name="Map">The map; null when there is none.</param>
    /// <param name="Damages">Newer ones that could not be used.</param>
    protected sealed record Judges(
        Shelved<ClassifierModel>? Model, Shelved<CalibrationDocument>? Map, IReadOnlyList<SkipDraft> Damages)
    {
        /// <summary>Their numbers in the ledger, the model's first.</summary>
        public long[] Parents => [.. new[] { Model?.Product, Map?.Product }.OfType<Product>().Select(p => p.Seq)];
    }
}
