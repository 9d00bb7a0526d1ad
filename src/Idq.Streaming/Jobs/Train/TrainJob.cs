using Idq.Learning;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// Trains: keeps of the last strides what its classifiers can use, in memory and in an archive, and makes new models when enough rows are
/// new. What it keeps is a function of what was consumed and of the cursor, so that a restart goes on as if nothing had happened.
/// </summary>
public sealed class TrainJob : ReadingJob
{
    const string ArchiveCursor = "archive/train";

    readonly UsefulTriggers triggers;
    readonly bool withFeatures;
    readonly TrainMemory memory;
    readonly TrainArchive archive;
    readonly string settings;
    readonly GpsTime archivedFrom;
    readonly Dictionary<Segment, KeptStride> consumed = [];
    readonly List<SkipDraft> damages = [];
    long newRows;
    bool restored;

    /// <summary>A train job over a range.</summary>
    public TrainJob(JobContext context, Segment range)
        : base(context, "train", context.Configuration.Train, range, () => context.Processor(context.Configuration.Train))
    {
        var configuration = context.Configuration;
        triggers = new(Lanes.Select(l => l.Traits), ChannelChoice.Of(configuration, Input.Channels).Usable);
        withFeatures = Lanes.Any(l => l.Traits.UsesFeatures);
        memory = new(Cadence, configuration.General.Seed);
        settings = TrainSettings.Of(configuration, triggers, withFeatures);
        archive = new(context.Paths.Archive, $"{configuration.General.Instrument}-IDQ_TRAIN", settings, withFeatures, context.IsLive);
        archivedFrom = Told;
        if (context.Store.Cursor(ArchiveCursor)?.Split(' ') is [var from, var by, var choosing] && by == settings)
            (archivedFrom, memory.Choosing) = (GpsTime.Parse(from), choosing);
        newRows = Lanes.Count == 0 ? 0 : Lanes.MinBy(l => l.Cursor.Next)!.Cursor.State;
    }

    /// <inheritdoc/>
    public override async ValueTask RestoreAsync(CancellationToken cancellationToken)
    {
        if (restored) return;
        archive.Clean();
        var done = Next;
        // Nothing will be trained.
        if (Plan.Next(done) is null) return;
        var remembered = new List<KeptStride>();
        var oldest = Cadence.MaxStride == long.MaxValue || done - Range.Start <= Cadence.MaxStride ? Range.Start : done - Cadence.MaxStride;
        // A classifier that is behind may need what is forgotten by now for the others.
        if (done == Told) oldest = GpsTime.Max(oldest, memory.Forgotten);
        var lost = new HashSet<Segment>();
        foreach (var skip in Context.Store.Skips(Name).Where(s => s.EndNs > oldest.Nanoseconds))
        {
            var span = new Segment(new GpsTime(skip.StartNs), new GpsTime(skip.EndNs));
            if (skip.Reason is Skipped.LeftOut or Skipped.TooLarge or Skipped.Unreadable or Skipped.TooLate) lost.Add(span);
        }
        var damaged = new List<(Segment Span, string Problem)>();
        foreach (var stride in archive.Read(oldest, Told, Input.Channels, Layout(), damaged, cancellationToken))
            if (!lost.Contains(stride.Span)) consumed.TryAdd(stride.Span, stride);
        // What was consumed before there was an archive, or under other settings, is read again.
        var again = new List<Segment>();
        for (var k = Plan.IndexOf(oldest); Plan.LeftEdge(k) < GpsTime.Min(done, archivedFrom); k++)
        {
            var span = Plan.At(k).Segment;
            span = new Segment(span.Start, GpsTime.Min(span.End, GpsTime.Min(done, archivedFrom)));
            if (!lost.Contains(span) && !consumed.ContainsKey(span)) again.Add(span);
        }
        again.AddRange(Damaged(damaged, oldest, done, s => lost.Contains(s) || consumed.Keys.Concat(again).Any(c => c.Intersects(s))));
        foreach (var span in consumed.Keys.Where(s => s.End <= done).Concat(again).Order().ToArray())
            if ((await TakeAsync(new Stride(0, span), cancellationToken)).Kept is { } kept) remembered.Add(kept);
        restored = true;
        foreach (var kept in remembered) memory.Restore(kept);
        memory.ForgetBefore(done);
    }

    /// <inheritdoc/>
    public override async ValueTask<StrideWork> PrepareAsync(Stride stride, CancellationToken cancellationToken)
    {
        var (data, kept) = await TakeAsync(stride, cancellationToken);
        var left = kept is null ? [] : memory.Add(kept);
        memory.ForgetBefore(stride.Segment.End);
        if (left.Any(l => l.Stride == stride.Segment)) kept = null;
        newRows += kept?.Count ?? 0;
        var isDue = newRows >= Cadence.MinNewSamples && memory.Strides.Count > 0;
        if (isDue) newRows = 0;
        KeptStride[] recent = isDue ? [.. memory.Strides] : [];
        var span = isDue ? new Segment(recent[0].Span.Start, stride.Segment.End) : stride.Segment;
        // A snapshot: the memory goes on while the stride waits to be committed.
        var remembered = TrainArchive.IsComplete(stride.Segment) ? memory.Strides.ToArray() : [];
        return new TrainWork(stride, data.WithoutTriggers(), isDue ? new(() => Join(recent)) : null, newRows, span, recent)
        {
            Archive = () => archive.Write(stride.Segment, kept, remembered),
            State = new(ArchiveCursor, $"{archivedFrom} {settings} {memory.Choosing}"),
            Losses =
            [
                .. Losses(data), .. TakeDamages(),
                .. left.Select(l => Loss(l.Stride, l.Reason, $"max_memory is {Cadence.MaxMemory} bytes")),
            ],
            Position = Processor.Position(stride),
            Metrics =
            [
                new("samples", kept?.Count ?? 0), new("glitches", kept?.Glitches ?? 0), new("rows_kept", memory.Rows),
                new("bytes_kept", memory.Bytes), new("strides_left_out", left.Count), new("events", data.Data.Table.Count)],
        };
    }

