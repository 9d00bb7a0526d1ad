namespace Idq.Learning;

/// <summary>
/// Ordered veto list: auxiliary triggers above a threshold veto the time around them; the rules that veto most glitches for least time
/// come first, and each is judged by what the earlier ones left (Essick, Blackburn, Katsavounidis 2013, CQG 30 155010).
/// </summary>
/// <remarks>
/// Reads triggers and the times of glitches; clean rows and features are not looked at, since the deadtime is known exactly. Triggers in
/// the padding count: their windows reach inside. Rows are counted, not weighted: the significance is that of a count.
/// </remarks>
public sealed class OvlClassifier(string nickname, OvlOptions options)
    : SupervisedClassifier(nickname, TraitsOf(options.Significance, options.Windows, options.Thresholds))
{
    /// <inheritdoc/>
    public override string Flavor => OvlModel.FlavorName;

    /// <summary>It reads one column of the triggers, as far away as the widest window; a time's rank is that of one of few lines.</summary>
    internal static ClassifierTraits TraitsOf(string significance, IReadOnlyList<long> windows, IReadOnlyList<double> thresholds) => new()
    {
        MinSignificance = thresholds.DefaultIfEmpty(double.NegativeInfinity).Min(),
        Window = windows.DefaultIfEmpty().Max(),
        Significance = significance,
        UsesTriggers = true,
        HasDiscreteRanks = true,
    };

    /// <summary>Its options.</summary>
    public OvlOptions Options => options;

    /// <summary>
    /// How many threads measure channels; the result does not depend on it. <value>The default value is the number of processors.</value>
    /// </summary>
    public int MaxParallelism { get; init; } = Environment.ProcessorCount;

    /// <inheritdoc/>
    public override TrainingResult Train(Quiver quiver, ClassifierModel? previous, CancellationToken cancellationToken)
    {
        var segments = quiver.Segments.Clip(quiver.Data.Span);
        if (segments.Livetime == 0) return TrainingResult.Untrained("OVL cannot be trained: there is no livetime");
        var glitches = Glitches(quiver);
        var edges = segments.SelectMany(s => new[] { s.Start.Nanoseconds, s.End.Nanoseconds }).ToArray();
        var all = NewResidual();
        if (all.Glitches == 0)
            return TrainingResult.Untrained(
                $"OVL cannot be trained: there is no glitch in {GpsSeconds.Format(segments.Livetime)} s of livetime"
            );

        var list = IndependentPass.Run(quiver.Data, options, all, MaxParallelism, cancellationToken);
        list = ResidualWalk.Sort(list, options.Metric);
        var last = options.Mode == OvlMode.Incremental ? previous as OvlModel : null;
        if (last is not null) list = WarmStart.Order(last, list);

        var lastRun = list;
        for (var run = 1; run < options.NumRecalculate; run++)
        {
            lastRun = ResidualWalk.Train(list, NewResidual(), options.Minima, options.Incremental, cancellationToken);
            var next = ResidualWalk.Sort(lastRun, options.Metric);
            var settled = next.Count == list.Count && next.Zip(list).All(p => p.First.Configuration == p.Second.Configuration);
            list = next;
            // Another run over the same list in the same order would measure the same.
            if (settled) break;
        }

        var final = options.Optimize
            ? GreedyPass.Apply(list, NewResidual(), options.Metric, MaxParallelism, cancellationToken)
            : ResidualWalk.Apply(list, NewResidual(), cancellationToken);
        var expected = list.ToDictionary(c => c.Configuration, c => c.Counts.Value(options.Metric));
        var classic = options.Classic
            ? new ClassicReplay(segments, quiver.Data.Table.Count).Run(lastRun, final, options.Metric)
            : null;
        var rows = final.Select(c => new OvlRow(
            c.Configuration,
            c.Counts,
            expected[c.Configuration],
            options.Metric.Rank(c.Counts.Value(options.Metric)),
            classic?[c.Configuration]
        ));
        var model = new OvlModel(ModelOrigin.Of(quiver), options.Significance, options.Metric, rows.ToArray());
        return TrainingResult.Trained(
            model,
            model.Rows.Count == 0 ? "no configuration of any channel passed the minima: every rank is 0" : null,
            last is not null
        );

        Residual NewResidual() => new(edges, glitches, quiver.Data.Table.Count);
    }

    /// <inheritdoc/>
    public override void Evaluate(ClassifierModel model, Quiver quiver, Span<double> ranks) =>
        FirstVeto.Rank(Expect<OvlModel>(model, quiver, ranks), quiver.Data, quiver.Times, ranks);

    /// <summary>Ranks a grid: a time gets the rank of the first line that vetoes it; 0 where none does, and outside the segments.</summary>
    public override void Timeseries(ClassifierModel model, Quiver grid, SegmentList segments, Span<double> ranks)
    {
        Evaluate(model, grid, ranks);
        for (var i = 0; i < ranks.Length; i++)
            if (ranks[i] != 0 && !segments.Contains(new GpsTime(grid.Times[i]))) ranks[i] = 0;
    }

    static long[] Glitches(Quiver quiver)
    {
        var times = new List<long>(quiver.GlitchCount);
        for (var i = 0; i < quiver.Count; i++)
            if (quiver.Labels[i] == Label.Glitch) times.Add(quiver.Times[i]);
        return times.ToArray();
    }
}
