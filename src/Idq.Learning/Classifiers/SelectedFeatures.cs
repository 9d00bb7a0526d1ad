namespace Idq.Learning;

/// <summary>A classifier that is shown some of the features only.</summary>
/// <param name="classifier">The classifier.</param>
/// <param name="patterns">Names of features, in which * stands for any characters.</param>
public sealed class SelectedFeatures(SupervisedClassifier classifier, IReadOnlyList<string> patterns)
    : SupervisedClassifier(classifier.Nickname, classifier.Traits)
{
    /// <inheritdoc/>
    public override string Flavor => classifier.Flavor;

    /// <inheritdoc/>
    public override TrainingResult Train(Quiver quiver, ClassifierModel? previous, CancellationToken cancellationToken) =>
        classifier.Train(quiver.Select(patterns), previous, cancellationToken);

    /// <inheritdoc/>
    public override void Evaluate(ClassifierModel model, Quiver quiver, Span<double> ranks) =>
        classifier.Evaluate(model, quiver.Select(patterns), ranks);

    /// <inheritdoc/>
    public override void Timeseries(ClassifierModel model, Quiver grid, SegmentList segments, Span<double> ranks) =>
        classifier.Timeseries(model, grid.Select(patterns), segments, ranks);
}
