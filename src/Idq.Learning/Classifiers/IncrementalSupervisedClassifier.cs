namespace Idq.Learning;

/// <summary>
/// A classifier whose training adds rows to the previous model, so that no row need be kept after it was seen.
/// </summary>
public abstract class IncrementalSupervisedClassifier(string nickname, ClassifierTraits traits)
    : SupervisedClassifier(nickname, traits)
{
    /// <summary>The previous model with the new rows added.</summary>
    /// <param name="quiver">The new rows only.</param>
    /// <param name="previous">The model to add to; null at first.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    /// <returns>A model, or the reason why none can be made.</returns>
    public abstract override TrainingResult Train(Quiver quiver, ClassifierModel? previous, CancellationToken cancellationToken);
}
