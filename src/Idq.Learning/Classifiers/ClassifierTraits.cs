namespace Idq.Learning;

/// <summary>What a classifier with its options needs and what its ranks are like.</summary>
/// <remarks>Known before the classifier is made, because the input of a job is planned from the traits of all its classifiers.</remarks>
public sealed record ClassifierTraits
{
    /// <summary>
    /// How far before and after a time it looks by itself, in nanoseconds; data is padded by as much. Features have their own window.
    /// </summary>
    /// <value>The default value is 0.</value>
    public long Window { get; init; }

    /// <summary>The column of the triggers that it reads by itself; null when it reads none.</summary>
    /// <value>The default value is null.</value>
    public string? Significance { get; init; }

    /// <summary>
    /// Triggers whose <see cref="Significance"/> is below it, or NaN, mean nothing to it by themselves, so that they need not be kept for
    /// its training; −∞ when all of them count.
    /// </summary>
    /// <value>The default value is −∞.</value>
    public double MinSignificance { get; init; } = double.NegativeInfinity;

    /// <summary>
    /// True when it reads <see cref="Quiver.Features"/>; false when triggers or times are enough, so that no features need be made.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool UsesFeatures { get; init; }

    /// <summary>
    /// True when it reads the triggers of <see cref="Quiver.Data"/>; false when it never does, so that they need not be joined for it.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool UsesTriggers { get; init; }

    /// <summary>
    /// True for an <see cref="IncrementalSupervisedClassifier"/>, which is trained with the rows that its last model has not seen.
    /// </summary>
    /// <value>The default value is false; the classifier's base class sets it.</value>
    public bool IsIncremental { get; init; }

    /// <summary>True when its ranks take few distinct values, so that a discrete calibration map suits them.</summary>
    /// <value>The default value is false.</value>
    public bool HasDiscreteRanks { get; init; }
}
