using Idq.Learning;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// Calibrates: follows the ledger by cursor, so that it sees every quiver exactly once, and publishes a map of each classifier whenever
/// enough rows are new. Appending costs the new rows only; a map is fitted from scratch when its rows doubled or old ones left. A quiver
/// whose file is missing or damaged is left out, which is recorded.
/// </summary>
public sealed class CalibrateJob : Job
{
    // Rows leave in bunches, so that a full memory does not mean a fit from scratch every time.
    const double Slack = 1.25;

    readonly CalibrateOptions options;
    readonly Dictionary<string, Memory> memories = new(StringComparer.Ordinal);

    /// <summary>A calibrate job over a range.</summary>
    public CalibrateJob(JobContext context, Segment range)
        : base(
            context, "calibrate", context.Configuration.Evaluate.Cadence, context.Lanes("calibrate", context.Configuration.Evaluate), range)
    {
        options = context.Configuration.Calibrate;
        foreach (var lane in Lanes) memories[lane.Nickname] = new();
    }

    /// <inheritdoc/>
    public override ValueTask RestoreAsync(CancellationToken cancellationToken)
    {
        foreach (var lane in Lanes) Recover(lane, cancellationToken);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Recover(Lane lane, CancellationToken cancellationToken)
    {
        var memory = new Memory();
        var (from, through) = Context.LastMap(lane, []) is { } map ? Bounds(map.Product) : (0, 0);
        if (lane.Cursor.State > 0)
        {
            var (quivers, losses, _) = Read(lane, from - 1, lane.Cursor.State, cancellationToken);
            foreach (var quiver in quivers) (quiver.Seq <= through ? memory.Kept : memory.Pending).Add(memory.Share(quiver));
            // What was lost since the quivers were read first; the others are in the ledger.
            if (losses.Count > 0) memory.Lost.AddRange(losses.Except(Context.Store.Skips(Name).Select(Draft)));
        }
        memory.Through = through;
        lock (memories) memories[lane.Nickname] = memory;
    }

    /// <inheritdoc/>
    public override ValueTask<StrideWork> PrepareAsync(Stride stride, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new StrideWork(stride, null, null));

    /// <inheritdoc/>
    public override StepResult Step(Lane lane, StrideWork work, CancellationToken cancellationToken)
    {
        var damaged = new List<string>();
        var previous = Context.LastMap(lane, damaged);
        var memory = MemoryOf(lane);
        // The last map is damaged, and the one before it knows less.
        if (previous is not null && Bounds(previous.Product).Through != memory.Through)
        {
            Recover(lane, cancellationToken);
            memory = MemoryOf(lane);
        }
        var (arrived, losses, seen) = Read(lane, lane.Cursor.State, long.MaxValue, cancellationToken);
        memory.Pending.AddRange(arrived.Select(memory.Share));
        SkipDraft[] skips = [.. Damages(lane, work.Stride.Segment, damaged), .. memory.Lost, .. losses];
        memory.Lost.Clear();
        if (!IsDue(memory, previous is not null)) return new() { State = seen, Skips = skips };

        var fresh = memory.Pending.ToArray();
        memory.Kept.AddRange(fresh);
        memory.Pending.Clear();
        var dropped = Forget(memory.Kept);
        var map =
            previous is null || CalibrationPolicy.ShouldRefit(previous.Value.Map, fresh.Sum(q => q.Rows), dropped)
                ? Fit(lane, memory.Kept)
                : previous.Value.Map.Append(
                    Join(fresh, q => q.Glitch), Join(fresh, q => q.Clean), fresh.Sum(q => q.Livetime), fresh.Sum(q => q.CleanLivetime),
                    Join(fresh, q => q.Window));

        var span = new Segment(memory.Kept[0].Span.Start, fresh[^1].Span.End);
        var document = Calibration.Document(map, lane.Nickname, span, memory.Kept, previous is null ? [] : [previous.Product.Sha256]);
        var attributes = new MapAttributes(map.GlitchCount, map.CleanCount, document.Hash)
        {
            FromSeq = memory.Kept[0].Seq,
            ThroughSeq = memory.Through = fresh[^1].Seq,
            Previous = previous?.Product.Seq,
        };
        var output = new ProductOutput(Stage, "map", lane.Nickname, span, [.. fresh.Select(q => q.Seq)], attributes.ToJson());
        output.AddFile("json", path => Calibration.Write(path, document));
        return StepResult.Of(output) with
        {
            State = seen,
            Skips = skips,
            Metrics = [new("map_glitches", map.GlitchCount), new("map_cleans", map.CleanCount), .. Health(memory.Kept, map)],
            Note = $"map of {map.GlitchCount} glitches and {map.CleanCount} clean times",
        };
    }

    // The area under the curve of the map's own rows; and what the maps before it said of these rows, each row judged by a map without it.
    static IEnumerable<KeyValuePair<string, double>> Health(IReadOnlyList<EvaluatedRows> rows, CalibrationMap map)
    {
        var (auc, error) = Roc.AucWithError(Join(rows, q => q.Glitch), Join(rows, q => q.Clean));
        var judged = rows.Select(r => r.Judged).OfType<QuiverRows>().ToArray();
        var reliability = Calibration.Reliability(judged, rows.Sum(r => r.CleanLivetime), map.CleanCount / 2.0, map.Rates.Window);
        IEnumerable<KeyValuePair<string, double>> figures =
        [
            new("auc", auc), new("auc_stderr", error),
            .. reliability.Fap.SelectMany(f => new KeyValuePair<string, double>[]
            {
                new($"fap_{f.Threshold:R}", f.Value), new($"fap_{f.Threshold:R}_stderr", f.StandardError),
            }),
            .. reliability.PGlitch.SelectMany(b => new KeyValuePair<string, double>[]
            {
                new($"pglitch_{b.From:R}_stated", b.Stated), new($"pglitch_{b.From:R}_held", b.Held),
                new($"pglitch_{b.From:R}_stderr", b.StandardError),
            }),
            .. reliability.Total is { } total
                ? new KeyValuePair<string, double>[] { new("pglitch", total.Value), new("pglitch_stderr", total.StandardError) } : [],
        ];
        // A class that is missing makes figures that are no numbers; a metric that is missing says the same.
        return figures.Where(f => double.IsFinite(f.Value));
    }

    bool IsDue(Memory memory, bool hasMap)
    {
        if (memory.Pending.Sum(q => q.Rows) < options.MinNewSamples) return false;
        return hasMap
            || (
                memory.Pending.Sum(q => q.Glitch.Count) >= options.MinSamples
                && memory.Pending.Sum(q => q.Clean.Count) >= options.MinSamples
            );
    }

    // Whole quivers leave from the left, once what is held exceeds what should be remembered by a quarter.
    int Forget(List<EvaluatedRows> kept)
    {
        long rows = kept.Sum(q => q.Rows);
        var now = kept[^1].Span.End;
        var age = now - kept[0].Span.Start;
        if (rows <= options.MaxSamples * Slack && (options.MaxStride == long.MaxValue || age <= options.MaxStride * Slack)) return 0;
        var first = 0;
        var dropped = 0;
        while (
            first < kept.Count - 1
            && (rows > options.MaxSamples || (options.MaxStride != long.MaxValue && kept[first].Span.Start < now - options.MaxStride))
        )
        {
            rows -= kept[first].Rows;
            dropped += kept[first++].Rows;
        }
        kept.RemoveRange(0, first);
        // Empty quivers still carry livetime: leaving them behind is forgetting too.
        return first > 0 ? Math.Max(1, dropped) : 0;
    }

    CalibrationMap Fit(Lane lane, IReadOnlyList<EvaluatedRows> rows) => Calibration.Fit(options, lane.Traits, rows);

    // What can be read, what cannot, and the last number of both.
    (List<EvaluatedRows> Rows, IReadOnlyList<SkipDraft> Losses, long Seen) Read(
        Lane lane, long after, long through, CancellationToken cancellationToken)
    {
        var query = new ProductQuery { Kind = "quiver", Nickname = lane.Nickname, Job = "evaluate", SinceSeq = after, MaxSeq = through };
        var damaged = new List<(Product Quiver, string Problem)>();
        var rows = EvaluatedRows.Read(
            Context.Store, Context.Paths, query, cancellationToken, quiver => Context.IsOfFlavor(lane, quiver), damaged);
        // The strides of a file that they share are lost together.
        var losses = damaged.GroupBy(d => d.Quiver.Path, StringComparer.Ordinal).Select(file =>
        {
            var (start, end) = (file.Min(d => d.Quiver.StartNs), file.Max(d => d.Quiver.EndNs));
            var (span, problem) = (new Segment(new(start), new(end)), file.First().Problem);
            if (lane.IsNews(problem)) LogMessages.LeftOut(Log, span, lane.Nickname, problem);
            return Loss(span, Skipped.Damaged, $"{lane.Nickname}: {problem}");
        }).ToArray();
        return (rows, losses, rows.Select(r => r.Seq).Concat(damaged.Select(d => d.Quiver.Seq)).Append(after).Max());
    }

    static SkipDraft Draft(Skip skip) => new(skip.Job, skip.StartNs, skip.EndNs, skip.Reason, skip.Detail);

    static RankSamples Join(IEnumerable<EvaluatedRows> quivers, Func<EvaluatedRows, RankSamples> of) => Calibration.Join(quivers, of);

    static (long From, long Through) Bounds(Product map)
    {
        var attributes = ProductAttributes.Of<MapAttributes>(map);
        return (attributes.FromSeq ?? 0, attributes.ThroughSeq ?? 0);
    }

    Memory MemoryOf(Lane lane)
    {
        lock (memories) return memories[lane.Nickname];
    }

    sealed class Memory
    {
        string hash = "";

        // The last quiver of the last map.
        public long Through { get; set; }

        public List<EvaluatedRows> Kept { get; } = [];

        public List<EvaluatedRows> Pending { get; } = [];

        // Quivers that could not be read back, which the ledger does not say yet.
        public List<SkipDraft> Lost { get; } = [];

        // Strides that one model ranked come one after the other, and many of them are remembered: one text for all.
        public EvaluatedRows Share(EvaluatedRows quiver)
        {
            if (quiver.ModelHash != hash) hash = quiver.ModelHash;
            return quiver with { ModelHash = hash };
        }
    }
}