    /// <inheritdoc/>
    public override StepResult Step(Lane lane, StrideWork work, CancellationToken cancellationToken)
    {
        if (work is not TrainWork { All: { } all } train) return new() { State = StateAfter(lane, work) };
        var (state, span) = (train.NewRows, train.Span);
        var damaged = new List<string>();
        var previous = Context.LastModel(lane, damaged);
        StepResult Untrained(string why) => new()
        {
            State = state, Note = $"not trained: {why}", Skips = Damages(lane, work.Stride.Segment, damaged),
        };
        Quiver quiver;
        if (lane.Traits.IsIncremental && previous is not null)
        {
            // What the last model has not seen.
            var end = new GpsTime(previous.Product.EndNs);
            KeptStride[] unseen = [.. train.Recent.Where(r => r.Span.Start >= end)];
            if (unseen.Length == 0) return Untrained("no row is new");
            quiver = Join(unseen);
            span = new Segment(new GpsTime(previous.Product.StartNs), span.End);
        }
        else quiver = all.Value;
        var result = lane.Train(quiver, previous?.Value, cancellationToken);
        if (result.Model is not { } model) return Untrained(result.Reason!);
        var parent = result.StartedFromPrevious ? previous?.Product : null;
        var attributes = new ModelAttributes(model.Flavor, model.Glitches, model.Cleans, model.Hash).ToJson();
        var output = new ProductOutput(Stage, "model", lane.Nickname, span, parent is null ? [] : [parent.Seq], attributes);
        output.AddFile("json", path => ModelFile.Save(path, model, lane.Nickname, parent is null ? [] : [parent.Sha256]));
        return StepResult.Of(output) with
        {
            State = state,
            Skips = Damages(lane, work.Stride.Segment, damaged),
            Metrics = [new("trained_glitches", model.Glitches), new("trained_cleans", model.Cleans)],
            Note = $"model of {model.Glitches} glitches and {model.Cleans} clean times{(result.Remark is { } remark ? "; " + remark : "")}",
        };
    }

    /// <inheritdoc/>
    protected override long StateAfter(Lane lane, StrideWork work) => (work as TrainWork)?.NewRows ?? lane.Cursor.State;

    Quiver Join(KeptStride[] strides) => KeptStride.Join(strides, !triggers.IsNone);

    // The strides of damaged files, which are read from the source again, as far as nothing else knows of them.
    IEnumerable<Segment> Damaged(
        IReadOnlyList<(Segment Span, string Problem)> files, GpsTime oldest, GpsTime done, Func<Segment, bool> isKnown)
    {
        damages.Clear();
        var told = files.Count == 0 ? [] : Context.Store.Skips(Name).Select(s => s.Detail).ToHashSet(StringComparer.Ordinal);
        var spans = new List<Segment>();
        foreach (var (file, problem) in files)
        {
            LogMessages.ReadAgain(Log, file, problem);
            if (!told.Contains(problem)) damages.Add(Loss(file, Skipped.Damaged, problem));
            for (var k = Plan.IndexOf(GpsTime.Max(file.Start, oldest)); Plan.LeftEdge(k) < GpsTime.Min(file.End, done); k++)
                if (Plan.At(k).Segment is var span && !isKnown(span)) spans.Add(span);
        }
        return spans.Distinct();
    }

    SkipDraft[] TakeDamages()
    {
        SkipDraft[] taken = [.. damages];
        damages.Clear();
        return taken;
    }

    // What an earlier process consumed is taken as it was; the source may have more of it by now, or nothing any more. A stride without
    // good time leaves nothing to learn from.
    async ValueTask<(StrideData Data, KeptStride? Kept)> TakeAsync(Stride stride, CancellationToken cancellationToken)
    {
        if (consumed.Remove(stride.Segment, out var earlier)) return (earlier.Data, earlier);
        var data = await Processor.LoadAsync(stride, cancellationToken);
        Processor.Flush();
        if (data.IsEmpty) return (data, null);
        var samples = Context.Samples(data, Context.Configuration.Train.RandomRate);
        if (samples.Count > Cadence.MaxSamples) samples = samples.Thin((int)Cadence.MaxSamples, Context.Configuration.General.Seed);
        return (data, KeptStride.Of(data, Factory.Make(data.Data, samples), triggers, withFeatures));
    }

    FeatureLayout? Layout()
    {
        if (!withFeatures) return null;
        var nowhere = new Segment(Range.Start, Range.Start);
        var nothing = new ClassifierData(EventTable.Empty(nowhere, SegmentList.Empty, Input.Channels, Input.Columns), SegmentList.Empty);
        return new(Factory.Vectorize(nothing, []), Factory.Definition.Columns);
    }

    sealed record TrainWork(Stride Stride, StrideData Data, Lazy<Quiver>? All, long NewRows, Segment Span, KeptStride[] Recent)
        : StrideWork(Stride, Data, null)
    {
        public required Action Archive { get; init; }

        public required CursorMove State { get; init; }

        public override IReadOnlyList<CursorMove> Persist()
        {
            Archive();
            return [State];
        }
    }
}
