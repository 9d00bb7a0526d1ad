using System.Text.Json;
using Idq.Learning;

namespace Idq.Streaming.Tests.Toys.Classifier;

/// <summary>The kind <c>Recall</c>.</summary>
sealed class RecallFlavor : ClassifierFlavor
{
    public override string Name => "Recall";

    public override string ModelName => RecallModel.FlavorName;

    public override ClassifierDefinition Read(string nickname, IOptionReader options)
    {
        var threshold = options.Number("threshold", "6", "", "rows with a value above it are counted apart from the others", 0, 100);
        return new(nickname, this, RecallClassifier.TraitsOfAll with { IsIncremental = true }, _ => new RecallClassifier(nickname, threshold));
    }

    public override ClassifierModel ReadModel(ModelOrigin origin, JsonElement body) => RecallModel.Read(origin, body);
}
