namespace Idq.Learning.Tests.Tally;

/// <summary>Counts glitches among the rows whose first feature is above a threshold, and among the others. Rows are seen once.</summary>
sealed class TallyClassifier(string nickname, double threshold) : IncrementalSupervisedClassifier(nickname, TraitsOfAll)
{
    public static ClassifierTraits TraitsOfAll { get; } = new() { UsesFeatures = true, HasDiscreteRanks = true };

    public override string Flavor => TallyModel.FlavorName;

    public override TrainingResult Train(Quiver quiver, ClassifierModel? previous, CancellationToken cancellationToken)
    {
        var last = previous as TallyModel;
        var (above, below) = (last?.Above ?? default, last?.Below ?? default);
        for (var i = 0; i < quiver.Count; i++)
            if (quiver.Features[i, 0] > threshold) above = above.Add(quiver.Labels[i]);
            else below = below.Add(quiver.Labels[i]);
        var origin = ModelOrigin.Of(quiver);
        return TrainingResult.Trained(
            new TallyModel(last?.Origin.Add(origin) ?? origin, threshold, above, below),
            startedFromPrevious: last is not null
        );
    }

    public override void Evaluate(ClassifierModel model, Quiver quiver, Span<double> ranks)
    {
        var tally = Expect<TallyModel>(model, quiver, ranks);
        for (var i = 0; i < ranks.Length; i++)
            ranks[i] = (quiver.Features[i, 0] > tally.Threshold ? tally.Above : tally.Below).Fraction;
    }
}
