namespace Idq;

/// <summary>The vectoriser: makes rows of features for given times out of the triggers around them.</summary>
/// <remarks>
/// The features of a time depend on the triggers in [time − window, time + window] and on nothing else: with data padded by the window,
/// rows are the same however a range is cut. A channel of the definition that the source lacks has no trigger anywhere.
/// </remarks>
/// <threadsafety>Immutable; may be used by many threads at once.</threadsafety>
public sealed class QuiverFactory
{
    readonly FeaturePlan plan;

    /// <summary>A factory for one definition.</summary>
    /// <param name="definition">How rows are made.</param>
    /// <param name="reach">
    /// Nanoseconds on either side of a row that anything looks at, for <see cref="Quiver.Blind"/>. <value>The default value is the window
    /// of the features.</value>
    /// </param>
    /// <exception cref="ArgumentException">A feature is defined twice, or the window is negative.</exception>
    public QuiverFactory(FeatureDefinition definition, long? reach = null) =>
        (Definition, plan, Reach) = (definition, new FeaturePlan(definition), reach ?? definition.Window);

    /// <summary>Nanoseconds on either side of a row that anything looks at.</summary>
    public long Reach { get; }

    /// <summary>How rows are made.</summary>
    public FeatureDefinition Definition { get; }

    /// <summary>Feature names in column order.</summary>
    public IReadOnlyList<string> Names => plan.Names;

    /// <summary>The quiver of drawn samples. Features are made on first use.</summary>
    /// <param name="data">Triggers over the samples and one window on either side.</param>
    /// <param name="samples">Times, labels, weights, segments.</param>
    public Quiver Make(ClassifierData data, SampleTimes samples) =>
        Make(data, samples.Segments, samples.CleanSegments, samples.Times, samples.Labels, samples.Weights);

    /// <summary>The quiver of given rows. Features are made on first use.</summary>
    /// <param name="data">Triggers over the rows and one window on either side.</param>
    /// <param name="segments">Where the rows were drawn.</param>
    /// <param name="cleanSegments">Where clean rows could be drawn.</param>
    /// <param name="times">GPS nanoseconds, ascending.</param>
    /// <param name="labels">Parallel to <paramref name="times"/>.</param>
    /// <param name="weights">Parallel to <paramref name="times"/>; how many like it a row stands for.</param>
    /// <exception cref="ArgumentException">The times do not ascend, or the others are not parallel to them.</exception>
    public Quiver Make(ClassifierData data, SegmentList segments, SegmentList cleanSegments, long[] times, byte[] labels, double[] weights)
    {
        RequireAscending(times);
        if (labels.Length != times.Length || weights.Length != times.Length)
            throw new ArgumentException($"{times.Length} times have {labels.Length} labels and {weights.Length} weights", nameof(times));
        return new(data, segments, cleanSegments, times, labels, weights, () => Vectorize(data, times)) { Blind = Blind(data, times) };
    }

    byte[] Blind(ClassifierData data, long[] times)
    {
        var blind = new byte[times.Length];
        // A row sees [time − reach, time + reach], ends included.
        var hidden = (~data.Table.Delivered).Protract(Reach);
        hidden.Contains(times, blind);
        return blind;
    }

    /// <summary>The features of given times.</summary>
    /// <param name="data">Triggers over the times and one window on either side.</param>
    /// <param name="times">GPS nanoseconds, ascending.</param>
    /// <exception cref="ArgumentException">The times do not ascend, or the source lacks a column that a feature needs.</exception>
    public FeatureMatrix Vectorize(ClassifierData data, long[] times)
    {
        RequireAscending(times);
        var rows = times.Length;
        var ids = plan.Resolve(data);
        var table = data.Table;
        var values = GC.AllocateUninitializedArray<double>(checked(Names.Count * rows));
        var present = new byte[checked(plan.Channels.Count * rows)];
        var selector = TriggerSelector.Create(Definition.Selection, times, Definition.Window);
        for (var c = 0; c < plan.Channels.Count; c++)
        {
            var run = ids.ChannelIds[c] < 0 ? default : table.Run(ids.ChannelIds[c]);
            selector.Select(run.Times, run.Column(ids.Significance));
            var marks = present.AsSpan(c * rows, rows);
            foreach (var row in selector.Hits) marks[row] = 1;
            foreach (var feature in plan.Features(c))
            {
                var column = values.AsSpan(feature.Index * rows, rows);
                column.Fill(feature.Column.Missing);
                if (ids.ColumnIds[feature.Index] == ChannelFeature.DeltaTime)
                    WriteDeltaTimes(selector, run.Times, times, feature.Column, column);
                else
                    WriteValues(selector, run.Column(ids.ColumnIds[feature.Index]), feature.Column, column);
            }
        }
        return new(Names, rows, values, plan.Channels, present);
    }

    static void WriteValues(TriggerSelector selector, ReadOnlySpan<double> from, FeatureColumn feature, Span<double> to)
    {
        var best = selector.Best;
        foreach (var row in selector.Hits)
        {
            var value = feature.Transform.Apply(from[best[row]]);
            if (!double.IsNaN(value)) to[row] = value;
        }
    }

    static void WriteDeltaTimes(
        TriggerSelector selector,
        ReadOnlySpan<long> triggers,
        ReadOnlySpan<long> rows,
        FeatureColumn feature,
        Span<double> to
    )
    {
        var best = selector.Best;
        foreach (var row in selector.Hits)
        {
            var value = feature.Transform.Apply((triggers[best[row]] - rows[row]) / (double)GpsTime.NanosecondsPerSecond);
            if (!double.IsNaN(value)) to[row] = value;
        }
    }

    static void RequireAscending(ReadOnlySpan<long> times)
    {
        for (var i = 1; i < times.Length; i++)
            if (times[i] < times[i - 1])
                throw new ArgumentException(
                    $"times must ascend: {new GpsTime(times[i])} follows {new GpsTime(times[i - 1])} at row {i}",
                    nameof(times)
                );
    }
}
