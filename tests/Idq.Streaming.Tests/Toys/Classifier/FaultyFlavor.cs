using System.Text.Json;
using Idq.Learning;

namespace Idq.Streaming.Tests.Toys.Classifier;

/// <summary>The kind <c>Faulty</c>: the recalling toy with defects that the test asks for.</summary>
/// <param name="fails">Of train, evaluate, timeseries: which fail now.</param>
/// <param name="rank">What takes the place of the first rank; null leaves it.</param>
sealed class FaultyFlavor(Func<string, bool> fails, Func<double?> rank) : ClassifierFlavor
{
    public override string Name => "Faulty";

    public override string ModelName => RecallModel.FlavorName;

    public override ClassifierDefinition Read(string nickname, IOptionReader options) => new(
        nickname, this, RecallClassifier.TraitsOfAll with { IsIncremental = false }, _ => new Faulty(nickname, fails, rank));

    public override ClassifierModel ReadModel(ModelOrigin origin, JsonElement body) => RecallModel.Read(origin, body);

    sealed class Faulty(string nickname, Func<string, bool> fails, Func<double?> rank)
        : SupervisedClassifier(nickname, RecallClassifier.TraitsOfAll with { IsIncremental = false })
    {
        readonly RecallClassifier sound = new(nickname, 6, 1, _ => { });

        public override string Flavor => sound.Flavor;

        public override TrainingResult Train(Quiver quiver, ClassifierModel? previous, CancellationToken cancellationToken)
        {
            Fail("train");
            return sound.Train(quiver, null, cancellationToken);
        }

        public override void Evaluate(ClassifierModel model, Quiver quiver, Span<double> ranks)
        {
            Fail("evaluate");
            sound.Evaluate(model, quiver, ranks);
            if (rank() is { } wrong && ranks.Length > 0) ranks[0] = wrong;
        }

        public override void Timeseries(ClassifierModel model, Quiver grid, SegmentList segments, Span<double> ranks)
        {
            Fail("timeseries");
            sound.Evaluate(model, grid, ranks);
            if (rank() is { } wrong) ranks[0] = wrong;
        }

        void Fail(string what)
        {
            // The kind of exception is the classifier's affair.
            if (fails(what)) throw new IndexOutOfRangeException($"a defect in {what}");
        }
    }
}
