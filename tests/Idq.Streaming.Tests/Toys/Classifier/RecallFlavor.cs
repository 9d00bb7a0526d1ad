using System.Collections.Concurrent;
using System.Text.Json;
using Idq.Learning;

namespace Idq.Streaming.Tests.Toys.Classifier;

/// <summary>The kind <c>Recall</c>.</summary>
sealed class RecallFlavor : ClassifierFlavor
{
    readonly ConcurrentQueue<int> trainings = new();

    public override string Name => "Recall";

    public override string ModelName => RecallModel.FlavorName;

    /// <summary>The number of rows of every training so far, in this and in earlier processes.</summary>
    public IReadOnlyCollection<int> Trainings => trainings;

    public override ClassifierDefinition Read(string nickname, IOptionReader options)
    {
        var threshold = options.Number("threshold", "6", "", "rows with a value above it are counted apart from the others", 0, 100);
        var minRows = options.Integer("min_rows", "1", "fewer rows make no model", 1);
        return new(
            nickname,
            this,
            RecallClassifier.TraitsOfAll with { IsIncremental = true },
            _ => new RecallClassifier(nickname, threshold, minRows, trainings.Enqueue)
        );
    }

    public override ClassifierModel ReadModel(ModelOrigin origin, JsonElement body) => RecallModel.Read(origin, body);
}
