namespace Idq.Learning;

/// <summary>
/// The null test: ranks that know nothing. Its ROC is the diagonal and its likelihood ratio is one, or something downstream is wrong.
/// </summary>
/// <remarks>A rank depends on seed, nickname and time only, so that it never depends on how the range is cut. It needs no data.</remarks>
public sealed class RandomClassifier(string nickname, RandomOptions options) : SupervisedClassifier(nickname, TraitsOfAll)
{
    /// <inheritdoc/>
    public override string Flavor => RandomModel.FlavorName;

    /// <summary>It needs nothing.</summary>
    internal static ClassifierTraits TraitsOfAll { get; } = new();

    /// <summary>Always gives a model.</summary>
    public override TrainingResult Train(Quiver quiver, ClassifierModel? previous, CancellationToken cancellationToken) =>
        TrainingResult.Trained(new RandomModel(ModelOrigin.Of(quiver), options.Seed, CounterRandom.Hash(Nickname)));

    /// <inheritdoc/>
    public override void Evaluate(ClassifierModel model, Quiver quiver, Span<double> ranks)
    {
        var random = Expect<RandomModel>(model, quiver, ranks);
        for (var i = 0; i < ranks.Length; i++) ranks[i] = random.Rank(new GpsTime(quiver.Times[i]));
    }
}
