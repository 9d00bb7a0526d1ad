namespace Idq.Learning;

/// <summary>
/// Learns from labelled rows and gives any time a rank in [0, 1]: the larger, the more it looks like a glitch.
/// </summary>
/// <remarks>
/// A rank is an order, not a probability; calibration makes the probability. A classifier holds its options only: what was learned
/// is in the <see cref="ClassifierModel"/>. The same input gives the same model, byte for byte, whatever the number of threads.
/// </remarks>
/// <threadsafety>Safe: a classifier has no state that changes.</threadsafety>
public abstract class SupervisedClassifier
{
    /// <summary>A classifier under the name by which configuration and products know it.</summary>
    /// <exception cref="ArgumentException">The nickname is empty.</exception>
    protected SupervisedClassifier(string nickname, ClassifierTraits traits)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(nickname);
        (Nickname, Traits) = (nickname, traits with { IsIncremental = this is IncrementalSupervisedClassifier });
    }

    /// <summary>The name by which configuration and products know it.</summary>
    public string Nickname { get; }

    /// <summary>The kind of classifier; a model says which kind made it.</summary>
    public abstract string Flavor { get; }

    /// <summary>What it needs and what its ranks are like.</summary>
    public ClassifierTraits Traits { get; }

    /// <inheritdoc cref="ClassifierTraits.UsesFeatures"/>
    public bool UsesFeatures => Traits.UsesFeatures;

    /// <summary>Makes a model of labelled rows.</summary>
    /// <param name="quiver">All rows that count; for an <see cref="IncrementalSupervisedClassifier"/> the new ones only.</param>
    /// <param name="previous">The last model of this classifier, from which it may start; null at first.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    /// <returns>A model, or the reason why none can be made of these rows.</returns>
    /// <exception cref="DataException">The rows lack something that the options name, for example a column.</exception>
    public abstract TrainingResult Train(Quiver quiver, ClassifierModel? previous, CancellationToken cancellationToken);

    /// <summary>Ranks every row of a quiver.</summary>
    /// <param name="model">A model of the same flavour.</param>
    /// <param name="quiver">The rows; labels are not looked at.</param>
    /// <param name="ranks">One number a row, written in order.</param>
    /// <exception cref="ArgumentException">The model is of another flavour, or there are not as many ranks as rows.</exception>
    public abstract void Evaluate(ClassifierModel model, Quiver quiver, Span<double> ranks);

    /// <summary>Ranks a grid of times, of which only those inside the segments need mean anything.</summary>
    /// <param name="model">A model of the same flavour.</param>
    /// <param name="grid">Times at regular intervals.</param>
    /// <param name="segments">Where the answer is wanted.</param>
    /// <param name="ranks">One number a time, written in order.</param>
    public virtual void Timeseries(ClassifierModel model, Quiver grid, SegmentList segments, Span<double> ranks) =>
        Evaluate(model, grid, ranks);

    /// <summary>The model as the type of this flavour.</summary>
    protected TModel Expect<TModel>(ClassifierModel model, Quiver quiver, ReadOnlySpan<double> ranks) where TModel : ClassifierModel
    {
        if (ranks.Length != quiver.Count)
            throw new ArgumentException($"{quiver.Count} rows need as many ranks, not {ranks.Length}", nameof(ranks));
        return model as TModel
            ?? throw new ArgumentException(
                $"classifier '{Nickname}' is of flavour {Flavor} and cannot use a model of flavour {model.Flavor}",
                nameof(model)
            );
    }
}
