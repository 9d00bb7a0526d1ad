using Idq.Learning;

namespace Idq.Streaming.Tests.Toys.Classifier;

/// <summary>
/// Remembers the time of every row that it was given, and ranks a row by the share of glitches on its side of a threshold. Its model tells
/// whether a row was given twice, or never.
/// </summary>
sealed class RecallClassifier(string nickname, double threshold, long minRows, Action<int> trains)
    : IncrementalSupervisedClassifier(nickname, TraitsOfAll)
{
    public static ClassifierTraits TraitsOfAll { get; } = new() { UsesFeatures = true, HasDiscreteRanks = true };

    public override string Flavor => RecallModel.FlavorName;

    public override TrainingResult Train(Quiver quiver, ClassifierModel? previous, CancellationToken cancellationToken)
    {
        trains(quiver.Count);
        if (quiver.Count < minRows) return TrainingResult.Untrained($"{quiver.Count} rows are too few");
        var last = previous as RecallModel;
        var rows = quiver.Times.ToArray().Select((time, i) => new RecalledRow(time, quiver.Labels[i] == Label.Glitch, IsAbove(quiver, i)));
        var origin = ModelOrigin.Of(quiver);
        return TrainingResult.Trained(
            new RecallModel(last?.Origin.Add(origin) ?? origin, [.. last?.Rows ?? [], .. rows], (last?.Trainings ?? 0) + 1),
            startedFromPrevious: last is not null
        );
    }

    public override void Evaluate(ClassifierModel model, Quiver quiver, Span<double> ranks)
    {
        var recalled = Expect<RecallModel>(model, quiver, ranks);
        for (var i = 0; i < ranks.Length; i++) ranks[i] = recalled.Share(IsAbove(quiver, i));
    }

    bool IsAbove(Quiver quiver, int row) => Enumerable.Range(0, quiver.Features.Names.Count).Any(f => quiver.Features[row, f] > threshold);
}
